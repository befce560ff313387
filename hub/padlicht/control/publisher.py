"""What the hub sends to its nodes, on their topics."""

import logging
from collections.abc import Callable, Iterable
from typing import Protocol

from padlicht.errors import TryAgain
from padlicht.wire import DownMessage, encode, topic

# Topic, payload, whether it is retained, and after how many seconds the broker may drop it.
OutgoingMessage = tuple[str, bytes, bool, int | None]

log = logging.getLogger(__name__)


class Publish(Protocol):
    """How a session publishes; see `intake.session.Session.publish`."""

    def __call__(
        self,
        topic: str,
        payload: bytes,
        *,
        retain: bool = False,
        expiry_s: int | None = None,
    ) -> None:
        """Send now or queue; TryAgain when that cannot be."""


class Publisher:
    """Sends messages down; what cannot be sent now is asked for or sent again by its owner."""

    def __init__(
        self,
        publish: Publish,
        publish_qos0: Callable[[Iterable[tuple[str, bytes]]], None] | None = None,
    ) -> None:
        self._publish = publish
        self._publish_lightly = publish_qos0

    def send(
        self,
        site: str,
        node: str,
        leaf: str,
        message: DownMessage,
        *,
        retain: bool = False,
        expiry_s: int | None = None,
    ) -> bool:
        """Send a message; False when there is no link to the broker."""
        try:
            self._publish(
                topic(site, node, leaf), encode(message), retain=retain, expiry_s=expiry_s
            )
        except TryAgain as error:
            log.debug("post: %s for %s not sent: %s", leaf, node, error)
            return False
        return True

    def publish_qos0(self, messages: Iterable[tuple[str, bytes]]) -> bool:
        """Send what the nodes ask for again when they miss it: full topics and payloads.

        False when there is no link to the broker, and then none of it was sent.
        """
        try:
            if self._publish_lightly is not None:
                self._publish_lightly(messages)
                return True
            for full_topic, payload in messages:
                self._publish(full_topic, payload)
        except TryAgain as error:
            log.debug("post: answers not sent: %s", error)
            return False
        return True
