"""The hub's clock, which a demo may move to another evening."""

from dataclasses import dataclass
from time import time_ns


@dataclass(frozen=True)
class HubClock:
    """UTC as the hub tells it to its nodes.

    `offset_s` is added to the machine's clock; only demos set it, so that the park's evening
    falls in the developer's working day.
    """

    offset_s: int = 0

    def utc_ms(self) -> int:
        """Unix time in milliseconds."""
        return time_ns() // 1_000_000 + self.offset_s * 1000

    def utc_s(self) -> int:
        """Unix time in whole seconds."""
        return self.utc_ms() // 1000
