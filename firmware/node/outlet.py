"""The one way to the lamp's driver, which the self-test may borrow from the lamp for a moment."""


class Outlet:
    """`set_duty_u16`: the board's. `duty`: what the lamp wants, shown or not."""

    def __init__(self, set_duty_u16) -> None:
        self._set_duty_u16 = set_duty_u16
        self._is_lent = False
        self.duty = 0

    def set(self, duty: int) -> None:
        """What the lamp wants now; called in the timer, allocates nothing."""
        self.duty = duty
        if not self._is_lent:
            self._set_duty_u16(duty)

    def lend(self, duty: int) -> None:
        """Show this instead, until `give_back`."""
        self._is_lent = True
        self._set_duty_u16(duty)

    def give_back(self) -> None:
        """Show what the lamp wants again."""
        self._is_lent = False
        self._set_duty_u16(self.duty)
