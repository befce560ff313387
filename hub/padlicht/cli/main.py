"""`padlicht`: every command that a person can give."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from padlicht import logs
from padlicht.cli.accounts import account
from padlicht.cli.backup import backup, restore
from padlicht.cli.broker import broker
from padlicht.cli.command import command as command_group
from padlicht.cli.demo import demo
from padlicht.cli.evaluation.diary import diary
from padlicht.cli.evaluation.study import study
from padlicht.cli.evaluation.study_jobs import study_plan, study_run, study_work
from padlicht.cli.evaluation.target import target
from padlicht.cli.fleet import spreadsheets
from padlicht.cli.fleet.node import node
from padlicht.cli.fleet.node_list import node_list
from padlicht.cli.fleet.node_set import node_set
from padlicht.cli.fleet.remove import node_remove, site_remove, zone_remove
from padlicht.cli.fleet.site import site, zone
from padlicht.cli.grafana import grafana
from padlicht.cli.influx import influx
from padlicht.cli.ledger import ledger
from padlicht.cli.participation.field import field
from padlicht.cli.participation.survey import survey
from padlicht.cli.quarantine import quarantine
from padlicht.cli.selftest import node_selftest, node_tests
from padlicht.cli.settings import settings
from padlicht.cli.simulate import simulate
from padlicht.cli.usage import usage
from padlicht.config import Config, options
from padlicht.data_folder import access_trouble
from padlicht.errors import PadlichtError
from padlicht.hub import run_hub


class _Padlicht(click.Group):
    """Turns our own errors into one line and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except PadlichtError as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            if error.filename is None:
                raise
            # A file of somebody else's, a disk that is full: no fault of ours to show the code of.
            path = Path(os.fsdecode(error.filename))
            trouble = access_trouble(path, path.parent)
            why = f"{path}: {error.strerror or error}"
            raise click.ClickException(trouble or why) from error


@click.group(
    cls=_Padlicht,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "PADLICHT"},
)
@click.version_option(package_name="padlicht")
def cli() -> None:
    """Light for park paths, and counting that follows nobody.

    \b
    padlicht demo                                    a whole park on this machine
    padlicht site add molukkenplantsoen --lat 53.23 --lon 6.576
    padlicht node add lamp-1 --role lamp --site molukkenplantsoen --zone path
    padlicht up                                      the hub: broker, ledger and page
    padlicht node list                               who is there, and since when
    """


@cli.command()
@options()
def up(**values: Any) -> None:
    """Run the hub: broker, intake, ledger and page, until Ctrl-C.

    Starts its own mosquitto (TLS, every node fenced in) unless --broker-url names another. What
    it keeps is all in one folder, --data: back that up and nothing is lost.
    """
    config = Config(**values)
    logs.to_console(config.log_level, config.log_format)
    asyncio.run(run_hub(config))


for command in (
    node_list,
    node_set,
    node_remove,
    node_selftest,
    node_tests,
    spreadsheets.node_export,
    spreadsheets.node_import,
):
    node.add_command(command)
for command in (study_plan, study_run, study_work):
    study.add_command(command)
for command in (site_remove, spreadsheets.site_export, spreadsheets.site_import):
    site.add_command(command)
for command in (zone_remove, spreadsheets.zone_export, spreadsheets.zone_import):
    zone.add_command(command)
for command in (
    site,
    zone,
    node,
    account,
    settings,
    command_group,
    quarantine,
    broker,
    demo,
    simulate,
    usage,
    diary,
    study,
    target,
    survey,
    field,
    backup,
    restore,
    ledger,
    influx,
    grafana,
):
    cli.add_command(command)


def _name_variables(group: click.Group) -> None:
    """Let --help name the environment variable of every option, own or automatic."""
    for command in group.commands.values():
        if isinstance(command, click.Group):
            _name_variables(command)
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                parameter.show_envvar = True


_name_variables(cli)


def main() -> None:
    """The entry point of `padlicht` and `python -m padlicht`."""
    strange = not_utf8(sys.argv[1:], os.environ)
    if strange is not None:
        click.echo(f"Error: {strange}", err=True)
        sys.exit(2)
    cli()


def not_utf8(arguments: Sequence[str], environ: Mapping[str, str]) -> str | None:
    """What to do about an argument or variable of ours that is not in UTF-8, if there is one.

    A terminal in Latin-1 sends bytes that Python cannot read, and no name or file of ours takes.
    """
    ours = {name: value for name, value in environ.items() if name.startswith("PADLICHT_")}
    named = [*((f"the argument {argument!a}", argument) for argument in arguments)]
    named += [(f"the variable {name}", value) for name, value in ours.items()]
    for name, value in named:
        try:
            value.encode()
        except UnicodeEncodeError:
            return (
                f"{name} is not UTF-8, as of a terminal or a file in Latin-1: set both to UTF-8 "
                "(export LC_ALL=C.UTF-8) and type it again"
            )
    return None
