"""How long to wait before trying again."""

import random


class Backoff:
    """Waits that double from `first_s` up to `most_s`, each shortened by chance by up to a half.

    The chance keeps many clients of one broker from coming back in the same instant.
    """

    def __init__(self, first_s: float = 1.0, most_s: float = 60.0) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._next_s = first_s

    def next_s(self) -> float:
        """Seconds to wait now; the wait after it is longer."""
        wait_s = self._next_s
        self._next_s = min(self._next_s * 2, self._most_s)
        return wait_s * random.uniform(0.5, 1.0)

    def reset(self) -> None:
        """It worked: the next trouble starts small again."""
        self._next_s = self._first_s
