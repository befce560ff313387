"""One node on real MicroPython and a real mosquitto; a hub and a world that obey the test."""

import re
from itertools import pairwise

import pytest

from tests.end_to_end.process import (
    BASE,
    FULL,
    INTERVAL_S,
    all_acknowledged,
    dated,
    passed,
    start,
    until,
    until_it_knows_the_time,
)


def test_a_birth_says_who_woke_and_brings_the_time(hub, world, make_node):
    """A node says who it is, is told the time, and then says that it knows it."""
    node = make_node()
    start(node, world)
    until_it_knows_the_time(hub)
    assert hub.birth() == {
        **{"state": "ready", "role": "lamp", "boot": 1, "fw": "0.1.0", "board": "sim"},
        **{"reset": "power", "clock": 2},
    }
    assert hub.heard["up/status"][0]["clock"] == 0
    assert hub.heard["up/settings"][0] == {"version": 0, "refused": {}}


def is_whole(rec):
    """Whether somebody was near, under full light, in each second of its interval."""
    return rec["obs_s"] == rec["lit_s"] == rec["boost_s"] == rec["near_s"] == INTERVAL_S


def test_records_are_aligned_whole_and_dated(hub, world, make_node):
    """Each interval has a lamp's and a health record, begins on the grid and leaves no gap.

    Each second of it is watched. A tick that this machine let wait leaves one second, once, to the
    next interval, which has no room for it: whoever misses one is watched for three times as long,
    and a node that loses seconds would have lost the next one by then.
    """
    node = make_node()
    world.distance_cm = 100
    began_s = hub.utc_ms() // 1000
    start(node, world)

    def long_enough():
        records = dated(hub.records("lamp"))
        missed = not all(map(is_whole, records[2:]))
        return len(records) > (18 if missed else 5) and records

    records = until("five intervals", long_enough)
    for one, other in pairwise(records):
        assert one["t"] + one["dt"] == other["t"]
    for rec in records[2:]:
        assert (rec["t"] % INTERVAL_S, rec["dt"], rec["clock"]) == (0, INTERVAL_S, 2)
    for name in ("obs_s", "lit_s", "boost_s", "near_s"):
        missing = [INTERVAL_S - rec[name] for rec in records[2:]]
        assert sum(missing) == max(missing) <= 1, name
    assert all(began_s <= rec["t"] <= hub.utc_ms() / 1000 for rec in records[2:])
    assert {rec["t"] for rec in records[:5]} <= {rec["t"] for rec in hub.records("health").values()}


def test_the_light_follows_the_person_and_the_window(hub, world, make_node):
    """Base light while nobody is near, all of it for somebody within reach."""
    node = make_node()
    start(node, world)
    until("base light", lambda: world.duties and abs(world.duties[-1] - BASE) < 99)
    world.distance_cm = 250
    records = len(hub.records("lamp"))
    until("two more intervals", lambda: len(hub.records("lamp")) >= records + 2)
    assert max(world.duties) < BASE + 99, "somebody beyond the reach woke the lamp"
    world.distance_cm = 150
    until("full light", lambda: world.duties[-1] == FULL)


def test_what_is_not_acknowledged_comes_again_as_the_same(hub, world, make_node):
    """Without the hub's word a record is sent again, unchanged, until it has it."""
    hub.acks = False
    node = make_node()
    start(node, world)
    first = until("a record", lambda: list(hub.arrivals))[0]
    _, acked = node.journal()
    assert not acked
    hub.acks = True
    until("the same again", lambda: hub.arrivals.count(first) == 2)
    until("everything handed in", lambda: all_acknowledged(node))
    said = re.search(r"W hub: no acknowledgement in (\d+) s; sending again", node.console())
    assert 10 <= int(said[1]) <= 20


def test_settings_are_taken_whole_or_not_at_all(hub, world, make_node):
    """Good settings change the light and are confirmed; one bad value refuses the whole version."""
    node = make_node()
    start(node, world)
    until("base light", lambda: world.duties and abs(world.duties[-1] - BASE) < 99)
    good = {"version": 3, "set": {"base_pct": 10, "fade_down_s": 3}}
    hub.send("lamp-1", "down/settings", good, retain=True)
    until("confirmed", lambda: {"version": 3, "refused": {}} in hub.heard["up/settings"])
    until("less light", lambda: abs(world.duties[-1] - BASE // 2) < 99)
    bad = {"version": 4, "set": {"base_pct": 5, "boost_pct": 300, "moonlight": "full"}}
    hub.send("lamp-1", "down/settings", bad, retain=True)
    report = until("refused", lambda: (r := hub.heard["up/settings"][-1])["refused"] and r)
    assert report["version"] == 3
    assert set(report["refused"]) == {"boost_pct", "moonlight"}
    assert "outside 40-100 %" in report["refused"]["boost_pct"]
    node.kill()
    start(node, world)
    until("the old ones again", lambda: hub.birth()["boot"] == 2)
    until("light again", lambda: abs(world.duties[-1] - BASE // 2) < 99)


def test_a_change_of_settings_cuts_the_interval(hub, world, make_node):
    """No record mixes the light of two settings; time goes on without a gap."""
    node = make_node()
    node.start(interval_s=600, world=world.address)
    known_s = until_it_knows_the_time(hub)
    for version, reach_cm in (1, 150), (2, 250):
        passed(hub, known_s + 2 * version)
        settings = {"version": version, "set": {"reach_cm": reach_cm}}
        hub.send("lamp-1", "down/settings", settings, retain=True)
        until("a cut", lambda wanted=version: len(hub.records("lamp")) >= wanted)
    one, other = dated(hub.records("lamp"))[-2:]
    assert one["t"] + one["dt"] == other["t"]
    assert other["dt"] < 600


def test_a_node_without_an_identity_says_what_to_do(make_node):
    """A folder that nobody provisioned ends the start with one clear line."""
    node = make_node()
    (node.folder / "node.json").unlink()
    node.start()
    assert node.wait() == 1
    assert node.console().strip().endswith("node.json is not there: `padlicht node add` writes it")


def test_commands_are_answered(hub, world, make_node):
    """What the node can do it does; for the rest it says why not."""
    node = make_node()
    start(node, world)
    until_it_knows_the_time(hub)
    assert hub.command("lamp-1", "identify", "c-1") == {"id": "c-1", "ok": True}
    assert "I sim: here I am, lamp-1" in node.console()
    reply = hub.command("lamp-1", "sing", "c-2")
    assert reply == {"id": "c-2", "ok": False, "why": "this firmware has no command sing"}
    late = hub.command("lamp-1", "identify", "c-3", for_s=-30)
    assert not late["ok"]
    assert "too late" in late["why"]
    assert node.console().count("here I am") == 1


def test_watching_shows_the_level_live(hub, world, make_node):
    """While somebody watches, each change of light is told; before that, nothing is."""
    node = make_node()
    start(node, world)
    until("base light", lambda: world.duties and abs(world.duties[-1] - BASE) < 99)
    assert not hub.heard["up/live"]
    assert hub.command("lamp-1", "watch", "c-1")["ok"]
    until("base, live", lambda: {"level_pm": 200, "state": "base"} in hub.heard["up/live"])
    world.distance_cm = 100
    until("boost, live", lambda: {"level_pm": 1000, "state": "boost"} in hub.heard["up/live"])
    assert any(200 < live["level_pm"] < 1000 for live in hub.heard["up/live"])


def test_a_reboot_keeps_the_open_interval(hub, world, make_node):
    """A node told to restart answers first, keeps what it measured, and says why it woke."""
    node = make_node()
    node.start(interval_s=600, world=world.address)
    passed(hub, until_it_knows_the_time(hub) + 2)
    assert hub.command("lamp-1", "reboot", "c-1")["ok"]
    assert node.wait() == 0
    start(node, world)
    until("the second birth", lambda: hub.birth()["boot"] == 2)
    assert hub.birth()["reset"] == "reboot"
    until("the interval before", lambda: any(boot == 1 for boot, _ in hub.records("lamp")))


@pytest.mark.parametrize(("forth", "counter"), [(True, "in"), (False, "out")])
def test_a_counter_counts_by_direction(hub, world, make_node, forth, counter):
    """Somebody who walks across the line once is one crossing, in that direction only."""
    node = make_node("counter")
    path_mm = range(-400, 3000, 130) if forth else range(2900, -500, -130)
    world.place_mm = (100, path_mm[0])
    start(node, world)
    until_it_knows_the_time(hub)
    until("watching", lambda: any(rec["obs_s"] for rec in hub.records("footfall").values()))
    world.walk([(100, y_mm) for y_mm in path_mm])
    until(
        "a crossing",
        lambda: any(rec["in"] + rec["out"] for rec in hub.records("footfall").values()),
    )
    records = hub.records("footfall").values()
    assert sum(rec["in"] + rec["out"] for rec in records) == 1
    assert max(rec[counter + "_total"] for rec in records) == 1
    assert max(rec["obs_s"] for rec in records) == INTERVAL_S


def test_garbage_from_the_hub_changes_nothing(hub, world, make_node):
    """What cannot be read is named in the log and ignored; the node stays connected."""
    node = make_node()
    start(node, world)
    until_it_knows_the_time(hub)
    hub.send("lamp-1", "down/time", {"utc_ms": "noon"})
    hub.send("lamp-1", "down/time", {"utc_ms": 1000})
    nested = '{"id":"c","do":"x","until":1,"args":' + '{"a":' * 500 + "1" + "}" * 501
    hub.send("lamp-1", "down/command", nested)
    hub.send("lamp-1", "down/settings", {"version": 1})
    hub.send("lamp-1", "down/ack", {"boot": 1, "seqs": [[5, 1]]})
    hub.send("lamp-1", "down/firmware", {"url": "somewhere"})
    hub.send("lamp-1", "down/command", {"id": "c", "do": "x" * 3000, "until": 0, "args": {}})
    assert hub.command("lamp-1", "identify", "c-1")["ok"]
    until("said", lambda: "W hub: down/time: utc_ms is 'noon', not int; ignored" in node.console())
    assert hub.birth()["boot"] == 1
    assert hub.heard["up/status"].count(hub.birth()) == 1
    assert hub.heard["up/settings"][-1] == {"version": 0, "refused": {}}
