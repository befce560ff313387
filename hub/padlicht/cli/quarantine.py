"""`padlicht quarantine`: what came in and could not be taken, and what to do about it."""

from collections.abc import Iterator, Sequence
from typing import Any

import click

from padlicht.config import Config, options
from padlicht.errors import BadData, Refused
from padlicht.intake.readmission import Group, Outcome, by_reason, in_pieces, readmit
from padlicht.ledger import Ledger, Quarantined
from padlicht.terminal import json_flag, moment, plain, show, show_json

SHOWN_NODES = 3
SHOWN_STAYED = 20  # with their reasons; a list has all of them


@click.group()
def quarantine() -> None:
    """What came in and could not be taken. Nothing of it was counted, and nothing is lost."""


@quarantine.command("list")
@click.option("--each", is_flag=True, help="Every message by itself, not grouped by reason.")
@click.option("--node", help="Only what came under this node's name.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="At most.")
@json_flag
@options("data")
def quarantine_list(each: bool, node: str | None, limit: int, as_json: bool, **values: Any) -> None:
    """Show why messages are kept, the newest reason first, and whose they are.

    The same message again is only counted up. `padlicht quarantine show NUMBER` shows one whole.
    """
    with Ledger.open(Config(**values).ledger_path, read_only=True) as ledger:
        kept = [item for item in ledger.quarantine.reasons() if node in (None, item.node)]
        newest = sorted(kept, key=lambda item: (item.last_utc_s, item.id), reverse=True)[:limit]
        if each and as_json:
            found = (ledger.quarantine.get(item.id) for item in newest)
            show_json([_said(item) for item in found if item is not None])
            return
    if each:
        show(
            ("number", "last", "times", "topic", "reason"),
            [
                (item.id, moment(item.last_utc_s), item.times, item.topic, item.reason)
                for item in newest
            ],
            "Nothing is in quarantine.",
        )
        return
    groups = by_reason(kept)[:limit]
    if as_json:
        show_json([_group_said(group) for group in groups])
        return
    show(
        ("newest", "messages", "times", "last", "nodes", "reason of the newest"),
        [
            (
                group.newest.id,
                group.messages,
                group.times,
                moment(group.newest.last_utc_s),
                _some(group.nodes),
                group.newest.reason,
            )
            for group in groups
        ],
        "Nothing is in quarantine.",
    )


@quarantine.command("show")
@click.argument("number", type=int)
@json_flag
@options("data")
def quarantine_show(number: int, as_json: bool, **values: Any) -> None:
    """Show message NUMBER whole: where it came from, why it is kept, and every byte of it."""
    with Ledger.open(Config(**values).ledger_path, read_only=True) as ledger:
        (item,) = _named(ledger, [number])
    if as_json:
        show_json([_said(item)])
        return
    click.echo(f"topic    {plain(item.topic)}")
    click.echo(f"reason   {plain(item.reason)}")
    click.echo(
        f"came     {item.times} time(s), first {moment(item.first_utc_s)}, last "
        f"{moment(item.last_utc_s)}"
    )
    if item.acknowledged:
        click.echo(f"         {plain(item.node)} was told to forget it: this is the only copy")
    click.echo(f"payload  {plain(_text(item.payload))}")


@quarantine.command("admit")
@click.argument("numbers", type=int, nargs=-1, metavar="[NUMBER]…")
@click.option("--node", help="All that came under this node's name.")
@click.option("--all", "everything", is_flag=True, help="All that is kept.")
@options("data")
def quarantine_admit(
    numbers: tuple[int, ...], node: str | None, everything: bool, **values: Any
) -> None:
    """Read messages again, as the hub would if they came now, and let in what can be read.

    For instance after `padlicht node add`, or after an update. What is still unreadable stays, and
    so does its reason. A running hub need not be stopped.
    """
    outcome = Outcome()
    with Ledger.open(Config(**values).ledger_path) as ledger:
        for piece in _meant(ledger, numbers, node, everything):
            readmit(ledger, piece, outcome)
    click.echo(f"{outcome.admitted} let in.")
    if outcome.overtaken:
        click.echo(f"{outcome.overtaken} put away: what they said of the moment is past.")
    if outcome.stayed:
        click.echo(f"{len(outcome.stayed)} stay:")
        show(
            ("number", "topic", "reason"),
            [(item.id, item.topic, why) for item, why in outcome.stayed[:SHOWN_STAYED]],
            "",
        )
        if len(outcome.stayed) > SHOWN_STAYED:
            click.echo(f"and {len(outcome.stayed) - SHOWN_STAYED} more: padlicht quarantine list")


@quarantine.command("drop")
@click.argument("numbers", type=int, nargs=-1, metavar="[NUMBER]…")
@click.option("--node", help="All that came under this node's name.")
@click.option("--all", "everything", is_flag=True, help="All that is kept.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@options("data")
def quarantine_drop(
    numbers: tuple[int, ...], node: str | None, everything: bool, yes: bool, **values: Any
) -> None:
    """Throw messages away, for good. Asks first, and says what has no other copy."""
    with Ledger.open(Config(**values).ledger_path) as ledger:
        found = [item for piece in _meant(ledger, numbers, node, everything) for item in piece]
        if not found:
            click.echo("Nothing of that is in quarantine.")
            return
        last = sum(item.acknowledged for item in found)
        if last:
            click.echo(f"{last} of them are records that their nodes have forgotten.", err=True)
        if not yes:
            click.confirm(f"Throw {len(found)} message(s) away?", abort=True, err=True)
        with ledger.transaction():
            for item in found:
                ledger.quarantine.remove(item.id)
    click.echo(f"{len(found)} thrown away.")


def _meant(
    ledger: Ledger, numbers: Sequence[int], node: str | None, everything: bool
) -> Iterator[list[Quarantined]]:
    """Pieces of what somebody means; an error rather than more than meant."""
    if (bool(numbers), node is not None, everything).count(True) != 1:
        raise BadData("which messages? Give their numbers, or --node NODE, or --all")
    if numbers:
        return iter([_named(ledger, numbers)])
    return in_pieces(ledger, node)


def _named(ledger: Ledger, numbers: Sequence[int]) -> list[Quarantined]:
    found = []
    for number in dict.fromkeys(numbers):
        item = ledger.quarantine.get(number)
        if item is None:
            raise Refused(
                f"nothing in quarantine has number {number}: `padlicht quarantine list --each` "
                "shows what is there"
            )
        found.append(item)
    return found


def _text(payload: bytes) -> str:
    return payload.decode(errors="backslashreplace")


def _some(nodes: set[str]) -> str | None:
    """A few names, and how many more."""
    if not nodes:
        return None
    more = len(nodes) - SHOWN_NODES
    return ", ".join(sorted(nodes)[:SHOWN_NODES]) + (f" and {more} more" if more > 0 else "")


def _said(item: Quarantined) -> dict[str, Any]:
    """One message for other programs."""
    return {
        "number": item.id,
        "topic": item.topic,
        "node": item.node,
        "reason": item.reason,
        "payload": _text(item.payload),
        "times": item.times,
        "first_utc_s": item.first_utc_s,
        "last_utc_s": item.last_utc_s,
        "acknowledged": item.acknowledged,
    }


def _group_said(group: Group) -> dict[str, Any]:
    """One reason for other programs."""
    return {
        "reason": group.newest.reason,
        "newest": group.newest.id,
        "messages": group.messages,
        "times": group.times,
        "acknowledged": group.acknowledged,
        "nodes": sorted(group.nodes),
        "first_utc_s": group.first_utc_s,
        "last_utc_s": group.newest.last_utc_s,
    }
