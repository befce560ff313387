"""Studies by pages only: planned, registered, switched, confirmed, closed, handed over."""

import asyncio
import re
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from litestar.testing import TestClient

from padlicht.clock import HubClock, machine_utc_s
from padlicht.config import Config
from padlicht.control.live_state import LiveState
from padlicht.evaluation import extra
from padlicht.evaluation.job_runner import StudyJobRunner
from padlicht.evaluation.registration import WEEK
from padlicht.ledger import Ledger, LedgerThread
from padlicht.web.app import make_app
from padlicht.web.context import WebContext
from tests.browser.park import StoppedClock
from tests.rigs.patience import POLL_S, limit_s
from tests.studies.small_park import MONDAY, NOW, PARK, TRYOUT, at, live, make
from tests.web.pdf_parts import page_count

BEGAN = MONDAY - 26 * WEEK
AFTER = TRYOUT.last_day + timedelta(days=1)
TYPED = {
    "question": TRYOUT.question, "name": "brighter", "claim": "more", "zone": "path",
    "change": TRYOUT.change, "design": "tryout", "first_day": str(MONDAY), "weeks": "6",
    "setting": "base_pct", "on": "20", "off": "5",
}  # fmt: skip


class Browser:
    """Asks the pages of a hub and fills in their forms, at a time that a test sets."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = StoppedClock(at=[NOW])
        context = WebContext(path, LiveState(), self.clock, Config(data=path.parent, login="off"))
        self.client = TestClient(make_app(context, asyncio.Event()))

    def set_clock(self, utc_s: int) -> None:
        """It is that time now, for the pages."""
        self.clock.at[0] = utc_s

    def read(self, address: str, language: str = "en") -> str:
        """The words of a page, on one line."""
        answer = self.client.get(f"/{language}/{PARK}/{address}")
        assert answer.status_code == 200, answer.text
        return " ".join(re.sub("<[^>]+>", " ", answer.text).split())

    def send(self, address: str, **fields: str):
        """Send a page's form, as somebody who has just loaded it."""
        page = self.client.get(f"/en/{PARK}/{address}").text
        token = re.search(r'name="_csrf_token" value="([^"]+)"', page)[1]
        return self.client.post(f"/en/{PARK}/{address}", data={"_csrf_token": token, **fields})

    def work(self, utc_s: int) -> None:
        """Let a hub do the jobs that wait, each in its own process, at that time."""
        asyncio.run(_work(self.path, utc_s))


async def _work(path: Path, utc_s: int) -> None:
    offset_s = utc_s - machine_utc_s()
    ledger = LedgerThread(Ledger.open(path))
    config = Config(data=path.parent, clock_offset_s=offset_s)
    runner = asyncio.create_task(StudyJobRunner(ledger, config, HubClock(offset_s)).run())
    try:
        async with asyncio.timeout(limit_s(60)):
            while not runner.done() and await ledger.run(_open_jobs):  # noqa: ASYNC110 -- rows set no event
                await asyncio.sleep(POLL_S)
    finally:
        runner.cancel()
        try:
            with suppress(asyncio.CancelledError):
                await runner
        finally:
            ledger.close()


def _open_jobs(ledger: Ledger) -> int:
    query = "SELECT count(*) FROM study_jobs WHERE ended_utc_s IS NULL"
    return ledger._db.execute(query).fetchone()[0]


@pytest.fixture(scope="module")
def past(tmp_path_factory):
    """The small park with half a year of counts, in which nobody changed anything."""
    path = make(tmp_path_factory.mktemp("past") / "ledger.sqlite")
    with Ledger.open(path) as ledger:
        ledger.skip_fsync()
        live(ledger, BEGAN, MONDAY - timedelta(days=10))
    return path


@pytest.fixture
def browser(past, tmp_path):
    """A browser before the pages of a copy of it."""
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(past) as ledger:
        ledger.copy_to(path, lambda done, total: None)
    found = Browser(path)
    with found.client:
        yield found


def test_a_study_from_plan_to_verdict_by_pages_only(browser, programs):
    """The planner's weeks, the form, the hub's switches, lamps' words, dots, a verdict, its PDF."""
    browser.send("studies", zone="path")
    assert "At work: waiting" in browser.read("studies?zone=path")
    browser.work(NOW)
    told = browser.read("studies?zone=path")
    assert "From 24 weeks of the past of path" in told
    assert re.search(r"30% (\d+ weeks|not within 24 weeks)", told)

    assert browser.send("new-study", **TYPED).status_code == 200
    told = browser.read("study/brighter")
    assert "No verdict before the end, 12 Apr 2026" in told
    assert re.search(r"Seed by which the weeks were drawn \d+", told)

    with Ledger.open(browser.path) as ledger:
        ledger.skip_fsync()
        live(ledger, MONDAY - timedelta(days=9), MONDAY + 3 * WEEK, effect=2.5)
    during = at(MONDAY + 3 * WEEK + timedelta(days=1), 9)
    browser.set_clock(during)
    browser.send("study/brighter", form="run")
    browser.work(during)
    told = browser.read("study/brighter")
    assert "Weeks as dots" in told
    assert "10 of 10 lamps yes" in told
    assert "interval" not in told

    with Ledger.open(browser.path) as ledger:
        ledger.skip_fsync()
        live(ledger, MONDAY + 3 * WEEK + timedelta(days=1), AFTER, effect=2.5)
        base = {change.after["base_pct"] for change in ledger.settings.wanted(PARK).values()}
    assert base == {15}
    over = at(AFTER + timedelta(days=1), 9)
    browser.set_clock(over)
    assert "The verdict can be worked out now" in browser.read("study/brighter")
    browser.send("study/brighter", form="run")
    browser.work(over)
    told = browser.read("study/brighter")
    assert re.search(r"In weeks on the path was used more in these hours: \+\d+% passages", told)
    assert "That is what was claimed beforehand." in told
    assert "dates on which nothing happened" in told
    assert "This is about use, not about safety" in told
    assert "It was not amended" not in told
    assert "In de weken aan is het pad in deze uren meer gebruikt" in browser.read(
        "study/brighter", "nl"
    )
    for language in ("en", "nl"):
        address = f"/{language}/{PARK}/reports/study/brighter/report.pdf"
        assert page_count(browser.client.get(address).content) == 2


def test_what_cannot_be_registered_is_shown_again_with_the_reason(browser):
    """Nothing that was typed is lost."""
    answer = browser.send("new-study", **TYPED | {"weeks": "7"})
    assert answer.status_code == 422
    assert "a try-out has pairs of weeks" in answer.text
    assert f'value="{TRYOUT.question}"' in answer.text


def test_an_amendment_is_printed_beside_what_was_registered(browser):
    """With its day, its reason, and who made it; a study that is stopped has no verdict."""
    browser.send("new-study", **TYPED)
    browser.send("study/brighter", form="amend", weeks="8", why="snow lay for two weeks")
    told = browser.read("study/brighter")
    assert "snow lay for two weeks not logged in" in told
    assert "Ends on 12 Apr 2026" in told
    assert "No verdict before the end, 26 Apr 2026" in told
    answer = browser.send("study/brighter", form="amend", weeks="8", why="once more")
    assert (answer.status_code, "nothing would change" in answer.text) == (422, True)
    browser.send("study/brighter", form="amend", stop="yes", why="an owl")
    assert "This study was stopped" in browser.read("study/brighter")


def test_without_the_extra_the_pages_say_how_to_install_it(browser, monkeypatch):
    """And offer nothing that could not work."""
    browser.send("new-study", **TYPED)
    monkeypatch.setattr(extra, "PACKAGES", ("no_such_statistics",))
    for address in ("studies", "study/brighter"):
        told = browser.read(address)
        assert "pip install &#39;padlicht[evaluation]&#39;" in told
        assert "Draw the dots" not in told


def test_a_study_that_is_not_there_is_not_found(browser):
    """Nor one of another park."""
    assert browser.client.get(f"/en/{PARK}/study/nothing").status_code == 404
