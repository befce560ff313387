"""State kept over a reset: boot counter, crash reason, and the application slot to start.

The format of `active`, `tries` and `last_error` is shared with boot.py, which says what the first
two mean.
"""

import os

from node.keep import files

SLOTS = ("a", "b")
IMAGE = "image"  # the application that is frozen in: always there to go back to
REASON_CHARS = 200
_COUNTERS = ("boot.0", "boot.1")


def next_boot(folder: str, first: int = 1) -> int:
    """Count this boot and return its number, from `first` on: never a smaller one.

    With `seq` it is a record's identity, so it must never come twice.
    A node that comes back under its old name with an empty memory must not begin at 1 again, or
    the hub would take its records for those it has: node.json says where it begins.

    Two files take turns, so that one that went bad costs a number but never repeats one.
    Raises OSError when neither can be written.
    """
    counts = [_count(folder + "/" + name) for name in _COUNTERS]
    damaged = -1 in counts
    # The unreadable file may have held the newer number: step over it.
    boot = max(max(counts + [0]) + (2 if damaged else 1), first)
    files.replace(folder + "/" + _COUNTERS[counts.index(min(counts))], "{}\n".format(boot).encode())
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


def store_crash_reason(path: str, error) -> None:
    """Keep why this boot ends for the next birth: `error`, an exception or a sentence.

    Two lines: the number of the boot that tells it, empty until one has, and the reason. A flash
    that refuses costs the reason, nothing else.
    """
    reason = _plain(error if isinstance(error, str) else repr(error))
    try:
        files.replace(path, ("\n" + reason + "\n").encode())
    except OSError:
        pass


def take_crash_reason(path: str, boot: int) -> "str | None":
    """What ended the boot before this one, or None.

    It is told through this whole boot, however often the link breaks, and never again.
    """
    data = files.read(path)
    if data is None:
        return None
    try:
        number, reason = data.decode().split("\n", 1)
        reason = _plain(reason.strip())
        if number in ("", str(boot)) and reason:
            if not number:
                files.replace(path, "{}\n{}\n".format(boot, reason).encode())
            return reason
        os.remove(path)
    except (OSError, ValueError):
        pass  # nothing of this is worth a start
    return None


def _plain(text):
    """Printable and short, as it goes into a message of 2 KiB."""
    return "".join([char for char in text[:REASON_CHARS] if " " <= char < "\x7f"])


class Slots:
    """A/B slots of the application: the files `active` and `tries` in `root`."""

    def __init__(self, root: str) -> None:
        self._active = root + "/active"
        self._tries = root + "/tries"

    @property
    def on_trial(self) -> bool:
        """Whether the running slot is new, and boot.py would go back from it."""
        return len(_words(self._active)) > 1

    def confirm(self) -> None:
        """This application has proved itself: it stays. OSError when the flash refuses.

        In this order: power that goes in between leaves a slot that is trusted, with some starts
        counted, and the next `confirm` forgets those.
        """
        words = _words(self._active)
        if len(words) > 1:
            files.replace(self._active, (words[0] + "\n").encode())
        try:
            os.remove(self._tries)
        except OSError:
            pass  # boot.py did not count this start

    def start_trial(self, slot: str, back: str) -> None:
        """From the next start on, try `slot`, and go back to `back`, a slot or IMAGE, if it is not
        well.

        ValueError when they are no such names; OSError when the flash refuses, and all is as it
        was.
        """
        if slot not in SLOTS or back not in SLOTS + (IMAGE,) or slot == back:
            raise ValueError("cannot go from slot {} to {}".format(back, slot))
        try:
            os.remove(self._tries)
        except OSError:
            pass
        files.replace(self._active, "{} {}\n".format(slot, back).encode())


def _words(path):
    data = files.read(path) or b""
    return [word.decode() for word in data.split() if word in (b"a", b"b", b"image")]
