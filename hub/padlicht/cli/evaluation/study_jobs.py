"""`padlicht study plan`, `run`, `work`: the statistics, which need padlicht[evaluation]."""

import time
from collections.abc import Callable
from typing import Any

import click

from padlicht.cli.evaluation.study import print_verdict
from padlicht.clock import HubClock
from padlicht.config import Config, options
from padlicht.data_folder import user_name
from padlicht.errors import Refused
from padlicht.evaluation.estimators.types import PLAN_FEWEST_WEEKS, PLAN_MOST_WEEKS
from padlicht.evaluation.jobs import plan_zone, run_study
from padlicht.evaluation.outcomes import outcome_of, plan_of
from padlicht.evaluation.registering import find_study
from padlicht.fleet.changes import site_of
from padlicht.ledger import Ledger
from padlicht.ledger.tables.study_jobs import PLAN, StudyJob
from padlicht.terminal import json_flag, progress_bar, show, show_json

SAY_S = 1.0  # how often a job says how far it is


@click.command("plan")
@click.argument("site")
@click.option("--zone", default="", help="Only this zone. [default: the whole park]")
@json_flag
@options("data", "clock_offset_s")
def study_plan(site: str, zone: str, as_json: bool, data: Any, clock_offset_s: int) -> None:
    """Show how many weeks a study of SITE must last, by how much its own past weeks scatter.

    For a change of 10, 20 and 30 %, so that it is found in eight of ten such studies.
    """
    with Ledger.open(Config(data=data).ledger_path) as ledger, progress_bar() as progress:
        site_of(ledger, site)
        stored = plan_zone(ledger, site, zone, HubClock(clock_offset_s).utc_s(), progress)
    found = plan_of(stored)
    if as_json:
        show_json([stored._asdict()])
        return
    if found.step is None:
        click.echo(
            f"There are {found.history_weeks} weeks with lamps' dark hours, counted well enough: "
            f"{PLAN_FEWEST_WEEKS} are needed to plan from."
        )
        return
    show(
        ("design", "change", "weeks", "found then"),
        [
            (
                effect.design,
                f"{effect.percent} %",
                effect.weeks or f"not within {PLAN_MOST_WEEKS} weeks",
                f"{100 * effect.power:.0f} %",
            )
            for effect in found.effects
        ],
        "",
    )
    click.echo(f"From {found.history_weeks} weeks of the park's own past.")


@click.command("run")
@click.argument("name")
@options("data", "clock_offset_s")
def study_run(name: str, data: Any, clock_offset_s: int) -> None:
    """Work study NAME out and keep what came of it: the verdict after its end, its dots before.

    The result is kept with the hash of the data and of the registration and with the version of the
    software. Run again, the same data give the same result to the last bit; else it says so.
    """
    now = HubClock(clock_offset_s).utc_s()
    with Ledger.open(Config(data=data).ledger_path) as ledger:
        study = find_study(ledger, name)
        with progress_bar() as progress:
            ran = run_study(ledger, study, user_name(), now, progress)
        outcome = outcome_of(ledger, study, now)
    if ran.result is None:
        click.echo(f"{name} is not over: its dots are kept, {len(outcome.dots)} so far.")
    else:
        if ran.again:
            click.echo("The same as was known, to the last bit.")
        click.echo(f"data sha256         {ran.result.data_sha256}")
        click.echo(f"registration sha256 {ran.result.registration_sha256}")
        click.echo(f"version             {ran.result.version}")
    print_verdict(outcome.result)


@click.command("work", hidden=True)
@click.argument("number", type=int, metavar="JOB")
@options("data", "clock_offset_s")
def study_work(number: int, data: Any, clock_offset_s: int) -> None:
    """Do a job that a page asked for; what a hub starts."""
    with Ledger.open(Config(data=data).ledger_path) as ledger:
        job = ledger.study_jobs.get(number)
        if job is None:
            raise Refused(f"there is no job {number}")
        now = HubClock(clock_offset_s).utc_s()
        if job.kind == PLAN:
            plan_zone(ledger, job.site, job.subject, now, _note(ledger, job))
        else:
            run_study(ledger, find_study(ledger, job.subject), job.who, now, _note(ledger, job))


def _note(ledger: Ledger, job: StudyJob) -> Callable[[str, int, int], None]:
    """Say in the ledger how far a job is, now and then."""
    said: dict[str, float] = {}

    def heard(what: str, done: int, total: int) -> None:
        now_s = time.monotonic()
        if what in said and now_s - said[what] < SAY_S:
            return
        said[what] = now_s
        with ledger.transaction():
            ledger.study_jobs.progress(job, what, done, total)

    return heard
