"""The page of one node: its self-test as a sheet in both languages."""

import ast
import asyncio
from dataclasses import replace

import pytest
from litestar.testing import TestClient

from padlicht.config import Config
from padlicht.control.live_state import LiveState
from padlicht.ledger import Ledger, SelfTest
from padlicht.ledger.timeline import Note
from padlicht.settings_schema import firmware_folder
from padlicht.web.app import make_app
from padlicht.web.context import WebContext
from padlicht.web.i18n import words
from padlicht.web.node.selftest import rows, verdict_words
from tests.browser.park import EVENING, StoppedClock, make_park, node
from tests.web.pages.test_live import change, text

ROWS = [
    ("radar", "reports", "", "ok"),
    ("lamp at 25 %", 124, "mA", "ok"),
    ("lamp up and down", "shown", "", "see"),
    ("light", 31, "0.1 lx", "ok"),
    ("supply", None, "mV", "none"),
    ("flash free", 1234, "KB", "look"),
    ("hub and back", None, "ms", "fail"),
]


@pytest.fixture(name="context")
def _context(tmp_path):
    config = Config(data=tmp_path, login="off")
    make_park(config.ledger_path)
    return WebContext(config.ledger_path, LiveState(), StoppedClock(at=[EVENING]), config)


@pytest.fixture(name="client")
def _client(context):
    with TestClient(make_app(context, asyncio.Event())) as client:
        yield client


def keep(context, table=ROWS, reply="c-1", utc_s=EVENING - 60, name="lamp-1"):
    change(context, lambda ledger: ledger.selftests.add(name, reply, table, utc_s))


def test_the_sheet_names_node_date_boot_and_firmware(context, client):
    """All that a signature vouches for stands on it, and a place for the signature."""
    keep(context, reply="first-start")
    said = text(client.get("/en/park/node/lamp-1").text)
    assert "lamp-1 , Molukkenplantsoen, Thursday 12 November 2026, 19:59" in said
    assert "tested at its first start · start 3 · firmware 0.1.0 · board sim · simulated" in said
    assert "Radar reports in order" in said
    assert "Lamp at 25 % 124 mA in order" in said
    assert "Light sensor 3.1 lx in order" in said
    assert "Supply – not fitted" in said
    assert "1 line fails: mend it and test again." in said
    assert "Checked on the spot by Date Signature" in said


def test_the_sheet_is_dutch_for_who_reads_dutch(context, client):
    """Words, numbers and date; nothing of the firmware's English is left."""
    keep(context)
    said = text(client.get("/nl/park/node/lamp-1").text)
    assert "donderdag 12 november 2026, 19:59 getest op verzoek" in said
    assert "Lichtsensor 3,1 lx in orde" in said
    assert "Geheugen vrij 1.234 KB kijk hiernaar" in said
    assert "Lamp wordt feller en dimt getoond zelf beoordelen" in said
    assert "1 regel is afgekeurd" in said


def test_every_word_of_the_firmwares_table_is_translated():
    """What a row of node/selftest_rows.py can be about, or find, is said in the reader's words."""
    source = ast.parse((firmware_folder() / "node" / "selftest_rows.py").read_text())
    found = [
        row
        for row in ast.walk(source)
        if isinstance(row, ast.List | ast.Tuple)
        and len(row.elts) in (3, 4)
        and isinstance(row.elts[0], ast.Constant)
        and isinstance(row.elts[0].value, str)
    ]
    whats = {row.elts[0].value for row in found if row.elts[0].value not in ("ok", "not known")}
    assert len(whats) > 15
    dutch = words("nl")
    for what in whats:
        (told,) = rows(dutch, SelfTest("lamp-1", "c-1", 0, 1, None, None, ((what, 1, "", "ok"),)))
        assert told.known, f"{what!r} has no words in hub/padlicht/web/node/selftest.py"
    said = {item.value for item in ast.walk(source) if isinstance(item, ast.Constant)}
    assert set(verdict_words(dutch)) <= said


def test_a_row_that_is_not_known_is_shown_as_it_came(context, client):
    """A newer firmware's rows are English, marked as such, and cannot smuggle markup."""
    keep(context, [("tilt", "<b>3</b>", "°", "odd")])
    page = client.get("/nl/park/node/lamp-1").text
    assert '<th scope="row" lang="en">tilt</th>' in page
    assert "&lt;b&gt;3&lt;/b&gt;" in page
    assert "odd" in text(page)


def test_the_newest_comes_first_and_earlier_ones_are_kept(context, client):
    """Each with its own date; before the first test the page says how to get one."""
    assert "padlicht node selftest lamp-1" in client.get("/en/park/node/lamp-1").text
    keep(context, reply="first-start", utc_s=EVENING - 7200)
    keep(context, [("radar", "reports", "", "ok")], utc_s=EVENING - 60)
    said = text(client.get("/en/park/node/lamp-1").text)
    assert said.index("19:59") < said.index("Nothing failed.") < said.index("Earlier tests")
    assert said.index("Earlier tests") < said.index("18:00")


def test_a_new_memory_is_told_where_it_is_looked_for(context, client):
    """On the park's page, on the node's own, and in the API, with what to do."""
    advice = "Provision it again: padlicht node add lamp-1 --again"
    assert advice not in text(client.get("/en/park/path").text)
    change(
        context,
        lambda ledger: ledger.states.record_birth("lamp-1", 1, "0.1.0", "sim", 2, "power", EVENING),
    )
    with TestClient(make_app(context, asyncio.Event())) as fresh:
        assert advice in text(fresh.get("/en/park/path").text)
        assert advice in text(fresh.get("/en/park/node/lamp-1").text)
        assert "Richt het opnieuw in" in text(fresh.get("/nl/park/node/lamp-1").text)
        nodes = {each["node"]: each for each in fresh.get("/api/v1/nodes").json()["nodes"]}
    assert (nodes["lamp-1"]["new_memory"], nodes["lamp-2"]["new_memory"]) == (True, False)


def test_a_lamp_whose_height_nobody_said_says_so_on_its_page(context, client):
    """With the command, in both languages, until it is said; a simulated one hangs nowhere."""
    hint = "padlicht settings set post-1 mount_cm=250"
    post = node("post-1", "lamp", None, simulated=False)

    def add(ledger):
        ledger.nodes.add(post)
        ledger.settings.request("post-1", {"hold_s": 20}, "padlicht", "added", EVENING)

    change(context, add)
    with TestClient(make_app(context, asyncio.Event())) as fresh:
        assert hint in text(fresh.get("/en/park/node/post-1").text)
        assert "Hoe hoog deze radar hangt, is nog niet opgegeven" in text(
            fresh.get("/nl/park/node/post-1").text
        )
        assert "mount_cm=" not in fresh.get("/en/park/node/lamp-1").text
        change(
            context,
            lambda ledger: ledger.settings.request("post-1", {"mount_cm": 250}, "a", "b", EVENING),
        )
        assert "mount_cm=" not in fresh.get("/en/park/node/post-1").text


def test_a_retired_node_keeps_its_page(context, client):
    """What was signed once can be read for ever."""
    change(context, lambda ledger: ledger.nodes.add(node("old", "lamp", None, retired=True)))
    assert "lamp · path · simulated · retired" in text(client.get("/en/park/node/old").text)


@pytest.mark.parametrize(
    "address", ["en/park/node/lamp-99", "en/nowhere/node/lamp-1", "de/park/node/lamp-1"]
)
def test_what_is_not_there_is_not_found(client, address):
    """An unknown node, site or language is a page that says so."""
    answer = client.get(f"/{address}")
    assert answer.status_code == 404
    assert "<h1>" in answer.text


def test_the_list_leads_to_the_page(client):
    """Each node's name on the park's page is the way to its own."""
    assert 'href="/en/park/node/lamp-1"' in client.get("/en/park/path").text


def test_nothing_comes_from_elsewhere(context, client):
    """No inline style or script, and no other host."""
    keep(context)
    answer = client.get("/nl/park/node/lamp-1")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    for forbidden in (' style="', "<style", "<script", 'src="http', 'href="http'):
        assert forbidden not in answer.text
    with Ledger.open(context.ledger_path) as ledger:
        assert ledger.selftests.of_node("lamp-1")


def test_where_a_node_was_is_told_with_who_said_so_and_why(context, client):
    """On its page, and as a change in the log of the park, in the reader's words."""
    note = Note("anna", "the path was dug up", EVENING, EVENING - 86_400)

    def move(ledger):
        ledger.nodes.change(replace(ledger.nodes.get("lamp-1"), zone="gate"), note)

    change(context, move)
    for page in ("node/lamp-1", "settings"):
        said = text(client.get(f"/nl/park/{page}").text)
        assert "the path was dug up" in said
        assert "anna" in said
        assert "gate" in said
    assert "Waar dit apparaat stond" in text(client.get("/nl/park/node/lamp-1").text)
