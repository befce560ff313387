"""Spool: records wait here, on flash, until the hub says that it has them on disk."""

from node import log
from node.errors import BadData, TryAgain
from node.keep import files, segments

_SEGMENT_BYTES = 4 * 4096 - 16  # of one file: four blocks of flash, less littlefs's own words
_ENVELOPE = 40  # bytes of a message around its records
_DATE_ROOM = 12  # bytes that a record may grow by when it is dated


class Spool:
    """The records of one node, oldest first; they outlive every restart.

    folder: made when missing. boot: this boot's number. max_records: when more are waiting, the
    oldest go. journal: None or an object with made(boot, record) and acked(boot, first, last).
    date: set it to a function from an uptime in s to UTC in s, or None while the clock is unknown.
    dropped, bad: records given up because the spool was full, and lines that could not be read,
    since the folder was made. went_bad: whether this boot found such a line.
    """

    def __init__(self, folder: str, boot: int, max_records: int = 4000, journal=None) -> None:
        self.boot = boot
        self.date = None
        self.dropped = 0
        self.bad = 0
        self.went_bad = False
        self._state_path = folder + "/state.json"
        self._folder = folder
        self._max = max_records
        self._journal = journal
        self._segments: list = []
        self._newest: dict = {}  # kind -> (segment number, record)
        self._torn = False  # the newest segment may end in half a line
        self._warned = False
        files.make_folder(folder)
        self._load()
        runs = [run for segment in self._segments for run in segment.runs]
        self._seq = max([run[2] for run in runs if run[0] == boot] + [0])
        self.rewind()

    @property
    def pending(self) -> int:
        """How many records are not acknowledged."""
        return sum([segments.count(segment.left) for segment in self._segments])

    def last(self, kind: str) -> "dict | None":
        """The newest record of `kind` that was ever appended, or None."""
        return segments.public(self._newest[kind][1]) if kind in self._newest else None

    def append(self, record: dict) -> int:
        """Store one record: `extend` with a list of one; its seq."""
        return self.extend([record])

    def extend(self, records: list) -> int:
        """Store records in one write; they are on flash when this returns the last one's seq.

        A write costs flash about one erase, however short it is. A record: with "kind" and "t",
        without "seq"; t 0 and "up" (uptime in s) while undated. Raises BadData, with none stored,
        when one can never be sent; TryAgain when the flash refuses them; tried again, the same
        records must come first, because a part of them may be on flash all the same, under the
        same seqs.
        """
        stored: list = []
        lines: list = []
        for record in records:
            one = dict(record)
            one["seq"] = self._seq + 1 + len(stored)
            line = segments.encode(self.boot, one)
            if len(line) > segments.LINE_MAX:
                what = "record of {} bytes: at most {} fit"
                raise BadData(what.format(len(line), segments.LINE_MAX))
            if not segments.is_sendable(line):
                raise BadData("record of kind {} is no JSON".format(one["kind"]))
            stored.append(one)
            lines.append(line)
        self._write(lines)
        for one in stored:
            self._seq = one["seq"]
            self._newest[one["kind"]] = (self._segments[-1].number, one)
        self._drop(self.pending - self._max)
        if self._journal:
            for one in stored:
                self._journal.made(self.boot, segments.public(one))
        return self._seq

    def batch(self, limit_bytes: int = 2000, limit_records: int = 20) -> "tuple | None":
        """(boot, records) of the oldest that are neither acknowledged nor given out, or None.

        All are of one boot; they count as given out until `rewind`. limit_bytes: of the whole
        message. A record of this boot waits until it can be dated; one of an earlier boot that
        never was goes with t 0.
        """
        while True:
            boot, records, is_bad = self._read(limit_bytes, limit_records)
            if records or not is_bad:
                return (boot, records) if records else None

    def ack(self, boot: int, ranges: list) -> None:
        """The hub has these on disk: forget them.

        ranges: of (first, last), both included. What is not here is passed over.
        """
        changed = False
        for first, last in ranges:
            for segment in self._segments:
                segment.left, taken = segments.subtract(segment.left, boot, first, last)
                for run in taken:
                    changed = True
                    if self._journal:
                        self._journal.acked(run[0], run[1], run[2])
        if changed:
            self._save()
            self._tidy()

    def rewind(self) -> None:
        """Give everything out again that is not acknowledged."""
        self._at = (0, 0)  # segment number and offset: what lies before was given out

    def _read(self, limit_bytes: int, limit_records: int) -> tuple:
        """(boot, records, whether a bad line ended it) from where the last one stopped."""
        boot, size = None, _ENVELOPE
        records: list = []
        for segment in [one for one in self._segments if one.left and one.number >= self._at[0]]:
            offset = self._at[1] if segment.number == self._at[0] else 0
            try:
                with open(segment.path, "rb") as file:
                    file.seek(offset)
                    while True:
                        line = file.readline(segments.LINE_MAX + 1)
                        if not line:
                            break
                        offset += len(line)
                        found = segments.check(line)
                        if found is None:
                            break
                        if segments.holds(segment.left, found[0], found[1]):
                            size += len(line) + _DATE_ROOM
                            full = len(records) == limit_records or (records and size > limit_bytes)
                            record = (
                                None if full or boot not in (None, found[0]) else self._dated(line)
                            )
                            if record is None:
                                return boot, records, False
                            boot = found[0]
                            records.append(record)
                        self._at = (segment.number, offset)
            except OSError:
                self._mend(segment, offset, offset)
                return boot, records, True
            if line:
                self._mend(segment, offset - len(line), offset)
                return boot, records, True
        return boot, records, False

    def _dated(self, line: bytes) -> "dict | None":
        """The record as it is sent, or None when it has to wait for the clock."""
        record = segments.decode(line)
        if record["t"] == 0 and "up" in record and record["boot"] == self.boot:
            utc_s = self.date(record["up"]) if self.date else None
            if utc_s is None:
                return None
            record["t"] = utc_s
        return segments.public(record)

    def _write(self, lines: list) -> None:
        size = sum([len(line) for line in lines])
        if not self._segments or self._torn or self._segments[-1].size + size > _SEGMENT_BYTES:
            self._roll()
        try:
            self._segments[-1].append(lines, self.boot, self._seq + 1)
        except OSError as first_error:
            # Most likely the flash is full: the oldest records make room. The new lines go to a
            # new file, because the old one may end in half a line.
            log.warn("spool: writing failed ({}); the oldest records make room".format(first_error))
            waiting = [one for one in self._segments[:-1] if one.left]
            self._drop(segments.count(waiting[0].left) if waiting else 0)
            self._roll()
            try:
                self._segments[-1].append(lines, self.boot, self._seq + 1)
            except OSError as error:
                self._torn = True
                raise TryAgain("spool: a record cannot be written ({})".format(error))

    def _roll(self) -> None:
        number = self._segments[-1].number + 1 if self._segments else 1
        self._segments.append(segments.Segment(self._folder, number))
        self._torn = False
        self._tidy()

    def _drop(self, excess: int) -> None:
        """Give up the `excess` oldest records."""
        if excess > 0 and not self._warned:
            log.warn("spool: full; the oldest records are given up")
            self._warned = True
        while excess > 0:
            segment = [one for one in self._segments if one.left][0]
            boot, first, last = segment.left[0]
            last = min(last, first + excess - 1)
            segment.left, _ = segments.subtract(segment.left, boot, first, last)
            self.dropped += last - first + 1
            excess -= last - first + 1
            # While its file stays, a restart drops and counts the same records again: no need to
            # save each time.
            if not segment.left:
                self._save()
                self._tidy()

    def _tidy(self) -> None:
        """Remove the files of which nothing is needed any more."""
        needed = [number for number, _ in self._newest.values()] + [self._segments[-1].number]
        for segment in list(self._segments):
            if not segment.left and segment.is_readable and segment.number not in needed:
                segment.remove()
                self._segments.remove(segment)

    def _load(self) -> None:
        self._segments = segments.find(self._folder)
        acked, self.dropped, self.bad = segments.read_state(self._state_path)
        known_bad = self.bad
        for segment in self._segments:
            newest, bad, self._torn = segment.scan(segment is self._segments[-1])
            self.bad += bad
            for kind in newest:
                self._newest[kind] = (segment.number, newest[kind])
            for boot, first, last in acked:
                segment.left, _ = segments.subtract(segment.left, boot, first, last)
        if self.bad > known_bad:
            self.went_bad = True
            unread = self.bad - known_bad
            log.warn("spool: {} lines could not be read; they are in bad.log".format(unread))
            self._save()
        self._drop(self.pending - self._max)
        if self._segments:
            self._tidy()
        if self._newest and self._journal:
            # Power may have gone after the last record was stored and before the journal knew.
            records = [record for _, record in self._newest.values()]
            last = max(records, key=lambda one: (one["boot"], one["seq"]))
            self._journal.made(last["boot"], segments.public(last))

    def _mend(self, segment: segments.Segment, start: int, end: int) -> None:
        """The line from start to end went bad since it was last read: move it away, go on."""
        acked = segment.acked()
        _, bad, is_broken = segment.scan(False)
        if is_broken:
            self._torn = True
        for boot, first, last in acked:
            segment.left, _ = segments.subtract(segment.left, boot, first, last)
        self.bad += bad
        self.went_bad = True
        # What follows moved up to where the line stood, unless the flash did not let it be moved.
        self._at = (segment.number, start if bad and not is_broken else end)
        log.warn("spool: {} lines went bad; they are in bad.log".format(bad))
        self._save()

    def _save(self) -> None:
        try:
            segments.write_state(self._state_path, self._segments, self.dropped, self.bad)
        except OSError as error:
            log.warn("spool: state not saved ({}); a restart sends some again".format(error))
