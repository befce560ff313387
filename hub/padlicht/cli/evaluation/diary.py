"""`padlicht diary`: what else happened in a park that may have moved people."""

from datetime import datetime
from typing import Any

import click

from padlicht.clock import machine_utc_s
from padlicht.config import Config, options
from padlicht.data_folder import user_name
from padlicht.evaluation.diary import withdraw_entry, write_entry
from padlicht.fleet.changes import site_of
from padlicht.ledger import DiaryEntry, Ledger
from padlicht.terminal import json_flag, moment, show, show_json
from padlicht.usage.days import local_day

DATE = click.DateTime(["%Y-%m-%d"])


@click.group()
def diary() -> None:
    """What else happened that may have moved people; it stands beside the counts."""


@diary.command("add")
@click.argument("site")
@click.argument("text")
@click.option("--from", "first", type=DATE, help="First local day, as 2026-11-02. [default: today]")
@click.option("--to", "last", type=DATE, help="Last local day. [default: the first]")
@click.option("--zone", help="Only this zone. [default: the whole park]")
@click.option(
    "--public/--quiet",
    default=False,
    show_default=True,
    help="Shown to everybody, or kept quiet: only to those who are logged in.",
)
@options("data")
def diary_add(
    site: str,
    text: str,
    first: datetime | None,
    last: datetime | None,
    zone: str | None,
    public: bool,
    **values: Any,
) -> None:
    """Write TEXT into the diary of the park SITE: works, a café, a final, a new path.

    Write no names, and nothing that describes a person or a group of people.

    \b
    padlicht diary add molukkenplantsoen "bridge closed for works" --from 2026-11-02 --to 2026-11-13
    """
    now = machine_utc_s()
    with Ledger.open(Config(**values).ledger_path) as ledger:
        today = local_day(now, site_of(ledger, site).tz)
        first_day = first.date() if first else today
        last_day = last.date() if last else first_day
        entry = DiaryEntry(0, site, zone, first_day, last_day, text, public, now, user_name())
        entry = write_entry(ledger, entry, today)
    quiet = "everybody can read it" if public else "kept quiet"
    click.echo(f"Entry {entry.id} stands in the diary of {site} for {days(entry)}; {quiet}.")


@diary.command("list")
@click.argument("site")
@click.option("--all", "everything", is_flag=True, help="What was withdrawn, too.")
@json_flag
@options("data")
def diary_list(site: str, everything: bool, as_json: bool, **values: Any) -> None:
    """Show the diary of the park SITE, the newest day first."""
    with Ledger.open(Config(**values).ledger_path, read_only=True) as ledger:
        site_of(ledger, site)
        entries = [
            entry for entry in ledger.diary.log(site) if everything or entry.withdrawn_utc_s is None
        ]
    if as_json:
        show_json([entry._asdict() for entry in entries])
        return
    show(
        ("entry", "days", "zone", "what", "for", "who", "withdrawn"),
        [
            (
                entry.id,
                days(entry),
                entry.zone or "all",
                entry.text,
                "everybody" if entry.public else "quiet",
                entry.who,
                entry.withdrawn_why
                and f"{moment(entry.withdrawn_utc_s)} {entry.withdrawn_by}: {entry.withdrawn_why}",
            )
            for entry in entries
        ],
        f'Nothing is in the diary of {site}. Write: padlicht diary add {site} "bridge closed"',
    )


@diary.command("withdraw")
@click.argument("entry", type=int)
@click.option("--why", required=True, help="The reason; it stays beside the entry.")
@options("data")
def diary_withdraw(entry: int, why: str, **values: Any) -> None:
    """Take back the entry of that number. It leaves charts and reports, not the list with --all."""
    with Ledger.open(Config(**values).ledger_path) as ledger:
        was = withdraw_entry(ledger, entry, user_name(), why, machine_utc_s())
    click.echo(f"Withdrew entry {entry} of {days(was)}: {was.text}")


def days(entry: DiaryEntry) -> str:
    """The days of an entry as they are typed."""
    if entry.first_day == entry.last_day:
        return str(entry.first_day)
    return f"{entry.first_day} to {entry.last_day}"
