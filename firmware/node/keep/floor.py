"""A time that has been, kept in flash: what the node's own clock must not fall behind.

One line, "UTC-seconds\\n". It is written once an hour: that is 9 000 small writes a year, and a
clock whose battery is flat wakes years behind, not an hour.
"""

from node.keep import files

EVERY_S = 3600


class Floor:
    """The floor in the file `path`; `utc_s` is 0 while there is none."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.utc_s = 0
        data = files.read(path)
        if data is not None and data.endswith(b"\n") and data[:-1].isdigit():
            self.utc_s = int(data)

    def raise_to(self, utc_s: int) -> None:
        """It is utc_s now: keep that, at most once an hour. OSError when the flash refuses.

        A time before the floor is kept at once: only the hub can have said it, and it is right.
        """
        if self.utc_s <= utc_s < self.utc_s + EVERY_S:
            return
        self.utc_s = utc_s  # also when it cannot be written: the next try is in an hour
        files.replace(self._path, "{}\n".format(utc_s).encode())
