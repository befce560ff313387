"""Commands, options and variables: docs/reference/commands.md has all, and no document another."""

import ast
import re
import shlex
from dataclasses import fields
from functools import cache

import click
import pytest
from tools.reference import MARK, PAGE, every_command, variable, with_commands

from padlicht.cli.main import cli
from padlicht.config import Config, environment_variable
from tests.docs.tables import ROOT, codes, first_codes, table

TEXT = PAGE.read_text(encoding="utf-8")
# A changelog tells of what was.
DOCUMENTS = sorted(
    path
    for folder in ("docs", "firmware", "deploy", "dashboards", ".")
    for path in (ROOT / folder).glob("*.md" if folder == "." else "**/*.md")
    if path.name != "CHANGELOG.md" and path != PAGE
)
NAME = re.compile(r"(?:PADLICHT|XDG)_[A-Z0-9_]*[A-Z0-9]")


def test_the_reference_is_that_of_the_commands():
    """Every command, option, default and help is there as it is; `make reference` sees to it."""
    assert with_commands(TEXT) == TEXT, "docs/reference/commands.md is old: run make reference"


def test_every_command_and_option_has_words():
    """A reference without explanations would be a list of names."""
    for path, command, ctx in every_command():
        assert command.help, path
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, (path, parameter.opts)
                assert variable(parameter, ctx).startswith("PADLICHT_")


def test_what_is_true_of_all_commands_is_told_first():
    """The options of `padlicht` itself stand above the list."""
    by_hand = TEXT.partition(MARK)[0]
    for parameter in cli.params:
        assert f"`padlicht {parameter.opts[0]}`" in by_hand


@cache
def of_options() -> set[str]:
    """Every variable that stands for an option."""
    return {variable(option, typed.ctx) for typed in every_command() for option in typed.options}


@cache
def read_by_code() -> set[str]:
    """Every variable that programs, scripts and deploy/ name, without those of options."""
    found = {environment_variable(item.name) for item in fields(Config)}
    for folder in ("hub", "firmware", "tools", "tests"):
        for path in (ROOT / folder).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            # To parse all of them takes seconds, and few name a variable.
            if NAME.search(source) and not path.is_relative_to(ROOT / "tests" / "docs"):
                found |= {
                    node.value
                    for node in ast.walk(ast.parse(source))
                    if isinstance(node, ast.Constant)
                    and isinstance(node.value, str)
                    and NAME.fullmatch(node.value)
                }
    for path in (*(ROOT / "tools").glob("*.sh"), ROOT / "deploy" / "compose.yaml"):
        found |= set(re.findall(rf"\$\{{?({NAME.pattern})", path.read_text(encoding="utf-8")))
    return found - of_options()


def test_every_other_variable_is_explained():
    """What is read from the environment besides options stands in the table, and nothing else."""
    rows = table(TEXT, "variable", "of", "what")
    assert sorted(first_codes(rows)) == sorted(read_by_code())
    assert all(all(row) for row in rows)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_tells_to_type_can_be_typed(path):
    """Each `padlicht …` is a command with the options that it is shown with."""
    text = path.read_text(encoding="utf-8")
    blocks = re.findall(
        r"^(?:[\w./$-]*/| *docker compose run --rm )?(padlicht [a-z].*)$", text, re.M
    )
    for line in [*blocks, *(code for code in codes(text) if re.match("padlicht [a-z-]", code))]:
        words = shlex.split(line.split("#")[0].split("   ")[0].removesuffix("\\"))[1:]
        command: click.Command = cli
        while isinstance(command, click.Group) and words and not words[0].startswith("-"):
            assert words[0] in command.commands, f"{line!r} is no command"
            command = command.commands[words.pop(0)]
        known = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
        asked = {word for word in words if word.startswith("--")}
        assert asked <= known | {"--help"}, f"{line!r} has an option that is not there"


def test_every_variable_that_a_document_names_is_read():
    """No document tells of a variable that nobody looks at."""
    known = of_options() | read_by_code()
    for path in DOCUMENTS:
        named = {code.split("=")[0] for code in codes(path.read_text(encoding="utf-8"))}
        assert {name for name in named if NAME.fullmatch(name)} <= known, path.name
