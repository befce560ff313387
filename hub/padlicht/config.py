"""Every option of the hub once: name, type, default, help; flag and environment variable follow."""

import os
from collections.abc import Callable
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

_PORT = click.IntRange(1, 65535)


def default_data() -> Path:
    """Where the hub keeps its things unless told otherwise: the user's own data folder."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "padlicht"


def _option(kind: Any, help: str, shown: str | None = None) -> dict[str, Any]:
    """What a flag needs beside name and default; `shown` stands for a computed default."""
    return {"kind": kind, "help": help, "shown": shown}


@dataclass(frozen=True)
class Config:
    """What the hub was told. Each field is a flag `--web-port` and a variable PADLICHT_WEB_PORT."""

    data: Path = field(
        default_factory=default_data,
        metadata=_option(
            click.Path(file_okay=False, path_type=Path),
            "Folder with the ledger, the keys and the nodes' identities.",
            "$XDG_DATA_HOME/padlicht or ~/.local/share/padlicht",
        ),
    )
    broker_host: str = field(
        default="127.0.0.1",
        metadata=_option(
            str,
            "Address on which the hub's own broker listens. Nodes on other machines need an "
            "address that they can reach; the loopback default lets nobody else in.",
        ),
    )
    broker_port: int = field(
        default=8883,
        metadata=_option(_PORT, "Port on which the hub's own broker listens (TLS)."),
    )
    broker_url: str | None = field(
        default=None,
        metadata=_option(
            str,
            "Use the broker at mqtts://HOST:PORT instead of starting one. It must trust "
            "keys/ca.pem of the data folder and keep the same fence.",
        ),
    )
    web_host: str = field(
        default="127.0.0.1",
        metadata=_option(
            str, "Address of the page. Anything but loopback shows it to the network."
        ),
    )
    web_port: int = field(default=8080, metadata=_option(_PORT, "Port of the page."))
    live: bool = field(
        default=False,
        metadata=_option(
            bool, "Ask the nodes for their level of the moment while somebody has the page open."
        ),
    )
    world: str | None = field(
        default=None,
        metadata=_option(
            str, "HOST:PORT of a simulated park whose walkers the page draws; only for demos."
        ),
    )
    clock_offset_s: int = field(
        default=0,
        metadata=_option(
            int, "Seconds by which the hub's clock differs from the machine's; only for demos."
        ),
    )
    log_level: str = field(
        default="info",
        metadata=_option(
            click.Choice(["debug", "info", "warning", "error"], case_sensitive=False),
            "How much the hub says on its terminal.",
        ),
    )

    @property
    def ledger_path(self) -> Path:
        """The SQLite file with everything that happened."""
        return self.data / "ledger.sqlite"

    @property
    def keys(self) -> Path:
        """The folder with the park's own CA and the keys of hub and broker."""
        return self.data / "keys"

    @property
    def broker_folder(self) -> Path:
        """The folder of the hub's own mosquitto: its configuration, fence, log and pid."""
        return self.data / "broker"

    def identity(self, node: str) -> Path:
        """The folder that is copied to the board of `node`."""
        return self.data / "nodes" / node


def environment_variable(name: str) -> str:
    """The environment variable of option `name`: PADLICHT_WEB_PORT for web_port."""
    return "PADLICHT_" + name.upper()


def options(*names: str) -> Callable[[Command], Command]:
    """Decorate a click command with the options `names`, or with all of them if none is named.

    The command then gets the values as keyword arguments under the options' names.
    """
    wanted = [item for item in fields(Config) if not names or item.name in names]

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
