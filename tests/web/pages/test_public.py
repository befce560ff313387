"""The public page: what gets out of it, and in which words."""

import asyncio
import csv
import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from litestar.testing import TestClient

from padlicht.config import Config
from padlicht.control.live_state import LiveState
from padlicht.ledger import Ledger
from padlicht.ledger.usage.sums import LIGHTS
from padlicht.usage.open_figures import Figure, OpenFigure, OpenUse
from padlicht.web.app import make_app
from padlicht.web.context import WebContext
from padlicht.web.i18n import words
from padlicht.web.public.charts import by_week
from tests.browser.park import StoppedClock
from tests.hub.use import DAY, HOUR, NOON, add_up, count, node, park, store
from tests.web.pages.test_live import text

NOW = NOON  # Sunday 25 October 2026; the newest open day is Friday 23
LAST = date(2026, 10, 23)
CHARTS = ("weeks", "days", "hours")
LIGHT_COLUMNS = tuple(f"passages_{light}" for light in LIGHTS)
COVERED = range(NOON - 9 * DAY, NOON - 8 * DAY)  # nobody was watching


def fill(path, simulated=False):
    """Five weeks of one counter: busy by day, quiet at night, covered for a day."""
    since = NOON - 40 * DAY
    gate = node("secret-gate", added_utc_s=since, simulated=simulated)
    with park(path, gate) as ledger:
        records = []
        for t in range(since, NOW, 900):
            hour = t % DAY // HOUR
            n_in = 7 if 7 <= hour < 17 else (t // 900) % 2
            obs_s = 0 if t in COVERED else 900
            n_in = n_in if obs_s else 0
            records.append(count(t, n_in, node="secret-gate", obs_s=obs_s))
        store(ledger, *records)
        add_up(ledger, NOW)


@pytest.fixture(name="context", scope="module")
def _context(tmp_path_factory):
    config = Config(data=tmp_path_factory.mktemp("public"))
    fill(config.ledger_path)
    return WebContext(config.ledger_path, LiveState(), StoppedClock(at=[NOW]), config)


@pytest.fixture(name="client")
def _client(context):
    with TestClient(make_app(context, asyncio.Event())) as client:
        yield client


def rows(client, chart, day="", language="nl"):
    """A chart's CSV."""
    query = {"chart": chart, **({"day": day} if day else {})}
    answer = client.get(f"/public/{language}/park/figures.csv", params=query)
    assert answer.status_code == 200, answer.text
    return [*csv.DictReader(io.StringIO(answer.text))]


def test_nobody_has_to_log_in(client):
    """The page is open, in both languages, while the pages of the park are not."""
    for language in ("nl", "en"):
        assert client.get(f"/public/{language}").status_code == 200
        assert client.get(f"/public/{language}/park").status_code == 200
    assert client.get("/nl/park", follow_redirects=False).status_code == 302


def test_no_figure_is_finer_than_may_be(client):
    """All that the files hold is hidden or a multiple of 5, by hours, and a day late."""
    for chart in CHARTS:
        found = rows(client, chart)
        assert found
        for row in found:
            for name in (*LIGHT_COLUMNS, "passages"):
                assert re.fullmatch(r"<\d+|\d*[05]|", row.get(name, "")), (chart, row)
    assert rows(client, "days")[-1]["day"] == LAST.isoformat()
    assert {row["utc"][13:] for row in rows(client, "hours")} == {":00:00Z"}


def test_the_page_shows_no_more_than_the_files(client):
    """No number on it is one that its files have not, and no node's name stands on it."""
    page = client.get("/public/en/park").text
    assert "secret-gate" not in page
    shown = {
        cell.replace(",", "")
        for cell in re.findall(r'<td class="n">([^<]*(?:&lt;\d+)?)</td>', page)
    }
    files = {
        value
        for chart in CHARTS
        for row in rows(client, chart)
        for name, value in row.items()
        if name.startswith("passages")
    }
    counts = {cell.replace("&lt;", "<") for cell in shown if "%" not in cell}
    assert counts <= files | {"no data"}
    assert {"<5", "30"} <= counts


def test_figures_are_near_the_ledgers(client, context):
    """A week on the page is that of the ledger, but for the rounding."""
    with Ledger.open(context.ledger_path, read_only=True) as ledger:
        [row] = rows(client, "weeks")[-1:]
        monday = date.fromisoformat(row["week_from"])
        known = ledger.use.by_light("park", monday, monday + timedelta(days=6))
    assert monday == date(2026, 10, 12)
    for light, use in known.items():
        assert int(row[f"passages_{light}"]) == pytest.approx(use.count, abs=10)
    assert int(row["passages"]) == pytest.approx(sum(u.count for u in known.values()), abs=10)


def test_no_week_is_named_for_lamps_that_were_not_there_yet():
    """The busiest week of the lamps is none of before there were lamps, whatever their hours."""
    weeks = {date(2026, 1, 5): 90, date(2026, 5, 18): 50}
    shown = {day: OpenFigure(Figure(n, n, n), 9, 9, False) for day, n in weeks.items()}
    dark = {(day, "dark_on"): figure for day, figure in shown.items()}
    use = OpenUse(date(2026, 1, 1), date(2026, 6, 1), {}, {}, dark, shown)
    since = date(2026, 5, 14)
    named = by_week(words("en"), use, [], since).caption
    assert (
        named == "Most counted with the lamps on: the week of 18 – 24 May 2026, about 50 passages."
    )
    assert "No week is named here" in by_week(words("en"), use, [], None).caption


def test_a_day_can_be_chosen_as_long_as_it_is_open(client):
    """One that is too young, not there yet, or no day at all, is not found."""
    first = rows(client, "hours", "2026-10-20")
    assert first[0]["local"] == "2026-10-20T00:00:00+02:00"
    assert len(first) == 24
    for day in ("2026-10-24", "2026-10-25", "2026-11-30", "2020-01-01"):
        for address in ("park", "park/figures.csv"):
            query = {"day": day, "chart": "hours"}
            assert client.get(f"/public/nl/{address}", params=query).status_code == 404
    assert client.get("/public/nl/park?day=yesterday").status_code == 400


def test_unwatched_hours_say_so(client):
    """Nobody watching is no data, on the page, in its table and in the file."""
    day = datetime.fromtimestamp(COVERED[0], UTC).date()
    assert rows(client, "hours", day.isoformat())[-1]["passages_dark_off"] == ""
    page = client.get(f"/public/en/park?day={day}").text
    watched = client.get("/public/en/park?day=2026-10-20").text
    assert page.count('class="gap"') > watched.count('class="gap"'), "a hatched place, no zero"
    said = text(page)
    assert said.count("no data") > 20
    assert "0% " in said


def test_the_words_promise_nothing(client):
    """Use, not safety; passages, not people; and what is not measured stands there, too."""
    english = text(client.get("/public/en/park").text)
    assert "This shows how the path is used, not how safe it is." in english
    assert "Passages are not people" in english
    assert "What is measured, and what is not" in english
    assert "In the week of 12 – 18 Oct 2026: about" in english
    dutch = text(client.get("/public/nl/park").text)
    assert "niet hoe veilig het is" in dutch
    assert "In de week van 12 – 18 okt 2026: ongeveer" in dutch
    for word in ("crime", "criminal", "misdaad", "crimin"):
        assert word not in (english + dutch).lower()


def test_what_is_made_up_says_so(tmp_path):
    """On the page, at each chart, and in the files."""
    config = Config(data=tmp_path)
    fill(config.ledger_path, simulated=True)
    context = WebContext(config.ledger_path, LiveState(), StoppedClock(at=[NOW]), config)
    with TestClient(make_app(context, asyncio.Event())) as client:
        page = client.get("/public/en/park").text
        assert "A simulation." in text(page)
        assert page.count('<span class="tag">simulated</span>') == len(CHARTS)
        assert {row["simulated"] for row in rows(client, "days")} == {"1"}


def test_a_park_of_yesterday_has_nothing_to_show_yet(tmp_path):
    """Neither a page that breaks, nor a zero."""
    config = Config(data=tmp_path)
    with park(config.ledger_path, node("gate", added_utc_s=NOON - HOUR)) as ledger:
        store(ledger, count(NOON - HOUR, 9))
        add_up(ledger, NOW)
    context = WebContext(config.ledger_path, LiveState(), StoppedClock(at=[NOW]), config)
    with TestClient(make_app(context, asyncio.Event())) as client:
        assert "Nothing can be shown yet" in client.get("/public/en").text
        assert client.get("/public/en/park/figures.csv?chart=days").status_code == 404


def test_a_park_without_anything_has_nothing_to_show(tmp_path):
    """Not even a counter: the page says so as well."""
    config = Config(data=tmp_path)
    with park(config.ledger_path, node("lamp-1", "lamp")):
        pass
    context = WebContext(config.ledger_path, LiveState(), StoppedClock(at=[NOW]), config)
    with TestClient(make_app(context, asyncio.Event())) as client:
        assert "Nothing can be shown yet" in client.get("/public/en/park").text


def test_what_is_not_there_is_not_found(client):
    """Another park, language or chart."""
    for address in ("/public/de", "/public/nl/other", "/public/nl/park/figures.csv?chart=x"):
        assert client.get(address).status_code == 404


def test_a_new_day_is_shown_when_it_is_open(context):
    """What the hub remembers of the page does not outlive the day."""
    with TestClient(make_app(context, asyncio.Event())) as client:
        before = rows(client, "days")[-1]["day"]
        context.clock.at[0] = NOW + 15 * HOUR
        try:
            assert rows(client, "days")[-1]["day"] > before
        finally:
            context.clock.at[0] = NOW
