"""Hours of counters as columns of numbers, in an order of their own; what estimators compute on."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from padlicht.evaluation.estimators.types import CounterHour, Part, Place

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

PARTS = (Part.CASE, Part.CONTROL, Part.OTHER)
CASE, CONTROL, OTHER = range(3)
DAY_LIGHT = "day"
_WEEK = 7


@dataclass(frozen=True)
class Grid:
    """One row for each hour (or part of one) of a counter. Rows are columns here.

    `day` is the ordinal of the local date, `part` an index of PARTS, `light` and `counter` indices
    of the names beside them; a counter that stands at both paths is two.
    """

    at_case_path: Bools
    counter: Ints
    day: Ints
    hour: Ints
    light: Ints
    part: Ints
    count: Floats
    watched_s: Floats
    due_s: Floats
    counters: tuple[str, ...]
    lights: tuple[str, ...]

    def where(self, rows: Bools) -> "Grid":
        """Only those rows."""
        columns = {
            field.name: getattr(self, field.name)[rows]
            for field in fields(self)
            if field.name not in ("counters", "lights")
        }
        return replace(self, **columns)

    def of(self, place: Place) -> "Grid":
        """Only the counters of one path."""
        return self.where(self.at_case_path == (place is Place.CASE))

    def between(self, first: int, last: int) -> "Grid":
        """Only those days, both included."""
        return self.where((self.day >= first) & (self.day <= last))

    @property
    def cell(self) -> Ints:
        """Counter × hour of the week × light: what should be alike from week to week."""
        hour_of_week = self.day % _WEEK * 24 + self.hour
        return (self.counter * 168 + hour_of_week) * len(self.lights) + self.light

    @property
    def counter_day(self) -> Ints:
        """One number for each day of a counter."""
        return self.day * max(1, len(self.counters)) + self.counter


def grid_of(hours: Sequence[CounterHour]) -> Grid:
    """The columns of hours; sorted, so that a result does not depend on their order.

    Sums of floats depend on the order of what is added, and results are compared to the last bit.
    """
    keys = sorted(
        (
            *(h.day, h.place.value, h.counter, h.hour, h.light, h.part.value),
            *(h.count, h.watched_s, h.due_s),
        )
        for h in hours
    )
    day, place, counter, hour, light, part, count, watched_s, due_s = (
        zip(*keys, strict=True) if keys else ((),) * 9
    )
    stood = sorted(set(zip(place, counter, strict=True)))
    lights = sorted(set(light))
    return Grid(
        at_case_path=np.array([p == Place.CASE.value for p in place], bool),
        counter=_indices(zip(place, counter, strict=True), stood),
        day=np.array([d.toordinal() for d in day], np.int64),
        hour=np.array(hour, np.int64),
        light=_indices(light, lights),
        part=_indices(part, [p.value for p in PARTS]),
        count=np.array(count, np.float64),
        watched_s=np.array(watched_s, np.float64),
        due_s=np.array(due_s, np.float64),
        counters=tuple(name for _, name in stood),
        lights=tuple(lights),
    )


def _indices(values: Any, names: Sequence[Any]) -> Ints:
    number = {name: i for i, name in enumerate(names)}
    return np.array([number[value] for value in values], np.int64)


def date_of(day: int) -> date:
    """The local date of a grid's day."""
    return date.fromordinal(int(day))
