"""When a demo kills what, and when it takes place."""

from datetime import UTC, datetime
from itertools import islice, pairwise

import pytest

from padlicht.simulate.run.chaos import Victim, plan
from padlicht.simulate.world.park import last_evening_utc_s, local_hour


@pytest.mark.parametrize("seconds", [20, 60, 120, 600])
@pytest.mark.parametrize("seed", range(5))
def test_hub_broker_and_node_each_die_at_least_once(seed: int, seconds: float) -> None:
    """However short the run; in time order; and with time left to come back."""
    kills = list(plan(seed, seconds))
    by_victim = {victim: sum(kill.victim is victim for kill in kills) for victim in Victim}
    assert min(by_victim.values()) >= 1
    assert len(set(by_victim.values())) == 1
    times = [kill.at_s for kill in kills]
    assert times == sorted(times)
    assert times[0] >= 0.2 * seconds
    assert times[-1] <= 0.7 * seconds


def test_a_seed_decides_the_kills() -> None:
    """A run that went wrong can be had again."""
    assert list(plan(3, 120)) == list(plan(3, 120))
    assert list(plan(3, 120)) != list(plan(4, 120))


def test_a_run_without_end_has_kills_without_end() -> None:
    """One in twenty seconds or so, never two at once."""
    kills = list(islice(plan(1, None), 60))
    assert all(5 < later.at_s - earlier.at_s < 35 for earlier, later in pairwise(kills))


@pytest.mark.parametrize(
    ("now", "evening"),
    [
        (datetime(2026, 11, 21, 3, 0, tzinfo=UTC), datetime(2026, 11, 12, 16, 15, tzinfo=UTC)),
        (datetime(2026, 11, 12, 16, 15, tzinfo=UTC), datetime(2026, 11, 12, 16, 15, tzinfo=UTC)),
        (datetime(2026, 11, 12, 16, 14, tzinfo=UTC), datetime(2025, 11, 12, 16, 15, tzinfo=UTC)),
        (datetime(2026, 6, 1, 0, 0, tzinfo=UTC), datetime(2025, 11, 12, 16, 15, tzinfo=UTC)),
    ],
)
def test_the_evening_is_the_last_that_has_passed(now: datetime, evening: datetime) -> None:
    """12 November at 17:15 in Groningen, which is 16:15 UTC, and never in the future."""
    found = last_evening_utc_s(int(now.timestamp()))
    assert datetime.fromtimestamp(found, UTC) == evening
    assert local_hour(found) == pytest.approx(17.25)
