"""`padlicht`: every command that a person can give."""

import asyncio
from typing import Any

import click

from padlicht import logs
from padlicht.accounts.cli import account
from padlicht.broker.cli import broker
from padlicht.config import Config, options
from padlicht.errors import PadlichtError
from padlicht.fleet import csv_cli
from padlicht.fleet.change_cli import node_set
from padlicht.fleet.command_cli import command as command_group
from padlicht.fleet.node_cli import node
from padlicht.fleet.quarantine_cli import quarantine
from padlicht.fleet.settings_cli import settings
from padlicht.fleet.site_cli import site, zone
from padlicht.fleet.tests_cli import node_selftest, node_tests
from padlicht.grafana.cli import grafana
from padlicht.hub import run_hub
from padlicht.influx.cli import influx
from padlicht.keeping.cli import backup, ledger, restore
from padlicht.simulate.demo import demo
from padlicht.simulate.history.cli import simulate
from padlicht.usage.cli import usage


class _Padlicht(click.Group):
    """Turns our own errors into one line and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except PadlichtError as error:
            raise click.ClickException(str(error)) from error


@click.group(
    cls=_Padlicht,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "PADLICHT"},
)
@click.version_option(package_name="padlicht")
def cli() -> None:
    """Light for park paths, and counting that follows nobody.

    \b
    padlicht demo                                    a whole park on this machine
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


for command in (node_set, node_selftest, node_tests, csv_cli.node_export, csv_cli.node_import):
    node.add_command(command)
for command in (csv_cli.site_export, csv_cli.site_import):
    site.add_command(command)
for command in (csv_cli.zone_export, csv_cli.zone_import):
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
    cli()
