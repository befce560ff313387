"""What the pages and the API answer, on a real ledger."""

import asyncio
import re

import pytest
from litestar.testing import TestClient

from padlicht.config import Config
from padlicht.control.live_state import LiveState
from padlicht.ledger import Fault, Ledger
from padlicht.web.app import make_app
from padlicht.web.context import WebContext
from padlicht.web.i18n import choose_language
from padlicht.wire import LampLive
from tests.browser.park import (
    EVENING,
    MIDNIGHT,
    MIDSUMMER,
    StoppedClock,
    footfall,
    make_park,
    node,
)
from tests.rigs.patience import limit_s

DEADLINE_S = limit_s()


@pytest.fixture(name="context")
def _context(tmp_path):
    """The park of the evening, its clock and what is live in it."""
    config = Config(data=tmp_path, live=True, login="off")
    make_park(config.ledger_path)
    return WebContext(config.ledger_path, LiveState(), StoppedClock(at=[EVENING]), config)


@pytest.fixture(name="client")
def _client(context):
    with TestClient(make_app(context, asyncio.Event())) as client:
        yield client


def change(context: WebContext, write) -> None:
    """Write to the ledger as the hub does."""
    with Ledger.open(context.ledger_path) as ledger, ledger.transaction():
        write(ledger)


def text(html: str) -> str:
    """What a page says, without its markup."""
    html = re.sub(r"<(svg|script)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "nl"),
        ("en-GB,en;q=0.9", "en"),
        ("de,fr;q=0.8", "nl"),
        ("en;q=0.4, nl;q=0.8", "nl"),
        ("en;q=nonsense,,;", "nl"),
        ("en;q=0", "nl"),
    ],
)
def test_the_visitors_language_is_chosen_and_dutch_is_the_default(header, language):
    """Quality values decide between the two; whoever asks for neither gets Dutch."""
    assert choose_language(header) == language


def test_the_front_leads_to_the_visitors_language(client):
    """The address without a language forwards, and says on what that depends."""
    answer = client.get("/", headers={"Accept-Language": "en"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (302, "/en/")
    assert answer.headers["vary"] == "Accept-Language, Cookie"


def test_counts_stand_with_their_coverage(client):
    """Both directions, and how much of the time was watched, in both languages."""
    english, dutch = text(client.get("/en/park/path").text), text(client.get("/nl/park/path").text)
    assert (
        "counter-west simulated → one way 51 ← the other way 26 in the dark: 0 with the lamps on,"
        " 17 with the lamps off 100% of the time watched 20 h of 20 h" in english
    )
    assert (
        "counter-east simulated → one way 0 ← the other way 11 51% of the time watched" in english
    )
    assert "Part of the day went unwatched" in english
    assert (
        "→ de ene kant op 51 ← de andere kant op 26 in het donker: 0 met de lampen aan,"
        " 17 met de lampen uit 100% van de tijd gemeten 20 u van 20 u" in dutch
    )


def test_a_dash_stands_where_nobody_watched(context, client):
    """A counter that watched no second shows no zero; the API says null."""
    change(context, lambda ledger: ledger.nodes.add(node("gate", "counter", None)))
    said = text(client.get("/en/park/path").text)
    assert "gate simulated → one way – ← the other way – 0% of the time watched" in said
    counters = client.get("/api/v1/today").json()["counters"]
    gate = next(counter for counter in counters if counter["node"] == "gate")
    assert (gate["count"]["in"], gate["count"]["out"], gate["count"]["coverage"]) == (None, None, 0)


def test_the_api_tells_todays_counts(client):
    """Numbers, coverage and the day's bounds, as JSON."""
    today = client.get("/api/v1/today", params={"site": "park"}).json()
    assert (today["from_utc_s"], today["as_of_utc_s"]) == (MIDNIGHT, EVENING)
    assert today["simulated"] is True
    assert today["total"] == {
        "in": 51, "out": 37, "dark_on": 0, "dark_off": 17,
        "obs_s": 108000, "due_s": 142200, "sat_s": 55,
        "coverage": pytest.approx(0.759, abs=0.001),
    }  # fmt: skip


def test_the_api_tells_how_the_nodes_are(context, client):
    """State, last word, settings, faults and the quarantine's count, in the order of the path."""
    fault = Fault("lamp-2", 3, 900, EVENING, 0, 2, "lamp_stuck", True)
    change(context, lambda ledger: ledger.records.add([fault], EVENING))
    change(context, lambda ledger: ledger.quarantine.add("x", b"?", "no JSON", EVENING))
    answer = client.get("/api/v1/nodes").json()
    nodes = {each["node"]: each for each in answer["nodes"]}
    assert list(nodes)[:3] == ["counter-west", "lamp-1", "lamp-2"]
    assert answer["quarantined"] == 1
    assert nodes["lamp-2"]["faults"] == ["lamp_stuck"]
    assert (nodes["lamp-1"]["state"], nodes["lamp-1"]["last_word_utc_s"]) == ("ready", EVENING - 1)
    assert (nodes["lamp-8"]["state"], nodes["counter-east"]["state"]) == ("lost", "never")


def test_the_api_describes_itself(client):
    """OpenAPI has both answers, and no page that would load something from elsewhere."""
    paths = client.get("/api/openapi.json").json()["paths"]
    assert set(paths) == {"/api/v1/today", "/api/v1/nodes"}


@pytest.mark.parametrize(
    "address", ["/de/", "/nl/elsewhere", "/static/1/secret", "/api/v1/today?site=x"]
)
def test_what_is_not_there_is_not_found(client, address):
    """An unknown language, site or file is a 404: a page for people, JSON for programs."""
    answer = client.get(address)
    assert answer.status_code == 404
    assert ("error" in answer.json()) if address.startswith("/api") else ("<h1>" in answer.text)


def test_without_a_park_the_page_says_how_to_begin(tmp_path):
    """An empty ledger gives the command that registers a first lamp; the API has nothing."""
    config = Config(data=tmp_path, login="off")
    Ledger.open(config.ledger_path).close()
    context = WebContext(config.ledger_path, LiveState(), StoppedClock(), config)
    with TestClient(make_app(context, asyncio.Event())) as client:
        assert "padlicht node add lamp-1" in client.get("/nl/").text
        assert client.get("/api/v1/nodes").status_code == 404


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        (EVENING, "The path is lit until 22:00: 7 of 8 lamps confirm it."),
        (MIDNIGHT + 12 * 3600, "As planned, the path is lit tonight from 16:42 to 22:00."),
        (EVENING + 3 * 3600, "As planned, the path is lit again tomorrow from 16:40."),
        (MIDSUMMER, "Tonight the path stays unlit: light would begin at 22:04, and ends at 22:00."),
    ],
)
def test_the_page_says_when_the_path_is_lit(context, client, now, sentence):
    """By day, lit, by night, and in midsummer, when the window is empty."""
    context.clock.at[0] = now
    said = text(client.get("/en/park/path").text)
    assert sentence in said
    assert ("This is as agreed and no fault." in said) == (now == MIDSUMMER)


def test_wanted_settings_move_the_light(context, client):
    """The window is that of the wanted settings, and a refusal stands with its reason."""
    wanted = {"end_at": "21:00", "start_offset_min": 15}
    for number in range(1, 9):
        change(
            context,
            lambda ledger, n=number: ledger.settings.request(
                f"lamp-{n}", wanted, "t", "bats", EVENING
            ),
        )
    change(
        context,
        lambda ledger: ledger.settings.confirm("lamp-1", 0, {"end_at": "end_at is odd"}, EVENING),
    )
    said = text(client.get("/en/park/path").text)
    assert "The path is lit until 21:00: 7 of 8 lamps confirm it." in said
    assert "16:57 – 21:00" in said
    assert "version 1 refused end_at is odd" in said
    assert "version 1 on its way" in said


def test_levels_that_nobody_asked_for_are_not_told(context, client):
    """Without a viewer the last heard level is old; with one it is of this moment."""
    context.live.put_level("lamp-3", LampLive(level_pm=1000, state="boost"))
    assert "100% full" not in text(client.get("/en/park/path").text)

    async def look() -> str:
        viewer = context.live.follow()
        waiting = asyncio.ensure_future(anext(viewer))
        await asyncio.sleep(0)
        page = await asyncio.to_thread(client.get, "/en/park/path")
        waiting.cancel()
        await asyncio.wait({waiting})
        return text(page.text)

    assert "100% full" in asyncio.run(look())


def test_a_simulation_says_so(client):
    """A park that is made up says that all its numbers are."""
    assert "and so are all numbers" in text(client.get("/en/park/path").text)


def test_simulated_and_real_are_told_apart(context, client):
    """One real counter takes the total over, and every made-up node is marked."""

    def add(ledger):
        ledger.nodes.add(node("gate", "counter", None, simulated=False))
        ledger.records.add([footfall("gate", 1, MIDNIGHT, 2, 1)], EVENING)

    change(context, add)
    said = text(client.get("/en/park/path").text)
    assert "totals never mix them with real ones" in said
    assert "Passages today 3 " in said
    assert "lamp · path · simulated" in said


def test_a_parks_name_cannot_smuggle_markup(tmp_path):
    """What was registered is shown as text, whatever it is."""
    config = Config(data=tmp_path, login="off")
    make_park(config.ledger_path, title="<script>alert(1)</script>")
    context = WebContext(config.ledger_path, LiveState(), StoppedClock(), config)
    with TestClient(make_app(context, asyncio.Event())) as client:
        for page in ("/nl/", "/nl/park/path", "/nl/park/use"):
            assert "<script>alert" not in client.get(page).text


@pytest.mark.parametrize("address", ["/nl/", "/en/park/path", "/nowhere/at/all", "/api/v1/today"])
def test_nothing_comes_from_elsewhere(client, address):
    """Every answer forbids it, and no page asks for it: no inline code, no other host."""
    answer = client.get(address)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r'\sstyle="|\son\w+="|<style|(src|href)="(https?:)?//', answer.text)


def test_a_file_is_kept_for_ever_under_a_name_of_its_content(client):
    """The style's address changes with its content, so browsers need not ask again."""
    address = re.search(r'href="(/static/\w+/padlicht\.css)"', client.get("/nl/").text)[1]
    answer = client.get(address)
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]


def test_the_hour_that_occurs_twice_is_one_hour_longer(context, client):
    """On the day on which summer time ends, 20 o'clock local time is 21 hours into the day."""
    context.clock.at[0] = 1_792_954_800  # 25 October 2026, 20:00 in Groningen
    start = context.clock.at[0] - 21 * 3600
    assert client.get("/api/v1/today").json()["from_utc_s"] == start
