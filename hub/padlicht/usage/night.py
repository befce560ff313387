"""Mean night: how long lamps left the night dark. Pure.

The night is what lies between sunset and sunrise: hours of twilight and of dark. It is measured in
hours of one lamp, on average, so that parks of any size and hours without word can be told. A lamp
that was not heard of kept nothing dark that anybody knows of.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from padlicht.ledger.usage.sums import Use
from padlicht.usage.hours import DARK_OFF, DARK_ON, TWILIGHT


@dataclass(frozen=True)
class MeanNight:
    """A night, or the mean of several, for one lamp; hours and shares of what was heard of.

    `night_h` is how long a lamp would burn from dusk to dawn, `heard_h` the part of it of which
    lamps told, `lit_h` how long they were lit at all and `full_h` at full; `dark_h` and
    `not_full_h` are the rest. `calm_h`: whole hours in which no lamp at all went to full.
    `simulated`: whether any of it is made up.
    """

    night_h: float
    heard_h: float
    lit_h: float
    full_h: float
    calm_h: float
    simulated: bool

    @property
    def dark_h(self) -> float:
        """How long a lamp is known to have been off."""
        return max(0.0, self.heard_h - self.lit_h)

    @property
    def not_full_h(self) -> float:
        """How long a lamp is known to have been off or dimmed."""
        return max(0.0, self.heard_h - self.full_h)

    @property
    def coverage(self) -> float:
        """Share of the night of which lamps told, 0 to 1."""
        return self.heard_h / self.night_h

    @property
    def dark_share(self) -> float | None:
        """Share of the time told of in which lamps were off; None when nothing was told."""
        return self.dark_h / self.heard_h if self.heard_h else None


def dark(lights: Mapping[str, Use]) -> Use:
    """The dark as a whole, of sums by light: lamps on and lamps off together."""
    return lights.get(DARK_ON, Use()) + lights.get(DARK_OFF, Use())


def night(lights: Mapping[str, Use]) -> Use:
    """The night of sums by light: twilight and dark together."""
    return lights.get(TWILIGHT, Use()) + dark(lights)


def nights(days: Mapping[tuple[date, str], Use]) -> dict[date, Use]:
    """The night hours of each local day: those before its sunrise, and those after its sunset."""
    found: dict[date, Use] = {}
    for (day, light), use in days.items():
        if light in (TWILIGHT, DARK_ON, DARK_OFF):
            found[day] = found.get(day, Use()) + use
    return found


def mean_night(use: Use, days: int) -> MeanNight | None:
    """The mean night for one lamp, of the night hours of so many days; None without a lamp."""
    if not use.lamp_due_s or days < 1:
        return None
    night_h = use.hours / days
    of_due = night_h / use.lamp_due_s
    return MeanNight(
        night_h=night_h,
        heard_h=use.lamp_obs_s * of_due,
        lit_h=use.lit_s * of_due,
        full_h=use.boost_s * of_due,
        calm_h=use.calm_hours / days,
        simulated=use.simulated_lamps,
    )
