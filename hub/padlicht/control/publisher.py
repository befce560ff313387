"""What the hub sends to its nodes, on their topics."""

import logging
from typing import Protocol

from padlicht.errors import TryAgain
from padlicht.wire import DownMessage, encode, topic

log = logging.getLogger(__name__)


class Publish(Protocol):
    """How a session publishes; see `intake.mqtt_session.Session.publish`."""

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

    def __init__(self, publish: Publish) -> None:
        self._publish = publish

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
        return self._send(site, node, leaf, encode(message), retain, expiry_s)

    def clear(self, site: str, node: str, leaf: str) -> bool:
        """Have the broker forget a message that it keeps; False when there is no link to it."""
        return self._send(site, node, leaf, b"", True, None)

    def _send(
        self, site: str, node: str, leaf: str, payload: bytes, retain: bool, expiry_s: int | None
    ) -> bool:
        try:
            self._publish(topic(site, node, leaf), payload, retain=retain, expiry_s=expiry_s)
        except TryAgain as error:
            log.debug("post: %s for %s not sent: %s", leaf, node, error)
            return False
        return True
