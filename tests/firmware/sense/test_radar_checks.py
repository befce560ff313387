"""What a radar keeps of earlier owners is put right or named; what it does not have is no fault."""

from test_radar_setup import WANTED, Module

from node import log
from node.sense.ld2410 import LD2410
from node.sense.ld2450 import LD2450
from node.sense.radar_setup import command


def test_one_that_does_not_know_the_question_lacks_the_thing():
    """No Bluetooth, firmware 1.x with gates of 0.75 m only, an LD2450 without zones, silent to the
    question or refusing it: nothing is wrong with them, and they are not disturbed again."""
    for kind, unknown in (
        (LD2410, (0xA5, 0xA4)),
        (LD2410, (0xAB, 0xAA)),
        (LD2410, (0xAB, 0xAA, 0xA5, 0xA4)),
        (LD2450, (0xC1, 0xC2)),
        (LD2450, (0xC1, 0xC2, 0xA5, 0xA4)),
    ):
        for how in ("mute", "refuses"):
            module = Module(kind)
            setattr(module, how, unknown)
            module.run(300)
            assert not module.driver.unset and not module.driver.why, (unknown, how)
            assert not module.configuring
            assert kind is LD2450 or module.params == WANTED
            heard = len(module.heard)
            module.run(37000)
            assert len(module.heard) == heard, (unknown, how)


def test_one_that_does_not_know_what_it_must_is_unset():
    """Gates and time-out, or whether it reports several people, cannot be left unknown."""
    for kind, number in ((LD2410, 0x61), (LD2450, 0x91)):
        for how in ("mute", "refuses"):
            module = Module(kind)
            setattr(module, how, (number,))
            module.run(300)
            assert module.driver.unset and not module.configuring
            assert module.driver.why == "it does not answer {:#x}".format(number)


def test_one_that_will_not_obey_is_blinded_seldom_and_shortly():
    """It knows how to switch its Bluetooth off, and does not: asked after one hour and three, each
    time it misses a second of its reports."""
    module = Module(LD2410)
    module.refuses = (0xA4,)
    module.run(300)
    tries, missing = [], 0
    for tenth in range(0, 36000 * 4, 1000):
        heard, frames = len(module.heard), module.driver.frames
        module.run(1000)
        if len(module.heard) > heard:
            tries.append(tenth // 36000)
        missing += 1000 - (module.driver.frames - frames)
    assert tries in ([0, 2], [1, 3]) and missing <= 20 and module.driver.unset, (tries, missing)


def test_one_that_does_not_answer_is_asked_ever_more_seldom():
    """After an hour, two more, four … and at most once a day; one that comes back is asked at
    once."""
    setup = LD2410(lambda *_: None)._setup
    frames, asked = 0, []
    log.warn, warn = lambda line: None, log.warn
    try:
        for minute in range(8 * 1440):
            frames += 1
            if setup.command(60000, frames) and (not asked or minute - asked[-1] > 10):
                asked.append(minute)
    finally:
        log.warn = warn
    pauses = [(asked[n] - asked[n - 1]) // 60 for n in range(1, len(asked))]
    assert pauses[:7] == [1, 2, 4, 8, 16, 24, 24], pauses
    for _ in range(3):
        # It is away, and told at most to go back to reporting.
        assert setup.command(60000, frames) in (None, command(0xFE, b""))
    assert setup.command(100, frames + 1) == command(0xFF, b"\x01\x00")


def test_one_that_did_not_hear_the_end_is_told_again():
    """Its last replies and the commands before them were lost: no hour without a report follows."""
    for kind in (LD2410, LD2450):
        module = Module(kind)
        module.mute = (0xFE,)
        while module.heard[-3:] != [0xFE] * 3:
            module.run(1)
        module.configuring = True  # three commands to leave were lost
        module.run(20)
        assert module.driver.unset
        module.mute = ()
        module.run(150)
        assert not module.configuring
        module.run(100)
        assert not module.driver.unset and module.driver.why == ""


def test_a_gate_that_was_blinded_sees_again():
    """A sensitivity of 100 is put back to the maker's; somebody's own that sees stays."""
    module = Module(LD2410)
    module.driver.set_reach(200)
    moving, still = (
        bytes((100, 35, 100, 30, 20, 15, 15, 15, 100)),
        b"\x00\x00\x64\x14" + b"\x14" * 5,
    )
    module.params = b"\xaa\x08\x08\x08" + moving + still + b"\x01\x00"
    module.run(300)
    assert tuple(module.params[4:13]) == (50, 35, 40, 30, 20, 15, 15, 15, 100)
    assert tuple(module.params[13:22]) == (0, 0, 40, 20, 20, 20, 20, 20, 20)
    assert not module.driver.unset and not module.configuring
    gate = module.params[2]
    module = Module(LD2410)
    module.driver.set_reach(200)
    own = bytes((99, 1, 35, 30)) + b"\x0f" * 5 + b"\x64\x64" + b"\x63" * 7
    module.params = bytes((0xAA, 8, gate, gate)) + own + b"\x01\x00"
    module.run(300)
    assert 0x64 not in module.heard and module.params[4:22] == own


def test_what_it_would_not_take_is_said_by_name():
    """The log and the driver say which gate, which zone, which of its settings it kept; once."""
    said, warn = [], log.warn
    log.warn = said.append
    try:
        module = Module(LD2410)
        module.params = WANTED[:6] + b"\x64" + WANTED[7:]
        module.refuses = (0x64, 0xA4)
        module.run(36000 * 4)
        assert module.driver.unset
        assert module.driver.why == "sensitivity of gate 2 is 100; its Bluetooth is on"
        assert said == ["radar: not as it must be: " + module.driver.why]
        module = Module(LD2450)
        module.zone_kind = 2
        module.refuses = (0xC2,)
        module.run(300)
        assert module.driver.why == "a zone filter hides people" and module.driver.unset
        assert len(said) == 2
        module.refuses = ()
        module.run(36000)
        assert module.zone_kind == 0 and not module.driver.unset and not module.driver.why
        assert len(said) == 2
    finally:
        log.warn = warn


def test_a_zone_filter_is_switched_off():
    """Kind 1 reports only who is within zones, kind 2 only who is not: a counter sees everybody."""
    for kind in (1, 2):
        module = Module(LD2450)
        module.zone_kind = kind
        module.run(300)
        assert module.zone_kind == 0 and not module.driver.unset and not module.configuring


def test_a_module_that_tells_no_address_has_no_bluetooth():
    """Nothing, zeros or ones for an address: there is nobody to keep out, and no standing fault."""
    for address in (b"", bytes(6), b"\xff" * 6):
        for kind in (LD2410, LD2450):
            module = Module(kind)
            module.address, module.refuses = address, (0xA4,)
            module.run(300)
            assert not module.driver.unset and 0xA4 not in module.heard, (kind, address)


def test_one_whose_replies_are_all_lost_is_not_left_without_reports():
    """It hears, and its answers do not come: it has entered, and must be told to leave."""
    for kind in (LD2410, LD2450):
        module = Module(kind)
        module._say = lambda number, rest: None
        module.run(200)
        assert not module.configuring and module.driver.unset
        assert module.driver.why == "it does not answer"
        frames = module.driver.frames
        module.run(600)
        assert module.driver.frames == frames + 600
