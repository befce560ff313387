"""A lamp that leaps through its ticks is the same lamp as one that takes them one by one."""

import json
import random
from types import SimpleNamespace
from typing import Any

import pytest

from padlicht.simulate.history.board import Board, Clock
from padlicht.simulate.history.fast_forward import FastForward
from padlicht.simulate.history.firmware import firmware
from padlicht.simulate.history.node import Node
from padlicht.simulate.history.spool import Spool
from padlicht.simulate.world.radar_frames import encode_ld2410

pytestmark = pytest.mark.long  # each tick of an evening is lived through

QUARTER_TICKS = 45_000
TICKS = 4 * QUARTER_TICKS
BEGIN = 1_794_497_400  # 12 November 2026, 16:30 in Groningen, a quarter of an hour before sunset
END = BEGIN + 4 * 3600
FRAME_TICKS, TICKS_PER_S = 5, 50
REMEMBERED = 24  # frames alike, after which one more tells the lamp nothing


def lamp(settings: dict[str, Any]) -> Any:
    """The firmware's own."""
    module = firmware().lamp_role
    return module.Lamp(lambda duty: None, 6000, settings)


def left(lamp: Any) -> list[Any]:
    """All that a lamp remembers of its past, but for how long ago the radar's last frame was."""
    dimming = lamp._dimming
    presence = lamp._presence
    doubt, life = presence._radar, presence._life
    meters = (lamp._lit, lamp._boosted, lamp._near, lamp._observed, lamp._triggers, lamp._energy)
    return [
        *(dimming.state, dimming._position, dimming._held, dimming._shut),
        *(doubt.stuck, doubt._ticks, doubt._quiet, presence._near),
        *(life.signs, life._score, life._gathered, life._distance_cm, life._energy),
        *(lamp._duty, lamp._is_open, lamp._countdown, lamp._light),
        *(meter._count for meter in meters),
    ]


def invented(dice: random.Random, ticks: int) -> tuple[dict[int, int], dict[int, tuple[bool, int]]]:
    """Who comes and goes (distance in cm by tick, -1 nobody), and plans, some of them odd."""
    comings: dict[int, int] = {}
    at = 0
    while at < ticks:
        at += 5 + int(dice.expovariate(1 / dice.choice([200, 3000, 20_000])))
        comings[at] = 100
        at += dice.choice([5, 20, 60, 90, 120, 3000 if dice.random() < 0.1 else 80])
        at += 40_000 if dice.random() < 0.02 else 0
        comings[at] = -1
    plans = {
        dice.randrange(ticks): (dice.random() < 0.7, dice.choice([-1, 5000, 30_000]))
        for _ in range(6)
    }
    return comings, plans


@pytest.mark.parametrize("seed", range(8))
def test_leaps_leave_the_lamp_as_single_ticks_do(seed: int) -> None:
    """Whatever comes, goes, opens and shuts: state, position, suspicion, meters are the same."""
    dice = random.Random(seed)
    settings = firmware().settings.defaults() | {
        "hold_s": dice.choice([5, 20, 60, 120]),
        "fade_down_s": dice.choice([3, 10, 100, 420]),
        "fade_up_ms": dice.choice([300, 2000]),
        "base_pct": dice.choice([0, 1, 20]),
        "end_grace_s": dice.choice([0, 60]),
    }
    compare(settings, *invented(dice, TICKS))


def test_leaps_find_a_radar_that_is_stuck_in_the_same_tick() -> None:
    """Somebody who never goes is believed for nine of fifteen minutes, and again after quiet."""
    comings = {1003: 100, 61_004: -1, 62_000: 100, 62_111: -1, 70_000: 100, 110_000: -1}
    compare(firmware().settings.defaults(), comings, {10: (True, -1)})


def compare(
    settings: dict[str, Any], comings: dict[int, int], plans: dict[int, tuple[bool, int]]
) -> None:
    """Live through the same in both ways."""
    ticks = TICKS
    slow, quick = lamp(settings), lamp(settings)
    taken: list[dict[str, int]] = []
    distance_cm = -1
    for tick in range(ticks):
        if tick % QUARTER_TICKS == 0:
            taken.append(slow.take())
        if tick in plans:
            slow.plan(*plans[tick])
        distance_cm = comings.get(tick, distance_cm)
        if tick % FRAME_TICKS == 0:
            slow.seen(distance_cm)
        slow.tick()

    strides = FastForward(firmware(), quick)
    stops = sorted({*comings, *plans, *range(0, ticks, QUARTER_TICKS), ticks})
    retaken: list[dict[str, int]] = []
    distance_cm, fresh, tick = -1, REMEMBERED, 0
    for stop in (stop for stop in stops if stop <= ticks):
        while tick < stop:
            if fresh and tick % FRAME_TICKS == 0:
                quick.seen(distance_cm)
                fresh -= 1
            until = min(stop, tick - tick % FRAME_TICKS + FRAME_TICKS) if fresh else stop
            strides.live(until - tick)
            tick = until
        if stop % QUARTER_TICKS == 0 and stop < ticks:
            retaken.append(quick.take())
        if stop in plans:
            quick.plan(*plans[stop])
        if stop in comings:
            distance_cm, fresh = comings[stop], REMEMBERED
    assert retaken == taken
    assert left(quick) == left(slow)


def test_one_evening_gives_the_records_that_the_firmware_gives_tick_by_tick() -> None:
    """From before sunset to after the end: every field of every record, 720 000 ticks alike."""
    dice = random.Random(7)
    settings = {"end_at": "20:00", "lat_e4": 532300, "lon_e4": 65760}
    near: list[tuple[int, int]] = []
    for _ in range(160):
        from_tick = dice.randrange(BEGIN * TICKS_PER_S, END * TICKS_PER_S)
        near.append((from_tick, from_tick + dice.randrange(20, 200)))

    said: list[bytes] = []
    node = Node(
        firmware(), "park", "lamp-1", "lamp", 1,
        lambda utc_s, message: said.append(message.payload),
    )  # fmt: skip
    node.set_settings(1, settings)
    node.start(BEGIN, "power")
    for span in near:
        node.body.come(*span)
    node.live(END)
    ours = [
        record
        for payload in said
        for record in json.loads(payload).get("recs", [])
        if record["kind"] == "lamp"
    ]

    theirs = tick_by_tick(firmware().settings.defaults() | settings, near)
    assert len(theirs) == 16
    assert ours == theirs
    assert sum(record["trig"] for record in theirs) > 50
    lit_s = sum(record["lit_s"] for record in theirs)
    assert 3 * 3600 < lit_s < 3.4 * 3600  # sunset at 16:46, end at 20:00, grace and fade


def tick_by_tick(settings: dict[str, Any], near: list[tuple[int, int]]) -> list[dict[str, Any]]:
    """The same evening with the firmware's role and recorder called as a board calls them."""
    parts = firmware()
    board = Board(random.Random(1))
    board.clock = Clock(BEGIN)
    role = parts.lamp_role.LampRole(board, settings, lambda: 0)
    recorder = parts.recorder.Recorder(board, board.clock, role, 900, lambda: None)
    kept: list[dict[str, Any]] = []
    spool = Spool(parts)
    spool.begin(1)
    recorder.boot, recorder.spool = (
        1,
        SimpleNamespace(
            pending=0,
            dropped=0,
            extend=lambda records: (spool.extend(records), kept.extend(records)),
        ),
    )
    recorder._tally = parts.tally.Tally("lamp", 900, {})
    recorder._tally.start(BEGIN, 0)
    edges: dict[int, int] = {}
    for first, last in near:
        edges[first] = edges.get(first, 0) + 1
        edges[last] = edges.get(last, 0) - 1
    there = 0
    for second in range(BEGIN, END + 1):
        board.clock.now_s = second
        recorder.second()
        role.second(second)
        for tick in range(second * TICKS_PER_S, (second + 1) * TICKS_PER_S):
            there += edges.get(tick, 0)
            if tick % FRAME_TICKS == 0:
                role.feed(encode_ld2410(1, 100, 60) if there else encode_ld2410(0, 0, 0))
            role.tick()
    records = [record for record in kept if record["kind"] == "lamp"]
    return [{"seq": 2 * number + 1, **record} for number, record in enumerate(records)]
