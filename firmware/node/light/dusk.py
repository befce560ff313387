"""Dusk detector: whether it is dark outside, by a light sensor that the lamp may shine on. Pure."""

NEED_S = 30  # so much longer dark than light: a cloud, a torch or a headlight is no change of day
SETTLE_S = 3  # after the lamp went out: fades of neighbours, and a sensor that averages
MUTE_S = 60  # without a reading for so long, the sensor is not there
FIRST_S = 5  # at the start it has less time to show itself
DAY_S = 600  # light for so long is a day, and what follows is its dusk
_DAY_TIMES = 3  # a day is so many times as bright as dusk


class DuskDetector:
    """Follows the light outside, second by second; only what was measured with the lamp off counts.

    `limit_dl`: below so many tenths of a lux it is dark. `dark`: it is. `has_sensor`: there is one.
    `fell`: it became dark after a day that was seen; whoever acts on it sets it back.
    """

    def __init__(self, limit_dl: int):
        self.limit_dl = limit_dl
        self.dark = False
        self.fell = False
        self._score = 0
        self._mute_s = MUTE_S - FIRST_S
        self._settle_s = 0
        self._day_s = 0

    @property
    def has_sensor(self) -> bool:
        """Whether the sensor has said anything lately, as far as anybody listened."""
        return self._mute_s < MUTE_S

    @property
    def answered(self) -> bool:
        """Whether the last thing it was asked it answered."""
        return self._mute_s == 0

    def second(self, lux_dl: "int | None", is_lit: bool) -> None:
        """Once a second: a reading in tenths of a lux or None, and whether the lamp shines."""
        if is_lit:
            self._settle_s = SETTLE_S
            return
        if self._settle_s > 0:
            self._settle_s -= 1
            return
        if lux_dl is None:
            if self._mute_s < MUTE_S:
                self._mute_s += 1
            return
        self._mute_s = 0
        self._weigh(lux_dl < self.limit_dl)
        if self.dark:
            self._day_s = 0
        elif lux_dl >= self.limit_dl * _DAY_TIMES and self._day_s < DAY_S:
            self._day_s += 1

    def _weigh(self, is_dark: bool) -> None:
        if is_dark:
            self._score = min(NEED_S, self._score + 1)
        else:
            self._score = max(0, self._score - 1)
        if self._score == NEED_S and not self.dark:
            self.dark = True
            self.fell = self._day_s >= DAY_S
        elif self._score == 0:
            self.dark = self.fell = False
