"""Commands to nodes: each has an id and an end, and gets an answer."""

import logging
import secrets
from collections.abc import Mapping
from typing import Any

from padlicht.clock import HubClock
from padlicht.fleet.post import Post
from padlicht.intake.reading import Heard
from padlicht.wire import Command, Reply

log = logging.getLogger(__name__)

MAX_OPEN = 10_000  # commands whose answer is awaited; the oldest are given up first


class Commands:
    """Sends commands and matches the answers to them."""

    def __init__(self, post: Post, clock: HubClock) -> None:
        self._post = post
        self._clock = clock
        self._open: dict[str, tuple[str, str]] = {}

    def issue(
        self, site: str, node: str, do: str, args: Mapping[str, Any], for_s: int
    ) -> str | None:
        """Tell a node to `do` something within `for_s` seconds; the command's id.

        None when there is no link to the broker. The broker drops the command when its time is up,
        and the node refuses it when it comes too late all the same.
        """
        command = Command(f"c-{secrets.token_hex(6)}", do, self._clock.utc_s() + for_s, dict(args))
        if not self._post.send(site, node, "down/command", command, expiry_s=for_s):
            return None
        while len(self._open) >= MAX_OPEN:
            del self._open[next(iter(self._open))]
        self._open[command.id] = (node, do)
        return command.id

    def heard(self, item: Heard) -> None:
        """A node answered: the first refusal is worth a line."""
        if item.node is None or not isinstance(item.said, Reply):
            return
        reply = item.said
        node, do = self._open.pop(reply.id, (item.node.name, "a command of an earlier hub"))
        if not reply.ok:
            log.warning("command: %s refused %s: %s", node, do, reply.why or "without a reason")
