"""The number of this boot: with `seq` it is a record's identity, so it must never come twice."""

from node.keep import files

_NAMES = ("boot.0", "boot.1")


def next_boot(folder: str, first: int = 1) -> int:
    """Count this boot and return its number, from `first` on: never a smaller one.

    A node that comes back under its old name with an empty memory must not begin at 1 again, or
    the hub would take its records for those it has: node.json says where it begins.

    Two files take turns, so that one that went bad costs a number but never repeats one.
    Raises OSError when neither can be written.
    """
    counts = [_count(folder + "/" + name) for name in _NAMES]
    damaged = -1 in counts
    # The unreadable file may have held the newer number: step over it.
    boot = max(max(counts + [0]) + (2 if damaged else 1), first)
    files.replace(folder + "/" + _NAMES[counts.index(min(counts))], "{}\n".format(boot).encode())
    return boot


def _count(path: str) -> int:
    """What the file says; 0 when there is none, -1 when it cannot be read."""
    data = files.read(path)
    if data is None:
        return 0
    try:
        count = int(data) if data.endswith(b"\n") else -1
    except ValueError:
        return -1
    return count if count > 0 else -1
