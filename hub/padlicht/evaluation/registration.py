"""Registration of a study: what is asked, where, when, and by which one claim. Pure.

It is written down before the numbers are looked at, and never changes; what must be otherwise is an
amendment with its date and reason. A try-out's weeks are drawn by a seed that is printed, so that
anybody can draw them again.
"""

import random
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from padlicht.evaluation.estimators.types import Design, TryoutWeek
from padlicht.ledger.tables.studies import Amendment, StudyRow

LAMPS: Final = "lamps"  # case hours: dark, inside the lamps' almanac window
BY_DAY: Final = "day"  # control hours
# Lamps are dark then, and whoever looks after the park is awake. The day itself is not counted.
SWITCH_AT: Final = time(12)
WEEK: Final = timedelta(days=7)


class Claim(StrEnum):
    """What the study is to show: that the path is used more, or less, beside its own days."""

    MORE = "more"
    FEWER = "fewer"


class Registration(Struct, frozen=True, forbid_unknown_fields=True):
    """What was registered; an empty `zone` is the whole park, an empty `control_zone` none.

    `first_day`: of a try-out the Monday on which it begins, of an installation the first day with
    the change, as a person says it. `weeks`: of a try-out all of them, of an installation those on
    each side. `case_hours` is LAMPS, or dark hours of the clock as in "20-22". `on` and `off` are
    the settings that the hub switches, of a try-out. `stopped` comes by an amendment only.
    """

    question: str
    claim: Claim
    design: Design
    first_day: date
    weeks: int
    change: str
    zone: str = ""
    control_zone: str = ""
    case_hours: str = LAMPS
    control_hours: str = BY_DAY
    seed: int | None = None
    on: dict[str, Any] = {}
    off: dict[str, Any] = {}
    stopped: bool = False

    @property
    def first_counted(self) -> date:
        """The first day that the study itself counts: of an installation, of "before"."""
        if self.design is Design.INSTALLATION:
            return self.first_day - self.weeks * WEEK
        return self.first_day

    @property
    def last_day(self) -> date:
        """The last day that counts; the verdict comes after it."""
        return self.first_day + self.weeks * WEEK - timedelta(days=1)

    @property
    def clock_hours(self) -> tuple[int, int] | None:
        """From which hour of the clock until which case hours lie; None when lamps decide."""
        if self.case_hours == LAMPS:
            return None
        begin, _, end = self.case_hours.partition("-")
        return int(begin), int(end)


# What an amendment may change; all else would be another study.
AMENDABLE: Final = ("weeks", "control_zone", "change", "stopped")


class Study(Struct, frozen=True):
    """A registered study as it holds now: `registered`, with its amendments taken in."""

    row: StudyRow
    registered: Registration
    now: Registration

    @classmethod
    def of(cls, row: StudyRow) -> "Study":
        """Read what the ledger keeps."""
        told = dict(row.registration)
        registered = msgspec.convert(told, Registration)
        for amendment in row.amendments:
            told |= amendment.changes
        return cls(row, registered, msgspec.convert(told, Registration))

    @property
    def name(self) -> str:
        """What it is called in commands and addresses."""
        return self.row.name

    def is_late(self, tz: str) -> bool:
        """Whether numbers of "after" were there to be seen when it was registered."""
        first = datetime.combine(self.registered.first_day, SWITCH_AT, ZoneInfo(tz))
        return self.row.utc_s >= first.timestamp()

    def ends_utc_s(self, tz: str) -> int:
        """When its last day is over."""
        end = datetime.combine(self.now.last_day + timedelta(days=1), time(), ZoneInfo(tz))
        return int(end.timestamp())

    def sha256(self) -> str:
        """The hash of what was registered and amended, of when and of whom."""
        row = self.row
        told = {
            "name": row.name, "site": row.site, "utc_s": row.utc_s, "who": row.who,
            "registration": dict(row.registration),
            "amendments": [amendment._asdict() for amendment in row.amendments],
        }  # fmt: skip
        return sha256(msgspec.json.encode(told, order="sorted")).hexdigest()


def stored(registration: Registration) -> dict[str, Any]:
    """As the ledger keeps it."""
    told: dict[str, Any] = msgspec.to_builtins(registration)
    return told


def weeks_of(registration: Registration) -> list[TryoutWeek]:
    """The weeks of a try-out, drawn by its seed: within each pair one is on and one is off.

    A pair that comes by an amendment changes none that was drawn before it.
    """
    draw = random.Random(registration.seed)
    found = []
    for pair in range(registration.weeks // 2):
        first_is_on = draw.random() < 0.5
        for half in range(2):
            first = registration.first_day + (2 * pair + half) * WEEK
            found.append(TryoutWeek(first, pair, first_is_on == (half == 0)))
    return found


def begins_utc_s(week: TryoutWeek, tz: str) -> int:
    """When the hub switches to a week: at noon of its first day."""
    return int(datetime.combine(week.first, SWITCH_AT, ZoneInfo(tz)).timestamp())


def settings_of(registration: Registration, *, on: bool) -> Mapping[str, Any]:
    """What lamps are told in a week."""
    return registration.on if on else registration.off


def amendment(changes: Mapping[str, Any], who: str, why: str, utc_s: int) -> Amendment:
    """An amendment as the ledger keeps it."""
    return Amendment(utc_s, who, why, dict(changes))
