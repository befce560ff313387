"""docs/fleet.md is true: its commands, columns and states exist, and none is left out."""

import re
import shlex
from pathlib import Path

import click
import pytest

from padlicht.cli.command import DOES
from padlicht.cli.main import cli
from padlicht.fleet import node_export, site_spreadsheets
from padlicht.ledger.tables.quarantine import MAX_ACKNOWLEDGED, MAX_QUARANTINED

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "fleet.md").read_text()
GROUPS = ("site", "zone", "node", "settings", "command", "quarantine")


def lines() -> list[str]:
    """Every `padlicht …` that the page tells somebody to type."""
    inline = re.findall(r"`(padlicht [^`]+)`", PAGE)
    return sorted({*inline, *re.findall(r"^padlicht [a-z].*$", PAGE, re.MULTILINE)})


def found(line: str) -> tuple[click.Command, list[str], list[str]]:
    """The command of a line, its name, and the words after it."""
    words, names = shlex.split(line)[1:], []
    command: click.Command = cli
    while isinstance(command, click.Group):
        names.append(words.pop(0))
        command = command.commands[names[-1]]
    return command, names, words


@pytest.mark.parametrize("line", lines())
def test_commands_can_be_typed(line):
    """The command exists and takes the options that it is shown with."""
    command, _, words = found(line)
    known = {name for parameter in command.params for name in parameter.opts}
    known |= {name for parameter in command.params for name in parameter.secondary_opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_every_command_of_the_fleet_is_shown():
    """Whoever reads the page has seen them all."""
    shown = {tuple(found(line)[1]) for line in lines()}
    assert {(group, name) for group in GROUPS for name in cli.commands[group].commands} <= shown


def test_every_column_and_bound_is_named():
    """What a spreadsheet may hold, what can be sent, and what quarantine holds."""
    for columns in (
        node_export.COLUMNS,
        site_spreadsheets.SITE_COLUMNS,
        site_spreadsheets.ZONE_COLUMNS,
    ):
        assert {column for column in columns if f"`{column}`" not in PAGE} == set()
    assert {do for do in DOES if f" {do}" not in PAGE} == set()
    for bound in (MAX_QUARANTINED, MAX_ACKNOWLEDGED):
        assert f"{bound:,}".replace(",", " ") in PAGE
