"""A self-test's table, from the wire into the ledger and out again; and a memory that is new."""

import json
from dataclasses import fields

import pytest
from click.testing import CliRunner

from padlicht.cli import command
from padlicht.cli.main import cli
from padlicht.clock import ClockWatch
from padlicht.config import Config, environment_variable
from padlicht.control.commands import Commands
from padlicht.control.publisher import Publisher
from padlicht.ledger import Ledger
from padlicht.wire import Reply
from tests.hub.parts import (
    LAMP,
    NOW,
    STATUS,
    Published,
    StoppedClock,
    heard,
    park,
    records,
)
from tests.intake.test_intake import said

ROWS = [
    ["radar", "reports", "", "ok"],
    ["light", 31, "0.1 lx", "ok"],
    ["wifi", None, "dBm", "none"],
    ["own clock off by", -800_000_000_000, "ms", "look"],
    ["hub and back", None, "ms", "fail"],
]
ANSWER = {"id": "c-1", "ok": True, "detail": ROWS}


def test_a_table_is_kept_with_date_boot_and_firmware(tmp_path, take_in):
    """As the node sent it, with what its birth had said before."""
    _, ledger = take_in(tmp_path, [said("up/status", STATUS)], [said("up/reply", ANSWER)])
    (test,) = ledger.selftests.of_node("lamp-1")
    assert (test.reply, test.utc_s, test.failed) == ("c-1", NOW, 1)
    assert (test.boot, test.fw, test.board) == (12, "0.1.0", "sim")
    assert [list(row) for row in test.rows] == ROWS


def test_the_same_table_again_is_the_same(tmp_path, take_in):
    """A broker may bring a reply twice; a later test with another table is another one."""
    later = {**ANSWER, "id": "first-start"}
    _, ledger = take_in(
        tmp_path,
        [said("up/reply", ANSWER)] * 2,
        [said("up/reply", ANSWER), said("up/reply", later)],
    )
    assert [test.reply for test in ledger.selftests.of_node("lamp-1")] == ["first-start", "c-1"]
    assert [test.reply for test in ledger.selftests.of_node("lamp-1", 1)] == ["first-start"]
    assert ledger.selftests.of_node("lamp-2") == []
    assert ledger.quarantine.count() == 0


@pytest.mark.parametrize(
    "detail",
    [None, [], "ok", 7, {"radar": "ok"}, [["radar", "reports", "ok"]], [["radar", [], "", "ok"]],
     [["x" * 65, 1, "", "ok"]], [["free", 2**60, "KB", "ok"]], [[]]],
)  # fmt: skip
def test_what_is_no_table_is_not_kept_as_one(tmp_path, detail, take_in):
    """Any other answer is an answer, stops nothing, and is no self-test."""
    reply = said("up/reply", {"id": "c-1", "ok": True, "detail": detail})
    published, ledger = take_in(tmp_path, [reply, said("up/records", records(LAMP))])
    assert ledger.selftests.of_node("lamp-1") == []
    assert ledger.quarantine.count() == 0
    assert published.on("lamp-1", "down/ack")


def test_a_node_that_runs_wild_fills_no_disk(tmp_path, monkeypatch):
    """Of each node the newest tables stay."""
    monkeypatch.setattr("padlicht.ledger.tables.commands.MAX_SELFTESTS", 3)
    with park(tmp_path / "ledger.sqlite") as ledger, ledger.transaction():
        ledger.selftests.add("lamp-2", "c-0", [("radar", "silent", "", "fail")], NOW)
        for number in range(5):
            ledger.selftests.add("lamp-1", f"c-{number}", [("radar", "silent", "", "fail")], NOW)
        assert [test.reply for test in ledger.selftests.of_node("lamp-1")] == ["c-4", "c-3", "c-2"]
        assert len(ledger.selftests.of_node("lamp-2")) == 1


def test_an_unreadable_table_is_worth_a_line(tmp_path, caplog):
    """A node of a newer Padlicht may say what this one cannot read; somebody should know."""
    commands = Commands(Publisher(Published()), ClockWatch(StoppedClock()))
    commands.on_reply(heard(Reply("first-start", True, None, ROWS)))
    assert caplog.text == ""
    commands.on_reply(heard(Reply("first-start", True, None, {"v": 2})))
    assert "lamp-1 tested itself, and its table cannot be read" in caplog.text


# The commands of a person


@pytest.fixture(name="padlicht")
def _padlicht(tmp_path, monkeypatch):
    for option in fields(Config):
        monkeypatch.delenv(environment_variable(option.name), raising=False)
    monkeypatch.setenv("PADLICHT_DATA", str(tmp_path))
    return lambda *arguments: CliRunner().invoke(cli, arguments)


def test_tables_are_shown_to_people_and_to_programs(padlicht, tmp_path, take_in):
    """The newest by itself, with what it is of; more on demand; and as JSON."""
    take_in(tmp_path, [said("up/status", STATUS), said("up/reply", ANSWER)])
    take_in(tmp_path, [said("up/reply", {**ANSWER, "id": "c-2"})])
    shown = padlicht("node", "tests", "lamp-1").output
    assert "boot 12, firmware 0.1.0 on sim" in shown
    assert shown.count("hub and back") == 1
    assert "1 failed" in shown
    both = json.loads(padlicht("node", "tests", "lamp-1", "--limit", "9", "--json").output)
    assert [test["reply"] for test in both] == ["c-2", "c-1"]
    assert both[0]["rows"][1] == {"what": "light", "value": 31, "unit": "0.1 lx", "verdict": "ok"}


def test_a_node_without_a_test_says_how_to_get_one(padlicht, tmp_path):
    """Nothing yet is an empty list to a program, and a sentence to a person."""
    park(tmp_path / "ledger.sqlite").close()
    assert "padlicht node selftest lamp-1" in padlicht("node", "tests", "lamp-1").output
    assert json.loads(padlicht("node", "tests", "lamp-1", "--json").output) == []
    assert "node list" in padlicht("node", "tests", "lamp-9").output


def test_what_a_node_says_steers_nobodys_terminal(padlicht, tmp_path, take_in):
    """Escapes and markup in a table are shown as they are."""
    rows = [["[/red]\x1b[2J", "[bold]", "", "ok"]]
    take_in(tmp_path, [said("up/reply", {**ANSWER, "detail": rows})])
    shown = padlicht("node", "tests", "lamp-1").output
    assert "[/red]\\x1b[2J" in shown
    assert "[bold]" in shown


@pytest.mark.parametrize(
    ("sent", "answer", "says"),
    [
        (False, None, "start the hub"),
        (True, None, "cable and Wi-Fi"),
        (True, {"ok": False, "why": "a self-test is running already"}, "is running already"),
        (True, {"ok": True, "detail": {"v": 2}}, "update it"),
        (True, {"ok": True, "detail": ROWS}, None),
    ],
)
def test_who_asks_for_a_test_is_told_how_it_went(
    padlicht, tmp_path, monkeypatch, sent, answer, says, take_in
):
    """The table, or why there is none and what to do; a hub stands in between."""
    path = tmp_path / "ledger.sqlite"
    park(path).close()

    def hub_at_work(_):
        with Ledger.open(path) as ledger:
            waiting = ledger.commands.unanswered()
            with ledger.transaction():
                ledger.states.record_birth("lamp-1", 1, "0.1.0", "sim", 2, "power", NOW)
                for command in waiting if sent else ():
                    ledger.commands.mark_sent(command.id, NOW)
                if not answer:
                    ledger.commands.expire(waiting[0].id, "its time was up")
        if sent and answer:
            take_in(tmp_path, [said("up/reply", {**answer, "id": waiting[0].id})])

    monkeypatch.setattr(command.time, "sleep", hub_at_work)
    result = padlicht("node", "selftest", "lamp-1", "--json")
    if says:
        assert result.exit_code == 1
        assert says in result.output
    else:
        assert json.loads(result.output)[0]["rows"][0]["what"] == "radar"


# A memory that is new


def test_a_birth_below_the_highest_boot_is_a_new_memory(tmp_path, caplog, take_in):
    """It is said once per boot, with what to do, and over as soon as boots are new again."""

    def born(boot, **options):
        return [said("up/status", {**STATUS, "boot": boot}, **options)]

    _, ledger = take_in(tmp_path, born(12), [said("up/records", records(LAMP, boot=13))])
    assert ledger.states.boots("lamp-1") == (12, 13)
    _, ledger = take_in(tmp_path, born(1), born(1), born(1, retained=True))
    assert ledger.states.all()["lamp-1"].new_memory
    assert ledger.states.boots("lamp-1") == (1, 13)
    assert caplog.text.count("was given a new memory") == 1
    assert "padlicht node add lamp-1 --again" in caplog.text
    _, ledger = take_in(tmp_path, born(2))
    assert caplog.text.count("was given a new memory") == 2
    _, ledger = take_in(tmp_path, born(14))
    assert not ledger.states.all()["lamp-1"].new_memory
    assert ledger.states.boots("lamp-1") == (14, 14)
    assert caplog.text.count("was given a new memory") == 2


def test_a_node_that_goes_on_counting_has_its_old_memory(tmp_path, caplog, take_in):
    """Births again, higher ones, one that its records overtook, and other nodes raise nothing."""
    take_in(tmp_path, [said("up/records", records(LAMP, boot=1))])
    for boot in (1, 1, 2, 5):
        take_in(tmp_path, [said("up/status", {**STATUS, "boot": boot})])
    _, ledger = take_in(tmp_path, [said("up/status", STATUS | {"boot": 1}, "lamp-2")])
    assert not any(state.new_memory for state in ledger.states.all().values())
    assert caplog.text == ""


def test_the_list_names_a_new_memory(padlicht, tmp_path, take_in):
    """For people with what to do, and for programs as a field."""
    for boot in (12, 1):
        take_in(tmp_path, [said("up/status", {**STATUS, "boot": boot})])
    assert "new memory: add it --again" in padlicht("node", "list").output
    rows = {row["name"]: row for row in json.loads(padlicht("node", "list", "--json").output)}
    assert (rows["lamp-1"]["new_memory"], rows["lamp-2"]["new_memory"]) == (True, False)
