"""The INA219: volts, milliamperes, and energy that adds up or says that it does not."""

from i2c import Bus, Registers

from node.sense.power import INA219


class Meter(Registers):
    """An INA219 with its power-on configuration, so many mV and so many steps of 10 uV."""

    def __init__(self, mv, shunt):
        super().__init__(2, {0: b"\x39\x9f"})
        self.show(mv, shunt)

    def show(self, mv, shunt, flags=2):
        raw = (mv // 4) << 3 | flags
        self.values[2] = bytes((raw >> 8, raw & 255))
        self.values[1] = bytes((shunt >> 8 & 255, shunt & 255))


def running(mv, shunt, **how):
    """A meter that was set up."""
    meter = Meter(mv, shunt)
    bus = Bus(x40=meter)
    ina = INA219(bus, **how)
    ina.poll(1000)
    assert ina.mv() is None  # the first reading would be of before the set-up
    ina.poll(1000)
    return bus, meter, ina


def test_volts_and_milliamperes():
    """12 V, and 50 mV over 100 milliohms, are 500 mA."""
    _, meter, ina = running(12000, 5000)
    assert (ina.mv(), ina.ma()) == (12000, 500)
    assert ina.measure() == (12000, 500)
    assert meter.writes == [(0, b"\x3f\xff")]


def test_another_shunt():
    """The same drop over 10 milliohms is ten times the current."""
    assert running(12000, 5000, shunt_mohm=10)[2].measure() == (12000, 5000)


def test_current_backwards_is_none():
    """Noise below zero is no current and takes no energy back."""
    _, _, ina = running(12000, -3)
    assert ina.measure() == (12000, 0)


def test_a_shunt_wired_in_reverse_meters_nothing():
    """Clearly below zero is no zero: no current, no energy, until it flows the right way again."""
    for shunt in (-101, -5000, -31999):
        _, meter, ina = running(12000, shunt)
        assert (ina.mv(), ina.ma()) == (12000, None) and ina.measure() is None
        assert ina.reversed and not ina.saturated and ina.ok
        ina.take_mwh()
        ina.poll(1000)
        assert ina.take_mwh() is None
        meter.show(12000, 5000)
        ina.poll(1000)
        assert ina.ma() == 500 and not ina.reversed
    assert running(12000, -100)[2].ma() == 0


def test_energy_adds_up():
    """6 W for an hour are 6000 mWh, however it is taken out, with no rest lost."""
    _, _, ina = running(12000, 5000)
    ina.take_mwh()
    total = 0
    for second in range(3600):
        ina.poll(1000)
        if second % 7 == 0:
            total += ina.take_mwh()
    total += ina.take_mwh()
    assert 5999 <= total <= 6001


def test_polls_that_come_late_count_their_time():
    """What counts is the time since the last reading, not the number of readings."""
    _, _, ina = running(12000, 5000)
    ina.take_mwh()
    for elapsed_ms in (900, 1100, 2500, 500) * 180:
        ina.poll(elapsed_ms)
    assert ina.take_mwh() in (1499, 1500, 1501)


def test_a_short_hole_is_bridged():
    """Two seconds without an answer are counted at what the meter shows next."""
    bus, meter, ina = running(12000, 5000)
    ina.take_mwh()
    for second in range(600):
        if second % 10 in (4, 5):
            bus.devices.pop(0x40, None)
        else:
            bus.devices[0x40] = meter
        ina.poll(1000)
    assert ina.take_mwh() in (999, 1000, 1001)


def test_a_long_hole_is_said():
    """An interval with a hole of more than three seconds was not metered; the next one was."""
    bus, meter, ina = running(12000, 5000)
    ina.take_mwh()
    for second in range(100):
        if second == 50:
            del bus.devices[0x40]
        if second == 56:
            bus.devices[0x40] = meter
        ina.poll(1000)
        assert ina.missing == (52 <= second < 56)
    assert ina.take_mwh() is None
    for _ in range(60):
        ina.poll(1000)
    assert ina.take_mwh() >= 99


def test_before_the_first_reading_nothing_was_metered():
    """The first interval, which began before the meter was set up, is not called metered."""
    assert running(12000, 5000)[2].take_mwh() is None


def test_a_meter_that_lost_its_supply_is_set_up_again():
    """With its power-on configuration it would measure in another range: no value until mended."""
    _, meter, ina = running(12000, 5000)
    meter.values[0] = b"\x39\x9f"
    assert ina.measure() is None
    assert ina.measure() == (12000, 500)


def test_an_overflow_is_no_value():
    """A reading that the meter itself calls overflown is not used."""
    _, meter, ina = running(12000, 5000)
    meter.show(12000, 5000, flags=3)
    ina.poll(1000)
    assert ina.mv() is None and ina.ma() is None


def test_the_end_of_a_register_is_no_reading():
    """The shunt stops at 320 mV either way and the supply at 32 V: more may be there. The other of
    the two is read all the same."""
    for mv, shunt, wanted in (
        (12000, 31999, (12000, 3199)),
        (12000, 32000, (12000, None)),
        (12000, 32767, (12000, None)),
        (12000, -32000, (12000, None)),
        (12000, -32768, (12000, None)),
        (31996, 5000, (31996, 500)),
        (32000, 5000, (None, 500)),
        (32764, 5000, (None, 500)),
        (32764, 32000, (None, None)),
    ):
        _, _, ina = running(mv, shunt)
        assert (ina.mv(), ina.ma()) == wanted, (mv, shunt)
        assert ina.saturated == (None in wanted) and ina.ok and not ina.missing
        assert ina.measure() == (None if ina.saturated else wanted)


def test_a_time_beyond_the_range_was_not_metered():
    """One second of it is enough, for nobody knows how much more there was; a later interval is
    metered again."""
    _, meter, ina = running(12000, 5000)
    ina.take_mwh()
    for second in range(300):
        meter.show(12000, 32000 if second == 100 else 5000)
        ina.poll(1000)
    assert ina.take_mwh() is None
    for second in range(300):
        meter.show(12000, 32000 if second == 299 else 5000)
        ina.poll(1000)
    assert ina.take_mwh() is None
    meter.show(12000, 5000)  # and the end of one is the beginning of the next
    for _ in range(300):
        ina.poll(1000)
    assert ina.take_mwh() is None
    for _ in range(300):
        ina.poll(1000)
    assert ina.take_mwh() in (499, 500, 501)
