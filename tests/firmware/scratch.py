"""What the firmware's tests share: a folder that vanishes, records to fill it with, and chance.

It runs on MicroPython too, hence without pathlib.
"""

# ruff: noqa: PTH102, PTH106, PTH107, PTH123, PTH208

import os

T = 1795224600  # when the first record begins


class Folder:
    """A folder of its own that vanishes afterwards."""

    def __enter__(self):
        digits = "".join([f"{byte:02x}" for byte in os.urandom(6)])
        self.path = (os.getenv("TMPDIR") or "/tmp") + "/padlicht-test-" + digits
        os.mkdir(self.path)
        return self.path

    def __exit__(self, *_):
        _sweep(self.path)


def _sweep(folder):
    """Remove a folder, and the folders in it with their files."""
    for name in os.listdir(folder):
        path = folder + "/" + name
        try:
            os.remove(path)
        except OSError:
            _sweep(path)
    os.rmdir(folder)


def record(number=0, kind="footfall"):
    """An interval's record that knows its number."""
    return {
        "kind": kind,
        "t": T + 900 * number,
        "dt": 900,
        "clock": 2,
        "in": number,
        "in_total": number,
    }


def large(number=0, kind="footfall"):
    """A record of which fifty fill a file of the spool."""
    return dict(record(number, kind), pad="x" * 212)


def fill_files(spool, count):
    """Append `count` records of which fifty fill a file."""
    for number in range(count):
        spool.append(large(number))


def fill(spool, how_many, first=0):
    """Append so many records."""
    for number in range(first, first + how_many):
        spool.append(record(number))


def drain(spool, limit_records=20):
    """Everything that the spool gives out now, as (boot, seq)."""
    found = []
    while True:
        batch = spool.batch(2000, limit_records)
        if batch is None:
            return found
        found += [(batch[0], one["seq"]) for one in batch[1]]


def segment_names(folder):
    """The spool's files, oldest first."""
    return sorted(
        [name for name in os.listdir(folder) if name.endswith(".log") and name != "bad.log"]
    )


def write(path, data):
    """Make a file hold exactly this."""
    with open(path, "wb") as file:
        file.write(data)


def raises(error, function, *args):
    """What an error of this kind says; it must come."""
    try:
        function(*args)
    except error as caught:
        return str(caught)
    raise AssertionError("nothing raised")


class Chance:
    """The same numbers on every interpreter, from one seed."""

    def __init__(self, seed):
        self.state = seed

    def below(self, limit):
        self.state = (self.state * 1664525 + 1013904223) & 0xFFFFFFFF
        return (self.state >> 8) % limit

    def noise(self, mm):
        return self.below(2 * mm + 1) - mm
