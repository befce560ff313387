"""One InfluxDB, of version 1, 2 or 3: sends it lines, and says what an answer means.

influxdb-client does the talking, synchronously and without its own batching, which drops what it
cannot send. The lines are ours, compressed by us: its own gzip works eight times as long for two
thirds of the bytes.
"""

import gzip
import re
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from time import time
from typing import Any, Final
from urllib.parse import urlsplit

from influxdb_client import InfluxDBClient, WriteService
from influxdb_client.rest import ApiException
from urllib3.exceptions import HTTPError

from padlicht.config import Config
from padlicht.errors import BadData, Refused, TryAgain
from padlicht.influx.schema import RAW, USAGE

CONNECT_S: Final = 5
OLDEST: Final = (1, 8)  # from here on there is /api/v2/write
ANSWER_S: Final = 30  # a busy database compacts for seconds before it answers
MOST_WAIT_S: Final = 900  # of a Retry-After; what asks for more is not asked for longer
LEVEL: Final = (
    1  # of gzip: a seventh of the size in 3 ms for 5000 lines; 6 takes three times as long
)
MOST_REASON: Final = 300  # characters of an answer that are kept

_LINES_REFUSED: Final = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
}
_LATER: Final = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
}
# Everything else was written. 1.x: "points beyond retention policy dropped=3"; 2.x: "dropped 3
# points outside retention policy of duration 2160h0m0s - oldest point …".
_TOO_OLD: Final = re.compile(r"points (?:beyond|outside) retention policy")
_DROPPED: Final = re.compile(r"dropped[ =](\d+)")


class Away(TryAgain):
    """It may work later; `wait_s` is how long the database asked to be left alone, if it did."""

    def __init__(self, text: str, wait_s: float | None = None) -> None:
        super().__init__(text)
        self.wait_s = wait_s


@dataclass(frozen=True)
class InfluxOptions:
    """Where an InfluxDB is and who we are there; see `Config` for what each means."""

    url: str
    version: int
    org: str
    token: str | None = field(repr=False)
    ca_file: Path | None
    databases: dict[str, str]  # RAW and USAGE to their names


def options_of(config: Config) -> InfluxOptions:
    """The InfluxDB that the hub was told of; Refused without one, BadData when it cannot be."""
    if config.influx_url is None:
        raise Refused("no InfluxDB is configured: say where it is with --influx-url")
    parts = urlsplit(config.influx_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise BadData(f"--influx-url {config.influx_url!r} is not like http://HOST:8086")
    version = int(config.influx_version)
    token = secret("influx-token", config.influx_token, config.influx_token_file)
    password = secret("influx-password", config.influx_password, config.influx_password_file)
    if version == 1:
        if (config.influx_user is None) != (password is None):
            raise BadData("--influx-user and --influx-password-file belong together: give both")
        # It wants them as HTTP's own user and password; the client calls that a token.
        token = None if password is None else f"{config.influx_user}:{password}"
    elif token is None:
        raise BadData(
            f"InfluxDB {version} wants a token: put one into a file and name it with "
            "--influx-token-file, or into the variable PADLICHT_INFLUX_TOKEN"
        )
    if version == 2 and config.influx_org is None:
        raise BadData("InfluxDB 2 wants an organisation: give --influx-org")
    if config.influx_ca_file is not None and not config.influx_ca_file.is_file():
        raise BadData(f"--influx-ca-file {config.influx_ca_file} is not there")
    return InfluxOptions(
        config.influx_url.rstrip("/"),
        version,
        config.influx_org or "-",  # versions 1 and 3 know none, and the client insists
        token,
        config.influx_ca_file,
        {RAW: config.influx_raw, USAGE: config.influx_usage},
    )


def secret(name: str, value: str | None, path: Path | None) -> str | None:
    """A secret from the environment or from a file, without the line's end; None without either."""
    if path is None:
        return value or None
    try:
        text = path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadData(f"--{name}-file {path} cannot be read: {error}") from error
    if not text or not text.isprintable():
        raise BadData(f"--{name}-file {path} does not hold one line of text")
    return text


def version_trouble(said: str | None, wanted: int) -> str | None:
    """What is wrong with the version that a database says it has; None when nothing is known."""
    found = re.match(r"(\d+)\.(\d+)", said or "")
    if found is None:
        return None
    major, minor = int(found[1]), int(found[2])
    if (major, minor) < OLDEST:
        return (
            "too old, Padlicht writes to 1.8 or newer, 2 and 3. Debian's package is 1.6: install "
            "InfluxData's own instead (docs/influxdb.md)"
        )
    if major != wanted:
        return f"but --influx-version says {wanted}; give --influx-version {major}"
    return None


def pack(text: str) -> bytes:
    """The body of a write of lines."""
    return gzip.compress(text.encode(), LEVEL)


class Target:
    """A connection that is kept, and may be used by several threads."""

    def __init__(self, options: InfluxOptions) -> None:
        self.options = options
        self._client = InfluxDBClient(
            options.url,
            options.token,
            timeout=(CONNECT_S * 1000, ANSWER_S * 1000),
            org=options.org,
            auth_basic=options.version == 1 and options.token is not None,
            ssl_ca_cert=None if options.ca_file is None else str(options.ca_file),
        )
        self._writing = WriteService(self._client.api_client)

    @property
    def client(self) -> InfluxDBClient:
        """The client, for what is not a write."""
        return self._client

    def number_of(self, kind: str) -> int:
        """Which database that is: a number that another one, here or elsewhere, has not."""
        where = "\0".join((self.options.url, self.options.org, self.options.databases[kind]))
        return int.from_bytes(sha256(where.encode()).digest()[:7])

    def write(self, database: str, body: bytes) -> int:
        """Write a packed body; how many points were older than what the database keeps.

        Raises Away when it may work later, Refused when somebody has to mend something first, and
        BadData when lines are at fault: which, finds out who sends them one by one.
        """
        try:
            _, status, _ = self._writing.post_write_with_http_info(
                self.options.org, database, body, precision="ns", content_encoding="gzip"
            )
        except (ApiException, HTTPError, OSError, ValueError) as error:
            return self._explain(database, error)
        if status != HTTPStatus.NO_CONTENT:
            raise Refused(
                f"{self.options.url} answered HTTP {status} to a write, which no InfluxDB does: "
                "check --influx-url"
            )
        return 0

    def refuse_other_version(self) -> None:
        """Raise Refused when what answers is an InfluxDB that cannot be written to like this."""
        said = self._version()
        trouble = version_trouble(said, self.options.version)
        if trouble is not None:
            raise Refused(f"{self.options.url} is InfluxDB {said}: {trouble}")

    def _version(self) -> str | None:
        """What the database says at /ping, which it tells everybody; None when it says nothing."""
        try:
            return str(self._client.version() or "").removeprefix("v") or None
        except (ApiException, HTTPError, OSError, ValueError, LookupError):
            return None

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def explained(self, database: str, error: Exception) -> Exception:
        """What an error of the client means for us."""
        try:
            self._explain(database, error)
        except (TryAgain, Refused, BadData) as meaning:
            return meaning
        return error

    def _explain(self, database: str, error: Exception) -> int:
        """The points that were too old, if that was all; otherwise raises what the error means."""
        url, status = self.options.url, getattr(error, "status", None)
        if not isinstance(error, ApiException):
            raise Away(f"{url} cannot be reached: {_reason(error)}") from error
        reason = _reason(error)
        if not status:
            raise Refused(
                f"{url}: no secure connection ({reason}): check --influx-url and --influx-ca-file"
            ) from error
        if _TOO_OLD.search(reason):
            dropped = _DROPPED.search(reason)
            return int(dropped[1]) if dropped else 1
        said = f"HTTP {status} {reason}"
        if status in _LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Away(f"{url} answered {said}", _retry_after(error)) from error
        if status in _LINES_REFUSED:
            raise BadData(said) from error
        # An old or another InfluxDB has not what we ask for, and says only that it is not there.
        self.refuse_other_version()
        raise Refused(f"{url} answered {said}: check {self._to_check(database, status)}") from error

    def _to_check(self, database: str, status: int) -> str:
        """What may be wrong on our side when the database says no."""
        if status == HTTPStatus.NOT_FOUND:
            return (
                f"that it has {database!r} (`padlicht influx setup` makes it), --influx-url, "
                "--influx-org and --influx-version"
            )
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            who = "--influx-user and its password" if self.options.version == 1 else "the token"
            return f"{who}, and that it may write to {database!r}"
        return "--influx-url and --influx-version"


def _reason(error: Any) -> str:
    """What an error says, in one bounded line."""
    body = getattr(error, "body", None)
    if body is None:
        text = str(getattr(error, "reason", None) or error) or type(error).__name__
    else:
        text = str(body)
        for name in ("error", "message"):
            found = re.search(rf'"{name}"\s*:\s*"((?:[^"\\]|\\.)*)"', text)
            if found:
                text = found[1].replace('\\"', '"')
                break
    text = " ".join(text.split())
    return text if len(text) <= MOST_REASON else text[:MOST_REASON] + "…"


def _retry_after(error: ApiException) -> float | None:
    """Seconds that the answer asks to wait, given in seconds or as a date."""
    asked = getattr(error, "retry_after", None)
    if not asked:
        return None
    try:
        wait_s = float(asked)
    except ValueError:
        try:
            wait_s = parsedate_to_datetime(asked).timestamp() - time()
        except ValueError:
            return None
    return min(max(wait_s, 0.0), MOST_WAIT_S)
