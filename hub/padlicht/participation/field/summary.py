"""Sums of observations and walks, and what small numbers allow to say of them. Pure.

A share is only given of twenty or more; below that the number stands alone. Marks of a walk are
never averaged: how many said what stands beside each other, by day and by dark.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from padlicht.participation.field.sheets import AGES, ASPECTS, DOINGS, GROUPS, LIGHTS, Visit

LEAST = 20  # of which a share may be given


class Seen(NamedTuple):
    """What was seen in the half hours of one light: sums by field, and of how many."""

    light: str
    half_hours: int
    days: int
    groups: int
    people: int
    doing: int
    sums: dict[str, int]

    def share(self, name: str) -> float | None:
        """The share of a field among those of its kind; None of fewer than twenty."""
        of = {"groups": self.groups, "age": self.people, "doing": self.doing}[name.split("_")[0]]
        return self.sums[name] / of if of >= LEAST else None


class Point(NamedTuple):
    """What was said of a point of the path: marks by light and aspect, and what was written."""

    name: str
    sheets: dict[str, int]
    marks: dict[tuple[str, str], Counter[str]]
    said: list[Visit]


class Action(NamedTuple):
    """What somebody asked for at a point: by whom it would be done, if that was said."""

    point: str
    day: date
    text: str
    owner: str


def observed(visits: Iterable[Visit]) -> list[Seen]:
    """The sums of half hours, by light, of those in which there was one."""
    by_light: dict[str, list[Visit]] = {}
    for visit in visits:
        by_light.setdefault(visit.light, []).append(visit)
    return [_seen(light, by_light[light]) for light in LIGHTS["observation"] if light in by_light]


def points(visits: Sequence[Visit]) -> list[Point]:
    """All points of walks, in the order in which they were first looked at."""
    by_name: dict[str, list[Visit]] = {}
    for visit in visits:
        by_name.setdefault(visit.place.casefold(), []).append(visit)
    return [
        Point(
            said[0].place,
            dict(Counter(visit.light for visit in said)),
            {
                (light, aspect): Counter(
                    str(visit.values[aspect])
                    for visit in said
                    if visit.light == light and visit.values[aspect]
                )
                for light in LIGHTS["walk"]
                for aspect in ASPECTS
            },
            [visit for visit in said if visit.values["seen"]],
        )
        for said in by_name.values()
    ]


def actions(visits: Iterable[Visit]) -> list[Action]:
    """What was asked for, the newest first."""
    found = [
        Action(visit.place, visit.day, str(visit.values["action"]), str(visit.values["owner"]))
        for visit in visits
        if visit.values["action"]
    ]
    return sorted(found, key=lambda action: action.day, reverse=True)


def _seen(light: str, visits: Sequence[Visit]) -> Seen:
    sums: dict[str, int] = Counter()
    for visit in visits:
        for name, value in visit.values.items():
            sums[name] += value
    return Seen(
        light,
        len(visits),
        len({visit.day for visit in visits}),
        sum(sums[f"groups_{name}"] for name in GROUPS),
        sum(sums[f"age_{name}"] for name in AGES),
        sum(sums[f"doing_{name}"] for name in DOINGS),
        sums,
    )
