"""Timelines: what held of an attribute, from when until when. Pure: no SQL, no clock.

Times are Unix seconds UTC. A timeline is stretches that lie end to end from 0 to STILL. It is made
by painting one statement over another in the order in which they were made, so that a correction is
a statement like any other, and what was said before it stays known.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from padlicht.errors import Refused

STILL = 2**62  # where a stretch ends that has not ended: the schema has the same number


class Note(NamedTuple):
    """Who changes something when, and why.

    `from_utc_s` is since when it is so, None: since now. `corrects`: nothing changed then, but what
    was said of it was wrong, for as long as it was said; with `from_utc_s` the time was wrong.
    """

    who: str
    why: str
    utc_s: int
    from_utc_s: int | None = None
    corrects: bool = False


class Said(NamedTuple):
    """One statement: from then until then, an attribute was `value` (as JSON has it)."""

    attribute: str
    from_utc_s: int
    to_utc_s: int
    value: Any
    note: Note


class Stretch(NamedTuple):
    """A part of a timeline in which the value was one, and the statement by which we know."""

    from_utc_s: int
    to_utc_s: int
    value: Any
    said: Said


Timelines = Mapping[str, Sequence[Stretch]]


class Moment(NamedTuple):
    """A stretch of several attributes at once, in which none of them changed."""

    from_utc_s: int
    to_utc_s: int
    values: Mapping[str, Any]


def timelines(said: Iterable[Said]) -> dict[str, list[Stretch]]:
    """The timeline of each attribute that anything was said of, in the order of what was said."""
    found: dict[str, list[Stretch]] = {}
    for one in said:
        found[one.attribute] = _painted(found.get(one.attribute, []), one)
    return {attribute: _joined(line) for attribute, line in found.items()}


def _painted(line: Sequence[Stretch], one: Said) -> list[Stretch]:
    """The timeline with one statement painted over it."""
    left = [
        old._replace(to_utc_s=min(old.to_utc_s, one.from_utc_s))
        for old in line
        if old.from_utc_s < one.from_utc_s
    ]
    right = [
        old._replace(from_utc_s=max(old.from_utc_s, one.to_utc_s))
        for old in line
        if old.to_utc_s > one.to_utc_s
    ]
    return [*left, Stretch(one.from_utc_s, one.to_utc_s, one.value, one), *right]


def _joined(line: Sequence[Stretch]) -> list[Stretch]:
    """The timeline without ends at which nothing changes."""
    found: list[Stretch] = []
    for stretch in line:
        if stretch.from_utc_s >= stretch.to_utc_s:
            continue
        if found and found[-1].value == stretch.value:
            found[-1] = found[-1]._replace(to_utc_s=stretch.to_utc_s)
        else:
            found.append(stretch)
    return found


def together(lines: Timelines) -> list[Moment]:
    """Several timelines as one: a moment for each stretch in which none of them changes."""
    ends = sorted({stretch.from_utc_s for line in lines.values() for stretch in line} | {STILL})
    return [
        Moment(begin, end, {name: at(line, begin).value for name, line in lines.items()})
        for begin, end in pairwise(ends)
    ]


def at(line: Sequence[Stretch], utc_s: int) -> Stretch:
    """The stretch in which a moment lies."""
    return next(stretch for stretch in line if stretch.from_utc_s <= utc_s < stretch.to_utc_s)


def statements(name: str, line: Sequence[Stretch], said: str, value: Any, note: Note) -> list[Said]:
    """What has to be said so that attribute `said` of `name` becomes `value` by that note.

    Nothing where it is so already. Raises Refused when the note's time does not fit.
    """
    last = line[-1]
    if value == last.value and not (note.corrects and note.from_utc_s is not None):
        return []
    if not note.corrects:
        # Twice in one second is one after the other, also when the clock was put back meanwhile.
        from_utc_s = max(note.utc_s, last.from_utc_s + 1)
        if note.from_utc_s is not None:
            if note.from_utc_s <= last.from_utc_s:
                raise Refused(
                    f"the {said} of {name} changed after that: give a later --from, or --corrects "
                    "if what is known is wrong"
                )
            from_utc_s = note.from_utc_s
        return [Said(said, from_utc_s, STILL, value, note)]
    if note.from_utc_s is None:
        return [Said(said, last.from_utc_s, STILL, value, note)]
    if note.from_utc_s > last.from_utc_s and len(line) == 1:
        raise Refused(
            f"the {said} of {name} never changed: leave out --corrects to say that it changed then"
        )
    found = [Said(said, note.from_utc_s, STILL, value, note)]
    if note.from_utc_s > last.from_utc_s:
        found.append(Said(said, last.from_utc_s, note.from_utc_s, line[-2].value, note))
    return found


def differing(before: Sequence[Moment], after: Sequence[Moment]) -> tuple[int, int] | None:
    """From the first to the last moment at which two histories differ; None when they do not."""
    ends = sorted({m.from_utc_s for m in (*before, *after)} | {STILL})
    parts = [
        (begin, end)
        for begin, end in pairwise(ends)
        if _values(before, begin) != _values(after, begin)
    ]
    return (parts[0][0], parts[-1][1]) if parts else None


def _values(moments: Sequence[Moment], utc_s: int) -> Mapping[str, Any] | None:
    return next((m.values for m in moments if m.from_utc_s <= utc_s < m.to_utc_s), None)
