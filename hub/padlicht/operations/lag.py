"""Since when a follower is behind a source whose rows have no time of their own."""

from collections import deque

MOST_MARKS = 512


class LagTracker:
    """Remembers which id was the newest at which moment; pure, moments come from outside."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def seconds(self, moment_s: float, newest_id: int, last_id: int) -> float:
        """How long something above `last_id` has been there, as far as this tracker saw it.

        Call it at every look: it notes `newest_id`, and forgets what the follower has passed.
        """
        if not self._marks or newest_id > self._marks[-1][1]:
            self._marks.append((moment_s, newest_id))
        while self._marks and self._marks[0][1] <= last_id:
            self._marks.popleft()
        if len(self._marks) > MOST_MARKS:
            # Every second one goes; the oldest stays, and from it the age is told.
            self._marks = deque([*self._marks][::2])
        return moment_s - self._marks[0][0] if self._marks else 0.0
