"""Recovery of a link that stays away: when the radio is restarted, and when the board.

What counts is that nobody has answered for so long, whatever the way of failing. Somebody who
refuses has answered: a hub that is stopped is no fault of the radio.

The radio's ladder counts tries in vain; the hub's task makes them with growing pauses and jitter:
five take up to a minute and a half, and from the seventh on each about one. The board's counts
minutes, in the supervisor, and what it has done outlives the restart: an access point that is gone
for a month costs a restart a day.
"""

import os

from node.keep import files

REST, OFF_AND_ON, ANEW = 0, 1, 2

FIRST_TRIES = 5  # in vain, before the radio is switched off and on
MOST_TRIES = 60  # between two restarts of it, about an hour

BOARD_FIRST_S = 3600  # without an answer, before the board is restarted
BOARD_MOST_S = 24 * 3600  # it is twice as long each time, up to this
JITTER = 4  # and up to a quarter more: after a power cut a whole park has started together
QUIET_S = 3600  # so long before its evening a lamp is not restarted
_DOUBLINGS = 5


class RadioLadder:
    """Off and on after 5 tries in vain, after 15 a restart, then again after 20, 40, 60, 60, …

    in_vain: tries since somebody answered. restarts: of the radio, since then.
    """

    def __init__(self) -> None:
        self.in_vain = 0
        self._gap = FIRST_TRIES
        self._next = FIRST_TRIES
        self.restarts = 0

    def begin(self) -> int:
        """A try begins, in vain until `answered` says otherwise: what to do to the radio first."""
        step = REST
        if self.in_vain >= self._next:
            step = ANEW if self.restarts else OFF_AND_ON
            self.restarts += 1
            self._gap = min(2 * self._gap, MOST_TRIES)
            self._next = self.in_vain + self._gap
        self.in_vain += 1
        return step

    def answered(self) -> None:
        """Somebody did, if only to refuse: the radio works."""
        self.in_vain = 0
        self._gap = self._next = FIRST_TRIES
        self.restarts = 0


class BoardLadder:
    """A restart of the board after an hour without an answer, then after 2, 4, 8, 16, 24, 24, …

    How many there were since somebody answered stands in the file `path`, in one line, so that a
    restart does not begin again at an hour. `random_int` is like `random.randint`.
    """

    def __init__(self, path: str, random_int) -> None:
        self._path = path
        self._random_int = random_int
        self._answered_s = 0
        data = files.read(path)
        whole = data is not None and data.endswith(b"\n") and data[:-1].isdigit()
        self.restarts = int(data) if whole else 0
        self._draw()

    def _draw(self):
        wait_s = min(BOARD_FIRST_S << min(self.restarts, _DOUBLINGS), BOARD_MOST_S)
        self._wait_s = wait_s + self._random_int(0, wait_s // JITTER)

    def silent_s(self, up_s: int, in_vain: int) -> int:
        """Once a second: for how long nobody has answered, at this uptime; 0 while somebody does.

        in_vain: the tries since then, as the radio's ladder counts them.
        """
        if in_vain:
            return up_s - self._answered_s
        self._answered_s = up_s
        if self.restarts:
            self.restarts = 0
            self._draw()
            try:
                os.remove(self._path)
            except OSError:
                pass  # then the next restart comes later than it could
        return 0

    def due(self, silent_s: int) -> bool:
        """Whether it is time to restart the board, if nothing else needs it now."""
        return silent_s >= self._wait_s

    def note(self) -> bool:
        """A restart comes now: count it. False when the flash refuses; then it must not come."""
        self.restarts += 1
        self._draw()
        try:
            files.replace(self._path, "{}\n".format(min(self.restarts, 99)).encode())
        except OSError:
            return False
        return True
