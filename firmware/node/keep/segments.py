"""Segments, the spool's files: lines that carry their own checksum, and runs of record numbers.

A segment `s00000001.log` holds lines `crc32 json` with the fields boot, seq and kind always first,
so that a restart finds its way without parsing every record. A run is a list [boot, first, last].
"""

import binascii
import json
import os

from node.keep import files

LINE_MAX = 1000  # bytes of one line: a record must fit into a message of 2 KiB
_BAD_MAX = 4096  # bytes kept of what could not be read
_PRIVATE = ("boot", "up")  # fields that stay in the node


def encode(boot: int, record: dict) -> bytes:
    """The line of a record that has its seq and kind, and at least one field more."""
    rest = {key: record[key] for key in record if key not in ("boot", "seq", "kind")}
    body = '{{"boot":{},"seq":{},"kind":"{}",{}'.format(
        boot, record["seq"], record["kind"], json.dumps(rest, separators=(",", ":"))[1:]
    ).encode()
    return "{:08x} ".format(binascii.crc32(body)).encode() + body + b"\n"


def check(line: bytes) -> "tuple | None":
    """(boot, seq, kind) of a whole line, or None when it is not what was written."""
    try:
        if (
            line[8:9] != b" "
            or line[-1:] != b"\n"
            or int(line[:8], 16) != binascii.crc32(line[9:-1])
        ):
            return None
        boot, seq, kind, _ = line[9:].split(b",", 3)
        return int(boot[8:]), int(seq[6:]), kind[8:-1].decode()
    except ValueError:
        return None


def decode(line: bytes) -> dict:
    """The record of a line that `check` found good, private fields included."""
    return json.loads(line[9:])


def is_sendable(line: bytes) -> bool:
    """Whether a record comes out of its line again: what is no JSON would block all behind it."""
    try:
        decode(line)
    except ValueError:  # a UnicodeError is one, on MicroPython too
        return False
    return True


def public(record: dict) -> dict:
    """The record as others may see it."""
    return {key: record[key] for key in record if key not in _PRIVATE}


class Segment:
    """One file of lines.

    runs: the records in it, in file order. left: those not acknowledged. size: in bytes.
    is_readable: False when the flash failed; nobody knows then what the file holds.
    """

    def __init__(self, folder: str, number: int) -> None:
        self.number = number
        self.path = "{}/s{:08d}.log".format(folder, number)
        self.size = 0
        self.runs: list = []
        self.left: list = []
        self.is_readable = True
        self._folder = folder

    def scan(self, is_last: bool) -> tuple:
        """Read the file anew and move what is unreadable to `bad.log`: (newest, bad, torn).

        newest: kind -> its last record here. bad: lines that were moved away; the torn end of the
        last segment is dropped uncounted, because that append never returned. torn: the file could
        not be mended, so nothing may be added.
        """
        self.size, self.runs, self.left = 0, [], []
        self.is_readable = True
        newest, bad, broken = {}, 0, False
        try:
            for line, found in _lines(self.path):
                if found is None:
                    broken = True
                    if line[-1:] == b"\n" or not is_last:
                        bad += 1
                        _keep_bad(self._folder + "/bad.log", line)
                    continue
                broken = broken or line[-1:] != b"\n"
                extend(self.runs, found[0], found[1])
                self.size += len(line)
                newest[found[2]] = line
        except OSError:
            self.size, self.runs = 0, []
            self.is_readable = False
            return {}, 1, True
        try:
            if broken:
                self._rewrite()
                broken = False
        except OSError:
            pass  # a full flash, most likely: the lines stay and are passed over
        self.left = [list(run) for run in self.runs]
        return {kind: decode(newest[kind]) for kind in newest}, bad, broken

    def _rewrite(self) -> None:
        """Replace the file by its good lines, each whole."""
        with open(self.path + ".new", "wb") as new:
            for line, found in _lines(self.path):
                if found:
                    new.write(line if line[-1:] == b"\n" else line + b"\n")
            new.flush()
        os.rename(self.path + ".new", self.path)

    def append(self, lines: list, boot: int, first: int) -> None:
        """Put lines at the end of the file, numbered from `first` on. They are on flash when this
        returns, else OSError."""
        data = b"".join(lines)
        with open(self.path, "ab") as file:
            file.write(data)
            file.flush()
        self.size += len(data)
        for seq in range(first, first + len(lines)):
            extend(self.runs, boot, seq)
            extend(self.left, boot, seq)

    def acked(self) -> list:
        """The runs that need not be sent again."""
        acked = [list(run) for run in self.runs]
        for boot, first, last in self.left:
            acked, _ = subtract(acked, boot, first, last)
        return acked

    def remove(self) -> None:
        """Delete the file."""
        try:
            os.remove(self.path)
        except OSError:
            pass  # never written, or gone already


def find(folder: str) -> list:
    """The segments in `folder`, oldest first, not yet scanned."""
    found = []
    for name in os.listdir(folder):
        if len(name) == 13 and name[0] == "s" and name.endswith(".log") and name[1:9].isdigit():
            found.append(int(name[1:9]))
    return [Segment(folder, number) for number in sorted(found)]


def read_state(path: str) -> tuple:
    """What `write_state` stored: (acked, dropped, bad); nothing and zeros when that cannot be
    read."""
    try:
        state = json.loads(files.read(path) or b"")
        acked = [(boot, first, last) for boot, first, last in state["acked"]]
        return acked, int(state["dropped"]), int(state["bad"])
    except (ValueError, KeyError, TypeError):
        return [], 0, 0  # all is sent once more, which changes nothing at the hub


def write_state(path: str, found: list, dropped: int, bad: int) -> None:
    """Remember which records of the segments `found` need not be sent again. OSError when the flash
    refuses."""
    acked = []
    for segment in found:
        acked += segment.acked()
    files.replace(path, json.dumps({"acked": acked, "dropped": dropped, "bad": bad}).encode())


def _lines(path: str):
    """Yield (line, what `check` says of it); the last line may lack its newline and still be
    good."""
    with open(path, "rb") as file:
        while True:
            line = file.readline(LINE_MAX + 1)
            if not line:
                return
            yield line, check(line) or check(line + b"\n")


def _keep_bad(path: str, line: bytes) -> None:
    try:
        full = os.stat(path)[6] + len(line) > _BAD_MAX
    except OSError:
        full = False
    try:
        with open(path, "wb" if full else "ab") as file:
            file.write(line)
    except OSError:
        pass  # it is only kept for the curious


def extend(runs: list, boot: int, seq: int) -> None:
    """Add a record at the end of `runs`."""
    if runs and runs[-1][0] == boot and runs[-1][2] + 1 == seq:
        runs[-1][2] = seq
    else:
        runs.append([boot, seq, seq])


def subtract(runs: list, boot: int, first: int, last: int) -> tuple:
    """Take first-last of a boot out of `runs`: (what is left, what was taken)."""
    left, taken = [], []
    for run in runs:
        low, high = max(first, run[1]), min(last, run[2])
        if run[0] != boot or low > high:
            left.append(run)
            continue
        taken.append([boot, low, high])
        if run[1] < low:
            left.append([boot, run[1], low - 1])
        if high < run[2]:
            left.append([boot, high + 1, run[2]])
    return left, taken


def holds(runs: list, boot: int, seq: int) -> bool:
    """Whether a record is in `runs`."""
    return any(run[0] == boot and run[1] <= seq <= run[2] for run in runs)


def count(runs: list) -> int:
    """How many records are in `runs`."""
    return sum([run[2] - run[1] + 1 for run in runs])
