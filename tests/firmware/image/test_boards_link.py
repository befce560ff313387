"""A board's radio, its keys, and what it keeps over a restart of its own."""

import machine_double as double
from machine_double import in_no_time
from scratch import Folder
from test_boards import make, parts

from boards import pico_w
from node.keep.clock import OWN_RTC, Clock
from node.keep.timekeeper import ClockFloor, Timekeeper

INTERPRETERS = ("mp64", "mp32")


def test_a_board_brings_its_radio_up_under_its_own_name():
    """Host name and country are set before the radio is used; not before the network is wanted."""
    board, built = make(pico_w, wifi_country="DE")
    assert not parts(built, "WLAN")
    double.built.clear()
    in_no_time(board.wifi.ready())
    assert double.built[0] == ("hostname", ("lamp-1",), {})
    assert double.built[1] == ("country", ("DE",), {})
    assert double.built[2] == ("WLAN", ("station",), {})
    assert board.rssi() == -61


def test_the_time_goes_on_over_a_restart_that_the_board_made_itself():
    """The next start gets it once, two seconds on; after a power cut, or a crash, it gets none."""
    with Folder() as folder:
        for cause, kept in (
            (double.Machine.WDT_RESET, 1795224602000),  # the rp2's word for its own reset
            (double.Machine.HARD_RESET, 1795224602000),  # and the esp32's
            (double.Machine.PWRON_RESET, None),
        ):
            make(pico_w, folder)[0].reset(1795224600000)
            double.machine.cause = cause
            board, _ = make(pico_w, folder)
            assert board.reset_cause() == "reboot"
            assert board.rtc_utc_ms() == kept
            assert board.rtc_utc_ms() is None
            assert make(pico_w, folder)[0].rtc_utc_ms() is None
        double.machine.cause = double.Machine.WDT_RESET
        make(pico_w, folder)[0].reset()
        assert make(pico_w, folder)[0].rtc_utc_ms() is None
        double.machine.cause = double.Machine.PWRON_RESET


def test_a_node_s_clock_takes_up_the_time_that_was_kept():
    """At the start, as the board's own, which is what a record then says of it."""
    with Folder() as folder:
        double.machine.cause = double.Machine.WDT_RESET
        make(pico_w, folder)[0].reset(1795224600000)
        board, _ = make(pico_w, folder)
        clock = Clock(lambda: 0, lambda new, old: new - old)
        keeper = Timekeeper(board, clock, ClockFloor(folder + "/floor"))
        assert (clock.utc_ms(), clock.trust) == (1795224602000, OWN_RTC)
        assert not keeper.rtc_behind
        double.machine.cause = double.Machine.PWRON_RESET


def test_a_damaged_note_is_a_restart_without_a_time():
    """It keeps no board from starting, and is no clock that fell behind."""
    with Folder() as folder:
        double.machine.cause = double.Machine.WDT_RESET
        for note in (b"", b"\n", b"17\n", b"17x", b"1\xff", b"179522460000x\n", b"1795224600000"):
            with open(folder + "/reboot", "wb") as file:
                file.write(note)
            board, _ = make(pico_w, folder)
            assert board.reset_cause() == "reboot", note
            assert board.rtc_utc_ms() is None, note
        double.machine.cause = double.Machine.PWRON_RESET


def test_a_board_s_own_clock_goes_before_the_time_that_was_kept():
    """It ran on meanwhile."""
    with Folder() as folder:
        double.machine.cause = double.Machine.WDT_RESET
        make(pico_w, folder)[0].reset(1795224600000)
        board, _ = make(pico_w, folder)
        board.sensors.rtc_utc_ms = lambda: 1795224603500
        assert board.rtc_utc_ms() == 1795224603500
        double.machine.cause = double.Machine.PWRON_RESET


def test_a_key_that_is_not_there_is_no_fault_of_the_radio():
    """It is named, and the radio is not even switched on for it."""
    with Folder() as folder:
        board, _ = make(pico_w, folder)
        (said,) = in_no_time(board.open_link())
        assert said.startswith("ca.der cannot be read (")
        assert board.wifi.in_vain == 0
