"""What a backup says of itself: its first member, by which all others are verified."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

import msgspec

from padlicht.errors import BadData, Refused

NAME = "manifest.json"
LEDGER = "ledger.sqlite"
ACCOUNTS = "accounts.sqlite"
PARTICIPATION = "participation.sqlite"
FORMAT = 1
PIECE_BYTES = 1 << 20


class Entry(msgspec.Struct, frozen=True):
    """One file of the archive."""

    sha256: str
    size_bytes: int


class Manifest(msgspec.Struct, frozen=True):
    """Format of the archive, who made it and when, and all that is in it.

    `counts` has the rows of each table of records and of the quarantine; `files` the archive's
    members by name; `owner` the USER:GROUP whose the data folder was ("" in older ones).
    """

    format: int
    padlicht: str
    made_utc: str
    schema: int
    counts: dict[str, int]
    files: dict[str, Entry]
    owner: str = ""

    def encode(self) -> bytes:
        """As JSON for people and programs."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"


def decode(data: bytes, archive: object) -> Manifest:
    """Read a manifest; BadData when it is none, Refused when it is from a newer Padlicht."""
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadData(f"{archive} is no backup of Padlicht: its {NAME} says {error}") from error
    if manifest.format != FORMAT:
        raise Refused(
            f"{archive} has format {manifest.format}, but this Padlicht knows only {FORMAT}: "
            "update Padlicht"
        )
    return manifest


@dataclass
class Summing:
    """A file that is being read: its checksum and size so far."""

    file: BinaryIO
    progress: Callable[[int], None] = lambda _: None

    def __post_init__(self) -> None:
        self._sum = hashlib.sha256()
        self._size_bytes = 0

    def read(self, size: int = PIECE_BYTES) -> bytes:
        """The next piece; empty at the end."""
        piece = self.file.read(size)
        self._sum.update(piece)
        self._size_bytes += len(piece)
        self.progress(len(piece))
        return piece

    def entry(self) -> Entry:
        """What was read so far."""
        return Entry(self._sum.hexdigest(), self._size_bytes)
