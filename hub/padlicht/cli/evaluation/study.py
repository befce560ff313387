"""`padlicht study`: what is to be shown is registered before its numbers are looked at."""

from datetime import datetime
from typing import Any

import click

from padlicht.cli.evaluation.diary import DATE
from padlicht.clock import HubClock
from padlicht.config import Config, options
from padlicht.control.desired_settings import parse_setting
from padlicht.data_folder import user_name
from padlicht.errors import BadData
from padlicht.evaluation.estimators.types import Analysis, Design
from padlicht.evaluation.outcomes import StudyOutcome, outcome_of
from padlicht.evaluation.registering import amend, find_study, register
from padlicht.evaluation.registration import LAMPS, Claim, Registration, Study, weeks_of
from padlicht.fleet.changes import site_of
from padlicht.ledger import Ledger
from padlicht.terminal import json_flag, moment, show, show_json


@click.group()
def study() -> None:
    """Studies: a question, registered beforehand; its weeks; one verdict at the end.

    \b
    padlicht study plan molukkenplantsoen --zone path           how many weeks it would take
    padlicht study register molukkenplantsoen brighter …        before the numbers are looked at
    padlicht study show brighter
    padlicht study run brighter                                 after its end: the verdict
    """


@study.command("register")
@click.argument("site")
@click.argument("name")
@click.option("--question", required=True, help="What is asked, in one sentence.")
@click.option(
    "--claim",
    type=click.Choice([claim.value for claim in Claim]),
    required=True,
    help="What it is to show: the one claim.",
)
@click.option(
    "--design",
    type=click.Choice([design.value for design in Design]),
    required=True,
    help="tryout: the hub switches weeks on and off; installation: before and after a date.",
)
@click.option(
    "--first-day",
    type=DATE,
    required=True,
    help="Of a try-out the Monday on which it begins; of an installation the first day after.",
)
@click.option(
    "--weeks", type=int, required=True, help="Of a try-out all; of an installation on each side."
)
@click.option("--change", required=True, help="What is changed, in one sentence.")
@click.option("--zone", default="", help="Only this zone. [default: the whole park]")
@click.option("--control-zone", default="", help="A path like it, where nothing is changed.")
@click.option(
    "--case-hours",
    default=LAMPS,
    show_default=True,
    help="Dark hours while lamps are meant to be lit, or those of the clock, as 20-22.",
)
@click.option("--on", multiple=True, metavar="KEY=VALUE", help="A setting in weeks on.")
@click.option("--off", multiple=True, metavar="KEY=VALUE", help="The same setting in weeks off.")
@click.option("--seed", type=int, help="By which weeks are drawn. [default: drawn by the hub]")
@options("data", "clock_offset_s")
def study_register(
    site: str,
    name: str,
    first_day: datetime,
    claim: str,
    design: str,
    on: tuple[str, ...],
    off: tuple[str, ...],
    data: Any,
    clock_offset_s: int,
    **asked: Any,
) -> None:
    """Register a study of SITE as NAME. It stays as it is: what must change is an amendment.

    \b
    padlicht study register molukkenplantsoen brighter --zone path --design tryout
        --question "Is the path used more when the light is brighter?" --claim more
        --first-day 2027-01-04 --weeks 12 --change "base light 20 % or 10 %"
        --on base_pct=20 --off base_pct=10
    """
    config = Config(data=data, clock_offset_s=clock_offset_s)
    wanted = Registration(
        claim=Claim(claim),
        design=Design(design),
        first_day=first_day.date(),
        on=parse_values(on),
        off=parse_values(off),
        **asked,
    )
    with Ledger.open(config.ledger_path) as ledger:
        site_of(ledger, site)
        now = HubClock(clock_offset_s).utc_s()
        made = register(ledger, site, name, wanted, user_name(), now)
    _print_plan(made)


@study.command("amend")
@click.argument("name")
@click.option("--weeks", type=int, help="Another length.")
@click.option("--control-zone", help="Another control path; '' for none.")
@click.option("--change", help="What is changed, said otherwise.")
@click.option("--stop", "stopped", is_flag=True, help="End it, without a verdict.")
@click.option("--why", required=True, help="The reason; it is printed with the study for ever.")
@options("data", "clock_offset_s")
def study_amend(
    name: str, stopped: bool, why: str, data: Any, clock_offset_s: int, **values: Any
) -> None:
    """Amend study NAME: dated, reasoned, and printed beside what was registered."""
    changes = {key: value for key, value in values.items() if value is not None}
    if stopped:
        changes["stopped"] = True
    if not changes:
        raise BadData("say what is to change: --weeks, --control-zone, --change or --stop")
    with Ledger.open(Config(data=data).ledger_path) as ledger:
        now = HubClock(clock_offset_s).utc_s()
        amended = amend(ledger, find_study(ledger, name), changes, user_name(), why, now)
    click.echo(f"{name} is amended; it ends on {amended.now.last_day}.")


@study.command("list")
@click.option("--site", "site_name", help="Only this park. [default: all]")
@json_flag
@options("data")
def study_list(site_name: str | None, as_json: bool, **values: Any) -> None:
    """Show all studies."""
    with Ledger.open(Config(**values).ledger_path, read_only=True) as ledger:
        found = [Study.of(row) for row in ledger.studies.all(site_name)]
        ran = {each.name: bool(ledger.studies.results(each.row)) for each in found}
    if as_json:
        show_json([_said(each) for each in found])
        return
    show(
        ("study", "site", "zone", "design", "first day", "last day", "state"),
        [
            (
                each.name,
                each.row.site,
                each.now.zone or "all",
                each.now.design,
                each.now.first_day,
                each.now.last_day,
                "stopped" if each.now.stopped else "verdict" if ran[each.name] else "open",
            )
            for each in found
        ],
        "No study was registered yet. Try: padlicht study plan SITE",
    )


@study.command("show")
@click.argument("name")
@json_flag
@options("data", "clock_offset_s")
def study_show(name: str, as_json: bool, data: Any, clock_offset_s: int) -> None:
    """Show study NAME: what was registered, its amendments, its weeks, and its verdict."""
    with Ledger.open(Config(data=data).ledger_path, read_only=True) as ledger:
        found = find_study(ledger, name)
        outcome = outcome_of(ledger, found, HubClock(clock_offset_s).utc_s())
    if as_json:
        show_json([_said(found) | {"result": outcome.stored and outcome.stored._asdict()}])
        return
    registered = found.row
    click.echo(f"{name}, registered {moment(registered.utc_s)} by {registered.who}")
    for key, value in found.row.registration.items():
        if value not in ("", None, {}, False):
            click.echo(f"  {key}: {value}")
    for amendment in registered.amendments:
        click.echo(
            f"Amended {moment(amendment.utc_s)} by {amendment.who}: "
            f"{amendment.changes} ({amendment.why})"
        )
    _print_weeks(outcome)
    print_verdict(outcome.result)


def print_verdict(result: Analysis | None) -> None:
    """The registered estimate in one line; that there is none, before the end."""
    if result is None:
        click.echo("There is no verdict yet: it comes after the last day, by padlicht study run.")
        return
    main = result.main
    if main.ratio is None or main.low is None or main.high is None:
        click.echo(f"Verdict: {main.outcome}; no number can be given.")
        return
    low, middle, high = (
        f"{100 * (value - 1):+.0f} %" for value in (main.low, main.ratio, main.high)
    )
    click.echo(f"Verdict: {main.outcome}; {middle} passages in case hours ({low} to {high}).")
    for placebo in result.placebos:
        click.echo(
            f"On {placebo.claimed} of {placebo.dates} dates on which nothing happened, "
            f"{placebo.method} would have claimed a change."
        )


def parse_values(words: tuple[str, ...]) -> dict[str, Any]:
    """Settings as typed, KEY=VALUE; BadData says what to type instead."""
    found = {}
    for word in words:
        key, equals, text = word.partition("=")
        if not equals:
            raise BadData(f"{word!r} is not KEY=VALUE")
        found[key] = parse_setting(key, text)
    return found


def _print_plan(made: Study) -> None:
    now = made.now
    click.echo(f"{made.name} is registered: {now.first_day} to {now.last_day}.")
    if now.design is Design.TRYOUT:
        weeks = " ".join("on" if week.on else "off" for week in weeks_of(now))
        click.echo(f"Weeks, drawn by seed {now.seed}: {weeks}")


def _print_weeks(outcome: StudyOutcome) -> None:
    if outcome.weeks:
        show(
            ("week", "from", "arm", "switched", "confirmed", "counts"),
            [
                (
                    number,
                    state.week.first,
                    "on" if state.week.on else "off",
                    moment(state.switched_utc_s),
                    f"{state.confirmed} of {state.lamps}",
                    None if not state.is_over else "yes" if state.is_confirmed else "no",
                )
                for number, state in enumerate(outcome.weeks, 1)
            ],
            "",
        )


def _said(study: Study) -> dict[str, Any]:
    row = study.row
    return {
        "name": row.name, "site": row.site, "utc_s": row.utc_s, "who": row.who,
        "registration": dict(row.registration),
        "amendments": [amendment._asdict() for amendment in row.amendments],
        "sha256": study.sha256(),
    }  # fmt: skip
