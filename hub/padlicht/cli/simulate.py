"""`padlicht simulate history`: a park with a past, to look at."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click
import msgspec

from padlicht.config import Config, options
from padlicht.errors import BadData, Refused
from padlicht.simulate.history.scenario import Plan
from padlicht.simulate.history.year import Written, write_history
from padlicht.simulate.world.park import SITE, TZ
from padlicht.terminal import progress_bar

MOST_WEEKS = 520
MOST_NODES = 10_000


class HistorySummary(msgspec.Struct, frozen=True, kw_only=True):
    """The summary of a history: what was written, and what is true of it. Times are ISO 8601."""

    simulated: bool
    site: str
    nodes: int
    records: int
    messages: int
    groups: int
    begin: str
    end: str
    lamps_lit_from: str
    effect_in_the_dark: float
    seconds: float
    ledger: str


@click.group("simulate")
def simulate() -> None:
    """Make up a park to look at; all of it is marked as simulated."""


@simulate.command("history")
@click.option(
    "--weeks",
    type=click.IntRange(1, MOST_WEEKS),
    default=52,
    show_default=True,
    help="How long it is. From 12 weeks on, lamps come half-way and things go wrong.",
)
@click.option(
    "--end",
    metavar="DATE",
    help="The last day, or the moment (2026-11-12T17:15), by the park's clock. [default: now]",
)
@click.option(
    "--lamps",
    type=click.IntRange(1, MOST_NODES),
    default=8,
    show_default=True,
    help="How many lamps; beyond the eighth they say the same as those.",
)
@click.option(
    "--counters",
    type=click.IntRange(1, MOST_NODES),
    default=2,
    show_default=True,
    help="How many counters, each in a zone of its own.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Decides all that is chance.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON object.")
@options("data")
def history(
    *,
    weeks: int,
    end: str | None,
    lamps: int,
    counters: int,
    seed: int,
    as_json: bool,
    **values: Any,
) -> None:
    """Write a year of a park that never was, through the real firmware and the real intake.

    The folder named with --data must have no ledger yet. What is invented, and the truth that an
    evaluation should find in it, stands in docs/simulation.md.
    """
    plan = Plan(_end_utc_s(end), weeks, seed, lamps, counters)
    path = Config(**values).ledger_path
    began_s = time.monotonic()
    with progress_bar() as progress:
        written = write_history(path, plan, progress)
    told = _told(written, time.monotonic() - began_s, str(path))
    if as_json:
        click.echo(msgspec.json.encode(told))
        return
    click.echo(
        f"{told.nodes} simulated nodes, {told.records} records from {told.begin} to {told.end}, in "
        f"{told.seconds:.0f} s. Look at it: padlicht up --data {path.parent}"
    )


def _end_utc_s(text: str | None) -> int:
    """The moment that was meant; a day alone means all of it. BadData or Refused with a reason."""
    now_utc_s = int(time.time())
    if text is None:
        return now_utc_s
    try:
        end = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(TZ))
    except ValueError as error:
        raise BadData(
            f"--end {text!r} is not a day like 2026-11-12, nor a moment like 2026-11-12T17:15"
        ) from error
    if len(text) == len("2026-11-12"):
        end += timedelta(days=1)
    if end.timestamp() > now_utc_s:
        raise Refused(
            f"--end {text} is not over yet: a ledger holds what has been, so give an earlier day, "
            "or leave it out for now"
        )
    return int(end.timestamp())


def _told(written: Written, seconds: float, ledger: str) -> HistorySummary:
    truth = written.scenario
    return HistorySummary(
        simulated=True,
        site=SITE,
        nodes=written.nodes,
        records=written.records,
        messages=written.messages,
        groups=written.groups,
        begin=_local(truth.begin_utc_s),
        end=_local(truth.end_utc_s),
        lamps_lit_from=_local(truth.lamps_utc_s),
        effect_in_the_dark=truth.effect,
        seconds=round(seconds, 1),
        ledger=ledger,
    )


def _local(utc_s: int) -> str:
    local = datetime.fromtimestamp(utc_s, UTC).astimezone(ZoneInfo(TZ))
    return local.isoformat(timespec="minutes")
