"""What comes from the broker, before anybody has looked into it."""

from collections.abc import Awaitable, Callable, Sequence

import msgspec


class Message(msgspec.Struct, frozen=True, gc=False):
    """What came under a topic. `broken` says why the packet around it could not be read.

    `retained` is set when the broker had kept it, and not when it was said just now.
    """

    topic: str
    payload: bytes
    retained: bool
    broken: str | None = None


Handler = Callable[[Sequence[Message]], Awaitable[None]]
