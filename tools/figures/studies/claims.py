"""Claims of the demo's year beside their truth: on its pages day by day, and of its studies.

The simulation says what it changed (simulate/history/scenario.py), so of each claim it is known
whether it is true. Tables of docs/evaluation.md follow on the error output.
"""

import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from scipy.stats import binom

from padlicht.simulate.history.scenario import Scenario
from padlicht.simulate.world.park import SITE
from tests.participation.parts import add_round
from tests.rigs.year import END_UTC_S, TRUTH, taken
from tools.figures.figure import Figure
from tools.figures.studies import demo_pages, demo_studies
from tools.figures.studies.demo_pages import Walk
from tools.figures.studies.demo_studies import Found

HOW = "make figures ARGS=claims: the year of tests/rigs/year.py"
# Headings of the tables.
OF_PAGES = "| page | read | verdicts | hints |"
OF_HINTS = "| hint | change | on days | what was wrong in these weeks |"
OF_STUDIES = "| date | study | the simulation did | true | found | truth inside | claim |"
_MISSES = 0.05  # of the intervals, as promised
_BY_CHANCE = 0.95  # so sure is it that there are not more of them


def measure() -> Iterator[Figure]:
    """Read every day's pages, work out every study."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        year = folder / "year" / "ledger.sqlite"
        year.parent.mkdir()
        taken(year)
        add_round(year.parent, SITE, END_UTC_S)
        walk = demo_pages.walk(year, TRUTH, demo_pages.days_of(TRUTH))
        found = demo_studies.work_out(year, folder, TRUTH)
    yield from page_figures(walk)
    yield from study_figures(found)
    print(*page_table(walk), *hint_table(walk, TRUTH), sep="\n", file=sys.stderr)
    print(*study_table(found), sep="\n", file=sys.stderr)


def page_figures(walk: Walk) -> Iterator[Figure]:
    """How much was read, and what of it was said as sure."""
    yield Figure("claims_days_read", walk.days, "days", "all there are", HOW)
    yield Figure("claims_pages_read", walk.read.total(), "pages", "all there are", HOW)
    for name, said in (("verdicts", walk.verdicts), ("wording_of_verdicts", walk.suspects)):
        for page, day, told in said[:5]:
            print(f"figures: claims: {page}, {day}: {told}", file=sys.stderr)
        yield Figure(f"claims_{name}_on_pages", len(said), "sentences", "0", HOW, not said)
    yield Figure("claims_hints", len(walk.hints), "of a zone and week", "told", HOW)


def study_figures(found: list[Found]) -> Iterator[Figure]:
    """What was claimed, and what of it is not so.

    One interval in twenty may miss the truth: more than that, by chance, is a fault.
    """
    told = [one for one in found if one.holds is not None]
    yield Figure("claims_estimates", len(found), "estimates", "told", HOW)
    yield Figure("claims_estimates_with_interval", len(told), "estimates", "told", HOW)
    claimed = sum(one.claims for one in told)
    yield Figure("claims_made", claimed, "claims", "told", HOW)
    quiet = [one for one in told if one.truth == 1]
    for name, missed, of in (
        ("made_where_nothing_changed", sum(one.claims for one in quiet), len(quiet)),
        ("truth_outside_interval", sum(not one.holds for one in told), len(told)),
    ):
        most = int(binom.ppf(_BY_CHANCE, of, _MISSES)) if of else 0
        goal = f"≤ {most} of {of}: one in twenty, by chance"
        yield Figure(f"claims_{name}", missed, "estimates", goal, HOW, missed <= most)


def page_table(walk: Walk) -> Iterator[str]:
    """A row a page."""
    yield from ("", OF_PAGES, "|---|---|---|---|")
    for page, read in walk.read.items():
        verdicts = sum(one[0] == page for one in walk.verdicts)
        hints = sum(map(len, walk.hints.values())) if page == "glance" else 0
        yield f"| {page} | {read} | {verdicts} | {hints} |"


def hint_table(walk: Walk, truth: Scenario) -> Iterator[str]:
    """A row a hint, if there was one."""
    if not walk.hints:
        return
    yield from ("", OF_HINTS, "|---|---|---|---|")
    for (zone, dates, change), days in walk.hints.items():
        # A hint is about the whole week before, and stands until the next one is over.
        wrong = "; ".join(_wrong(truth, days[0].toordinal())) or "nothing"
        yield f"| {zone}, {dates} | {change} | {len(days)} | {wrong} |"


def _wrong(truth: Scenario, day: int) -> Iterator[str]:
    """What was wrong with counters in the five weeks before a day."""
    trouble = truth.covered
    if trouble is not None:
        first, last = (
            datetime.fromtimestamp(utc_s, UTC).date().toordinal()
            for utc_s in (trouble.from_utc_s, trouble.until_utc_s)
        )
        if first < day and last > day - 5 * 7:
            yield f"{trouble.node} was covered"


def study_table(found: list[Found]) -> Iterator[str]:
    """A row an estimate."""
    yield from ("", OF_STUDIES, "|---|---|---|---|---|---|---|")
    for one in found:
        estimate = one.estimate
        said = f"`{estimate.outcome.value}`"
        if estimate.ratio is not None and estimate.low is not None and estimate.high is not None:
            low, high = percent(estimate.low), percent(estimate.high)
            said = f"{percent(estimate.ratio)} ({low} to {high})"
        inside = {None: "–", True: "yes", False: "**no**"}[one.holds]
        claim = estimate.outcome.value if one.claims else "none"
        if one.claims and one.truth == 1:
            claim = f"**{claim}**"
        yield (
            f"| {one.on} | {one.what} | {one.did} | {percent(one.truth)} | {said} | {inside} | "
            f"{claim} |"
        )


def percent(ratio: float) -> str:
    """1.25 is +25 %, 1 is 0 %."""
    whole = round(100 * (ratio - 1))
    return f"{whole:+d} %".replace("-", "−") if whole else "0 %"
