"""What a node does when the hub, the broker, the clock, the flash, the radar or a task goes."""

from itertools import pairwise

from tests.end_to_end.fakes import FakeHub, evening_offset_s
from tests.end_to_end.process import (
    BASE,
    FULL,
    INTERVAL_S,
    all_acknowledged,
    assert_no_second_twice,
    dated,
    start,
    until,
)
from tests.rigs.patience import short_s


def test_a_radar_that_goes_away_is_found_again(hub, world, make_node):
    """When the line to the world breaks, the node looks for it, and the light follows again."""
    node = make_node()
    start(node, world)
    until("base light", lambda: world.duties and abs(world.duties[-1] - BASE) < 99)
    world.drop()
    until("it is said", lambda: "W sim: no world at" in node.console())
    until("back", lambda: node.console().count("I sim: in the world at") == 2)
    world.distance_cm = 100
    until("full light", lambda: world.duties[-1] == FULL)


def test_without_a_clock_the_lamp_is_dark_but_counts_on(hub, world, make_node):
    """Until the time is known there is no light, and what was measured is dated afterwards."""
    hub.tells_time = False
    node = make_node()
    world.distance_cm = 100
    start(node, world)
    until(
        "undated records",
        lambda: node.folder.joinpath("journal.jsonl").exists() and len(node.journal()[0]) >= 4,
    )
    assert {rec["t"] for rec in node.journal()[0].values()} == {0}
    assert set(world.duties) <= {0}
    assert not hub.arrivals
    hub.send("lamp-1", "down/time", {"utc_ms": hub.utc_ms()})
    until("light", lambda: world.duties[-1] == FULL)
    until("everything handed in", lambda: all_acknowledged(node))
    records = dated(hub.records("lamp"))
    assert [rec["clock"] for rec in records[:2]] == [0, 0]
    assert_no_second_twice(hub.records("lamp"))
    for one, other in pairwise(records):
        assert other["t"] - one["t"] - one["dt"] <= 1, "uptime and UTC tick at different moments"
    assert "I lamp: the time is not known; dark until the hub tells it" in node.console()


def test_a_kill_loses_no_record_and_totals_go_on(hub, world, make_node):
    """After kill -9 the next boot hands in what the last one kept, and counts its totals on."""
    hub.acks = False
    node = make_node()
    world.distance_cm = 100
    start(node, world)
    until("energy", lambda: any(rec["mwh_total"] > 5 for rec in hub.records("lamp").values()))
    until("some wait", lambda: len(node.journal()[0]) >= 6)
    node.kill()
    until("the last will", lambda: hub.heard["up/status"][-1] == {"state": "lost"})
    before, _ = node.journal()
    hub.acks = True
    start(node, world)
    until("records of both boots", lambda: {boot for boot, _ in hub.records("lamp")} == {1, 2})
    until("everything handed in", lambda: all_acknowledged(node))
    handed_in = hub.records("lamp") | hub.records("health")
    assert set(before) <= set(handed_in)
    lamp = hub.records("lamp")
    assert_no_second_twice(lamp)
    in_order = [lamp[identity] for identity in sorted(lamp)]
    for one, other in pairwise(in_order):
        assert other["mwh_total"] == one["mwh_total"] + other["mwh"]
        assert other["trig_total"] == one["trig_total"] + other["trig"]


def test_the_lamp_goes_on_alone_and_hands_in_everything(broker, world, make_node):
    """Hub, broker and clock vanish: the light goes on and ends by itself; no interval is lost."""
    hub = FakeHub(broker, evening_offset_s("21:00"))
    node = make_node()
    start(node, world)
    hub.send(
        "lamp-1", "down/settings", {"version": 1, "set": {"end_grace_s": 0, "hold_s": 5}}, True
    )
    until("base light", lambda: world.duties and abs(world.duties[-1] - BASE) < 99)
    # However long that took, ten o'clock comes a while after the hub has gone.
    hub.offset_s = evening_offset_s("22:00") - short_s(15)
    late_s = hub.utc_ms() // 1000
    hub.send("lamp-1", "down/time", {"utc_ms": hub.utc_ms()})
    until("a late record", lambda: any(rec["t"] >= late_s for rec in dated(hub.records("lamp"))))
    hub.close()
    before = hub.records("lamp")
    broker.kill()
    world.distance_cm = 120
    until("full light without anybody", lambda: world.duties[-1] == FULL)
    until("dark after 22:00", lambda: world.duties[-1] == 0, 120)
    made = len(node.journal()[0])
    until("it counts on", lambda: len(node.journal()[0]) >= made + 4)

    broker.start()
    hub = FakeHub(broker, hub.offset_s)
    try:
        until("everything handed in", lambda: all_acknowledged(node))
        made, _ = node.journal()
        found = before | hub.records("lamp")
        lamp = {identity: rec for identity, rec in made.items() if rec["kind"] == "lamp"}
        alone = dated(hub.records("lamp"))
        print(f"FIGURE outage_alone_s={sum(rec['dt'] for rec in alone)}")
        print(f"FIGURE outage_intervals_made={len(lamp)}")
        print(f"FIGURE outage_intervals_missing={len(set(lamp) - set(found))}")
        assert set(found) == set(lamp)
        assert_no_second_twice(found)
        assert {rec["clock"] for rec in alone} == {2}
        assert {rec["dt"] for rec in alone[1:-1]} == {INTERVAL_S}
        assert sum(rec["trig"] for rec in alone) == 1
    finally:
        hub.close()


def test_a_clock_of_its_own_is_enough_for_light(world, make_node):
    """With no broker at all, a board with a clock lights the evening, and says how sure it is."""
    node = make_node()
    world.distance_cm = 100
    start(node, world, rtc_offset_s=evening_offset_s("18:00"))
    until("full light", lambda: world.duties and world.duties[-1] == FULL)
    made = until("records", lambda: (j := node.journal()[0]) and len(j) >= 6 and j)
    assert {rec["clock"] for rec in made.values()} == {1}
    assert "hub: link lost (nobody listens at that address)" in node.console()


def test_a_step_of_the_clock_cuts_the_interval(hub, world, make_node):
    """Set back to noon, the open interval ends by the time it began in, and the light goes out."""
    node = make_node()
    start(node, world)
    settings = {"version": 1, "set": {"end_grace_s": 0}}
    hub.send("lamp-1", "down/settings", settings, retain=True)
    until("records", lambda: len(dated(hub.records("lamp"))) >= 3)
    until("base light", lambda: abs(world.duties[-1] - BASE) < 99)
    hub.offset_s -= 6 * 3600
    hub.send("lamp-1", "down/time", {"utc_ms": hub.utc_ms()})
    until(
        "records of noon",
        lambda: (
            sum(abs(rec["t"] - hub.utc_ms() / 1000) < 60 for rec in dated(hub.records("lamp"))) >= 2
        ),
    )
    until("dark", lambda: world.duties[-1] == 0)
    assert_no_second_twice(hub.records("lamp"))


def test_what_was_said_while_it_was_away_is_not_heard(hub, world, make_node):
    """A time that waited in the broker would be wrong by as long as the node was away."""
    node = make_node()
    start(node, world)
    until("a record", lambda: dated(hub.records("lamp")))
    node.kill()
    until("the last will", lambda: hub.heard["up/status"][-1] == {"state": "lost"})
    hub.send("lamp-1", "down/time", {"utc_ms": hub.utc_ms() - 3600_000})
    start(node, world)
    until("records of both boots", lambda: {boot for boot, _ in hub.records("lamp")} == {1, 2})
    assert all(abs(rec["t"] - hub.utc_ms() / 1000) < 60 for rec in hub.records("lamp").values())
    assert "ms on" not in node.console()


def test_a_stuck_flash_keeps_no_light_from_anybody(hub, world, make_node):
    """A spool that cannot be opened costs records, not light, and is said."""
    node = make_node()
    (node.folder / "spool").write_text("a file where a folder should be")
    world.distance_cm = 100
    start(node, world, rtc_offset_s=hub.offset_s)
    until("full light", lambda: world.duties and world.duties[-1] == FULL)
    until("it is said", lambda: "W app: task records died" in node.console())
    (node.folder / "spool").unlink()
    until("records after all", lambda: hub.records("lamp"), 30)
    until("the fault is known", lambda: hub.records("fault"))
    fault = next(iter(hub.records("fault").values()))
    assert (fault["code"], fault["on"]) == ("task_records", True)
    assert node.journal()


def test_a_task_that_dies_is_reported_and_started_again(hub, world, make_node, broken_firmware):
    """A radar that fails now and then costs a fault record, neither light nor records."""
    node = make_node(main=broken_firmware)
    world.distance_cm = 100
    start(node, world)
    until("light all the same", lambda: world.duties and world.duties[-1] == FULL)
    fault = until("a fault", lambda: list(hub.records("fault").values()))[0]
    assert (fault["code"], fault["on"]) == ("task_radar", True)
    assert "W app: task radar died (OSError(5,)); starting it again in 1 s" in node.console()
