"""The stated term: what is deleted when it is over, and when nothing is."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

import pytest

from padlicht.clock import STEADY_S, ClockWatch, HubClock
from padlicht.participation.store import open_participation
from padlicht.participation.survey.results import results_of
from padlicht.participation.term import TermKeeper, delete_expired
from tests.participation.parts import ROUND, persons, store
from tests.rigs.patience import limit_s


@dataclass(frozen=True)
class Clock(HubClock):
    """A clock that a test sets; [UTC, seconds since the start]."""

    at: list[int] = field(default_factory=list)

    def utc_ms(self) -> int:
        return self.at[0] * 1000

    def uptime_s(self) -> float:
        return self.at[1]

    monotonic_s = uptime_s


def after(days: int) -> int:
    """Noon, UTC, so many days after the last day of the sheets."""
    day = ROUND.delete_after + timedelta(days=days)
    return int(datetime.combine(day, time(12), UTC).timestamp())


@pytest.fixture(name="path")
def _path(tmp_path):
    with store(tmp_path) as (words, found):
        for number, sheet in enumerate(persons([0.2 * i for i in range(12)])):
            words.survey.add_sheets(
                found.id, [sheet], once=bytes([number]), texts=[("good", "the trees")]
            )
    return tmp_path / "participation.sqlite"


def kept(path):
    """What is left of the round."""
    with open_participation(path) as words:
        (found,) = words.survey.rounds()
        return results_of(found, words.survey.sheets(found.id), words.texts.of_round(found.id))


def test_on_the_last_day_all_is_there_and_on_the_next_only_the_sums_are(path):
    """The day that the sheet states, both ways."""
    with open_participation(path) as words:
        assert delete_expired(words, ROUND.delete_after) == []
    before = kept(path)
    with open_participation(path) as words:
        assert delete_expired(words, ROUND.delete_after + timedelta(days=1)) == [ROUND.title]
    left = kept(path)
    assert (before.waiting, left.waiting, left.deleted) == (24, 0, True)
    assert b"the trees" not in path.read_bytes()


def test_the_hub_deletes_by_itself_but_not_by_a_clock_that_was_just_set(path):
    """Five minutes after the start, or after a step, it looks."""
    clock = Clock(at=[after(1), 0])
    watch = ClockWatch(clock)

    async def run(*, until_deleted: bool) -> None:
        keeper = asyncio.create_task(TermKeeper(path, watch).run())
        async with asyncio.timeout(limit_s()):
            while True:
                await asyncio.sleep(0.01)
                if not until_deleted or kept(path).deleted:
                    break
        keeper.cancel()

    asyncio.run(run(until_deleted=False))
    assert not kept(path).deleted
    clock.at[1] += int(STEADY_S)
    asyncio.run(run(until_deleted=True))
