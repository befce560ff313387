"""`padlicht node selftest` and `padlicht node tests`: a node looks at itself, somebody reads it."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import click

from padlicht.cli.command import await_answer
from padlicht.clock import machine_utc_s
from padlicht.config import Config, options
from padlicht.control.commands import new_id
from padlicht.control.desired_settings import find
from padlicht.data_folder import user_name
from padlicht.errors import Refused
from padlicht.ledger import Command, Ledger, SelfTest
from padlicht.terminal import json_flag, moment, plain, show, show_json

OBEY_S = 30  # who asks stands beside it; a test takes ten seconds more, or 25 without the hub


@click.command("selftest")
@click.argument("name")
@json_flag
@options("data")
def node_selftest(name: str, as_json: bool, **values: Any) -> None:
    """Have node NAME test itself, and show its table. A lamp shows all its light meanwhile.

    It needs a running hub, and a node that is there.
    """
    with Ledger.open(Config(**values).ledger_path) as ledger:
        find(ledger, name)
        asked = Command(new_id(), name, "selftest", user_name(), machine_utc_s(), OBEY_S)
        with ledger.transaction():
            ledger.commands.add(asked)
        answer = await_answer(ledger, asked)
        if not answer.ok:
            raise Refused(f"{name} did not test itself: {answer.why or 'it gave no reason'}")
        found = [test for test in ledger.selftests.of_node(name) if test.reply == asked.id]
    if not found:
        raise Refused(f"{name} answered without a table that this Padlicht can read: update it")
    _show(found, as_json)


@click.command("tests")
@click.argument("name")
@click.option("--limit", type=click.IntRange(1), default=1, show_default=True, help="At most.")
@json_flag
@options("data")
def node_tests(name: str, limit: int, as_json: bool, **values: Any) -> None:
    """Show the tables that node NAME made of itself, newest first.

    The one of its first start is among them, with reply `first-start`. The page of the node shows
    them too, ready to print and to sign.
    """
    with Ledger.open(Config(**values).ledger_path, read_only=True) as ledger:
        find(ledger, name)
        found = ledger.selftests.of_node(name, limit)
    _show(found, as_json)
    if not found and not as_json:
        click.echo(f"{name} has not tested itself yet: padlicht node selftest {name}")


def _show(tests: Iterable[SelfTest], as_json: bool) -> None:
    if as_json:
        show_json([{**asdict(test), "rows": [_row(*row) for row in test.rows]} for test in tests])
        return
    for test in tests:
        click.echo(
            f"{test.node}, {moment(test.utc_s)} ({plain(test.reply)}), boot {plain(test.boot)}, "
            f"firmware {plain(test.fw)} on {plain(test.board)}"
        )
        show(("what", "value", "unit", "verdict"), test.rows, "The table is empty.")
        click.echo(f"{test.failed} failed" if test.failed else "Nothing failed.")


def _row(what: str, value: object, unit: str, verdict: str) -> dict[str, object]:
    return {"what": what, "value": value, "unit": unit, "verdict": verdict}
