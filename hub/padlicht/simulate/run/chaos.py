"""Power cuts on purpose: which process is killed when, decided by a seed. Pure."""

from collections.abc import Iterator
from enum import StrEnum
from random import Random
from typing import NamedTuple

EVERY_S = 10.0  # on average, in a run that ends
EVERY_S_WITHOUT_END = 20.0  # somebody is watching: let the park recover in between
_FIRST, _LAST = 0.2, 0.7  # of a run's length; afterwards everything has time to come back
_INTO_S = 0.8  # nodes hand in at the start of an interval: then a kill hits in mid-stream


class Victim(StrEnum):
    """What is killed."""

    HUB = "hub"
    BROKER = "broker"
    NODE = "node"


class Kill(NamedTuple):
    """Kill `victim` at the first interval's start after `at_s`, `into_s` into that interval.

    `at_s` counts from the start of the run; `pick` (0 to 1) says which of several victims.
    """

    at_s: float
    into_s: float
    victim: Victim
    pick: float


def plan(seed: int, seconds: float | None) -> Iterator[Kill]:
    """The kills of a run of `seconds` (None: without end), in time order, each kind equally often.

    However short the run, each kind comes once.
    """
    dice = Random(f"chaos {seed}")
    if seconds is None:
        first_s, gap_s, rounds = EVERY_S_WITHOUT_END, EVERY_S_WITHOUT_END, None
    else:
        span_s = (_LAST - _FIRST) * seconds
        rounds = max(1, round(span_s / (EVERY_S * len(Victim))))
        first_s, gap_s = _FIRST * seconds, span_s / (rounds * len(Victim))
    done = 0
    while rounds is None or done < rounds * len(Victim):
        for victim in dice.sample(list(Victim), len(Victim)):
            at_s = first_s + (done + dice.uniform(0, 0.5)) * gap_s
            yield Kill(at_s, dice.uniform(0, _INTO_S), victim, dice.random())
            done += 1
