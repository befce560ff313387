"""One study in the demo park, by its pages only, from the planner to the council's report.

More than half a year of history, then a try-out of six weeks: each Monday at noon a real hub
switches it, nine real lamps say over MQTT that they have it, and a page is read on which that
stands; the days in between are skipped (staged_park.py). In the demo nobody comes for a setting, so
the truth is that nothing changed. PADLICHT_KEEP, or --keep, names an empty folder in which the PDFs
and the data stay.
"""

import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from padlicht.evaluation.estimators.types import PLAN_FEWEST_WEEKS, Estimate
from padlicht.evaluation.outcomes import outcome_of
from padlicht.evaluation.registering import find_study
from padlicht.evaluation.registration import WEEK
from padlicht.ledger import Ledger
from padlicht.simulate.world.park import SITE
from tests.studies.small_park import at
from tests.web.pdf_parts import page_count
from tools.figures.end_to_end.reader import Reader
from tools.figures.end_to_end.staged_park import StagedPark
from tools.figures.figure import Figure

HOW = "make figures ARGS=demo-study"
MONDAY = date(2026, 10, 12)  # the clock changes between the first pair of weeks and the second
PAST_WEEKS = 34  # of which the planner leaves out the light evenings of summer
WEEKS = 6
SHEETS = 2
NAME = "brighter"
KEY = "base_pct"
TYPED = {
    "question": "Is the path used more after dark when lamps are brighter while nobody is near?",
    "name": NAME, "claim": "more", "zone": "", "design": "tryout", "setting": KEY,
    "change": "Base light of 25 % in weeks on, 5 % in weeks off.", "on": "25", "off": "5",
    "first_day": str(MONDAY), "weeks": str(WEEKS),
}  # fmt: skip
PAGE = f"study/{NAME}"
TRUTH = 1.0
OPEN_JOB = "At work:"
_DAY = timedelta(days=1)
SUNDAY, TUESDAY = MONDAY - _DAY, MONDAY + WEEKS * WEEK + _DAY  # before and after

Row = list[str]  # of the table of weeks: from, side, switched, confirmed, counts


@dataclass
class Told:
    """What pages said: lamps that had each week on its Monday, its row at the end, the verdict."""

    plan: str = ""
    on_monday: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    given_back: int = 0
    verdict: str = ""
    pdfs: dict[str, bytes] = field(default_factory=dict)


def measure() -> Iterator[Figure]:
    """Live through it all, then tell."""
    began_s = time.monotonic()
    with _folder() as folder:
        data = folder / "data"
        data.mkdir(mode=0o700)
        park = StagedPark(data)
        park.write_past(at(SUNDAY, 16), PAST_WEEKS, at(TUESDAY, 12))
        park.provision(at(SUNDAY, 16))
        told = asyncio.run(_study(park))
        for language, pdf in told.pdfs.items():
            (folder / f"report-{language}.pdf").write_bytes(pdf)
        with Ledger.open(park.config.ledger_path, read_only=True) as ledger:
            study = find_study(ledger, NAME)
            result = outcome_of(ledger, study, at(TUESDAY, 12)).result
    planned = re.search(r"From (\d+) weeks of the past", told.plan)
    yield Figure(
        "demo_study_planned_from", int(planned[1]) if planned else 0, "weeks",
        f"≥ {PLAN_FEWEST_WEEKS} with dark evenings", f"{HOW}: {told.plan}", planned is not None,
    )  # fmt: skip
    yield from _weeks(told, park.lamps)
    yield Figure(
        "demo_study_lamps_given_back", told.given_back, "lamps",
        f"{park.lamps}, with their own settings again, by their own word", HOW,
        told.given_back == park.lamps,
    )  # fmt: skip
    yield _verdict(told, result.main if result else None)
    for language, pdf in told.pdfs.items():
        pages = page_count(pdf)
        yield Figure(
            f"demo_study_pages_of_pdf_{language}", pages, "pages", f"{SHEETS}", HOW,
            pages == SHEETS,
        )  # fmt: skip
    yield Figure("demo_study_took", round(time.monotonic() - began_s), "s", "told", HOW)


async def _study(park: StagedPark) -> Told:
    """Sunday's plan, six Mondays, and the Tuesday after."""
    told, own = Told(), park.wanted(KEY)
    park.skip_to(at(SUNDAY, 16, 5))
    async with park.awake(at(SUNDAY, 16, 20)), Reader(park.page, SITE) as reader:
        await reader.send("studies", zone="")
        page = await _until_worked_out(reader, "studies?zone=")
        told.plan = _found(r"To show a change of.*? worked out|Too little past:.*?\.", page)
        _say(told.plan)
        await reader.send("new-study", **TYPED)
        _say(_found(r"No verdict before the end.*?\.", await reader.read(PAGE)))
    for number in range(WEEKS):
        monday = MONDAY + number * WEEK
        records = park.skip_to(at(monday, 11, 50))
        _say(f"week {number + 1}, {monday}: {records} records of counters before it")
        async with park.awake(at(monday, 12, 3)), Reader(park.page, SITE) as reader:
            told.on_monday.append(await _until_confirmed(reader, number, park.lamps))
    park.skip_to(at(TUESDAY, 8, 50))
    async with (
        park.awake(at(TUESDAY, 9, 3)),
        Reader(park.page, SITE) as reader,
    ):
        _say(_found(r"The weeks are over.*?now\.", await reader.read(PAGE)))
        told.rows = await reader.rows(PAGE, "weeks")
        for row in told.rows:
            _say(" | ".join(row))
        await reader.send(PAGE, form="run")
        page = await _until_worked_out(reader, PAGE)
        told.verdict = _found(rf"{re.escape(TYPED['question'])} (.*?) Dots and verdict", page)
        _say(told.verdict)
        await reader.wait(park.confirmed, lambda confirmed: confirmed)
        told.given_back = sum(value == own[lamp] for lamp, value in park.wanted(KEY).items())
        for language in ("nl", "en"):
            told.pdfs[language] = await reader.pdf(f"reports/{PAGE}/report.pdf", language)
    return told


async def _until_worked_out(reader: Reader, address: str) -> str:
    """Wait until a page no longer says that its statistics are at work; what it says then."""
    return await reader.wait(lambda: reader.read(address), lambda page: OPEN_JOB not in page)


async def _until_confirmed(reader: Reader, number: int, lamps: int) -> int:
    """Wait until the page has all lamps in the row of this week; how many they are."""
    rows = await reader.wait(
        lambda: reader.rows(PAGE, "weeks"),
        lambda rows: rows[number][3] == f"{lamps} of {lamps} lamps",
    )
    _say(" | ".join(rows[number]))
    return _lamps(rows[number])


def _weeks(told: Told, lamps: int) -> Iterator[Figure]:
    """Of the six weeks: who switched them, who had them."""
    switched = sum(bool(re.search(r"\d\d:\d\d|\d [ap]m", row[2])) for row in told.rows)
    yield Figure(
        "demo_study_weeks_switched", switched, "weeks", f"{WEEKS}, by the hub at noon", HOW,
        switched == WEEKS,
    )  # fmt: skip
    counts = sum(row[4] == "yes" for row in told.rows)
    yield Figure(
        "demo_study_weeks_confirmed", counts, "weeks", f"{WEEKS}, by lamps' own word", HOW,
        counts == WEEKS,
    )  # fmt: skip
    for number, (row, on_monday) in enumerate(zip(told.rows, told.on_monday, strict=True), 1):
        all_week = _lamps(row)
        yield Figure(
            f"demo_study_week_{number}_lamps", all_week, "lamps", f"{lamps}, the whole week",
            f"{HOW}: {on_monday} on its Monday at noon, {row[1]}",
            all_week == on_monday == lamps,
        )  # fmt: skip


def _verdict(told: Told, main: Estimate | None) -> Figure:
    """What was found beside what is so; one interval in twenty may miss it."""
    goal = "0, the truth; an interval, which holds it 19 times of 20"
    if main is None or main.ratio is None or main.low is None or main.high is None:
        how = f"{HOW}: {told.verdict}"
        return Figure("demo_study_verdict", 0, "%", goal, how, reached=False)
    holds = "holds" if main.low <= TRUTH <= main.high else "does not hold"
    how = f"{HOW}: {told.verdict} The interval {holds} the truth."
    return Figure("demo_study_verdict", round(100 * (main.ratio - 1), 1), "%", goal, how)


def _lamps(row: Row) -> int:
    """How many lamps a row says; none where the hub switched nothing."""
    found = re.match(r"(\d+) of \d+ lamps", row[3])
    return int(found[1]) if found else 0


def _found(pattern: str, told: str) -> str:
    """What a page says there; RuntimeError when it says something else."""
    found = re.search(pattern, told)
    if found is None:
        raise RuntimeError(f"a page does not say {pattern!r}: {told[:2000]}")
    return found[found.re.groups]


@contextmanager
def _folder() -> Iterator[Path]:
    """The folder that was named, or a temporary one."""
    kept = os.environ.get("PADLICHT_KEEP")
    if not kept:
        with tempfile.TemporaryDirectory(prefix="padlicht-study-") as name:
            yield Path(name)
        return
    folder = Path(kept).resolve()
    if folder.exists() and any(folder.iterdir()):
        raise RuntimeError(f"{folder} is not empty: name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    yield folder


def _say(told: str) -> None:
    print(f"figures: demo-study: {told}", file=sys.stderr)
