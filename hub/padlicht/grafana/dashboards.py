"""The packaged dashboards and alert rules, and filling them with a park's names and places."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import padlicht
from padlicht.errors import Refused
from padlicht.grafana.park import Park

TZ: Final = "Europe/Amsterdam"  # what dashboards are made with
PLACES: Final = "PLACES"  # the refId of the map's target that holds positions
LANGUAGES: Final = ("nl", "en")
FOLDER: Final = "Padlicht"  # in Grafana
FOLDER_UID: Final = "padlicht"
SOURCES: Final = ("padlicht-usage", "padlicht-raw")  # the uids by which dashboards know databases

Board = dict[str, Any]


def filled(board: Board, park: Park) -> Board:
    """The dashboard with this park's choices of site and zone, map, dates and time zone.

    Where sites lie in several time zones, days stay cut as they were made: by Europe/Amsterdam.
    """
    made = deepcopy(board)
    for variable in made.get("templating", {}).get("list", []):
        fill = _VARIABLES.get(variable["name"])
        if fill is not None:
            variable.update(fill(variable, park))
    for panel in _panels(made):
        for target in panel.get("targets", []):
            if target.get("refId") == PLACES:
                columns = list(zip(*park.places, strict=True)) or [(), (), ()]
                target["snapshot"][0]["data"]["values"] = [list(column) for column in columns]
    if park.tz is None or park.tz == TZ:
        return made
    moved: Board = _replaced(made, TZ, park.tz)
    return moved


def _panels(board: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All panels, those inside of collapsed rows as well."""
    outer = board.get("panels", [])
    return [*outer, *(inner for panel in outer for inner in panel.get("panels", []))]


def _choices(variable: Mapping[str, Any], choices: list[tuple[str, str]]) -> dict[str, Any]:
    """A variable to choose from (text, value), after the choice of all that it has already."""
    every = [dict(option) for option in variable.get("options", []) if option["value"] == "$__all"]
    options = [{"text": text, "value": value, "selected": False} for text, value in choices]
    # Grafana reads the options from the query: a comma divides, unless a backslash is before it.
    query = ", ".join(f"{text} : {value}".replace(",", "\\,") for text, value in choices)
    return {"options": [*every, *options], "query": query}


def _fixed(value: str) -> dict[str, Any]:
    """A variable of one value."""
    chosen = {"text": value, "value": value}
    return {"query": value, "current": chosen, "options": [chosen | {"selected": True}]}


def _sites(variable: Mapping[str, Any], park: Park) -> dict[str, Any]:
    return _choices(variable, [(title, name) for name, title in park.sites])


def _zones(variable: Mapping[str, Any], park: Park) -> dict[str, Any]:
    return _choices(variable, [(name, name) for name in park.zones])


def _changed(_: Mapping[str, Any], park: Park) -> dict[str, Any]:
    return _fixed(park.lit_since.isoformat()) if park.lit_since else {}


def _end_hour(_: Mapping[str, Any], park: Park) -> dict[str, Any]:
    return _fixed(f"{park.end_hour:02}")


_VARIABLES: Final[Mapping[str, Callable[[Mapping[str, Any], Park], dict[str, Any]]]] = {
    "site": _sites,
    "zone": _zones,
    "changed": _changed,
    "end_hour": _end_hour,
}


def _replaced(value: Any, old: str, new: str) -> Any:
    """The same with `old` replaced in every text."""
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, list):
        return [_replaced(item, old, new) for item in value]
    if isinstance(value, dict):
        return {key: _replaced(item, old, new) for key, item in value.items()}
    return value


def dashboards(language: str) -> dict[str, Board]:
    """The dashboards of a language by their file's name without `.json`, as made for any park."""
    folder = _folder() / "grafana" / language
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}


def rules(language: str) -> dict[str, Any]:
    """The group of alert rules of a language: title, interval in seconds, and the rules."""
    group: dict[str, Any] = json.loads((_folder() / "rules" / f"{language}.json").read_text())
    return group


def _folder() -> Path:
    """The package's own folder, or the checkout's."""
    package = Path(padlicht.__file__).parent
    candidates = [package / "dashboards", package.parents[1] / "dashboards"]
    for folder in candidates:
        if (folder / "grafana").is_dir() and (folder / "rules").is_dir():
            return folder
    raise Refused(
        f"there are no dashboards in {' or '.join(map(str, candidates))}: install the whole package"
    )
