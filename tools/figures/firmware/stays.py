"""Busy paths, people who stay, and sensors that are stuck: who has light, and what is said when."""

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from typing import Any, NamedTuple

from tests.rigs import micropython
from tools.figures.figure import Figure

HOURS = 3
EVERY_S = (5, 10, 20, 30, 60, 120)
HOLD_S = (5, 120)
SIZES = (1, 4)
STAYS = ("Exercise", "Talk", "Sit")
STAY_S = (600, 3600, 3 * 3600)
SEEDS = range(1, 21)
FIND_S = 15 * 60  # so soon a stuck sensor is found
BEFORE_S = 1200  # people who pass before a radar gets stuck in mid-evening
NOISE: tuple[dict[str, int], ...] = (
    {},
    {"jitter": 5},
    {"wrong": 5},
    {"none": 5},
    {"jitter": 5, "wrong": 5},
)
PULSES_S = ((2, 2), (2.5, 3), (0.5, 0.5), (3, 8))
HOW = "tests/firmware/people.py, each tick of the lamp on CPython: "


class Life(NamedTuple):
    """One lamp's: how long, what its sensors are told (by name, with arguments), and settings."""

    seconds: int
    source: str
    arguments: dict[str, Any]
    pin: str = ""
    heard: bool = True
    settings: tuple[tuple[str, Any], ...] = ()


def measure() -> Iterator[Figure]:
    """Nobody in base light, no false fault; and each true one within a quarter of an hour."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:

        def lived(lives: list[Life]) -> list[dict[str, Any]]:
            return list(pool.map(live, lives))

        yield from _busy(lived)
        yield from _stays(lived)
        yield from _stuck(lived)


def live(one: Life) -> dict[str, Any]:
    """Live through it; called in a process of its own, where the firmware is imported."""
    for folder in (micropython.FIRMWARE, micropython.ROOT / "tests" / "firmware"):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    import people
    from bench import Bench

    arguments = dict(one.arguments)
    if "before" in arguments:
        arguments["before"] = people.Passers(arguments["seed"], arguments["before"])
    source = getattr(people, one.source)(**arguments)
    pin: Any = None
    if one.pin == "free":
        pin = people.FreePin(arguments["seed"], *dict(one.settings)["pulses_s"], jitter=5)
    elif one.pin:
        pin = people.PirPin(source, hold_s=2 if one.pin == "AM312" else 3)
    settings = {key: held for key, held in one.settings if key != "pulses_s"}
    bench = Bench(motion_pin=pin, **settings)
    bench.lamp.plan(True, -1)
    came: dict[str, Any] = people.live(bench, one.seconds, source, one.heard)
    return came


Lived = Callable[[list[Life]], list[dict[str, Any]]]


def _busy(lived: Lived) -> Iterator[Figure]:
    seconds = int(HOURS * 3600)
    told = product(EVERY_S, HOLD_S, SIZES)
    radar = [
        Life(seconds, "Passers", {"seed": e + h + n, "every_s": e, "size": n}, settings=hold(h))
        for e, h, n in told
    ]
    cames = lived(radar)
    yield _false("busy_paths", f"{HOURS} h each", cames)
    yield _dark("busy_paths", f"{HOURS} h each", cames)
    pir = [
        Life(seconds, "Passers", {"seed": e, "every_s": e}, pin, False, hold(20))
        for e, pin in product(EVERY_S, ("AM312", "HC-SR501"))
    ]
    yield _false("busy_paths_by_pir", f"{HOURS} h each", lived(pir))  # a PIR sees some of them late


def _stays(lived: Lived) -> Iterator[Figure]:
    radar = [
        Life(seconds, who, {"seed": seed}) for who, seconds, seed in product(STAYS, STAY_S, (1, 2))
    ]
    cames = lived(radar)
    yield _false("stays", "10 min to 3 h", cames)
    yield _dark("stays", "10 min to 3 h", cames)
    # Who sits quite still is not seen by a PIR, stuck or not: the light of theirs is no goal here.
    pir = [
        Life(seconds, who, {"seed": seed}, pin, False, hold(60))
        for who, seconds, seed, pin in product(STAYS, STAY_S, (1,), ("AM312", "HC-SR501"))
    ]
    yield _false("stays_by_pir", "10 min to 3 h", lived(pir))


def _false(what: str, length: str, cames: list[dict[str, Any]]) -> Figure:
    how = HOW + f"{len(cames)} of them, {length}"
    false = sum(came["found"] is not None for came in cames)
    return Figure(f"{what}_false_lamp_stuck", false, "faults", "0", how, false == 0)


def _dark(what: str, length: str, cames: list[dict[str, Any]]) -> Figure:
    how = HOW + f"{len(cames)} of them, {length}; within reach for 1.5 s and without full light"
    dark_s = round(sum(came["without"] for came in cames), 2)
    return Figure(f"{what}_near_without_full_light", dark_s, "s", "0", how, dark_s == 0)


def _stuck(lived: Lived) -> Iterator[Figure]:
    start = [Life(FIND_S, "Stuck", {"seed": s, **noise}) for s in SEEDS for noise in NOISE]
    yield _found("radar_stuck_from_the_start", lived(start), 0)
    middle = [
        Life(
            BEFORE_S + FIND_S,
            "Stuck",
            {"seed": s, "from_s": BEFORE_S, "before": 20, **noise},
        )
        for s in list(SEEDS)[:4]
        for noise in NOISE
    ]
    yield _found("radar_stuck_in_mid_evening", lived(middle), BEFORE_S)
    for what, heard in (("pir_by_itself", False), ("pir_by_itself_beside_a_radar", True)):
        free = [
            Life(FIND_S, "Source", {"seed": s}, "free", heard, (("pulses_s", pulses),))
            for s in list(SEEDS)[:5]
            for pulses in PULSES_S
        ]
        yield _found(what, lived(free), 0)


def _found(what: str, cames: list[dict[str, Any]], from_s: int) -> Figure:
    missed = sum(came["found"] is None for came in cames)
    worst_min = max((came["found"] or 0) - from_s for came in cames) / 60
    how = HOW + f"{len(cames)} of them, {missed} not found within 15 min"
    good = missed == 0 and worst_min <= FIND_S / 60
    return Figure(f"{what}_worst", round(worst_min, 2), "min", "≤ 15, all found", how, good)


def hold(hold_s: int) -> tuple[tuple[str, int], ...]:
    """The settings of a lamp with this hold."""
    return (("hold_s", hold_s),)
