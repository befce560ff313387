"""Quarters: their addresses, their days, and the figures that a quarter sheet begins with. Pure.

Figures are rates per watched hour with their coverage, beside the same days 52 weeks earlier. No
verdict stands beside them: two quarters differ in weather, season and much else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import msgspec
from babel.dates import format_date

from padlicht.ledger import Ledger
from padlicht.ledger.usage.sums import Use
from padlicht.web.i18n import Words
from padlicht.web.page import FIRST_DAY
from padlicht.web.site_context import SiteContext

_DAY: Final = timedelta(days=1)
_YEAR: Final = timedelta(weeks=52)  # weekdays stay beside their like
_HOUR_S: Final = 3600
ALIKE: Final = 0.1  # of all time: more than this apart, two coverages are not alike
ENOUGH: Final = 0.75  # watched less than this, a rate is of too few hours to stand for the quarter


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year, 1 to 4."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """The one that a day is in."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    @classmethod
    def parse(cls, written: str, today: date) -> "Quarter | None":
        """The one that an address names; None for none, or one that is yet to come."""
        found = re.fullmatch(r"(20\d\d)-Q([1-4])", written)
        if found is None:
            return None
        quarter = cls(int(found[1]), int(found[2]))
        return quarter if FIRST_DAY <= quarter.first <= today else None

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after.first - _DAY

    @property
    def after(self) -> "Quarter":
        """The next one."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> "Quarter":
        """The one before."""
        return Quarter.of(self.first - _DAY)

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    def name(self, t: Words) -> str:
        """As people say it: 4e kwartaal 2026."""
        return format_date(self.first, "QQQQ y", locale=t.locale)


class LightSums(msgspec.Struct, frozen=True):
    """Passages in one light, and the seconds in which counters watched and should have."""

    count: int
    obs_s: int
    due_s: int
    simulated: bool

    @property
    def coverage(self) -> float:
        """Share of the due time that was watched, 0 to 1."""
        return self.obs_s / self.due_s if self.due_s else 0.0


class QuarterFigures(msgspec.Struct, frozen=True):
    """The whole days of a quarter from `first` to `last`, and the same days 52 weeks earlier.

    None of the days is over yet when `last` is before `first`.
    """

    first: date
    last: date
    now: dict[str, LightSums]
    year_before: dict[str, LightSums]


@dataclass(frozen=True)
class FigureRow:
    """A light in words: rate and coverage of both times."""

    light: str
    now: str
    now_watched: str
    before: str
    before_watched: str


def read_figures(ledger: Ledger, place: SiteContext, quarter: Quarter) -> QuarterFigures:
    """What the ledger knows of a quarter as far as its days are over."""
    last = min(quarter.last, place.today - _DAY)
    site = place.site.name
    sums = ledger.use.by_light(site, quarter.first, last)
    earlier = ledger.use.by_light(site, quarter.first - _YEAR, last - _YEAR)
    return QuarterFigures(quarter.first, last, _sums(sums), _sums(earlier))


def _sums(uses: Mapping[str, Use]) -> dict[str, LightSums]:
    return {
        light: LightSums(use.count, use.obs_s, use.due_s, use.simulated_counts)
        for light, use in uses.items()
    }


def encode(figures: QuarterFigures) -> str:
    """As a closed sheet keeps them."""
    return msgspec.json.encode(figures).decode()


def decode(kept: str) -> QuarterFigures:
    """Those that a closed sheet kept."""
    return msgspec.json.decode(kept, type=QuarterFigures)


def figure_rows(t: Words, figures: QuarterFigures) -> list[FigureRow]:
    """One row for each light that the park knows, by day first."""
    names = {
        "day": t.text("By day"),
        "twilight": t.text("In twilight"),
        "dark_on": t.text("In the dark, in the hours of the lamps"),
        "dark_off": t.text("In the dark, outside the hours of the lamps"),
    }
    return [
        FigureRow(
            name, *_cells(t, figures.now.get(light)), *_cells(t, figures.year_before.get(light))
        )
        for light, name in names.items()
    ]


def _cells(t: Words, sums: LightSums | None) -> tuple[str, str]:
    if sums is None or not sums.due_s:
        return "–", t.text("no counter")
    if not sums.obs_s:
        return t.text("no data"), t.percent(0.0)
    return t.rate(sums.count * _HOUR_S / sums.obs_s), t.percent(sums.coverage)


def warnings(t: Words, figures: QuarterFigures) -> list[str]:
    """What has to be known before two of these numbers are held against each other."""
    now, before = (
        sum(each.obs_s for each in sums.values())
        / max(1, sum(each.due_s for each in sums.values()))
        for sums in (figures.now, figures.year_before)
    )
    told = []
    if not any(each.obs_s for each in figures.now.values()):
        return [t.text("Nothing was counted in this quarter yet.")]
    if now < ENOUGH:
        told.append(
            t.text(
                "Counters watched only %(share)s of this quarter. Read the rates with that in mind."
            )
            % {"share": t.percent(now)}
        )
    if any(each.obs_s for each in figures.year_before.values()):
        if abs(now - before) > ALIKE:
            told.append(
                t.text(
                    "The two times were not watched alike (%(now)s and %(before)s): do not set one"
                    " against the other."
                )
                % {"now": t.percent(now), "before": t.percent(before)}
            )
    else:
        told.append(t.text("There are no counts of a year earlier."))
    return told
