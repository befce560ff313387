"""The light sensors: lux out of counts, the right range, and what happens without them."""

from i2c import Bus, Registers

from node.sense.ambient import BH1750, VEML7700


class Veml(Registers):
    """A VEML7700 in so much light; it forgets its configuration with its supply."""

    GAINS = {0: 8, 1: 16, 2: 1, 3: 2}  # in eighths
    TIMES = {12: 25, 8: 50, 0: 100, 1: 200, 2: 400, 3: 800}

    def __init__(self, lux):
        super().__init__(2, {0: b"\x01\x00"})
        self.lux = lux

    def read(self, register, count):
        if register == 4:
            config = self.values[0][0] | self.values[0][1] << 8
            if config & 1:
                return b"\x00\x00"  # asleep, as after power came
            sensitivity = self.GAINS[config >> 11 & 3] * self.TIMES[config >> 6 & 15]
            # 0.0042 lx to the count at twice the gain and 800 ms
            counts = min(65535, int(self.lux / 0.0042 * sensitivity / 12800))
            return bytes((counts & 255, counts >> 8))
        return super().read(register, count)


class Bh:
    """A BH1750: a command begins a measurement, which the next reading gives."""

    def __init__(self, counts):
        self.counts = counts
        self.heard = []

    def listen(self, data):
        self.heard.append(data)

    def talk(self, count):
        return bytes((self.counts >> 8, self.counts & 255))


def settled(sensor):
    for _ in range(5):
        sensor.poll()
    return sensor.lux_dl()


def test_veml_measures_from_moonlight_to_noon():
    """Within a few seconds the right range is found, and the value is right to 1 % and a tenth of
    a lux."""
    veml = Veml(0)
    sensor = VEML7700(Bus(x10=veml))
    for lux in (0.3, 1, 5, 20, 50, 400, 3000, 900, 6000, 30000, 120000, 2, 130000, 0):
        veml.lux = lux
        found = settled(sensor)
        assert abs(found - lux * 10) <= 1 + lux / 10, (lux, found)
    assert sensor.ok and not sensor.missing


def test_veml_in_the_dark_stays_in_one_range():
    """Around dusk no range is changed, so that no second is without its value."""
    veml = Veml(100)
    sensor = VEML7700(Bus(x10=veml))
    settled(sensor)
    writes = len(veml.writes)
    for lux in range(1500, 0, -7):
        veml.lux = lux
        sensor.poll()
        assert sensor.lux_dl() is not None
    assert len(veml.writes) == writes


def test_veml_that_lost_its_supply_is_set_up_again():
    """A sensor back from a loss of supply sleeps; that is noticed, no darkness is reported, and it
    is woken."""
    veml = Veml(500)
    sensor = VEML7700(Bus(x10=veml))
    assert abs(settled(sensor) - 5000) < 50
    veml.values[0] = b"\x01\x00"
    sensor.poll()
    assert sensor.lux_dl() is None
    assert abs(settled(sensor) - 5000) < 50


def test_veml_that_is_unplugged_is_missing_and_comes_back():
    """Three polls without an answer make it missing, one with an answer mends that."""
    veml = Veml(500)
    bus = Bus(x10=veml)
    sensor = VEML7700(bus)
    settled(sensor)
    del bus.devices[0x10]
    for polls in range(1, 6):
        sensor.poll()
        assert sensor.lux_dl() is None and not sensor.ok
        assert sensor.missing == (polls >= 3)
    bus.devices[0x10] = Veml(70)
    assert abs(settled(sensor) - 700) < 10
    assert sensor.ok and not sensor.missing


def test_bh_measures():
    """120 counts of the fine mode are 50 lx; one less than all of them is 27 306 lx."""
    bh = Bh(120)
    sensor = BH1750(Bus(x23=bh))
    sensor.poll()
    assert sensor.lux_dl() is None  # nothing was measured yet
    sensor.poll()
    assert sensor.lux_dl() == 500
    bh.counts = 65534
    sensor.poll()
    assert sensor.lux_dl() == sensor.at_least_dl() == 273058
    assert bh.heard == [b"\x21"] * 3


def test_bh_that_comes_back_is_not_dark():
    """After a gap the first reading, which no measurement stands behind, is not used."""
    bus = Bus(x5C=Bh(240))
    sensor = BH1750(bus, 0x5C)
    sensor.poll()
    sensor.poll()
    assert sensor.lux_dl() == 1000
    device = bus.devices.pop(0x5C)
    for _ in range(3):
        sensor.poll()
    assert sensor.lux_dl() is None and sensor.missing
    bus.devices[0x5C] = device
    device.counts = 0  # as after power came
    sensor.poll()
    assert sensor.lux_dl() is None and not sensor.missing
    device.counts = 240
    sensor.poll()
    assert sensor.lux_dl() == 1000


def test_the_end_of_the_scale_is_no_reading_but_bright():
    """All counts there are mean at least so much: nothing for the record, and no dusk."""
    veml, bh = Veml(200000), Bh(65535)
    for sensor, least_dl in ((VEML7700(Bus(x10=veml)), 1409264), (BH1750(Bus(x23=bh)), 273062)):
        assert settled(sensor) is None and sensor.saturated
        assert sensor.at_least_dl() == least_dl
        assert sensor.ok and not sensor.missing
    veml.lux = 130000
    sensor = VEML7700(Bus(x10=veml))
    assert abs(settled(sensor) - 1300000) < 13000 and not sensor.saturated


def test_too_bright_for_the_dim_range_is_no_reading():
    """A headlight at dusk: the second before the range is changed has no value, and is not dark."""
    veml = Veml(5)
    sensor = VEML7700(Bus(x10=veml))
    settled(sensor)
    veml.lux = 60000
    sensor.poll()
    assert sensor.lux_dl() is None and sensor.at_least_dl() == 44039
    sensor.poll()
    assert abs(sensor.lux_dl() - 600000) < 6000


def test_nothing_is_left_of_a_saturated_sensor_that_went():
    """Unplugged, it neither reads nor is bright."""
    for bus, make in ((Bus(x10=Veml(200000)), VEML7700), (Bus(x23=Bh(65535)), BH1750)):
        sensor = make(bus)
        settled(sensor)
        bus.devices.clear()
        sensor.poll()
        assert sensor.lux_dl() is None and sensor.at_least_dl() is None and not sensor.saturated
