"""What the application tells boot.py: that it is well, or which slot to try next."""

import os

from node.keep import files

SLOTS = ("a", "b")
IMAGE = "image"  # the application that is frozen in: always there to go back to


class Slots:
    """The files `active` and `tries` in `root`; boot.py says what they mean."""

    def __init__(self, root: str) -> None:
        self._active = root + "/active"
        self._tries = root + "/tries"

    @property
    def on_trial(self) -> bool:
        """Whether the running slot is new, and boot.py would go back from it."""
        return len(_words(self._active)) > 1

    def well(self) -> None:
        """This application has proved itself: it stays. OSError when the flash refuses.

        In this order: power that goes in between leaves a slot that is trusted, with some starts
        counted, and the next `well` forgets those.
        """
        words = _words(self._active)
        if len(words) > 1:
            files.replace(self._active, (words[0] + "\n").encode())
        try:
            os.remove(self._tries)
        except OSError:
            pass  # boot.py did not count this start

    def try_next(self, slot: str, back: str) -> None:
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
