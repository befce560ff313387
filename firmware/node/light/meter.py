"""Counts in the timer what a task takes out in whole units."""

_WRAP = 0x1FFFFFFF  # comes round after 124 days, far below where a board's integers allocate


class Meter:
    """`per_unit` counts, or so many times the weight that they are taken with, are one unit.

    The tick only writes the count, the taker only the rest: neither can undo the other's work.
    """

    def __init__(self, per_unit: int):
        self._per_unit = per_unit
        self._count = 0
        self._taken = 0
        self._rest = 0

    def add(self) -> None:
        """One more; allocates nothing."""
        self._count = (self._count + 1) & _WRAP

    def take(self, weight: int) -> int:
        """Whole units since the last time, rounded; what that took or gave counts in the next."""
        count = self._count
        total = (count - self._taken & _WRAP) * weight + self._rest
        self._taken = count
        whole = (total + self._per_unit // 2) // self._per_unit
        self._rest = total - whole * self._per_unit
        return whole
