"""Why a link could not be made or ended, in words: by port, by phase, by number.

The tables are large, and wanted only when something failed: they are read then and let go again,
for a version that runs from a slot has its code on the heap, beside TLS. Short of memory even for
that, the error is told as MicroPython has it.
"""

import sys

from node.errors import TryAgain

# Phases of making a link, in their order.
NAME, TCP, TLS, CONNECT, SESSION = range(5)


class LinkError(TryAgain):
    """The link to the broker could not be made, or it ended; the message says why.

    answered: somebody at the other end had a say in it, so the way there is open; or it is this
    node's own files, for which no radio is to blame.
    """

    def __init__(self, why: str, answered: bool = False):
        super().__init__(why)
        self.answered = answered


def was_answered(error, phase: int, port: str = sys.platform) -> bool:
    """Whether somebody at the other end refused the link, or broke it off; see LinkError."""
    return bool(_asked("was_answered", False, error, phase, port))


def explain(error, phase: int = SESSION, port: str = sys.platform) -> str:
    """Why, in words that fit into `lost (…)`."""
    return _asked("explain", None, error, phase, port) or _plain(error)


# What `status()` of a radio says went wrong. The rp2's numbers are cyw43's, below zero; the esp32's
# are Wi-Fi's own reasons (esp_wifi_types.h), passed through. Both at once: none is used twice.
_RADIO_STATES = (
    (-3, "wrong password"),
    (-2, "no such network in reach"),
    (-1, "the access point does not answer"),
    (15, "wrong password, or the access point is too far off"),  # 4WAY_HANDSHAKE_TIMEOUT
    (200, "the access point fell silent"),
    (201, "no such network in reach"),
    (202, "wrong password"),
    (203, "the access point refuses"),
    (204, "wrong password, or the access point is too far off"),  # HANDSHAKE_TIMEOUT
    (205, "the access point does not answer"),  # CONNECTION_FAIL
    (210, "the network has another kind of security"),  # NO_AP_FOUND_W_COMPATIBLE_SECURITY
    (211, "the network has another kind of security"),  # … IN_AUTHMODE_THRESHOLD
    (212, "no such network in reach"),  # … IN_RSSI_THRESHOLD: it is too weak
)


def explain_radio(status) -> "str | None":
    """Why a radio has not joined, by its `status()`; None while it is at it, or says nothing."""
    for found, words in _RADIO_STATES:
        if found == status:
            return words
    return None


def _asked(name, else_it_is, *what):
    try:
        from node.link import reason_tables

        return getattr(reason_tables, name)(*what)
    except MemoryError:
        return else_it_is
    finally:
        sys.modules.pop("node.link.reason_tables", None)
        package = sys.modules.get("node.link")
        if hasattr(package, "reason_tables"):
            del package.reason_tables


def _plain(error):
    return "{}: {}".format(type(error).__name__, error)
