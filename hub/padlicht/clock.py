"""The hub's clock: UTC, and what notices that somebody set it.

A machine without a clock chip wakes in 1970 or hours behind, and NTP puts it right while the hub
runs. So a duration is never the difference of two times of day: what lasts is counted by a clock
that nobody sets, and `ClockWatch` tells all who keep a time of day when it has stepped.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from padlicht.errors import Refused

log = logging.getLogger(__name__)

# November 2023, older than this software and as in the firmware: who says less has no time set.
EARLIEST_UTC_S = 1_700_000_000
STEP_S = 2  # below this it is a correction and not another time, as in the firmware
POLL_S = 1.0
# So far from what is known a clock is believed only when it has gone on for STEADY_S: ten years
# ahead for a minute is no reason to do ten years' work.
FAR_S = 2 * 86_400
STEADY_S = 300.0


@dataclass(frozen=True)
class HubClock:
    """UTC as the hub tells it to its nodes.

    `offset_s` is added to the machine's clock; only demos set it, so that the park's evening
    falls in the developer's working day.
    """

    offset_s: int = 0
    _began: tuple[float, float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_began", (self.utc_ms() / 1000, self.uptime_s()))

    def utc_ms(self) -> int:
        """Unix time in milliseconds."""
        return time.time_ns() // 1_000_000 + self.offset_s * 1000

    def utc_s(self) -> int:
        """Unix time in whole seconds."""
        return self.utc_ms() // 1000

    def uptime_s(self) -> float:
        """Seconds that have passed since some moment, those in which the machine slept as well."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def monotonic_s(self) -> float:
        """The same without those in which the machine slept."""
        return time.monotonic()

    def elapsing_utc_s(self) -> int:
        """Unix time as it would be had nobody set the clock since this was made.

        For what ends after a time, as a session does: no step ends it sooner or later.
        """
        began_utc_s, began_s = self._began
        return int(began_utc_s + self.uptime_s() - began_s)

    @property
    def is_set(self) -> bool:
        """Whether it says a time at which this software was there already."""
        return self.utc_s() >= EARLIEST_UTC_S


@dataclass(frozen=True)
class ClockStep:
    """The clock was set: what it would say had nobody touched it, and what it says."""

    from_utc_s: int
    to_utc_s: int


class ClockWatch:
    """Notices steps of the clock: UTC against the monotonic clock, which nobody sets.

    Whoever is about to act on a time of day calls `look` before. A machine that slept counts as a
    step, for nobody listened meanwhile.
    """

    def __init__(self, clock: HubClock) -> None:
        self.clock = clock
        self.steps = 0
        self._last: ClockStep | None = None
        self._listeners: list[Callable[[ClockStep], None]] = []
        self._utc_ms = clock.utc_ms()
        self._monotonic_s = self._steady_since_s = clock.monotonic_s()

    def on_step(self, callback: Callable[[ClockStep], None]) -> None:
        """Call `callback` with each step, in the thread of whoever notices it."""
        self._listeners.append(callback)

    def look(self) -> ClockStep | None:
        """The step since the last look, if there was one; the listeners have heard of it then."""
        utc_ms, monotonic_s = self.clock.utc_ms(), self.clock.monotonic_s()
        expected_ms = self._utc_ms + round((monotonic_s - self._monotonic_s) * 1000)
        stepped = abs(utc_ms - expected_ms) > STEP_S * 1000
        if stepped:  # before `utc_s` says so, which other threads read
            self._steady_since_s = monotonic_s
        self._utc_ms, self._monotonic_s = utc_ms, monotonic_s
        if not stepped:
            return None
        step = ClockStep(expected_ms // 1000, utc_ms // 1000)
        self.steps += 1
        self._last = step
        self._say(step)
        for listener in self._listeners:
            listener(step)
        return step

    @property
    def utc_s(self) -> int:
        """What the clock said at the last look: no step lies between that and this."""
        return self._utc_ms // 1000

    def believes(self, utc_s: int, known_utc_s: int) -> bool:
        """Whether `utc_s` may be acted on by who last knew that it was `known_utc_s`.

        It is when it is near that, or the clock has gone on for long without a step. `utc_s` is
        what the watch says: a clock that is read once more may have been set in between, and who
        judges one time and acts on another closes hours of ten years.
        """
        if utc_s < EARLIEST_UTC_S:
            return False
        near = abs(utc_s - known_utc_s) <= FAR_S
        return near or self.steady_s >= STEADY_S

    def trouble(self) -> str | None:
        """A sentence while the clock is not set, or was set a short while ago."""
        if not self.clock.is_set:
            return f"this machine's clock says {moment(self.clock.utc_s())}: set it, or start NTP"
        if self._last is None or self.steady_s >= STEADY_S:
            return None
        return f"the clock was set from {moment(self._last.from_utc_s)}, {self.steady_s:.0f} s ago"

    @property
    def steady_s(self) -> float:
        """How long ago the last step was, or else the start."""
        return self.clock.monotonic_s() - self._steady_since_s

    async def run(self) -> None:
        """Look once a second, until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(POLL_S)

    def _say(self, step: ClockStep) -> None:
        if self.clock.is_set:
            log.warning(
                "clock: it was %s, and is %s now: set, or the machine slept; nodes are told",
                moment(step.from_utc_s), moment(step.to_utc_s),
            )  # fmt: skip
        else:
            log.warning(
                "clock: it was %s, and is %s now: nodes keep the time they have, and no hour is "
                "closed, until it is set right",
                moment(step.from_utc_s), moment(step.to_utc_s),
            )  # fmt: skip


def machine_utc_s() -> int:
    """Unix time of this machine, for what is written down; Refused while its clock is not set."""
    utc_s = HubClock().utc_s()
    if utc_s < EARLIEST_UTC_S:
        raise Refused(f"this machine's clock says {moment(utc_s)}: set it, then try again")
    return utc_s


async def wait_until_set(clock: HubClock) -> None:
    """Return when the clock is set. While it is not, no certificate is valid: nothing can run."""
    if clock.is_set:
        return
    log.warning(
        "clock: this machine says it is %s; the hub waits until NTP or somebody sets the time: no "
        "certificate is valid before, so there is no broker and no page; nodes keep their records",
        moment(clock.utc_s()),
    )
    while not clock.is_set:  # noqa: ASYNC110 -- nobody tells when the machine's clock is set
        await asyncio.sleep(POLL_S)
    log.warning("clock: it is %s; the hub starts", moment(clock.utc_s()))


def moment(utc_s: int) -> str:
    """A time as people of any place read it in a log."""
    try:
        return datetime.fromtimestamp(utc_s, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, ValueError, OSError):
        return f"{utc_s} s"
