"""Timeouts of the tests: how long to wait for what must come, on a machine as quick as this one.

A test waits for the thing, and a limit is there for the day when it never comes. Every limit goes
through `limit_s`, which makes it longer by what was measured here at the start, and by the knob:

    PADLICHT_PATIENCE=4 make test     four times as long, for a machine that gets busy later on

What a test lets run out on purpose (a node's wait for an answer, a database's) is from `short_s`:
long enough that only what should run out does, and no longer, because the test waits for it.
"""

import asyncio
import os
import time
from collections.abc import Callable
from functools import cache
from math import ceil
from typing import TypeVar

KNOB = "PADLICHT_PATIENCE"
HANG_S = 60  # nothing that tests wait for takes a quiet machine a fifth of it, unless they say so
TEST_S = 1800  # a whole test, with the fixtures that it is the first to ask for
POLL_S = 0.01  # between two looks at what tells nobody that it has come
_MOST_SHORT = 3.0  # what runs out on purpose is written for fifty times what it usually takes
# The probe, and what it takes on one of two quiet cores of 2020: there, a limit is what it says.
_ROUNDS = 1_000_000
_USUAL_S = 0.1

Found = TypeVar("Found")


def _probe_s() -> float:
    """Wall-clock seconds for a fixed piece of computing; other work on this machine counts."""
    began_s = time.perf_counter()
    number = 0
    for i in range(_ROUNDS):
        number = (number * 31 + i) & 0xFFFFFFF
    return time.perf_counter() - began_s


@cache
def measured() -> float:
    """How many times slower this machine is than the usual one, at least 1; measured once."""
    return max(1.0, _probe_s() / _USUAL_S)


def asked_for() -> float:
    """The knob, 1 where nobody turned it; ValueError says what it must be."""
    told = os.environ.get(KNOB, "1")
    try:
        wanted = float(told)
    except ValueError:
        wanted = 0.0
    if not 0 < wanted < float("inf"):
        raise ValueError(f"{KNOB} is {told!r}: give a number above 0, such as 4 for a slow machine")
    return wanted


def factor() -> float:
    """By how much limits are longer here: what was measured times the knob, never below 1."""
    return max(1.0, measured() * asked_for())


def limit_s(seconds: float = HANG_S) -> float:
    """A limit in seconds that is `seconds` on the usual machine."""
    return seconds * factor()


def whole_s(seconds: float) -> int:
    """The same in whole seconds, for programs that count in them."""
    return ceil(limit_s(seconds))


def short_s(seconds: float) -> int:
    """Whole seconds for what runs out on purpose, up to three times as long by measurement."""
    return ceil(seconds * max(1.0, min(measured(), _MOST_SHORT) * asked_for()))


def until(
    condition: Callable[[], Found], what: str, seconds: float = HANG_S, poll_s: float = POLL_S
) -> Found:
    """Poll until `condition()` is true and return what it gave; AssertionError names `what`."""
    limit = limit_s(seconds)
    end_s = time.monotonic() + limit
    while not (found := condition()):
        assert time.monotonic() < end_s, f"waited {limit:.0f} s in vain for {what}"
        time.sleep(poll_s)
    return found


async def async_until(condition: Callable[[], Found], what: str, seconds: float = HANG_S) -> Found:
    """`until` in an event loop."""
    limit = limit_s(seconds)
    end_s = time.monotonic() + limit
    while not (found := condition()):
        assert time.monotonic() < end_s, f"waited {limit:.0f} s in vain for {what}"
        await asyncio.sleep(POLL_S)
    return found
