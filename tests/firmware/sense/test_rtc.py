"""The DS3231: a date goes in and comes out, and what is no date never does."""

from i2c import Bus, Registers

from node.sense.rtc import DS3231

T = 1795224600  # 2026-11-21 01:30:00 UTC, a Saturday


class Clock(Registers):
    """A DS3231 that stands still between two looks."""

    def __init__(self, registers=b""):
        super().__init__(1, {})
        for number in range(len(registers)):
            self.values[number] = registers[number : number + 1]


def fresh():
    """One out of its bag: 1 January 2000, and its oscillator never ran."""
    return Clock(bytes((0, 0, 0, 1, 1, 1, 0)) + b"\0" * 7 + b"\x1c\x88\x00\x19\x40")


def test_a_fresh_one_says_nothing():
    """Until it was set it has no time, whatever its registers show."""
    rtc = DS3231(Bus(x68=fresh()))
    assert rtc.utc_ms() is None
    assert rtc.stopped and rtc.ok and not rtc.missing


def test_set_and_read():
    """What was set comes back within half a second, and the registers are plain BCD of UTC."""
    clock = fresh()
    rtc = DS3231(Bus(x68=clock))
    assert rtc.set(T * 1000 + 12)
    assert rtc.utc_ms() == T * 1000 + 500
    assert not rtc.stopped
    assert clock.read(0, 7) == b"\x00\x30\x01\x06\x21\x11\x26"
    assert clock.read(0x0E, 2) == b"\x04\x00"


def test_it_is_set_to_the_nearest_second():
    """Late in a second the next one is nearer."""
    rtc = DS3231(Bus(x68=fresh()))
    assert rtc.set(T * 1000 + 499)
    assert rtc.utc_ms() == T * 1000 + 500
    assert rtc.set(T * 1000 + 500)
    assert rtc.utc_ms() == T * 1000 + 1500


def test_every_day_of_two_centuries():
    """From 2000 to 2199 each date comes back, leap days, 2036, 2038 and the century among them."""
    clock = fresh()
    rtc = DS3231(Bus(x68=clock))
    day = 946684800
    while day < 7258118400:
        clock.writes = []
        second = day + day // 7 % 86400
        assert rtc.set(second * 1000), second
        assert rtc.utc_ms() == second * 1000 + 500, second
        day += 86400 * 29
    for second in (951782400, 1835395200, 2085978496, 2147483648, 4102444799, 4107542400):
        assert rtc.set(second * 1000)
        assert rtc.utc_ms() == second * 1000 + 500
    assert not rtc.set(946684799000)
    assert not rtc.set(7258118400000)


def test_a_cell_that_died():
    """A clock whose oscillator stood still has no time, until it is set again."""
    clock = fresh()
    rtc = DS3231(Bus(x68=clock))
    rtc.set(T * 1000)
    clock.values[0x0F] = b"\x80"
    assert rtc.utc_ms() is None and rtc.stopped
    assert rtc.set(T * 1000)
    assert not rtc.stopped


def test_what_is_no_date_is_no_time():
    """Registers out of range, not BCD, in 12 hours or on a day that is not: each means stopped."""
    good = (0x59, 0x59, 0x23, 1, 0x28, 0x02, 0x26)
    wrong = {
        0: (0x60, 0x5A, 0xFF, 0x80),
        1: (0x60, 0x1F),
        2: (0x24, 0x61, 0x41),
        4: (0, 0x29, 0x31, 0x3A),
        5: (0, 0x13, 0x40),
        6: (0xA0, 0x0A),
    }
    rtc = DS3231(Bus(x68=Clock(bytes(good))))
    assert rtc.utc_ms() is not None
    for place, values in wrong.items():
        for value in values:
            registers = bytearray(good)
            registers[place] = value
            rtc = DS3231(Bus(x68=Clock(bytes(registers))))
            assert rtc.utc_ms() is None and rtc.stopped, (place, value)


def test_the_temperature():
    """Quarters of a degree with their sign, in tenths."""
    clock = fresh()
    rtc = DS3231(Bus(x68=clock))
    for high, low, dc in ((0x19, 0x40, 252), (0, 0, 0), (0xFF, 0xC0, -3), (0xF6, 0, -100)):
        clock.values[0x11], clock.values[0x12] = bytes((high,)), bytes((low,))
        rtc.poll()
        assert rtc.dc() == dc, (high, low)


def test_a_temperature_that_cannot_be_is_none():
    """The chip is made for -40 to 85 degrees; its registers can say more."""
    clock = fresh()
    rtc = DS3231(Bus(x68=clock))
    for high, low, dc in (
        (0x55, 0, 850),
        (0x55, 0x40, None),
        (0x7F, 0xC0, None),
        (0xD8, 0, -400),
        (0xD7, 0xC0, None),
        (0x80, 0, None),
    ):
        clock.values[0x11], clock.values[0x12] = bytes((high,)), bytes((low,))
        rtc.poll()
        assert rtc.dc() == dc, (high, low)


def test_one_that_is_unplugged():
    """Without an answer there is no time, no temperature and, after three polls, a fault."""
    bus = Bus(x68=fresh())
    rtc = DS3231(bus)
    rtc.set(T * 1000)
    clock = bus.devices.pop(0x68)
    for _ in range(3):
        rtc.poll()
        assert rtc.dc() is None
    assert rtc.missing
    assert rtc.utc_ms() is None
    assert not rtc.set(T * 1000)
    bus.devices[0x68] = clock
    assert rtc.utc_ms() == T * 1000 + 500
    assert not rtc.missing
