"""`padlicht survey`: rounds of the sheet of eight, their answers, and deleting them."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import click

from padlicht.clock import machine_utc_s
from padlicht.config import Config, options
from padlicht.data_folder import user_name
from padlicht.errors import BadData, Refused
from padlicht.fleet.changes import site_of
from padlicht.ledger import Ledger
from padlicht.participation.store import open_participation
from padlicht.participation.survey.export import sheets_csv
from padlicht.participation.survey.results import Group, results_of
from padlicht.participation.survey.sheet import Round, cleaned
from padlicht.terminal import json_flag, show, show_json
from padlicht.usage.days import local_day

DATE = click.DateTime(["%Y-%m-%d"])
LASTS = timedelta(days=27)
KEPT = timedelta(days=730)


@click.group()
def survey() -> None:
    """What people say: rounds of the sheet of eight. Typing in and reading are done on its page."""


@survey.command("add")
@click.argument("site")
@click.argument("title")
@click.option("--contact", required=True, help="Who asks, with a name and a way to reach them.")
@click.option(
    "--decides",
    required=True,
    help="What becomes of it: who decides, does the outcome advise or bind, and when.",
)
@click.option("--from", "first", type=DATE, help="First local day. [default: today]")
@click.option("--to", "last", type=DATE, help="Last local day. [default: four weeks]")
@click.option(
    "--delete-after", "until", type=DATE, help="Last day of the sheets. [default: two years]"
)
@options("data")
def survey_add(
    site: str,
    title: str,
    contact: str,
    decides: str,
    first: datetime | None,
    last: datetime | None,
    until: datetime | None,
    **values: Any,
) -> None:
    """Begin a round called TITLE in the park SITE; it gets a code for the path and one for homes.

    What is given here stands on every sheet.

    \b
    padlicht survey add molukkenplantsoen "Before the winter" \\
        --contact "Jantje Smit, 06 12345678" \\
        --decides "The neighbourhood team advises, the municipality decides in March."
    """
    config, now = Config(**values), machine_utc_s()
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        today = local_day(now, site_of(ledger, site).tz)
    texts = [cleaned(text) for text in (title, contact, decides)]
    if not all(texts):
        raise BadData("title, --contact and --decides stand on the sheet: none of them is empty")
    first_day = first.date() if first else today
    wanted = Round(
        id=0,
        site=site,
        title=texts[0][:100],
        code="",
        letterbox_code="",
        first_day=first_day,
        last_day=last.date() if last else first_day + LASTS,
        delete_after=until.date() if until else first_day + KEPT,
        contact=texts[1][:200],
        decides=texts[2],
        who=user_name(),
        added_utc_s=now,
    )
    with open_participation(config.participation_path, make=True) as words, words.transaction():
        made = words.survey.add_round(wanted)
    click.echo(f"Began {made.title!r}, from {made.first_day} to {made.last_day}.")
    click.echo(f"Code on the path: {made.code}. In letterboxes: {made.letterbox_code}.")
    click.echo(f"Print the sheet: page What people say of {site}, or /nl/{site}/words/{made.code}")


@survey.command("list")
@json_flag
@options("data")
def survey_list(as_json: bool, **values: Any) -> None:
    """Show every round, the newest first, and until when its sheets are kept."""
    path = Config(**values).participation_path
    found: list[tuple[Round, int]] = []
    if path.exists():
        with open_participation(path) as words, words.transaction():
            found = [(each, len(words.survey.sheets(each.id))) for each in words.survey.rounds()]
    if as_json:
        show_json(
            [
                {
                    **{"site": each.site, "title": each.title, "code": each.code},
                    **{"letterbox_code": each.letterbox_code, "first_day": each.first_day},
                    **{"last_day": each.last_day, "delete_after": each.delete_after},
                    **{"sheets": count, "deleted": each.summary is not None},
                }
                for each, count in found
            ]
        )
        return
    show(
        ("site", "title", "code", "letterbox", "days", "deleted after", "sheets"),
        [
            (
                *(each.site, each.title, each.code, each.letterbox_code),
                *(f"{each.first_day} to {each.last_day}", each.delete_after),
                "deleted" if each.summary is not None else count,
            )
            for each, count in found
        ],
        'Nobody was asked yet. Begin: padlicht survey add SITE "Before the winter" --help',
    )


@survey.command("results")
@click.argument("code")
@json_flag
@options("data")
def survey_results(code: str, as_json: bool, **values: Any) -> None:
    """Show what a round gave: people, ways, pairs, and day − dark from ten pairs on.

    Who was asked on the path and who at home are never put together.
    """
    with open_participation(Config(**values).participation_path) as words, words.transaction():
        found = words.survey.get(code)
        result = results_of(found, words.survey.sheets(found.id), words.texts.of_round(found.id))
    if as_json:
        show_json([{"says": group.says, **asdict(group)} for group in result.groups])
        return
    show(
        ("place", "people", "asked", "ways", "pairs", "day − dark", "95 % interval"),
        [_row(group) for group in result.groups],
        "",
    )
    if any(group.difference is None and group.people for group in result.groups):
        click.echo("Below ten pairs there are answers and quotes only: see the page.")
    click.echo(f"Texts that wait to be read: {result.waiting}.")


@survey.command("export")
@click.argument("code")
@options("data")
def survey_export(code: str, **values: Any) -> None:
    """Print the sheets of a round as CSV: no codes of people, and texts only that are shown.

    \b
    padlicht survey export walk23 > sheets.csv
    """
    with open_participation(Config(**values).participation_path) as words, words.transaction():
        found = words.survey.get(code)
        if found.summary is not None:
            raise Refused(f"the term of {found.title!r} is over: its sheets are deleted")
        body = sheets_csv(words.survey.sheets(found.id), words.texts.of_round(found.id))
    click.echo(body.encode(), nl=False)


@survey.command("forget")
@click.argument("code")
@click.argument("made_up", metavar="PERSON")
@options("data")
def survey_forget(code: str, made_up: str, **values: Any) -> None:
    """Delete from the round CODE the sheets of whoever made up the code PERSON.

    The two sheets of a pair, and what was written on them. Copies in backups go with those.
    """
    with open_participation(Config(**values).participation_path) as words, words.transaction():
        found = words.survey.get(code)
        gone = words.survey.forget(found.id, made_up)
    if not gone:
        raise Refused(f"no sheet of {found.title!r} has that code")
    click.echo(f"Deleted {gone} sheet(s) of {found.title!r}.")


@survey.command("remove")
@click.argument("code")
@click.option("--title", required=True, help="The round's title, so that it is no other.")
@options("data")
def survey_remove(code: str, title: str, **values: Any) -> None:
    """Delete the round CODE for good, with all that was said in it and its sums."""
    with open_participation(Config(**values).participation_path) as words, words.transaction():
        found = words.survey.get(code)
        if title.strip() != found.title:
            raise Refused(f"{code} is called {found.title!r}: give that as --title")
        words.survey.delete_round(found.id)
    click.echo(f"Deleted {found.title!r} and all that was said in it.")


def _row(group: Group) -> tuple[Any, ...]:
    """A group as a line of the table; None where its number allows no mean."""
    found = group.difference
    return (
        *(group.place, group.people, group.asked),
        ", ".join(f"{way} {count}" for way, count in sorted(group.ways.items())) or None,
        group.scored,
        None if found is None else f"{found.mean:.2f}",
        None if found is None else f"{found.low:.2f} to {found.high:.2f}",
    )
