"""Commands: sent when the node is there, answered or given up, over a restart of the hub too."""

import asyncio
import json
import logging

import pytest
from click.testing import CliRunner

from padlicht.cli import command
from padlicht.cli.command import Duration
from padlicht.cli.main import cli
from padlicht.clock import ClockWatch, HubClock
from padlicht.control import commands as commands_module
from padlicht.control.commands import ANSWER_S, Commands
from padlicht.control.publisher import Publisher
from padlicht.ledger import Command, Ledger
from padlicht.wire import Reply
from tests.hub.parts import NOW, Published, StoppedClock, heard, in_thread, node, park, until
from tests.intake.test_intake import said


def asked(**other):
    known = {"id": "c-1", "node": "lamp-1", "do": "selftest", "who": "anna", "utc_s": NOW}
    return Command(**{**known, "for_s": 60, **other})


def ask(ledger, *commands):
    with ledger.transaction():
        for command in commands:
            ledger.commands.add(command)


def born(ledger, *names):
    with ledger.transaction():
        for name in names:
            ledger.states.record_birth(name, 1, "0.1.0", "sim", 2, "power", NOW)


def run_hub(path, published, scenario, clock=None):
    """A hub's commands over a ledger, while `scenario(other connection, commands)` runs."""

    async def run():
        async with in_thread(Ledger.open(path)) as thread:
            commands = Commands(Publisher(published), ClockWatch(clock or StoppedClock()))
            task = asyncio.create_task(commands.run(thread))
            with Ledger.open(path) as other:
                await scenario(other, commands)
            task.cancel()
            (ended,) = await asyncio.gather(task, return_exceptions=True)
            assert isinstance(ended, asyncio.CancelledError)

    asyncio.run(run())


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setattr(commands_module, "POLL_S", 0.01)
    path = tmp_path / "ledger.sqlite"
    park(path).close()
    return path


def test_what_is_asked_in_the_ledger_is_sent_once(path):
    """As soon as there is a link, with its own end and arguments, while it may be obeyed."""
    published = Published()
    published.ready = False

    async def scenario(other, _):
        born(other, "lamp-1", "lamp-2")
        ask(other, asked(id="c-old", utc_s=NOW - 60), asked(utc_s=NOW - 10))
        published.ready = True
        await until(lambda: other.commands.get("c-1").sent_utc_s, "the command to be sent")
        ask(other, asked(id="c-2", do="preview", node="lamp-2", args={"seconds": 5}))
        await until(lambda: other.commands.get("c-2").sent_utc_s, "the next one")

    run_hub(path, published, scenario)
    assert published.on("lamp-1", "down/command") == [
        {"id": "c-1", "do": "selftest", "until": NOW + 50, "args": {}}
    ]
    assert published.on("lamp-2", "down/command")[0]["args"] == {"seconds": 5}
    assert [options["expiry_s"] for _, _, options in published] == [50, 60]


def test_a_command_waits_for_its_node(path):
    """A broker keeps nothing for a node that is away, so the hub does; retired ones get nothing."""
    published = Published()
    with Ledger.open(path) as ledger, ledger.transaction():
        ledger.nodes.add(node("lamp-old", retired=True))
        ledger.states.record_birth("lamp-old", 1, "0.1.0", "sim", 2, "power", NOW)
        ledger.states.record_loss("lamp-1", NOW)

    async def scenario(other, _):
        born(other, "lamp-2")
        ask(other, asked(), asked(id="c-3", node="lamp-old"), asked(id="c-2", node="lamp-2"))
        await until(lambda: other.commands.get("c-2").sent_utc_s, "the one whose node is there")
        assert other.commands.get("c-1").state == "waiting"
        born(other, "lamp-1")
        await until(lambda: other.commands.get("c-1").sent_utc_s, "the other one")
        assert other.commands.get("c-3").state == "waiting"

    run_hub(path, published, scenario)
    assert [message["id"] for _, message, _ in published] == ["c-2", "c-1"]


def test_a_command_that_nobody_answers_expires_and_it_is_said(path, caplog):
    """Unsent: at its end. Sent: a while later. Said once each; a late answer still counts."""
    with Ledger.open(path) as ledger:
        born(ledger, "lamp-1")
        ask(
            ledger,
            asked(id="c-waits", utc_s=NOW - 60),
            asked(id="c-sent", utc_s=NOW - 60 - ANSWER_S),
            asked(id="c-hopes", utc_s=NOW - 60 - ANSWER_S + 1),
        )
        with ledger.transaction():
            ledger.commands.mark_sent("c-sent", NOW - 60)
            ledger.commands.mark_sent("c-hopes", NOW - 60)
        assert ledger.commands.to_send(NOW) == []

    async def scenario(other, _):
        await until(lambda: other.commands.get("c-sent").state != "sent", "the end of its time")
        await until(
            lambda: other.commands.get("c-waits").state == "expired", "the end of the other"
        )
        ask(other, asked(id="c-next"))
        await until(lambda: other.commands.get("c-next").sent_utc_s, "another look")

    run_hub(path, Published(), scenario)
    lines = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert len(lines) == 2
    assert "selftest of lamp-1 (c-waits): its time was up before it could be sent" in lines[0]
    assert "selftest of lamp-1 (c-sent): no answer came" in lines[1]
    with Ledger.open(path) as ledger:
        assert ledger.commands.get("c-hopes").state == "sent"
        with ledger.transaction():
            ledger.commands.record_reply("lamp-1", "c-sent", True, None, NOW + 99)
        assert ledger.commands.get("c-sent").state == "done"


def test_an_answer_after_a_restart_is_matched(path, caplog):
    """The hub that hears the answer need not be the one that asked."""
    with Ledger.open(path) as ledger:
        ask(ledger, asked(do="reboot"))
        with ledger.transaction():
            ledger.commands.mark_sent("c-1", NOW)

    async def scenario(other, commands):
        await until(lambda: "c-1" in commands._open, "the hub to know what it waits for")
        commands.on_reply(heard(Reply("c-1", False, "the clock is not set yet")))

    run_hub(path, Published(), scenario)
    assert "command: lamp-1 refused reboot: the clock is not set yet" in caplog.text


@pytest.mark.parametrize("why", [None, "it came 3 s too late"])
def test_an_answer_is_noted_with_its_question(tmp_path, why, take_in):
    """Only that of the node that was asked, only the first, and all that it said."""
    with park(tmp_path / "ledger.sqlite") as ledger:
        ask(ledger, asked())
    answer = {"id": "c-1", "ok": why is None, "detail": {"v": [1, "x"]}}
    _, ledger = take_in(
        tmp_path,
        [said("up/reply", {"id": "c-1", "ok": False, "why": "not mine"}, "lamp-2")],
        [said("up/reply", answer | ({"why": why} if why else {}))],
        [said("up/reply", {"id": "c-1", "ok": False, "why": "again"})],
    )
    found = ledger.commands.get("c-1")
    assert (found.ok, found.why, found.answered_utc_s) == (why is None, why, NOW)
    assert found.detail == {"v": [1, "x"]}
    assert found.state == ("refused" if why else "done")


def test_a_self_tests_table_is_its_commands_answer(tmp_path, take_in):
    """It is stored once, with the node's other tables, and shown with the command all the same."""
    rows = [["radar", "reports", "", "ok"]]
    with park(tmp_path / "ledger.sqlite") as ledger:
        ask(ledger, asked())
    _, ledger = take_in(tmp_path, [said("up/reply", {"id": "c-1", "ok": True, "detail": rows})])
    assert ledger.commands.get("c-1").detail == rows
    assert ledger.selftests.of_node("lamp-1")[0].reply == "c-1"


# At the terminal


@pytest.fixture(name="padlicht")
def _padlicht(path, monkeypatch):
    monkeypatch.setenv("PADLICHT_DATA", str(path.parent))
    return lambda *arguments: CliRunner().invoke(cli, arguments)


def test_a_command_is_stored_for_a_hub_and_listed(padlicht, path):
    """With who asked, its arguments and its end; and whoever is not there is named."""
    sent = padlicht(
        "command", "send", "lamp-1", "preview", "seconds=60", "base_pct=10", "--for", "2m"
    )
    assert sent.exit_code == 0, sent.output
    assert "lamp-1 is not there now" in sent.output
    (row,) = json.loads(padlicht("command", "list", "--json").output)
    assert row["args"] == {"seconds": 60, "base_pct": 10}
    assert (row["state"], row["for_s"]) == ("waiting", 120)
    assert row["who"]
    shown = padlicht("command", "list", "--node", "lamp-1").output
    assert "preview seconds=60 base_pct=10" in shown
    assert "command send NODE" in padlicht("command", "list", "--node", "lamp-2").output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("lamp-9", "identify"), "node list"),
        (("lamp-1", "identify", "base_pct=10"), "takes no KEY=VALUE"),
        (("lamp-1", "preview", "base_pct=10"), "for how long"),
        (("lamp-1", "preview", "seconds=soon"), "not a whole number"),
        (("lamp-1", "preview", "seconds"), "not KEY=VALUE"),
        (("lamp-1", "preview", "seconds=5", "colour=red"), "base_pct"),
        (("counter-1", "preview", "seconds=5"), "no light"),
        (("lamp-old", "reboot"), "--in-service"),
    ],
)
def test_what_makes_no_sense_is_not_sent(padlicht, path, arguments, says):
    """It is said at once, in one line, and nothing is stored."""
    with Ledger.open(path) as ledger, ledger.transaction():
        ledger.nodes.add(node("lamp-old", retired=True))
    result = padlicht("command", "send", *arguments)
    assert result.exit_code == 1
    assert says in result.output
    assert result.output.count("\n") == 1
    with Ledger.open(path) as ledger:
        assert ledger.commands.all() == []


@pytest.mark.parametrize(
    ("answer", "sent", "ready", "exit_code", "says"),
    [
        ({"ok": True}, True, True, 0, "identify done"),
        ({"ok": False, "why": "the clock is not set"}, True, True, 1, "the clock is not set"),
        (None, True, True, 1, "cable and Wi-Fi"),
        (None, False, True, 1, "start the hub"),
        (None, False, False, 1, "it is not there (never)"),
    ],
)
def test_who_waits_is_told_what_came_of_it(
    padlicht, path, monkeypatch, answer, sent, ready, exit_code, says
):
    """Done, refused, or no answer and where to look; a hub stands in between."""

    def hub_at_work(_):
        with Ledger.open(path) as ledger:
            if ready:
                born(ledger, "lamp-1")
            (item,) = ledger.commands.unanswered()
            with ledger.transaction():
                if sent:
                    ledger.commands.mark_sent(item.id, HubClock().utc_s())
                if answer:
                    ledger.commands.record_reply(
                        "lamp-1", item.id, answer["ok"], answer.get("why"), NOW
                    )
                else:
                    ledger.commands.expire(item.id, "its time was up")

    monkeypatch.setattr(command.time, "sleep", hub_at_work)
    result = padlicht("command", "send", "lamp-1", "identify", "--wait")
    assert (result.exit_code, says in result.output) == (exit_code, True), result.output


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("5m", 300), ("2H", 7200), ("1d", 86_400)]
)
def test_a_duration_is_written_as_people_write_it(text, seconds):
    """A number and a letter."""
    assert Duration().convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["", "5", "0s", "-1m", "8d", "9999999d", "5 m", "m5"])
def test_what_is_no_duration_is_a_mistake_of_usage(padlicht, text):
    """It says how to write one."""
    result = padlicht("command", "send", "lamp-1", "identify", "--for", text)
    assert result.exit_code == 2
    assert "5m" in result.output
