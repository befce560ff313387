"""A node's records until the hub has them, in memory: what the firmware's spool is on flash."""

from collections import deque
from collections.abc import Sequence
from typing import Any

from padlicht.simulate.history.firmware import Firmware

Rec = dict[str, Any]

_MOST_BYTES = 2000  # of a message, and records in it, as the firmware's link asks for
_MOST_RECORDS = 20
_SURELY_FIT = 4


class Spool:
    """Keeps records in their order; outlives restarts as flash does.

    `boot`: under which boot records are numbered from now on. Has what a `node.recorder.Recorder`
    asks of its spool.
    """

    def __init__(self, firmware: Firmware) -> None:
        self.boot = 0
        self.dropped = 0  # memory is never full
        self.made = 0
        self._firmware = firmware
        self._waiting: deque[tuple[int, Rec]] = deque()
        self._newest: dict[str, Rec] = {}
        self._seq = 0

    @property
    def pending(self) -> int:
        """How many records are not acknowledged."""
        return len(self._waiting)

    def begin(self, boot: int) -> None:
        """A new boot numbers its records anew."""
        self.boot, self._seq = boot, 0

    def last(self, kind: str) -> Rec | None:
        """The newest record of a kind that was ever kept."""
        return self._newest.get(kind)

    def extend(self, records: Sequence[Rec]) -> int:
        """Keep records; the number of the last."""
        for record in records:
            self._seq += 1
            kept = {"seq": self._seq, **record}
            self._waiting.append((self.boot, kept))
            self._newest[kept["kind"]] = kept
        self.made += len(records)
        return self._seq

    def hand_in(self) -> list[bytes]:
        """All that waits as payloads of `up/records`; the hub has them when this is asked again.

        A simulated hub takes what it is handed, so they need not be kept until it says so.
        """
        payloads = []
        while self._waiting:
            boot, records = self._batch()
            payloads.append(bytes(self._firmware.wire.encode_records(boot, records)))
        return payloads

    def _batch(self) -> tuple[int, list[Rec]]:
        """The oldest that fit into one message, all of one boot."""
        boot = self._waiting[0][0]
        whole = len(self._waiting) <= _SURELY_FIT
        records: list[Rec] = []
        size = 0  # more than it will be: each record is measured with an envelope of its own
        while self._waiting and self._waiting[0][0] == boot and len(records) < _MOST_RECORDS:
            record = self._waiting[0][1]
            if not whole:
                size += len(self._firmware.wire.encode_records(boot, [record]))
                if records and size > _MOST_BYTES:
                    break
            records.append(record)
            self._waiting.popleft()
        return boot, records
