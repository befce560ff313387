"""When the InfluxDB writer takes the intake for busy, and how long it then gives way."""

import asyncio

import pytest

from padlicht.influx import throttle
from padlicht.influx.throttle import IntakePriority
from tests.rigs.patience import limit_s

DEADLINE_S = limit_s()
WRITE_S = 1000.0  # a write so long that its rest would outlast any test


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setattr(throttle, "LOOK_AGAIN_S", 0.0)
    monkeypatch.setattr(throttle, "MOST_REST_S", WRITE_S)


def counted(*ids: int):
    """A source whose newest ids are these one after the other, and the last one for ever."""
    left = list(ids)

    async def newest_id(_: str) -> int:
        return left.pop(0) if len(left) > 1 else left[0]

    return newest_id


def run(what) -> None:
    async def bounded():
        async with asyncio.timeout(DEADLINE_S):
            await what()

    asyncio.run(bounded())


def test_a_table_seen_once_may_grow():
    """Nobody knows yet, so it counts as busy; the next look decides."""

    async def go():
        polite = IntakePriority(counted(5000))
        polite.look("lamp", 5000)
        assert polite.busy
        polite.look("lamp", 5000)
        assert not polite.busy

    run(go)


def test_only_the_first_table_of_all_is_taken_to_grow():
    """Else each further one would hold up a catch-up anew."""

    async def go():
        polite = IntakePriority(counted(5000))
        polite.look("lamp", 5000)
        polite.look("lamp", 5000)
        polite.look("health", 5000)
        assert not polite.busy

    run(go)


def test_a_rest_ends_when_the_intake_is_quiet_again():
    """It does not wait out its time for nobody."""

    async def go():
        polite = IntakePriority(counted(10**9, 2 * 10**9, 2 * 10**9))
        polite.look("lamp", 0)
        await polite.rest(WRITE_S)
        assert polite.rests == 1
        assert not polite.busy

    run(go)


def test_a_rest_lasts_while_the_intake_is_busy():
    """Until its time is up, which is a multiple of what the write took."""

    async def go():
        asked = 0

        async def growing(_: str) -> int:
            nonlocal asked
            asked += 1
            return asked * 10**9

        polite = IntakePriority(growing)
        polite.look("lamp", 0)
        await polite.rest(0.001)
        assert polite.busy
        assert asked > 1

    run(go)
