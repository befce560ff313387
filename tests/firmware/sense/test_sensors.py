"""What is fitted is watched; what is not is nobody's fault."""

from i2c import Bus, Noise, Registers
from scratch import Chance

from node import log
from node.sense.sensors import Sensors

ALL = ("veml7700", "ds3231", "ina219")


def test_none_fitted():
    """A node without sensors has no bus, no values and no faults."""
    sensors = Sensors(None)
    sensors.poll(1000)
    assert sensors.faults() == {}
    for value in (sensors.lux_dl, sensors.mv, sensors.ma, sensors.dc, sensors.rtc_utc_ms):
        assert value() is None
    assert sensors.measure() is None and sensors.take_mwh() is None
    assert not sensors.rtc_set_ms(1795224600000)


def test_all_missing():
    """Each sensor that is fitted and does not answer is one fault, after three seconds."""
    sensors = Sensors(Bus(), ALL)
    for seconds in range(1, 6):
        sensors.poll(1000)
        gone = seconds >= 3
        assert sensors.faults() == {
            "ambient_missing": gone,
            "rtc_missing": gone,
            "rtc_stopped": False,
            "power_missing": gone,
        }


def test_all_there():
    """Values come through from each driver."""
    rtc = Registers(1, {0x0F: b"\x00", 4: b"\x01", 5: b"\x01", 0x11: b"\x14"})
    meter = Registers(2, {0: b"\x3f\xff", 1: b"\x03\xe8", 2: b"\x5d\xc2"})
    light = Registers(2, {0: b"\x00\x13", 4: b"\xe8\x03"})
    sensors = Sensors(Bus(x68=rtc, x40=meter, x10=light), ALL)
    for _ in range(3):
        sensors.poll(1000)
    assert sensors.dc() == 200
    assert sensors.rtc_utc_ms() == 946684800500
    assert (sensors.mv(), sensors.ma()) == sensors.measure() == (12000, 100)
    assert sensors.take_mwh() is None
    assert not any(list(sensors.faults().values()))
    assert sensors.rtc_set_ms(1795224600000)
    assert sensors.rtc_utc_ms() == 1795224600500
    assert sensors.lux_dl() == 21504


def test_a_reversed_meter_is_told():
    """The supply is read all the same; without a meter nothing is reversed."""
    meter = Registers(2, {0: b"\x3f\xff", 1: b"\xfc\x18", 2: b"\x5d\xc2"})
    sensors = Sensors(Bus(x40=meter), ("ina219",))
    sensors.poll(1000)
    assert sensors.reversed() and sensors.saturated() == ()
    assert (sensors.mv(), sensors.ma(), sensors.measure()) == (12000, None, None)
    assert not Sensors(None).reversed()


def test_what_is_at_the_end_of_its_scale_is_named():
    """No reading of it comes through; that it is bright does."""
    meter = Registers(2, {0: b"\x3f\xff", 1: b"\x7d\x00", 2: b"\x5d\xc2"})
    light = Registers(2, {0: b"\x00\x13", 4: b"\xff\xff"})
    sensors = Sensors(Bus(x40=meter, x10=light), ("veml7700", "ina219"))
    assert sensors.saturated() == ()
    for _ in range(3):
        sensors.poll(1000)
    assert sensors.saturated() == ("light", "power")
    assert (sensors.mv(), sensors.ma(), sensors.measure()) == (12000, None, None)
    assert (sensors.lux_dl(), sensors.at_least_dl()) == (None, 1409264)
    assert not any(list(sensors.faults().values()))
    assert Sensors(None).saturated() == () and Sensors(None).at_least_dl() is None


def test_a_stopped_clock_is_its_own_fault():
    """A clock that answers and has lost the time wants a new cell, not a new cable."""
    sensors = Sensors(Bus(x68=Registers(1, {0x0F: b"\x80"})), ("ds3231",))
    sensors.poll(1000)
    assert sensors.faults() == {"rtc_missing": False, "rtc_stopped": True}


def test_a_name_that_is_not_known():
    """What node.json asks for and no driver knows is a fault and a line; the others work on."""
    lines, say = [], log.warn
    log.warn = lines.append
    try:
        sensors = Sensors(Bus(x68=Registers(1, {0x0F: b"\x80"})), ("ds3231", "tsl2591"))
    finally:
        log.warn = say
    assert len(lines) == 1 and "'tsl2591'" in lines[0]
    sensors.poll(1000)
    assert sensors.faults() == {"sensor_unknown": True, "rtc_missing": False, "rtc_stopped": True}


def test_a_bus_gone_mad():
    """Whatever comes over the bus, polling and reading raise nothing and give numbers or None."""
    chance = Chance(3)
    noise = Noise(chance)
    bus = Bus(x10=noise, x23=noise, x68=noise, x40=noise)
    for names in (ALL, ("bh1750",)):
        sensors = Sensors(bus, names)
        for _ in range(1000):
            sensors.poll(chance.below(5000))
            sensors.rtc_set_ms(1795224600000)
            utc_ms = sensors.rtc_utc_ms()
            assert utc_ms is None or 946684800000 <= utc_ms < 7258118400000
            lux_dl, mwh, reading = sensors.lux_dl(), sensors.take_mwh(), sensors.measure()
            assert lux_dl is None or 0 <= lux_dl <= 1500000
            assert mwh is None or mwh >= 0
            assert reading is None or (reading[0] >= 0 and reading[1] >= 0)
            sensors.faults()
