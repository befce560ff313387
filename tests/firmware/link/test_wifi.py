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
    """A wrong password, no network, nothing at all: each in words."""
    for says, why in ((-3, "wrong password"), (-2, "no such network in reach"), (1, "no answer")):
        radio = double.WLAN()
        radio.looks, radio.says = 1000, says
        (said,) = in_no_time(Wifi(lambda radio=radio: radio, "park", "secret").ready())
        assert said.startswith("wifi: park: " + why), said
        assert radio.calls.count("active") == 1
    assert in_no_time(Wifi(lambda: radio, None, None).ready()) == [
        "wifi: node.json names no network"
    ]


def tries(wifi, count):
    """So many tries that nobody answers; what was said at each."""
    return [in_no_time(wifi.ready()) for _ in range(count)]


def test_a_radio_is_broken_only_when_a_new_start_did_not_help():
    """One refusal is a refusal; "does not work" is said after it was set up anew, in vain."""
    radio = double.WLAN()
    radio.dead = True
    made = []

    def make():
        made.append(1)
        return radio

    said = tries(Wifi(make, "park", "secret"), 17)
    assert all(lines[-1].startswith("wifi: the radio refuses (") for lines in said[:15])
    assert all(lines[-1].startswith("wifi: the radio does not work (") for lines in said[15:])
    assert len(made) == 2


def test_no_radio_is_restarted_for_a_few_failed_joins():
    """Four tries in vain leave it on; an answer, be it a refusal, begins the count anew."""
    radio = double.WLAN()
    radio.looks = 10**6
    wifi = Wifi(lambda: radio, "park", "secret")
    for _ in range(5):
        tries(wifi, 5)
        assert wifi.in_vain == 5
        wifi.tried(False)
        assert wifi.in_vain == 5
        wifi.tried(True)
        assert wifi.in_vain == 0
    assert "off" not in radio.calls


WAYS = (1, 2, 0, -1, -2, -3, 200, 201, 202, 203, 204, 1000, 1001) + (
    "isconnected",
    "active",
    "connect",
    "lies",
)


class Unwilling(double.WLAN):
    """Fails in one way, and counts how often it is switched off, let go of, and built."""

    def __init__(self, way):
        super().__init__()
        self.way = way
        self.looks = 10**6
        self.says = way if isinstance(way, int) else 1
        self.offs, self.gone = 0, 0

    def isconnected(self):
        if self.way == "isconnected":
            raise OSError(5)
        return self.way == "lies"

    def active(self, on):
        self.offs += not on
        if self.way == "active":
            raise RuntimeError("Wifi Unknown Error 0x0001")

    def connect(self, *network):
        if self.way == "connect":
            raise OSError("Wifi Internal Error")

    def deinit(self):
        self.gone += 1


def test_whatever_the_way_of_failing_the_radio_is_restarted():
    """Off and on after 5 tries in vain, set up anew after 15, and after 35: each is said once."""
    for way in WAYS:
        radio = Unwilling(way)
        made = []

        def make(radio=radio, made=made):
            made.append(1)
            return radio

        wifi = Wifi(make, "park", "secret")
        assert not [1 for lines in tries(wifi, 5) if len(lines) > 1]
        assert (radio.offs, len(made)) == (0, 1), way
        lines = in_no_time(wifi.ready())
        assert lines[0] == "wifi: nobody can be reached; switching the radio off and on", way
        assert (radio.offs, radio.gone, len(made)) == (1, 0, 1), way
        assert not [1 for lines in tries(wifi, 9) if len(lines) > 1]
        lines = in_no_time(wifi.ready())
        assert lines[0] == "wifi: still nobody can be reached; setting the radio up anew", way
        assert (radio.offs, radio.gone, len(made)) == (2, 1, 2), way
        said = tries(wifi, 24)  # up to 40 in all
        assert not [1 for lines in said if len(lines) > 1], way
        assert (radio.offs, len(made)) == (3, 3), way


def test_a_radio_that_cannot_be_built_is_built_again():
    """It is tried at each try, and its absence is no end of the task."""
    made = []

    def make():
        made.append(1)
        if len(made) < 20:
            raise RuntimeError("no radio")
        return double.WLAN()

    said = tries(Wifi(make, "park", "secret"), 20)
    assert said[0] == ["wifi: the radio refuses (no radio)"]
    assert said[18] == ["wifi: the radio does not work (no radio)"]
    assert said[19] == ["wifi: on park, -61 dBm"]


class Esp32(double.WLAN):
    """As ports/esp32/network_wlan.c: tries by itself unless told not to, keeps its last reason."""

    says = 1001

    def __init__(self):
        super().__init__()
        self.reason = 201
        self.reconnects = -1
        self.busy = False
        self.refused = 0

    def config(self, **settings):
        self.reconnects = settings.get("reconnects", self.reconnects)
        super().config(**{key: settings[key] for key in settings if key != "reconnects"})

    def isconnected(self):
        return False

    def connect(self, *network):
        if self.busy:
            self.refused += 1
            raise OSError("Wifi Internal Error", 0x300B)
        self.busy = True
        self.said = 0

    def disconnect(self):
        self.busy = False

    def status(self, what=None):
        self.said += 1
        return self.says if self.said < 9 else self.reason

    said = 0


def test_an_esp32_is_told_to_stop_before_it_is_told_again():
    """The driver is not to try by itself, and each try gives the true reason."""
    radio = Esp32()
    wifi = Wifi(lambda: radio, "park", "secret")
    for reason, words in ((201, "no such network in reach"), (202, "wrong password")):
        radio.reason = reason
        for _ in range(2):
            assert in_no_time(wifi.ready()) == ["wifi: park: " + words]
    assert radio.reconnects == 0
    assert radio.refused == 0


def test_an_esp32_that_takes_no_order_gives_the_reason_that_it_has():
    """Still busy, say: its last reason is true, and that it is broken is not known."""
    radio = Esp32()
    radio.disconnect = lambda: None
    wifi = Wifi(lambda: radio, "park", "secret")
    for _ in range(3):
        assert in_no_time(wifi.ready()) == ["wifi: park: no such network in reach"]
    assert radio.refused == 2


def test_a_reason_of_before_is_not_this_try_s():
    """The password was put right: the old reason is still there when the new join begins."""
    radio = double.WLAN()
    radio.looks, radio.says = 20, 202
    wifi = Wifi(lambda: radio, "park", "secret")
    assert in_no_time(wifi.ready()) == ["wifi: on park, -61 dBm"]


def test_a_signal_that_is_none_is_not_told():
    """0 and -128 are what drivers say when they do not know."""
    radio = double.WLAN()
    wifi = Wifi(lambda: radio, "park", "secret")
    in_no_time(wifi.ready())
    for dbm, told in (
        (-61, -61), (-1, -1), (-120, -120), (0, None), (-128, None), (127, None), (None, None)
    ):  # fmt: skip
        radio.status = lambda what=None, dbm=dbm: dbm
        assert wifi.rssi() == told
