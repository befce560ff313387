"""A node that lights: settings, previews and hours as its board and its lamp get them."""

from node.errors import BadData
from node.keep.settings import defaults
from node.keep.zone import days
from node.link import wire
from node.roles.lamp import PREVIEW_KEYS, PREVIEW_MAX_S, LampRole

EVENING = (days(2026, 11, 12) + 10957) * 86400 + 18 * 3600
NOON = EVENING - 6 * 3600


class Sensors:
    """What is fitted beside the radar: nothing, or a meter."""

    mwh = None

    def take_mwh(self):
        return self.mwh

    def at_least_dl(self):
        return None


class Board:
    """A board whose driver is written down."""

    rated_mw = 6000
    motion_pin = None
    duty_bits = 16
    lux = None

    def __init__(self):
        self.duty = None
        self.hz = []
        self.sensors = Sensors()

    def set_duty_u16(self, duty):
        self.duty = duty

    def set_pwm_hz(self, hz):
        self.hz.append(hz)
        self.duty_bits = 16 if hz <= 2000 else 12

    def lux_dl(self):
        return self.lux


def report(distance_cm, energy=50, still_cm=-1):
    """A frame of the radar: something moves at a distance or stands still, or nothing does (-1)."""
    state = (1 if distance_cm >= 0 else 0) | (2 if still_cm >= 0 else 0)
    low, high = max(distance_cm, 0) & 255, max(distance_cm, 0) >> 8
    still = max(still_cm, 0)
    body = bytes((2, 0xAA, state, low, high, energy, still & 255, still >> 8, 0))
    body += bytes((low, high, 0x55, 0))
    return b"\xf4\xf3\xf2\xf1\x0d\x00" + body + b"\xf8\xf7\xf6\xf5"


class Node:
    """A lamp's role, lived second by second."""

    def __init__(self, utc_s, **changes):
        self.board = Board()
        self.values = dict(defaults(), **changes)
        self.role = LampRole(self.board, self.values, lambda: 0)
        self.utc_s = utc_s

    def run(self, seconds, distance_cm=-1, **more):
        for _ in range(seconds):
            self.role.second(self.utc_s)
            for tick in range(50):
                if tick % 5 == 0:
                    self.role.feed(report(distance_cm, **more))
                self.role.tick()
            if self.utc_s is not None:
                self.utc_s += 1

    @property
    def level_pm(self):
        return (self.board.duty * 1000 + 32767) // 65535


def test_an_evening_is_lit_and_a_noon_is_not():
    """At six in November the lamp shines at base, at full for who is near; at noon it is dark."""
    node = Node(EVENING)
    node.run(3)
    assert node.level_pm == 200
    node.run(3, 150)
    assert node.level_pm == 1000
    node = Node(NOON)
    node.run(3, 150)
    assert node.board.duty == 0


def test_the_light_goes_by_the_clocks_word():
    """In the second of end_at an empty path begins to go out, and is dark within 30 s; with
    somebody near, or within the hold, it has its grace of base light first, and then goes."""
    end = EVENING + 3 * 3600  # 22:00:00
    for distance_cm, left_s, grace_s in ((-1, 0, 0), (150, 0, 60), (150, 10, 60), (150, 25, 0)):
        node = Node(end - 60)
        node.run(55 - left_s)
        node.run(3, distance_cm)
        node.run(2 + left_s)
        assert node.utc_s == end
        before = node.level_pm
        assert before >= 200
        node.run(1)
        assert (node.level_pm < 200) == (grace_s == 0 and before == 200)
        assert node.level_pm < before
        if grace_s:
            node.run(grace_s - 2)
            assert node.level_pm == 200
            node.run(2)
        node.run(29)
        assert node.board.duty == 0, (distance_cm, left_s)


def test_energy_and_whoever_is_still_reach_the_lamp():
    """What the radar says beside the distance counts: energies that move keep a stay in the light,
    and at a place to stay somebody who sits still has it, too."""
    node = Node(EVENING)
    for second in range(700):
        node.run(1, 150, energy=50 if second // 20 % 2 else 90)
        assert not node.role.faults()["lamp_stuck"]
    assert node.level_pm == 1000
    for stay, level in (("yes", 1000), ("no", 200)):
        node = Node(EVENING, stay=stay)
        node.run(5, 150)
        node.run(60, -1, still_cm=150)
        assert node.level_pm == level


def test_the_driver_is_told_its_frequency_when_it_changes():
    """pwm_hz goes to the board at the start and on change, not with every other setting."""
    node = Node(EVENING)
    node.role.configure(dict(node.values, base_pct=10))
    assert node.board.hz == [2000]
    node.role.configure(dict(node.values, pwm_hz=8000))
    assert node.board.hz == [2000, 8000]
    node.run(5)
    assert node.board.duty == 0x333 << 4 | 0x333 >> 8  # 20 % in steps of 12 bits


def test_a_preview_is_shown_at_noon_and_then_forgotten():
    """Settings on trial light the lamp at any hour, and after their seconds all is as before."""
    node = Node(NOON, end_grace_s=0)
    node.run(2)
    assert node.role.preview({"base_pct": 10, "pwm_hz": 5000, "seconds": 20}) is None
    node.run(10)
    assert node.level_pm == 100 and node.board.hz == [2000, 5000]
    node.run(40)
    assert node.board.duty == 0 and node.board.hz == [2000, 5000, 2000]
    node.utc_s = EVENING
    node.role.replan()
    node.run(5)
    assert node.level_pm == 200


def test_a_preview_does_not_outlive_new_settings():
    """Settings that arrive for good end a trial at once; a second trial takes the first's place."""
    node = Node(EVENING)
    assert node.role.preview({"base_pct": 10, "seconds": 600}) is None
    node.run(5)
    assert node.role.preview({"base_pct": 5, "seconds": 600}) is None
    node.run(10)
    assert node.level_pm == 50
    node.role.configure(dict(node.values, base_pct=15))
    node.run(10)
    assert node.level_pm == 150


def test_a_preview_is_taken_whole_or_refused_with_its_reason():
    """Each wrong wish is refused in a sentence that names it, and nothing of it is tried."""
    node = Node(EVENING)
    node.run(3)
    for args, word in (
        ({}, "seconds"),
        ({"seconds": 0}, "seconds"),
        ({"seconds": PREVIEW_MAX_S + 1}, "seconds"),
        ({"seconds": True}, "seconds"),
        ({"seconds": "60"}, "seconds"),
        ({"seconds": 60, "base_pct": 50}, "base_pct"),
        ({"seconds": 60, "base_pct": 5, "boost_pct": "x"}, "boost_pct"),
        ({"seconds": 60, "base_pct": 5, "end_at": "23:00"}, "end_at"),
        ({"seconds": 60, "base_pct": 5, "colour": 1}, "colour"),
    ):
        why = node.role.preview(args)
        assert why and word in why, args
        wire.encode_reply("c-1", False, why)
        node.run(1)
        assert node.level_pm == 200
    for key in PREVIEW_KEYS:
        assert node.role.preview({"seconds": 1, key: node.values[key]}) is None


def test_energy_is_metered_where_all_of_it_was():
    """With a meter its milliwatt-hours are the record's; without, those of level and power."""
    node = Node(EVENING)
    node.run(60)
    counters = node.role.take()
    assert counters["metered"] is False and counters["mwh"] == 20
    node.board.sensors.mwh = 33
    node.run(60)
    counters = node.role.take()
    assert counters["metered"] is True and counters["mwh"] == 33


def test_a_light_sensor_reaches_the_hours():
    """With lux_gate the lamp waits for darkness within the evening's first hour, and then stays."""
    node = Node(EVENING - 6000, lux_gate=20)  # sunset was some ten minutes ago
    node.board.lux = 900
    node.run(60)
    assert node.board.duty == 0
    node.board.lux = 50
    node.run(100)
    assert node.level_pm == 200
    node.board.lux = 900
    node.run(20)
    assert node.level_pm == 200


def test_a_light_sensor_at_the_end_of_its_scale_says_that_it_is_bright():
    """It has no reading, but the sun is in it: the hours do not take it for a sensor that went."""
    node = Node(EVENING - 6000, lux_gate=20)
    node.board.sensors.at_least_dl = lambda: 1409264
    node.run(120)
    assert node.board.duty == 0
    node.board.lux = 50
    node.run(100)
    assert node.level_pm == 200


def test_a_silent_radar_is_a_fault():
    """A minute without a report raises radar_silent, and one report takes it back."""
    node = Node(EVENING)
    for _ in range(61):
        node.role.second(EVENING)
    assert node.role.faults()["radar_silent"]
    node.role.feed(report(-1))
    node.role.second(EVENING)
    assert not node.role.faults()["radar_silent"]


def test_garbage_in_a_previews_args_is_refused_not_raised():
    """Values of every JSON kind for every key make a sentence, never an exception."""
    node = Node(EVENING)
    for value in (None, True, -1, 10**9, 1.5, "", "x" * 500, [], [1], {}, {"a": 1}):
        for key in PREVIEW_KEYS + ("seconds", "tz", "line_mm", ""):
            args = {"seconds": 5}
            args[key] = value
            try:
                why = node.role.preview(args)
            except BadData:
                why = "raised"
            assert why is None or (isinstance(why, str) and why != "raised"), (key, value)
