"""A radio that joins, that cannot, and that only says that it has."""

import asyncio

import machine_double as double
from machine_double import in_no_time

from node.link.wifi import Wifi

INTERPRETERS = ("mp64", "mp32")


def test_wifi_joins_once_and_says_so():
    """The radio is told once, without power saving, and asked until it is on the network."""
    radio = double.WLAN()
    wifi = Wifi(lambda: radio, "park", "secret")
    assert wifi.rssi() is None
    assert in_no_time(wifi.ready()) == ["wifi: on park, -61 dBm"]
    assert radio.calls == ["active", ("config", {"pm": 0}), ("connect", ("park", "secret"))]
    assert in_no_time(wifi.ready()) == []
    assert wifi.rssi() == -61


def test_a_deadline_while_it_joins_does_not_make_the_radio_begin_anew():
    """Whoever waits is cut off after some seconds; the radio goes on, and is not told again."""
    radio = double.WLAN()
    radio.looks = 9
    wifi = Wifi(lambda: radio, "park", "secret")

    async def story():
        task = asyncio.create_task(wifi.ready())
        while ("connect", ("park", "secret")) not in radio.calls:
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(0)
        await wifi.ready()

    assert in_no_time(story()) == ["wifi: on park, -61 dBm"]
    assert radio.calls.count("active") == 1


def test_wifi_says_why_it_cannot_join():
    """A wrong password, no network, nothing at all, a dead radio: each in words."""
    for says, why in ((-3, "wrong password"), (-2, "no such network in reach"), (1, "no answer")):
        radio = double.WLAN()
        radio.looks, radio.says = 1000, says
        (said,) = in_no_time(Wifi(lambda radio=radio: radio, "park", "secret").ready())
        assert said.startswith("wifi: park: " + why), said
        assert radio.calls.count("active") == 1
    assert in_no_time(Wifi(lambda: radio, None, None).ready()) == [
        "wifi: node.json names no network"
    ]
    radio.dead = True
    assert "does not work" in in_no_time(Wifi(lambda: radio, "park", "secret").ready())[0]


def test_a_radio_that_only_says_that_it_is_connected_is_restarted():
    """After three connections in vain it is switched off and joins anew; an answer resets that."""
    radio = double.WLAN()
    wifi = Wifi(lambda: radio, "park", "secret")
    in_no_time(wifi.ready())
    for worked in (False, False, True, False, False):
        wifi.tried(worked)
        assert in_no_time(wifi.ready()) == []
    wifi.tried(False)
    radio.looks = 2
    said = in_no_time(wifi.ready())
    assert said == ["wifi: nobody can be reached; restarting the radio", "wifi: on park, -61 dBm"]
