"""Whether nodes look for the broker where it is: what boards were told, against what runs.

The hub notes at each start where its broker is; `node add` and `node import` compare what they
write with that, and the hub at its start what every node was told.
"""

import json
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from padlicht.addresses import bracketed, why_unreachable
from padlicht.config import Config
from padlicht.errors import BadData
from padlicht.fleet.registry import broker_of, identity_of
from padlicht.ledger import Ledger


class Broker(NamedTuple):
    """Where a broker is; `own`: the hub's, which listens on `host` (it may stand for all)."""

    host: str
    port: int
    own: bool

    def __str__(self) -> str:
        return f"{bracketed(self.host)}:{self.port}"


def note_broker(config: Config) -> Broker:
    """Note where this hub's broker is, for commands that are given later."""
    host, port, _ = broker_of(config)
    broker = Broker(host, port, config.broker_url is None)
    path = _path(config)
    text = json.dumps(broker._asdict()) + "\n"
    if not path.exists() or path.read_text() != text:
        fresh = path.with_suffix(".new")
        fresh.write_text(text)
        fresh.rename(path)
    return broker


def noted_broker(config: Config) -> Broker | None:
    """Where the broker of the last hub on this data folder is; None before the first."""
    try:
        return Broker(**json.loads(_path(config).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def why_missed(told: str, port: int, broker: Broker) -> str | None:
    """Why a node that looks at `told` and `port` does not find the broker; None when it may.

    A name may be another one of the same machine, and a broker that is not the hub's own may have
    other names and ports inside than outside (containers): they get the benefit of the doubt.
    """
    where = f"{bracketed(told)}:{port}"
    if not broker.own:
        same_host = told == broker.host
        other_host = not same_host and _is_address(told) and _is_address(broker.host)
        if other_host or (same_host and port != broker.port):
            return f"{where} is not where the hub finds its broker, {broker}"
        return None
    if port != broker.port:
        return f"{where} is not the port on which the hub's broker listens, {broker}"
    if told == broker.host or _is_unspecified(broker.host):
        return None
    if why_unreachable(broker.host) is not None:
        if why_unreachable(told) is not None:
            return None
        return (
            f"the hub's broker listens on {broker}, which is only this machine: start the hub "
            f"with --broker-host {told}"
        )
    if _is_address(told) and _is_address(broker.host):
        return f"{where} is not where the hub's broker listens, {broker}"
    return None


def reach_notes(config: Config, names: Sequence[str]) -> list[str]:
    """What to say when boards were just told of a broker that is not the one that runs."""
    host, port, _ = broker_of(config)
    broker = noted_broker(config)
    why = None if broker is None or not names else why_missed(host, port, broker)
    if why is None:
        return []
    who = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
    return [
        f"{who} will look for the broker in vain: {why}. If the broker moves there, all is well; "
        f"else give the address anew: padlicht node add {names[0]} --again --broker-host ADDRESS"
    ]


def nodes_elsewhere(config: Config, broker: Broker) -> Iterator[tuple[str, str]]:
    """The nodes in service whose boards were told to look elsewhere, and why they miss it."""
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        names = [node.name for node in ledger.nodes.all() if not node.retired]
    for name in names:
        try:
            identity = identity_of(config, name)
        except (BadData, OSError):
            continue
        if identity is None or not isinstance(identity.get("broker_host"), str):
            continue
        why = why_missed(identity["broker_host"], identity.get("broker_port", 0), broker)
        if why is not None:
            yield name, why


def _path(config: Config) -> Path:
    return config.data / "broker.json"


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_unspecified(host: str) -> bool:
    return _is_address(host) and ip_address(host).is_unspecified
