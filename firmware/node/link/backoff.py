"""How long to wait before trying again: longer each time, and never in step with the neighbours."""

FIRST_MS = 1000
LONGEST_MS = 60000


class Backoff:
    """Waits of 1, 2, 4 … 60 s, each shortened at random by up to half.

    `random_int(low, high)` gives a whole number from low to high, both included, like
    `random.randint`. The chance matters: after a power cut a whole park starts in the same second.
    """

    def __init__(self, random_int):
        self._random_int = random_int
        self._longest_ms = FIRST_MS

    def next_ms(self) -> int:
        """The wait before the next try, in milliseconds; the one after may be twice as long."""
        longest_ms = self._longest_ms
        self._longest_ms = min(2 * longest_ms, LONGEST_MS)
        return self._random_int(longest_ms // 2, longest_ms)

    def reset(self) -> None:
        """It works again: the next trouble starts from a second."""
        self._longest_ms = FIRST_MS
