"""Passive infrared sensor (PIR) on one pin: something warm moves, or not. Pure.

AM312: 3 to 5 m, high for 2 s and then deaf for 2 s. HC-SR501: 7 m, deaf for 3 s, and up to a minute
of false alarms after power. Neither knows a distance, so it must be shrouded to the lamp's reach,
or stand beside a radar that overrules it. Its cable, when cut, reads as nobody (the pin is pulled
down): no sensor of this kind can tell that from a quiet path.
"""

TICKS_PER_S = 50  # how often the lamp's tick asks


class Pir:
    """A motion pin for `Lamp`; `pin()` returns its level.

    For `warm_up_s` from the first call it is not believed, nor is a level that has been high since
    then: `watches` says whether it is by now.
    """

    def __init__(self, pin, warm_up_s: int = 60):
        self._pin = pin
        self._warm_up = warm_up_s * TICKS_PER_S
        self.watches = False

    def __call__(self) -> int:
        """1 while it sees something, else 0; called in each tick, allocates nothing."""
        level = self._pin()
        if self.watches:
            return level
        if self._warm_up > 0:
            self._warm_up -= 1
        elif not level:
            self.watches = True
        return 0
