"""The real boards, built on a machine that writes down what is asked of it."""

import asyncio

import machine_double as double
import micropython
from scratch import Folder

from boards import esp32_s3, pico2_w, pico_w, pins, ticks
from node import log

INTERPRETERS = ("mp64", "mp32")
IDENTITY = {"node": "lamp-1", "role": "lamp", "wifi_ssid": "park", "wifi_password": "secret"}
NOT_ON_AN_S3 = (0, 3, 45, 46, 19, 20, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 43, 44)


def make(module, folder="/nowhere", **more):
    """A board, and what was built for it."""
    double.built.clear()
    identity = dict(IDENTITY)
    identity.update(more)
    return module.make(folder, identity), list(double.built)


def parts(built, kind):
    """How the parts of a kind were made."""
    return [(args, kwargs) for name, args, kwargs in built if name == kind]


def gpio(pin):
    """The number with which a Pin was made."""
    return pin.args[0]


def test_the_lamp_comes_first_and_is_dark():
    """Before anything else there is a pin with PWM at duty 0 on the lamp's GPIO."""
    for module, lamp in ((pico_w, 15), (pico2_w, 15), (esp32_s3, 4)):
        _, built = make(module)
        assert built[0] == ("Pin", (lamp,), {})
        assert built[1][0] == "PWM"
        assert built[1][2] == {"freq": 2000, "duty_u16": 0}


def test_no_pin_has_two_jobs_or_is_one_that_must_not_be_used():
    """Each GPIO of a map is there once; on the ESP32-S3 none that chooses how it starts."""
    for board in (pins.PICO, pins.ESP32_S3):
        used = [board[job] for job in board if job not in ("uart", "i2c")]
        assert len(set(used)) == len(used)
    assert not [job for job in pins.ESP32_S3 if pins.ESP32_S3[job] in NOT_ON_AN_S3 and job != "i2c"]
    lamp = pins.PICO["lamp"]
    others = [pins.PICO[job] for job in ("radar_tx", "radar_rx", "motion", "sda", "scl")]
    assert lamp // 2 % 8 not in [other // 2 % 8 for other in others], "they share a PWM slice"


def test_the_pins_can_do_what_the_pico_asks_of_them():
    """UART 1 and I2C 0 are on GPIOs that have them (RP2040 datasheet, table 2)."""
    board = pins.PICO
    assert (board["uart"], board["radar_tx"] % 8, board["radar_rx"] % 8) == (1, 4, 5)
    assert (board["i2c"], board["sda"] % 4, board["scl"] % 4) == (0, 0, 1)


def test_every_pin_has_its_reason_beside_it():
    """In the map, each job or group of jobs stands under a comment."""
    with open("firmware/boards/pins.py") as file:
        text = file.read()
    for board in text.split(" = {\n")[1:]:
        lines = board.split("}")[0].strip().split("\n")
        assert lines[0].strip().startswith("#")
        groups = "\n".join([line.strip() for line in lines]).split("\n#")
        assert sum(['": ' in group for group in groups]) >= 5


def test_the_radar_has_its_uart_and_a_buffer_for_a_handshake():
    """UART 1 at 256000 baud on the map's pins; it keeps over three seconds of frames."""
    for module, tx, rx in ((pico_w, 4, 5), (esp32_s3, 17, 18)):
        board, _ = make(module)
        double.built.clear()
        radar = asyncio.run(board.radar())
        ((args, kwargs),) = parts(double.built, "UART")
        assert args == (1, 256000)
        assert (gpio(kwargs["tx"]), gpio(kwargs["rx"])) == (tx, rx)
        assert kwargs["rxbuf"] >= 3.2 * 10 * 30  # the longest handshake of a board; 30 bytes, 10 Hz
        assert radar.settable
        asyncio.run(radar.write(b"\xfd\xfc"))
        assert radar._uart.calls == [b"\xfd\xfc"]


def test_sensors_get_the_bus_and_without_sensors_there_is_none():
    """I2C 0 on the map's pins, slow enough for a metre of cable; a dead bus raises nothing."""
    for module in (pico_w, esp32_s3):
        board, built = make(module, sensors=["veml7700", "ds3231", "ina219"])
        ((args, kwargs),) = parts(built, "I2C")
        assert args == (0,)
        assert (gpio(kwargs["sda"]), gpio(kwargs["scl"]), kwargs["freq"]) == (8, 9, 100000)
        assert board.rtc_utc_ms() is None
        assert (board.lux_dl(), board.mv(), board.dc()) == (None, None, None)
        board, built = make(module)
        assert not parts(built, "I2C")
        assert board.rtc_set_ms(1795224377123) is False


def test_a_wrong_list_of_sensors_keeps_no_board_from_starting():
    """A name that nobody knows, or no list at all, is a fault of a board that runs."""
    lines, say = [], log.warn
    log.warn = lines.append
    try:
        for sensors in (["ds3231", "dht22"], "veml7700 ds3231", 7, {"ds3231": True}, [None]):
            board, _ = make(pico_w, sensors=sensors)
            assert board.sensors.faults()["sensor_unknown"] is True, sensors
            board.sensors.poll(1000)
            board.set_duty_u16(1)
    finally:
        log.warn = say
    assert len(lines) == 5
    for sensors in ([], None, ["ds3231"]):
        board, _ = make(pico_w, sensors=sensors)
        assert "sensor_unknown" not in board.sensors.faults()


def test_the_longest_gap_between_two_ticks_is_kept():
    """What held a tick up shows in `tick_gap_ms`, also when the ticks come in time again."""
    now_ms = [(1 << 30) - 30]  # and over the end of the count
    board, _ = make(esp32_s3)
    real, ticks.time = ticks.time, Watch(now_ms)
    double.built.clear()
    try:
        board.start_ticks(lambda: None, 20)
        tick = parts(double.built, "Timer")[0][1]["callback"]
        for pause_ms in (20, 620, 20, 21):
            now_ms[0] = (now_ms[0] + pause_ms) % (1 << 30)
            tick(None)
    finally:
        ticks.time = real
    assert board.tick_gap_ms == 620


def test_a_tick_asks_for_no_memory():
    """Keeping the longest gap works where nothing can be allocated, as in an interrupt."""
    board, _ = make(pico_w)
    double.built.clear()
    board.start_ticks(lambda: None, 20)
    tick = parts(double.built, "Timer")[0][1]["callback"]
    board._ticks.gap_ms = -1  # so that this tick has something to note
    micropython.heap_lock()
    try:
        tick(None)
    finally:
        micropython.heap_unlock()
    assert board.tick_gap_ms >= 0


class Watch:
    """A `time` that stands still until it is moved; counts as the boards do."""

    def __init__(self, now_ms):
        self._now_ms = now_ms

    def ticks_ms(self):
        """As the board's."""
        return self._now_ms[0]

    def ticks_diff(self, new, old):
        """As the board's."""
        return ((new - old + (1 << 29)) & ((1 << 30) - 1)) - (1 << 29)


def test_motion_and_beams_are_callables_on_their_pins():
    """OUT is pulled down, so a cut cable is nobody; beams up, so a cut one is a broken beam."""
    board, built = make(pico_w, motion="radar")
    assert ((6, "in", "down"), {}) in parts(built, "Pin")
    assert board.motion_pin() == 0
    assert board.beams is None
    board, _ = make(pico_w, motion="pir")
    assert not board.motion_pin.watches
    board, built = make(esp32_s3, sensor="beams")
    assert ((10, "in", "up"), {}) in parts(built, "Pin")
    assert [beam() for beam in board.beams] == [0, 0]
    assert board.motion_pin is None


def test_the_tick_comes_from_a_hard_timer_where_there_is_one():
    """Hard on a Pico with a MicroPython that can; else soft, and said; Timer 0 on the ESP32-S3."""
    came = []

    def tick():
        came.append(1)
        if len(came) == 2:
            raise ValueError("no stack")

    board, _ = make(pico_w)
    double.built.clear()
    board.start_ticks(tick, 20)
    ((args, kwargs),) = parts(double.built, "Timer")
    assert (args, kwargs["period"], kwargs["mode"], kwargs["hard"]) == ((-1,), 20, "periodic", True)
    for _ in range(3):  # the one that fails must not end the others
        kwargs["callback"](None)
    failed, _, error = board.ticks_lost()
    assert (len(came), failed, error.args) == (3, 1, ("no stack",))

    double.Timer.knows_hard = False
    lines, say = [], log.warn
    log.warn = lines.append
    try:
        double.built.clear()
        board.start_ticks(tick, 20)
    finally:
        log.warn = say
        double.Timer.knows_hard = True
    assert "hard" not in parts(double.built, "Timer")[0][1]
    assert "no hard timers" in lines[0]

    board, _ = make(esp32_s3)
    double.built.clear()
    board.start_ticks(tick, 20)
    assert parts(double.built, "Timer")[0][0] == (0,)


def test_the_duty_is_as_fine_as_the_frequency_leaves_it():
    """Bits of duty from the clock that the PWM counts, between 12 and 16 for all settings."""
    for module, hz, bits in (
        (pico_w, 1000, 16),
        (pico_w, 2000, 15),
        (pico_w, 10000, 13),
        (pico2_w, 1000, 16),
        (pico2_w, 10000, 13),
        (esp32_s3, 1000, 14),
        (esp32_s3, 2000, 14),
        (esp32_s3, 10000, 12),
    ):
        board, _ = make(module)
        board.set_pwm_hz(hz)
        assert board._pwm.calls == [("freq", hz)]
        assert board.duty_bits == bits


def test_why_it_started_is_told_apart():
    """Power, watchdog, and our own reset, which the rp2 takes for a watchdog's."""
    with Folder() as folder:
        for module, cause, word in (
            (pico_w, double.Machine.PWRON_RESET, "power"),
            (pico_w, double.Machine.WDT_RESET, "watchdog"),
            (esp32_s3, double.Machine.HARD_RESET, "unknown"),
            (esp32_s3, 5, "unknown"),
        ):
            double.machine.cause = cause
            assert make(module, folder)[0].reset_cause() == word
        double.machine.cause = double.Machine.WDT_RESET
        board, _ = make(pico_w, folder)
        resets = double.machine.resets
        board.reset()
        assert double.machine.resets == resets + 1
        assert make(pico_w, folder)[0].reset_cause() == "reboot"
        assert make(pico_w, folder)[0].reset_cause() == "watchdog"
        double.machine.cause = double.Machine.PWRON_RESET


def test_the_watchdog_waits_no_longer_than_the_rp2_can():
    """8 s on every board, and its `feed` is handed over."""
    board, _ = make(pico_w)
    double.built.clear()
    board.start_watchdog()()
    ((_, kwargs),) = parts(double.built, "WDT")
    assert 5000 <= kwargs["timeout"] <= 8388


def test_identify_blinks_the_led_and_not_the_lamp():
    """The LED goes on and off and ends dark; the lamp's duty is left alone."""

    async def story():
        board, _ = make(pico_w)
        tasks = []
        create, asyncio.create_task = asyncio.create_task, tasks.append
        sleep, asyncio.sleep_ms = asyncio.sleep_ms, lambda ms: sleep(0)
        try:
            board.identify()
            await tasks[0]
        finally:
            asyncio.create_task, asyncio.sleep_ms = create, sleep
        assert gpio(board._led) == "LED"
        assert board._led.calls[:3] == [1, 0, 1]
        assert board._led.calls[-1] == 0
        assert board._pwm.calls == []

    asyncio.run(story())
