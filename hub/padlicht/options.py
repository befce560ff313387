"""What turns a field of a dataclass into a flag and an environment variable."""

from collections.abc import Callable, Sequence
from dataclasses import Field, fields
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def option(kind: Any, help: str, shown: str | None = None) -> dict[str, Any]:
    """What a flag needs beside name and default; `shown` stands for a computed default."""
    return {"kind": kind, "help": help, "shown": shown}


def environment_variable(name: str) -> str:
    """The environment variable of option `name`: PADLICHT_WEB_PORT for web_port."""
    return "PADLICHT_" + name.upper()


def flags(config: type[Any], names: Sequence[str]) -> Callable[[Command], Command]:
    """Decorate a click command with the fields `names` of a dataclass, or with all if none.

    A field without metadata has no flag: a secret, which other users see on a command line.
    """
    wanted = [
        item for item in fields(config) if item.metadata and (not names or item.name in names)
    ]

    def decorate(command: Command) -> Command:
        for item in reversed(wanted):
            command = _flag(item)(command)
        return command

    return decorate


def _flag(item: Field[Any]) -> Callable[[Command], Command]:
    """The click option of one field."""
    flag = "--" + item.name.replace("_", "-")
    if item.metadata["kind"] is bool:
        flag += "/--no-" + item.name.replace("_", "-")
    default = item.default_factory if callable(item.default_factory) else item.default
    return click.option(
        flag,
        item.name,
        type=item.metadata["kind"],
        default=default,
        show_default=item.metadata["shown"] or default is not None,
        envvar=environment_variable(item.name),
        show_envvar=True,
        help=item.metadata["help"],
    )
