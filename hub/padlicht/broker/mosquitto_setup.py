"""What mosquitto needs before it starts: its configuration, its program, a free port."""

import errno
import os
import shutil
import socket
from pathlib import Path

from padlicht.broker.acl import ACL
from padlicht.broker.keys import ParkKeys, write_private
from padlicht.data_folder import name_of
from padlicht.errors import Refused

# 4 KiB: the contract allows 2 KiB of payload. The queue for a hub that is away: a node says seven
# messages a day then (`make figures ARGS=absence`), so that 100 000 are a week of 2000 nodes; never
# more memory than 256 MB. What does not fit is no loss: a node forgets only what the hub says
# that it has. The whole queue is written to the disk every half hour while it changes. On their way
# at once: as many as the hub takes, so that a batch is not cut short.
CONFIGURATION = """\
# Written by {by}: change its options, not this file.
user {user}
listener {port} {host}
cafile {ca}
certfile {certificate}
keyfile {key}
tls_version tlsv1.2
require_certificate true
use_identity_as_username true
use_username_as_clientid true
allow_anonymous false
acl_file {acl}
persistence true
persistence_location {folder}/
persistence_file mosquitto.db
autosave_interval 1800
persistent_client_expiration 30d
max_packet_size 4096
max_queued_messages 100000
max_queued_bytes 256000000
max_inflight_messages 20000
set_tcp_nodelay true
sys_interval 0
log_dest stderr
log_type error
log_type warning
log_type notice
log_timestamp_format %Y-%m-%dT%H:%M:%S
"""


def configure(
    folder: Path,
    keys: ParkKeys,
    host: str,
    port: int,
    by: str = "`padlicht up` at every start",
) -> bool:
    """Write mosquitto.conf and the fence into `folder`; whether the configuration changed."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = CONFIGURATION.format(
        by=by,
        # Started by root, mosquitto would become another user, who cannot read the keys.
        user=name_of(os.geteuid()),
        host=host,
        port=port,
        folder=folder,
        acl=folder / "acl",
        ca=keys.ca.resolve(),
        certificate=keys.certificate("broker").resolve(),
        key=keys.key("broker").resolve(),
    )
    _write(folder / "acl", ACL)
    return _write(folder / "mosquitto.conf", text)


def _write(path: Path, text: str) -> bool:
    """Have a file say `text`, whole or not at all; whether it said something else before.

    What is right is left alone: so a hub can start on a full disk.
    """
    if path.exists() and path.read_text() == text:
        return False
    write_private(path, text.encode())
    return True


def prepare(folder: Path, keys: ParkKeys, port: int) -> Path:
    """Fill a folder for a broker that somebody else starts; its mosquitto.conf.

    The broker gets its own key and the CA's certificate, never the CA's key: who has that can make
    himself a node. It listens on all addresses, because only that machine knows its own.
    """
    own = ParkKeys(folder / "keys")
    for each in (folder, own.folder):
        each.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in (keys.ca, keys.certificate("broker"), keys.key("broker")):
        write_private(own.folder / path.name, path.read_bytes())
    configure(folder, own, "0.0.0.0", port, "`padlicht broker files`")  # noqa: S104 -- see above
    return folder.resolve() / "mosquitto.conf"


def program() -> str:
    """The path of mosquitto; Refused when it is not installed."""
    # Debian puts it where a user's PATH does not look.
    search = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
    found = shutil.which("mosquitto", path=search)
    if found is None:
        raise Refused(
            "mosquitto is not installed: `apt install mosquitto`, or use a broker that already "
            "runs with --broker-url"
        )
    return found


def refuse_taken_port(host: str, port: int) -> None:
    """Raise Refused when nothing can listen there, and say what to do."""
    where = f"port {port} on {host}"
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, kind, _, _, address = found[0]
        with socket.socket(family, kind) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Refused(
                f"{where} is taken by another program: stop that one, choose another port "
                "with --broker-port, or use that broker with --broker-url"
            ) from error
        raise Refused(
            f"the broker cannot listen on {where}: {error}; choose another with --broker-host "
            "and --broker-port"
        ) from error


def reachable(host: str) -> str:
    """Where this machine reaches a listener on `host`, which may stand for all addresses."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- compared, not bound
