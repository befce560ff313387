"""`padlicht`: every command that a person can give."""

import asyncio
from typing import Any

import click

from padlicht import logs
from padlicht.config import Config, options
from padlicht.errors import PadlichtError
from padlicht.fleet.cli import settings, site
from padlicht.fleet.node_cli import node
from padlicht.fleet.tests_cli import node_selftest, node_tests
from padlicht.hub import run_hub
from padlicht.ledger import Ledger
from padlicht.simulate.demo import demo
from padlicht.terminal import json_flag, moment, show, show_json


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
    logs.to_console(config.log_level)
    asyncio.run(run_hub(config))


@cli.group()
def quarantine() -> None:
    """What came in and could not be read."""


@quarantine.command("list")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="At most.")
@json_flag
@options("data")
def quarantine_list(limit: int, as_json: bool, **values: Any) -> None:
    """Show unreadable messages, newest first, with the reason.

    Nothing of it was counted. The same message again is only counted up.
    """
    with Ledger.open(Config(**values).ledger_path, read_only=True) as ledger:
        found = ledger.quarantined(limit)
    if as_json:
        show_json(
            [
                {
                    "topic": item.topic,
                    "reason": item.reason,
                    "payload": item.payload.decode(errors="backslashreplace"),
                    "times": item.times,
                    "first_utc_s": item.first_utc_s,
                    "last_utc_s": item.last_utc_s,
                }
                for item in found
            ]
        )
        return
    show(
        ("last", "times", "topic", "reason"),
        [(moment(item.last_utc_s), item.times, item.topic, item.reason) for item in found],
        "Nothing is in quarantine.",
    )


for command in (node_selftest, node_tests):
    node.add_command(command)
for command in (site, node, settings, demo):
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
