"""Energy beside full light all evening and all night: worked by hand for small parks."""

from datetime import date
from itertools import pairwise

import pytest

from padlicht.ledger import Site
from padlicht.ledger.site_clock import SiteClock
from padlicht.ledger.timeline import STILL, Note, Said, Stretch
from padlicht.ledger.usage.lamp_sums import LampStretch, LampTotals
from padlicht.usage.days import midnight_utc_s
from padlicht.usage.lamp_nights import LampNights
from padlicht.usage.schedule.energy import (
    EnergyUse,
    RatedGroup,
    evening_shares,
    rated_groups,
    weekly_energy,
)
from tests.browser.park import ORIGIN, node

TZ = "Europe/Amsterdam"
SITE = Site("park", "Park", TZ, *ORIGIN)
CLOCK = SiteClock.always(TZ)
NOVEMBER = date(2026, 11, 12)  # a Thursday: dusk at 16:42, light until 22:00
MIDNIGHT = midnight_utc_s(NOVEMBER, TZ)
HOUR = 3600
SAID = Said("rated_mw", 0, STILL, None, Note("anna", "", 0))


def hours(*, told: float = 1.0, mwh: int = 0) -> dict[tuple[int, str], LampTotals]:
    """A lamp from noon to noon: day until 16:00, an hour of twilight each side of the dark."""
    found = {}
    for number in range(24):
        light = "day" if number < 4 or number > 20 else "dark_on"
        if number in (4, 20):
            light = "twilight"
        elif light == "dark_on" and number >= 10:
            light = "dark_off"
        used = mwh if light == "dark_on" else 0
        at = MIDNIGHT + (12 + number) * HOUR
        found[at, light] = LampTotals(0, 0, used, 0, 0, round(told * HOUR), HOUR)
    return found


def test_a_lamp_of_six_watts_over_one_night():
    """Used 5 hours of 1.2 Wh; at full from 16:42 to 22:00 6 W make 31.8 Wh; 17 h of night 102."""
    found = hours(mwh=1200)
    shares = evening_shares(
        LampNights(SITE, [node("lamp-1", "lamp", None)], []),
        (hour for hour, _ in found),
        NOVEMBER,
        NOVEMBER,
    )
    (monday, use), *more = weekly_energy(found, shares, 6000, CLOCK).items()
    assert (monday, more) == (date(2026, 11, 9), [])
    assert use.used_wh == pytest.approx(5 * 1.2)
    assert use.evening_wh == pytest.approx(6 * (5 + 18 / 60), abs=0.1)  # dusk to the minute
    assert use.night_wh == pytest.approx(6 * 17)
    assert use.coverage == 1.0


def test_what_a_silent_lamp_did_is_on_no_side():
    """Told of for half of the time: half of the full light, and half is covered."""
    found = hours(told=0.5, mwh=600)
    use = weekly_energy(found, {MIDNIGHT + 20 * HOUR: 1.0}, 6000, CLOCK)[date(2026, 11, 9)]
    assert use.used_wh == pytest.approx(5 * 0.6)
    assert (use.evening_wh, use.night_wh, use.coverage) == (3.0, 51.0, 0.5)


def test_an_hour_that_lamps_part_is_shared_out_once():
    """The window ends at half past: both parts together have half an hour of full light."""
    at = MIDNIGHT + 21 * HOUR
    half = LampTotals(told_s=1800, due_s=1800)
    found = {(at, "dark_on"): half, (at, "dark_off"): half}
    use = weekly_energy(found, {at: 0.5}, 6000, CLOCK)[date(2026, 11, 9)]
    assert (use.evening_wh, use.night_wh) == (3.0, 6.0)


def test_weeks_begin_on_the_parks_monday():
    """Sunday 23:00 and Monday 00:00 on its clock are two weeks."""
    sunday = midnight_utc_s(date(2026, 11, 16), TZ)
    one = LampTotals(mwh=1000, told_s=HOUR, due_s=HOUR)
    found = weekly_energy(
        {(sunday - HOUR, "dark_off"): one, (sunday, "dark_off"): one}, {}, 6000, CLOCK
    )
    assert found == {date(2026, 11, day): EnergyUse(1.0, 0.0, 6.0, HOUR, HOUR) for day in (9, 16)}


def test_evenings_are_those_of_the_settings():
    """22:00 by default: the whole of 21:00 is evening and nothing of 22:00; summer has none."""
    lamps = LampNights(SITE, [node("lamp-1", "lamp", None)], [])
    asked = [MIDNIGHT + hour * HOUR for hour in (12, 16, 17, 21, 22, 23)]
    shares = evening_shares(lamps, asked, NOVEMBER, NOVEMBER)
    assert [round(shares.get(hour, 0.0), 1) for hour in asked] == [0.0, 0.3, 1.0, 1.0, 0.0, 0.0]
    summer = date(2026, 6, 20)
    evening = [midnight_utc_s(summer, TZ) + hour * HOUR for hour in range(24)]
    assert evening_shares(lamps, evening, summer, summer) == {}


def test_lamps_are_held_against_what_they_drew_then():
    """5 W until a new head at 200, then 8; another lamp of which nobody said it stays None."""

    def timeline(*values: tuple[int, int | None]) -> list[Stretch]:
        ends = [*values, (STILL, None)]
        return [Stretch(at, until, value, SAID) for (at, value), (until, _) in pairwise(ends)]

    lamps = [
        LampStretch(1, "lamp-1", "path", False, 100, 300),
        LampStretch(2, "lamp-2", "path", False, 100, 300),
        LampStretch(3, "lamp-3", "path", False, 100, 300),
    ]
    rated = {
        1: timeline((0, 5000), (200, 8000)),
        2: timeline((0, None)),
        3: timeline((0, 5000), (200, 8000)),
    }
    assert rated_groups(lamps, rated) == [
        RatedGroup(5000, 100, 200, (1, 3)),
        RatedGroup(None, 100, 300, (2,)),
        RatedGroup(8000, 200, 300, (1, 3)),
    ]
