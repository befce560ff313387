"""What the hub sends to its nodes, on their topics."""

import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from padlicht.errors import TryAgain
from padlicht.wire import DownMessage, encode, topic

# Topic, payload, whether it is retained, and after how many seconds the broker may drop it.
Letter = tuple[str, bytes, bool, int | None]

log = logging.getLogger(__name__)


class Publish(Protocol):
    """How a session publishes; see `intake.session.Session.publish`."""

    def __call__(
        self,
        topic: str,
        payload: bytes,
        *,
        qos: int = 1,
        retain: bool = False,
        expiry_s: int | None = None,
    ) -> None:
        """Send now or queue; TryAgain when that cannot be."""


class Post:
    """Sends messages down; what cannot be sent now is asked for or sent again by its owner."""

    def __init__(
        self,
        publish: Publish,
        publish_all: Callable[[Sequence[Letter]], None] | None = None,
    ) -> None:
        self._publish = publish
        self._publish_all = publish_all

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

    def send_all(self, letters: Sequence[tuple[str, DownMessage]]) -> bool:
        """Send many messages, each on its full topic; False when not all of them could be."""
        try:
            if self._publish_all is None:
                for full_topic, message in letters:
                    self._publish(full_topic, encode(message))
            else:
                self._publish_all(
                    [(full_topic, encode(message), False, None) for full_topic, message in letters]
                )
        except TryAgain as error:
            log.debug("post: %d messages not sent: %s", len(letters), error)
            return False
        return True
