"""What Grafana does to an InfluxQL query before InfluxDB gets it.

The browser fills in variables (`$site`, `${site:regex}`, `[[site]]`, `$__from`) and the panel's own
time; the server fills in `$timeFilter`, `$interval`, `$__interval_ms` and `$__interval`, in order.
Written after Grafana's documentation and pkg/tsdb/influxdb/models/query.go.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

SECOND_MS = 1000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
UNITS_MS = {"s": SECOND_MS, "m": MINUTE_MS, "h": HOUR_MS, "d": DAY_MS, "w": 7 * DAY_MS}
# What an interval is rounded to: below the first number, to the second (Grafana's rangeUtil).
ROUNDED_MS = (
    *((15, 10), (35, 20), (75, 50), (150, 100), (350, 200), (750, 500)),
    *((1_500, 1_000), (3_500, 2_000), (7_500, 5_000), (12_500, 10_000), (17_500, 15_000)),
    *((25_000, 20_000), (45_000, 30_000), (90_000, 60_000), (210_000, 120_000)),
    *((450_000, 300_000), (750_000, 600_000), (1_050_000, 900_000), (1_500_000, 1_200_000)),
    *((2_700_000, 1_800_000), (5_400_000, 3_600_000), (9_000_000, 7_200_000)),
    *((16_200_000, 10_800_000), (32_400_000, 21_600_000), (86_400_000, 43_200_000)),
    *((604_800_000, 86_400_000), (1_814_400_000, 604_800_000), (3_628_800_000, 2_592_000_000)),
)
YEAR_MS = 31_536_000_000
POINTS = 1000  # across a panel of usual width
ALL = "$__all"
_VARIABLE = re.compile(r"\$\{(\w+)(?::(\w+))?\}|\[\[(\w+)(?::(\w+))?\]\]|\$(\w+)")
_OF_THE_SERVER = {"timeFilter", "interval", "__interval", "__interval_ms"}
_SPECIAL = re.compile(r"[-/\\^$*+?.()|[\]{}]")


class NotExpanded(Exception):
    """A variable that nobody fills in; InfluxDB would get it as it stands."""


@dataclass(frozen=True)
class Range:
    """What is looked at, in Unix milliseconds; `tz` is where days begin."""

    from_ms: int
    to_ms: int
    tz: str = "Europe/Amsterdam"

    def of_panel(self, time_from: str | None, time_shift: str | None) -> "Range":
        """The range of a panel with its own: `6d` until now, moved back by `1d`, or by `1d/d`."""
        here, rounds = self, False
        if time_from:
            first = _moved(here.to_ms, time_from, here.tz)
            here = Range(first, here.to_ms, here.tz)
        if time_shift:
            back, _, rounds = time_shift.partition("/")
            here = Range(
                _moved(here.from_ms, back, here.tz), _moved(here.to_ms, back, here.tz), here.tz
            )
            if rounds:
                here = here.whole_days()
        return here

    def whole_days(self) -> "Range":
        """From the beginning of the first day to the end of the last."""
        zone = ZoneInfo(self.tz)
        first = _local(self.from_ms, zone).replace(hour=0, minute=0, second=0, microsecond=0)
        last = _local(self.to_ms, zone).replace(hour=0, minute=0, second=0, microsecond=0)
        after = (last.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=zone)
        return Range(_ms(first), _ms(after) - 1, self.tz)


def expand(
    query: str,
    over: Range,
    variables: Mapping[str, str | list[str]],
    *,
    interval_ms: int | None = None,
    all_values: Mapping[str, str] = {},
) -> str:
    """The query as InfluxDB gets it. NotExpanded when something is left that nobody knows.

    `variables` has the chosen value or values of each, ALL for all of them; `all_values` is what
    then stands in the query, as it is.
    """
    interval_ms = interval_ms or interval_of(over, POINTS, HOUR_MS)
    built_in = {
        "__from": str(over.from_ms),
        "__to": str(over.to_ms),
        "__range_ms": str(over.to_ms - over.from_ms),
        "__range_s": str((over.to_ms - over.from_ms) // SECOND_MS),
        "__range": f"{(over.to_ms - over.from_ms) // SECOND_MS}s",
        "__timezone": over.tz,
    }

    def filled(found: re.Match[str]) -> str:
        name = found[1] or found[3] or found[5]
        form = found[2] or found[4]
        if name in _OF_THE_SERVER:
            return found[0]
        if name in built_in:
            return built_in[name]
        if name not in variables:
            raise NotExpanded(f"{found[0]} in {query}")
        value = variables[name]
        if value == ALL:
            return all_values[name]  # never formatted
        return _formatted(value, form)

    text = _VARIABLE.sub(filled, query)
    text = text.replace("$timeFilter", f"time >= {over.from_ms}ms and time <= {over.to_ms}ms")
    spoken = _spoken(interval_ms)
    text = text.replace("$interval", spoken)
    text = text.replace("$__interval_ms", str(interval_ms))
    text = text.replace("$__interval", spoken)
    if re.search(r"\$[\w{]", text):
        raise NotExpanded(text)
    return text


def interval_of(over: Range, points: int, least_ms: int) -> int:
    """How long a step is so that there are about `points`, never below `least_ms`."""
    wanted_ms = (over.to_ms - over.from_ms) / points
    for below_ms, rounded_ms in ROUNDED_MS:
        if wanted_ms < below_ms:
            return max(rounded_ms, least_ms)
    return max(YEAR_MS, least_ms)


def _formatted(value: str | list[str], form: str | None) -> str:
    """A value, or several, as `${name:form}` writes them.

    Without a form InfluxDB's plugin writes one as it is, and several as a regular expression.
    """
    values = [value] if isinstance(value, str) else value
    if form == "raw":
        return ",".join(values)
    if form is None and isinstance(value, str):
        return value
    if form in (None, "regex"):
        escaped = [_SPECIAL.sub(r"\\\g<0>", one) for one in values]
        return escaped[0] if len(escaped) == 1 else f"({'|'.join(escaped)})"
    raise NotExpanded(f"the form :{form} is none that Padlicht uses")


def _spoken(interval_ms: int) -> str:
    """A duration in the largest unit that divides it into whole parts, as gtime writes it."""
    for unit in ("d", "h", "m", "s"):
        if interval_ms % UNITS_MS[unit] == 0:
            return f"{interval_ms // UNITS_MS[unit]}{unit}"
    return f"{interval_ms}ms"


def _moved(at_ms: int, back: str, tz: str) -> int:
    """So much before: days and weeks by the calendar of the zone, the rest by the clock."""
    number, unit = int(back[:-1]), back[-1]
    zone = ZoneInfo(tz)
    local = _local(at_ms, zone)
    if unit in "dw":
        naive = local.replace(tzinfo=None) - timedelta(days=number * (7 if unit == "w" else 1))
        return _ms(naive.replace(tzinfo=zone))
    return at_ms - number * UNITS_MS[unit]


def _local(at_ms: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, zone)


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
