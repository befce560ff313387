"""Which part is killed when, and when the disk is full: decided by a seed alone. Pure."""

from collections.abc import Sequence
from enum import StrEnum
from random import Random
from typing import NamedTuple

_AT_START = 0.3  # of the kills come while what was killed before is still starting
_START_S = 1.5  # so long a hub takes to start; within it such a kill comes
CALM_S = (0.5, 4.0)  # otherwise
_IN_PAIRS = 0.2  # of the moments take two at once
_AGAIN_S = 0.8  # whoever starts what was killed takes at most so long to notice
_FULL_S = (1.5, 4.0)


class Victim(StrEnum):
    """What can be killed."""

    HUB = "hub"
    BROKER = "broker"
    INFLUX = "influx"


class Event(NamedTuple):
    """After a wait of `wait_s`, `victims` are killed; after `again_s` more they may start again.

    `calm`: not before the hub has acknowledged something since the last kill.

    `full_s`: before the kill the disk is filled until the hub says so, and stays full for so long
    after it; 0 when the disk is left alone.
    """

    wait_s: float
    victims: tuple[Victim, ...]
    again_s: float
    calm: bool = True
    full_s: float = 0.0


def plan(
    seed: int,
    kills: int,
    full_disks: int,
    victims: Sequence[Victim],
    calm_s: tuple[float, float] = CALM_S,
) -> list[Event]:
    """Moments with `kills` kills in all, and `full_disks` times a full disk, evenly among them.

    `calm_s`: the shortest and the longest wait for a kill that finds everything running.
    """
    dice = Random(f"kills {seed}")
    events: list[Event] = []
    deck: list[Victim] = []  # dealt like cards, so that in short runs, too, each has its turn
    left = kills
    while left:
        at_start = bool(events) and dice.random() < _AT_START
        wait_s = dice.uniform(0, _START_S) if at_start else dice.uniform(*calm_s)
        several = 2 if left > 1 and len(victims) > 1 and dice.random() < _IN_PAIRS else 1
        hit: tuple[Victim, ...] = ()
        while len(hit) < several:
            deck = deck or dice.sample(list(victims), len(victims))
            if (victim := deck.pop()) not in hit:
                hit += (victim,)
        events.append(Event(wait_s, hit, dice.uniform(0, _AGAIN_S), not at_start))
        left -= several
    for i in range(full_disks):
        at = (2 * i + 1) * len(events) // (2 * full_disks)
        events[at] = events[at]._replace(full_s=dice.uniform(*_FULL_S))
    return events
