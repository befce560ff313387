"""Darkness kept, of sums of night hours."""

from datetime import date

from padlicht.ledger.usage.sums import Use
from padlicht.usage.night import MeanNight, mean_night, night, nights

HOUR = 3600
# Two lamps over two nights of ten hours: lit four hours each, half an hour at full, none silent.
TWO_NIGHTS = Use(
    lit_s=4 * 4 * HOUR, boost_s=4 * HOUR // 2, mwh=60_000,
    lamp_obs_s=40 * HOUR, lamp_due_s=40 * HOUR,
    hours=20, lamp_hours=40, calm_hours=14, simulated_lamps=True,
)  # fmt: skip


def test_a_night_is_told_for_one_lamp():
    """Ten hours, lit four of them and at full half an hour: six dark, nine and a half not full."""
    found = mean_night(TWO_NIGHTS, days=2)
    assert found == MeanNight(10.0, 10.0, 4.0, 0.5, 7.0, simulated=True)
    assert (found.dark_h, found.not_full_h, found.coverage, found.dark_share) == (6, 9.5, 1, 0.6)


def test_a_lamp_that_was_not_heard_of_kept_nothing_dark():
    """Half the word, half the darkness: what is not known is not claimed."""
    silent = Use(lit_s=0, lamp_obs_s=5 * HOUR, lamp_due_s=10 * HOUR, hours=10, lamp_hours=10)
    found = mean_night(silent, days=1)
    assert (found.dark_h, found.coverage, found.dark_share) == (5, 0.5, 1.0)
    dead = mean_night(Use(lamp_due_s=10 * HOUR, hours=10, lamp_hours=10), days=1)
    assert (dead.dark_h, dead.coverage, dead.dark_share) == (0, 0, None)


def test_without_a_lamp_there_is_nothing_to_tell():
    """Counters alone keep no darkness."""
    assert mean_night(Use(hours=10, obs_s=HOUR, due_s=HOUR), days=1) is None
    assert mean_night(TWO_NIGHTS, days=0) is None


def test_night_is_twilight_and_dark():
    """Hours of daylight have no part in it, by light and day by day."""
    dark, twilight, day = Use(lit_s=5, hours=8), Use(lit_s=3, hours=1), Use(lit_s=100, hours=15)
    assert night({"dark_off": dark, "twilight": twilight, "day": day}) == dark + twilight
    assert night({"day": day}) == Use()
    first, second = date(2026, 6, 21), date(2026, 6, 22)
    sums = {(first, "dark_on"): dark, (first, "twilight"): twilight, (second, "day"): day}
    assert nights(sums) == {first: dark + twilight}
