"""Messages in the intake: as they came, as they were understood, and as they go out."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from padlicht.ledger import Node
from padlicht.wire import Reply, UpMessage, Word

# Topic, payload, whether it is retained, and after how many seconds the broker may drop it.
OutgoingMessage = tuple[str, bytes, bool, int | None]
# A clock without power may be decades off, in milliseconds.
Cell = Word | Annotated[int, Meta(ge=-(2**53), le=2**53)] | None


class Message(msgspec.Struct, frozen=True, gc=False):
    """What came under a topic. `broken` says why the packet around it could not be read.

    `retained` is set when the broker had kept it, and not when it was said just now.
    """

    topic: str
    payload: bytes
    retained: bool
    broken: str | None = None


@dataclass(frozen=True)
class NodeMessage:
    """What a registered node said, records apart. `spoke`: it had said more just before."""

    node: Node
    retained: bool
    said: UpMessage
    spoke: bool = False


@dataclass(frozen=True)
class RejectedMessage:
    """Something for quarantine.

    `seqs` are the records of `boot` in it that their node may forget if this is kept; none when
    nobody can say which ones they are.
    """

    topic: str
    payload: bytes
    reason: str
    boot: int = 0
    seqs: tuple[int, ...] = ()


Handler = Callable[[Sequence[Message]], Awaitable[None]]


class TestRow(NamedTuple):
    """One line of a self-test's table: `verdict` is ok, look, fail, see or none."""

    what: Word
    value: Cell
    unit: Word
    verdict: Word


def table(reply: Reply) -> list[TestRow] | None:
    """The self-test in a reply, or None when it holds none."""
    if not reply.ok or not reply.detail:
        return None
    try:
        return msgspec.convert(reply.detail, list[TestRow])
    except msgspec.ValidationError:
        return None
