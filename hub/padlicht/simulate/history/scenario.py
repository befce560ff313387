"""What happens to the park in its simulated year, and when. Pure: a plan in, moments out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from padlicht.simulate.world.park import TZ

QUARTER_S = 900
EFFECT = 1.25
LEADER = "project leader (simulated)"
TECHNICIAN = "technician (simulated)"

_LONG_WEEKS = 12  # shorter histories have no room for mishaps beside what is worth seeing


@dataclass(frozen=True)
class Plan:
    """What is wanted: so many weeks until `end_utc_s`, of a park of that size."""

    end_utc_s: int
    weeks: int = 52
    seed: int = 1
    lamps: int = 8
    counters: int = 2


class Trouble(NamedTuple):
    """Something was wrong with a node for a while. Unix seconds UTC."""

    node: str
    from_utc_s: int
    until_utc_s: int


class Failure(NamedTuple):
    """A lamp's radar fell silent, then the lamp went dark, then somebody mended it."""

    node: str
    from_utc_s: int
    dark_utc_s: int
    until_utc_s: int


class Change(NamedTuple):
    """New settings for all lamps."""

    utc_s: int
    settings: Mapping[str, Any]
    who: str
    why: str


@dataclass(frozen=True)
class Scenario:
    """The truth about a history. Moments are Unix seconds UTC; None: it did not happen.

    `lamps_utc_s`: lamps were installed then, and are lit from that evening on. `effect`: so many
    times as many people come while it is dark and lamps are lit, as would without them.
    `covered`: a counter whose radar was unplugged. `failed`: a lamp. `offline`: a node without
    network, whose records came when it was back. `settings`: changes for all lamps.
    """

    begin_utc_s: int
    end_utc_s: int
    lamps_utc_s: int
    effect: float = EFFECT
    covered: Trouble | None = None
    failed: Failure | None = None
    offline: Trouble | None = None
    settings: tuple[Change, ...] = ()


def scenario(plan: Plan) -> Scenario:
    """What happens in a history by that plan; in a short one the lamps are there from the start."""
    zone = ZoneInfo(TZ)
    end_utc_s = plan.end_utc_s // QUARTER_S * QUARTER_S
    last = datetime.fromtimestamp(end_utc_s, zone)
    first = last.date() - timedelta(weeks=plan.weeks)

    def at(day: date, hour: int, minute: int = 0) -> int:
        return int(datetime.combine(day, time(hour, minute), zone).timestamp())

    def before_end(weeks: int, weekday: int) -> date:
        """The day of that weekday, so many weeks before the week in which it ends."""
        return last.date() - timedelta(days=last.weekday(), weeks=weeks) + timedelta(days=weekday)

    def tuesday(day: date) -> date:
        """The next day on which somebody sits at a desk."""
        return day + timedelta(days=(1 - day.weekday()) % 7)

    begin_utc_s = at(first, 0)
    if plan.weeks < _LONG_WEEKS:
        return Scenario(begin_utc_s, end_utc_s, begin_utc_s)
    lamps_day = first + timedelta(weeks=plan.weeks // 2)
    lit_days = (last.date() - lamps_day).days
    changes = (
        Change(
            at(tuesday(lamps_day + timedelta(days=lit_days * 3 // 8)), 14, 10),
            {"hold_s": 30},
            LEADER,
            "residents in the workshop: whoever stops to talk should not stand in dim light",
        ),
        Change(
            at(tuesday(lamps_day + timedelta(days=lit_days * 3 // 4)), 11, 40),
            {"base_pct": 15},
            LEADER,
            "the ecologist saw bats along the water: less light while nobody is near",
        ),
    )
    return Scenario(
        begin_utc_s,
        end_utc_s,
        lamps_utc_s=at(lamps_day, 12),
        covered=Trouble("counter-east", at(before_end(4, 0), 9, 20), at(before_end(3, 0), 10, 5)),
        failed=Failure(
            "lamp-3",
            at(before_end(5, 3), 18, 40),
            at(before_end(5, 3), 19, 5),
            at(before_end(4, 3), 10, 25),
        ),
        offline=Trouble("lamp-6", at(before_end(2, 1), 21, 0), at(before_end(2, 2), 7, 30)),
        settings=changes,
    )
