"""`padlicht command`: tell a node to do something now, and see what came of it."""

import re
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from padlicht.clock import machine_utc_s
from padlicht.config import Config, options
from padlicht.control.commands import ANSWER_S, new_id
from padlicht.control.desired_settings import find, parse_setting
from padlicht.data_folder import user_name
from padlicht.errors import BadData, Refused, TryAgain
from padlicht.ledger import Command, Ledger, Node
from padlicht.terminal import json_flag, moment, show, show_json

DOES = ("identify", "selftest", "preview", "reboot")  # what the firmware knows and a person wants
POLL_S = 0.2
SEND_S = 2  # a hub looks once a second for what to send
LONGEST_S = 7 * 86_400

_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


class Duration(click.ParamType[int]):
    """A length of time as people write it, `90s`, `5m`, `2h` or `1d`; whole seconds."""

    name = "duration"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        """The seconds; a usage error says how to write it."""
        if isinstance(value, int):
            return value
        found = re.fullmatch(r"(\d{1,7})([smhd])", value.strip().lower())
        seconds = int(found[1]) * _UNITS_S[found[2]] if found else 0
        if not 1 <= seconds <= LONGEST_S:
            self.fail(f"{value!r} is not like 90s, 5m, 2h or 1d (at most 7d)", param, ctx)
        return seconds


@click.group()
def command() -> None:
    """What nodes are told to do now: each has an end, and gets an answer."""


@command.command("send")
@click.argument("name", metavar="NODE")
@click.argument("do", type=click.Choice(DOES))
@click.argument("words", nargs=-1, metavar="[KEY=VALUE]…")
@click.option(
    "--for",
    "for_s",
    type=Duration(),
    default="5m",
    show_default=True,
    help="How long it still makes sense: 90s, 5m, 2h.",
)
@click.option("--wait", is_flag=True, help="Wait for the answer; fail unless it is done.")
@json_flag
@options("data")
def command_send(
    name: str,
    do: str,
    words: Sequence[str],
    for_s: int,
    wait: bool,
    as_json: bool,
    **values: Any,
) -> None:
    """Tell NODE to identify or test itself, to show other settings for a while, or to restart.

    A running hub sends it within a second, or as soon as the node is there.

    \b
    padlicht command send lamp-1 identify --wait
    padlicht command send lamp-1 preview seconds=60 base_pct=10 boost_pct=60
    """
    with Ledger.open(Config(**values).ledger_path) as ledger:
        node = find(ledger, name)
        args = _args(node, do, words)
        asked = Command(new_id(), name, do, user_name(), machine_utc_s(), for_s, args=args)
        if node.retired:
            raise Refused(f"{name} is retired: padlicht node set {name} --in-service")
        with ledger.transaction():
            ledger.commands.add(asked)
        state = ledger.states.all()[name].state
        if not wait:
            if as_json:
                show_json([_said(asked)])
                return
            click.echo(f"{asked.id}: {name} is to {do} until {moment(asked.until_utc_s)}.")
            if state != "ready":
                click.echo(f"{name} is not there now; it is told if it comes back before.")
            return
        answer = await_answer(ledger, asked)
    if as_json:
        show_json([_said(answer)])
    if answer.state == "refused":
        raise Refused(f"{name} did not {do}: {answer.why or 'it gave no reason'}")
    if not as_json:
        click.echo(f"{name}: {do} done.")
        if answer.detail is not None:
            show_json(answer.detail if isinstance(answer.detail, list) else [answer.detail])


@command.command("list")
@click.option("--node", help="Only what this node was told.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="At most.")
@json_flag
@options("data")
def command_list(node: str | None, limit: int, as_json: bool, **values: Any) -> None:
    """Show what nodes were told, newest first, and what they answered."""
    with Ledger.open(Config(**values).ledger_path, read_only=True) as ledger:
        if node is not None:
            find(ledger, node)
        found = ledger.commands.all(node, limit)
    if as_json:
        show_json([_said(item) for item in found])
        return
    show(
        ("command", "node", "do", "who", "asked", "until", "state", "answer"),
        [
            (
                item.id,
                item.node,
                " ".join([item.do, *(f"{key}={value}" for key, value in item.args.items())]),
                item.who,
                moment(item.utc_s),
                moment(item.until_utc_s),
                item.state,
                item.why,
            )
            for item in found
        ],
        "Nothing was asked of a node. Try: padlicht command send NODE identify",
    )


def await_answer(ledger: Ledger, asked: Command) -> Command:
    """The command with its answer, as soon as there is one.

    Raises TryAgain with what to look at when its time is up.
    """
    began_s = time.monotonic()
    while True:
        answer = ledger.commands.get(asked.id) or asked
        if answer.answered_utc_s is not None:
            return answer
        patience_s = asked.for_s + (SEND_S if answer.sent_utc_s is None else ANSWER_S)
        if answer.state == "expired" or time.monotonic() - began_s > patience_s:
            break
        time.sleep(POLL_S)
    if answer.sent_utc_s is not None:
        raise TryAgain(f"{asked.node} did not answer: look at its cable and Wi-Fi")
    state = ledger.states.all()[asked.node].state
    raise TryAgain(
        f"{asked.node} was not told: "
        + (
            "start the hub (padlicht up), or its broker"
            if state == "ready"
            else f"it is not there ({state}); look at its cable and Wi-Fi"
        )
    )


def _args(node: Node, do: str, words: Sequence[str]) -> dict[str, Any]:
    """The arguments as typed; BadData when the firmware would make nothing of them."""
    args: dict[str, Any] = {}
    for word in words:
        key, equals, text = word.partition("=")
        if not equals:
            raise BadData(f"{word!r} is not KEY=VALUE")
        if key == "seconds" and not text.isdecimal():
            raise BadData(f"seconds: {text!r} is not a whole number")
        args[key] = int(text) if key == "seconds" else parse_setting(key, text)
    if do != "preview" and args:
        raise BadData(f"{do} takes no KEY=VALUE: leave out {', '.join(words)}")
    if do == "preview" and node.role != "lamp":
        raise Refused(f"{node.name} is a {node.role}, and has no light to show")
    if do == "preview" and "seconds" not in args:
        raise BadData("for how long? Give seconds=60, and settings to try, like base_pct=10")
    return args


def _said(item: Command) -> dict[str, Any]:
    """A command for other programs."""
    return asdict(item) | {"until_utc_s": item.until_utc_s, "state": item.state}
