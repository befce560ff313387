"""The dashboards and alert rules that the package carries, as they were built."""

import json
from pathlib import Path
from typing import Any, Final

import padlicht
from padlicht.errors import Refused

LANGUAGES: Final = ("nl", "en")
FOLDER: Final = "Padlicht"  # in Grafana
FOLDER_UID: Final = "padlicht"
SOURCES: Final = ("padlicht-usage", "padlicht-raw")  # the uids by which dashboards know databases

Board = dict[str, Any]


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
