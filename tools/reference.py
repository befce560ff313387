"""Writes the lower part of docs/reference/commands.md: every command and option, from --help.

What stands above the mark in the file is written by hand, and stays.
"""

import inspect
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import click

from padlicht.cli.main import cli

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "commands.md"
MARK = "<!-- From here on made by `make reference`: the words are those of --help. -->\n"
HUB = "up"  # the command with all options of the hub; what others share with it is told there


class Typed(NamedTuple):
    """A command as it is typed, and the context in which click knows its variables."""

    path: str
    command: click.Command
    ctx: click.Context

    @property
    def options(self) -> list[click.Option]:
        """All but the arguments."""
        return [one for one in self.command.params if isinstance(one, click.Option)]


def every_command() -> Iterator[Typed]:
    """All that can be typed after `padlicht`, a group before what is in it."""
    root = click.Context(cli, info_name="padlicht", **cli.context_settings)
    waiting = [Typed("padlicht", cli, root)]
    while waiting:
        typed = waiting.pop(0)
        if typed.command is not cli:
            yield typed
        if isinstance(typed.command, click.Group):
            inner = [
                Typed(f"{typed.path} {name}", command, click.Context(command, typed.ctx, name))
                for name, command in typed.command.commands.items()
            ]
            waiting[:0] = inner


def variable(option: click.Option, ctx: click.Context) -> str:
    """The environment variable in which an option may be given."""
    return option.get_help_extra(ctx)["envvars"][0]


def with_commands(page: str) -> str:
    """The page with all below its mark made anew."""
    by_hand, mark, _ = page.partition(MARK)
    if not mark:
        raise SystemExit(f"{PAGE} has lost its mark: put back the line {MARK!r}")
    typed = list(every_command())
    (hub,) = [one for one in typed if one.path == f"padlicht {HUB}"]
    of_hub = {variable(option, hub.ctx): _told(option, hub.ctx) for option in hub.options}
    return by_hand + MARK + "".join(_section(one, of_hub) for one in typed)


def _section(typed: Typed, of_hub: Mapping[str, str]) -> str:
    level = "#" * len(typed.path.split())  # a group stands above its commands
    parts = [f"{level} `{typed.path}`", _text(typed.command.help or "")]
    if not isinstance(typed.command, click.Group):
        parts += _usage(typed)
        parts += _options(typed, {} if typed.path == f"padlicht {HUB}" else of_hub)
    return "\n" + "\n\n".join(parts) + "\n"


def _usage(typed: Typed) -> list[str]:
    arguments = [
        piece
        for one in typed.command.params
        if isinstance(one, click.Argument)
        for piece in one.get_usage_pieces(typed.ctx)
    ]
    return [f"Called as `{' '.join([typed.path, *arguments])}`."] if arguments else []


def _options(typed: Typed, of_hub: Mapping[str, str]) -> Iterator[str]:
    told = [(option, _told(option, typed.ctx)) for option in typed.options]
    shared = [one for one, text in told if of_hub.get(variable(one, typed.ctx)) == text]
    rows = [text for option, text in told if option not in shared]
    if rows:
        yield "\n".join(["| option | variable | what | default |", "|---|---|---|---|", *rows])
    if shared:
        names = ", ".join(f"`{option.opts[0]}`" for option in shared)
        first = "Also" if rows else "Options"
        yield f"{first}, as of [`padlicht {HUB}`](#padlicht-{HUB}): {names}."


def _told(option: click.Option, ctx: click.Context) -> str:
    """A row of a table."""
    extra = option.get_help_extra(ctx)
    flags = ", ".join(f"`{flag}`" for flag in (*option.opts, *option.secondary_opts))
    what = option.help or ""
    if isinstance(option.type, click.Choice):
        what += f" One of {', '.join(f'`{choice}`' for choice in option.type.choices)}."
    if isinstance(option.type, click.IntRange):
        what += f" {option.type.min or 0} {_upto(option.type.max)}."
    default = "must be given" if option.required else extra.get("default", "").strip("()")
    return f"| {flags} | `{variable(option, ctx)}` | {what} | {default} |".replace("  ", " ")


def _upto(most: float | None) -> str:
    return "or more" if most is None else f"to {most:g}"


def _text(help_text: str) -> str:
    """Paragraphs as they are; what click was told to leave alone is an example."""
    paragraphs = inspect.cleandoc(help_text).split("\n\n")
    return "\n\n".join(
        f"```\n{inspect.cleandoc(text[2:])}\n```" if text.startswith("\b\n") else text
        for text in paragraphs
    )


def main() -> None:
    """Bring the file up to date."""
    PAGE.write_text(with_commands(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name}: written\n")


if __name__ == "__main__":
    main()
