"""`padlicht target`: the baseline of a park and what is aimed at, as people agreed on them."""

from datetime import datetime
from typing import Any

import click

from padlicht.cli.evaluation.diary import DATE
from padlicht.clock import machine_utc_s
from padlicht.config import Config, options
from padlicht.data_folder import user_name
from padlicht.evaluation.targets import (
    MEASURED,
    Agreement,
    agree,
    parse_aim,
    withdraw_target,
)
from padlicht.fleet.changes import site_of
from padlicht.ledger import Ledger, Target
from padlicht.ledger.usage.sums import LIGHTS
from padlicht.terminal import json_flag, show, show_json
from padlicht.usage.days import local_day


@click.group()
def target() -> None:
    """Baselines and targets: what was agreed, when, and by whom."""


@target.command("add")
@click.argument("site")
@click.option(
    "--baseline",
    "days",
    type=DATE,
    nargs=2,
    required=True,
    metavar="FIRST LAST",
    help="First and last local day of the baseline: four weeks or more, that are past.",
)
@click.option("--by", "agreed_by", required=True, help="Who agreed, by role, as: quarter meeting.")
@click.option("--agreed", type=DATE, help="On which local day. [default: today]")
@click.option("--target", "aim", help="What is aimed at: +20%, or 12.5 passages an hour.")
@click.option("--due", type=DATE, help="By which local day.")
@click.option("--zone", help="Only this zone. [default: the whole park]")
@click.option(
    "--light",
    type=click.Choice(LIGHTS),
    default=MEASURED,
    show_default=True,
    help="In which light.",
)
@options("data")
def target_add(
    site: str,
    days: tuple[datetime, datetime],
    agreed_by: str,
    agreed: datetime | None,
    aim: str | None,
    due: datetime | None,
    zone: str | None,
    light: str,
    **values: Any,
) -> None:
    """Write down what was agreed for the park SITE: its baseline, and a target if there is one.

    The measure is passages per watched hour. The baseline is kept as it is known now.

    \b
    padlicht target add molukkenplantsoen --baseline 2026-09-28 2026-11-22 --by "quarter meeting" \\
        --target +20% --due 2027-11-30
    """
    now = machine_utc_s()
    rate, percent = parse_aim(aim)
    with Ledger.open(Config(**values).ledger_path) as ledger:
        today = local_day(now, site_of(ledger, site).tz)
        wanted = Agreement(
            site=site,
            zone=zone,
            light=light,
            baseline_first=days[0].date(),
            baseline_last=days[1].date(),
            agreed_day=agreed.date() if agreed else today,
            agreed_by=agreed_by,
            target_rate_per_h=rate,
            target_percent=percent,
            due_day=due.date() if due else None,
        )
        found = agree(ledger, wanted, user_name(), now, today)
    click.echo(f"Target {found.id}: {sentence(found)}.")


@target.command("list")
@click.argument("site")
@click.option("--all", "everything", is_flag=True, help="What was withdrawn, too.")
@json_flag
@options("data")
def target_list(site: str, everything: bool, as_json: bool, **values: Any) -> None:
    """Show what was agreed for the park SITE, the newest first."""
    with Ledger.open(Config(**values).ledger_path, read_only=True) as ledger:
        site_of(ledger, site)
        found = [
            item for item in ledger.targets.log(site) if everything or item.withdrawn_utc_s is None
        ]
    if as_json:
        show_json(
            [
                item._asdict() | {"baseline_rate_per_h": round(item.baseline_rate_per_h, 3)}
                for item in found
            ]
        )
        return
    show(
        ("target", "agreed", "by", "zone", "what", "withdrawn"),
        [
            (
                item.id,
                item.agreed_day,
                item.agreed_by,
                item.zone or "all",
                sentence(item),
                item.withdrawn_why,
            )
            for item in found
        ],
        f"Nothing was agreed for {site} yet: padlicht target add --help",
    )


@target.command("withdraw")
@click.argument("number", type=int, metavar="TARGET")
@click.option("--why", required=True, help="The reason; it stays beside the target.")
@options("data")
def target_withdraw(number: int, why: str, **values: Any) -> None:
    """Take back the agreement of that number. It leaves the charts, not the list with --all."""
    with Ledger.open(Config(**values).ledger_path) as ledger:
        was = withdraw_target(ledger, number, user_name(), why, machine_utc_s())
    click.echo(f"Withdrew target {number}: {sentence(was)}.")


def sentence(item: Target) -> str:
    """What was agreed, in words."""
    told = (
        f"{item.baseline_rate_per_h:.1f} passages per watched hour in light {item.light} from "
        f"{item.baseline_first} to {item.baseline_last}"
    )
    if item.target_rate_per_h is None:
        return f"{told}, no target"
    return f"{told}; aimed at {item.target_rate_per_h:.1f} by {item.due_day}"
