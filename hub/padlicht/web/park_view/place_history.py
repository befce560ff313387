"""History of places, in words: where a node was and what it was, from when until when, and who said
so why; and the log of such changes of a park. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from padlicht.ledger.timeline import Said, Stretch, timelines
from padlicht.web import phrases
from padlicht.web.i18n import Words

_ALWAYS: Final = "place"  # shown of a node even if it never changed


@dataclass(frozen=True)
class HistoryRow:
    """One stretch of one attribute; `to_utc_s` None: it is so still, `from_utc_s` None: ever."""

    what: str
    value: str
    from_utc_s: int | None
    to_utc_s: int | None
    who: str
    why: str
    corrects: bool
    noted_utc_s: int


@dataclass(frozen=True)
class PlaceChange:
    """One change of one attribute of a node or of the park `name`, as it was noted.

    `since_utc_s` None: it was so from the beginning, as a correction has it.
    """

    name: str
    what: str
    before: str
    after: str
    since_utc_s: int | None
    note_utc_s: int
    who: str
    why: str
    corrects: bool


def history(t: Words, lines: Mapping[str, Sequence[Stretch]], site: str) -> list[HistoryRow]:
    """What was when, attribute by attribute, the newest first; what never changed is left out."""
    return [
        HistoryRow(
            attribute_names(t).get(attribute, attribute),
            value_text(t, attribute, stretch.value, site),
            stretch.from_utc_s or None,
            None if stretch is line[-1] else stretch.to_utc_s,
            stretch.said.note.who,
            stretch.said.note.why,
            stretch.said.note.corrects,
            stretch.said.note.utc_s,
        )
        for attribute, line in lines.items()
        if len(line) > 1 or attribute == _ALWAYS or line[0].said.note.corrects
        for stretch in reversed(line)
    ]


def changes(t: Words, name: str, said: Sequence[Said], site: str) -> list[PlaceChange]:
    """Everything that was said of a node or park after it was added, in that order."""
    found = []
    for i, one in enumerate(said):
        before = timelines(said[:i]).get(one.attribute, [])
        held = next((s for s in before if s.from_utc_s <= one.from_utc_s < s.to_utc_s), None)
        if held is None:
            continue  # with this it was added
        if held.value == one.value and held.from_utc_s != one.from_utc_s:
            # Its beginning was moved: what it was before is what the correction is about.
            held = next((s for s in before if s.to_utc_s == held.from_utc_s), held)
        found.append(
            PlaceChange(
                name,
                attribute_names(t).get(one.attribute, one.attribute),
                value_text(t, one.attribute, held.value, site),
                value_text(t, one.attribute, one.value, site),
                one.from_utc_s or None,
                one.note.utc_s,
                one.note.who,
                one.note.why,
                one.note.corrects,
            )
        )
    return found


def newest_first(found: Iterable[PlaceChange]) -> list[PlaceChange]:
    """Changes of many, by when they were noted."""
    return sorted(found, key=lambda change: -change.note_utc_s)


def attribute_names(t: Words) -> dict[str, str]:
    """What the attributes are called."""
    return {
        "place": t.text("Zone"),
        "position": t.text("Position"),
        "role": t.text("Kind"),
        "serves": t.text("Service"),
        "rated_mw": t.text("Power at full light"),
        "ways": t.text("Directions"),
        "tz": t.text("Time zone"),
    }


def value_text(t: Words, attribute: str, value: Any, site: str) -> str:
    """What an attribute was; a zone of another park with that park's name."""
    match attribute, value:
        case "place", [park, zone]:
            return str(zone) if park == site else f"{zone} ({park})"
        case "position", [None, None]:
            return t.text("that of the park")
        case "position", [lat, lon]:
            return f"{lat:.4f}, {lon:.4f}"
        case "role", "lamp":
            return t.text("lamp")
        case "role", _:
            return t.text("counter")
        case "serves", bool(serves):
            return t.text("in service") if serves else t.text("retired")
        case "rated_mw", None:
            return t.text("not known")
        case "rated_mw", _:
            return f"{t.number(value / 1000)} W"
        case "ways", [way_in, way_out]:
            return " / ".join(phrases.ways(t, way_in, way_out))
    return str(value)
