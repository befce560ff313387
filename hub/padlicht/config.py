"""Every option of the hub once: name, type, default, help; flag and environment variable follow."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from padlicht.addresses import host_of
from padlicht.errors import BadData
from padlicht.options import Command, environment_variable, flags
from padlicht.options import option as _option

__all__ = ["Config", "default_data", "environment_variable", "options"]

_PATH = re.compile(r"/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*)?")


class _HostType(click.ParamType[str]):
    """A host in the one form in which it is looked up: what is wrong with it is said at once."""

    name = "host"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """As `host_of`."""
        try:
            return host_of(value)
        except BadData as error:
            self.fail(str(error), param, ctx)


_HOST = _HostType()
_PORT = click.IntRange(1, 65535)
_FILE = click.Path(dir_okay=False, path_type=Path)


def default_data() -> Path:
    """Where the hub keeps its things unless told otherwise: the user's own data folder."""
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else home() / ".local" / "share") / "padlicht"


def home() -> Path:
    """The user's home folder; the one at hand for a uid without a name, which has none."""
    try:
        return Path.home()
    except RuntimeError:
        return Path.cwd()


def _from_environment(name: str) -> Callable[[], str | None]:
    """What the environment says of option `name` when a Config is made."""
    return lambda: os.environ.get(environment_variable(name))


def in_url(host: str) -> str:
    """A host as it is written in an address: IPv6 in brackets."""
    host = host.strip("[]")
    return f"[{host}]" if ":" in host else host


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
            _HOST,
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
    broker_client: str = field(
        default="Hub",
        metadata=_option(str, "Client id of this hub; hubs that share a broker need one each."),
    )
    broker_user: str | None = field(
        default=None, metadata=_option(str, "User name for a broker that asks for one.")
    )
    broker_password_file: Path | None = field(
        default=None, metadata=_option(_FILE, "File with the password that goes with it.")
    )
    sites: str | None = field(
        default=None,
        metadata=_option(
            str, "Serve only these sites, as in north,south; others are left to other hubs."
        ),
    )
    web_host: str = field(
        default="127.0.0.1",
        metadata=_option(
            str, "Address of the page. Anything but loopback shows it to the network."
        ),
    )
    web_port: int = field(default=8080, metadata=_option(_PORT, "Port of the page."))
    web_path: str = field(
        default="/",
        metadata=_option(
            str,
            "Path below which a web server before the hub shows the pages, as in /padlicht/; all "
            "links, redirects and cookies are then of that path.",
        ),
    )
    login: str = field(
        default="on",
        metadata=_option(
            click.Choice(["on", "off"]),
            "Whether all but the public page asks for an account; off shows it to whoever reaches "
            "the port.",
        ),
    )
    trusted_proxy: str | None = field(
        default=None,
        metadata=_option(
            str,
            "Addresses, as in 127.0.0.1,10.0.0.0/8, of the web server before this one: only its "
            "X-Forwarded-For and X-Forwarded-Proto are believed.",
        ),
    )
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
    influx_url: str | None = field(
        default=None,
        metadata=_option(str, "Keep the InfluxDB at http://HOST:8086 filled from the ledger."),
    )
    influx_version: str = field(
        default="2",
        metadata=_option(
            click.Choice(["1", "2", "3"]), "Its version: 1 (1.8 or newer of it), 2 or 3."
        ),
    )
    influx_org: str | None = field(
        default=None, metadata=_option(str, "Its organisation; only InfluxDB 2 has them.")
    )
    influx_raw: str = field(
        default="park_raw",
        metadata=_option(str, "Its database (bucket) for records, which ages away in 90 days."),
    )
    influx_usage: str = field(
        default="park",
        metadata=_option(str, "Its database (bucket) for usage by hour and day, which is kept."),
    )
    influx_user: str | None = field(
        default=None, metadata=_option(str, "User of an InfluxDB 1 that asks for one.")
    )
    influx_password_file: Path | None = field(
        default=None,
        metadata=_option(
            _FILE, "File with the password of that user; or set PADLICHT_INFLUX_PASSWORD."
        ),
    )
    influx_token_file: Path | None = field(
        default=None,
        metadata=_option(
            _FILE, "File with the token for InfluxDB 2 or 3; or set PADLICHT_INFLUX_TOKEN."
        ),
    )
    influx_ca_file: Path | None = field(
        default=None,
        metadata=_option(
            _FILE, "Certificate authority of an https:// InfluxDB, if it is your own."
        ),
    )
    # Secrets have no flag: other users of a machine see every command line.
    influx_password: str | None = field(
        default_factory=_from_environment("influx_password"), repr=False
    )
    influx_token: str | None = field(default_factory=_from_environment("influx_token"), repr=False)
    log_level: str = field(
        default="info",
        metadata=_option(
            click.Choice(["debug", "info", "warning", "error"], case_sensitive=False),
            "How much the hub says on its terminal.",
        ),
    )
    log_format: str = field(
        default="text",
        metadata=_option(
            click.Choice(["text", "json"], case_sensitive=False),
            "Lines for people, or one JSON object a line for a log collector.",
        ),
    )
    disk_warn_mb: int = field(
        default=2000,
        metadata=_option(
            click.IntRange(0),
            "Free megabytes on the ledger's disk below which the hub warns, in its log and at "
            "/healthz; a hundred lamps and counters take some 600 MB a year.",
        ),
    )

    backup_warn_days: int = field(
        default=2,
        metadata=_option(
            click.IntRange(0),
            "Age of the last good backup, in days, above which the hub warns, in its log, at "
            "/healthz and on the page; 0: never, also not when a backup failed.",
        ),
    )

    @property
    def ledger_path(self) -> Path:
        """The SQLite file with everything that happened."""
        return self.data / "ledger.sqlite"

    @property
    def accounts_path(self) -> Path:
        """The SQLite file with who may log in to the pages, and who has."""
        return self.data / "accounts.sqlite"

    @property
    def participation_path(self) -> Path:
        """The SQLite file with what people say: sheets, and what they wrote."""
        return self.data / "participation.sqlite"

    @property
    def page_url(self) -> str:
        """Where the page is, as the hub itself serves it."""
        return f"http://{in_url(self.web_host)}:{self.web_port}{self.page_path}/"

    @property
    def page_path(self) -> str:
        """`web_path` without a slash at its end: empty, or as in /padlicht."""
        path = "/" + self.web_path.strip("/")
        if not _PATH.fullmatch(path):
            raise BadData(
                f"--web-path {self.web_path!r} is no path for pages: letters, digits, hyphens and "
                "dots between slashes, as in /padlicht/"
            )
        return path.rstrip("/")

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


def options(*names: str) -> Callable[[Command], Command]:
    """Decorate a click command with the options `names`, or with all of them if none is named.

    The command then gets the values as keyword arguments under the options' names.
    """
    return flags(Config, names)
