"""docs/reference/settings.md: every setting with its default and bounds, as the firmware has it."""

from collections.abc import Mapping
from typing import Any

from padlicht.settings_schema import schema
from tests.docs.tables import REFERENCE, sections, table

PAGE = (REFERENCE / "settings.md").read_text(encoding="utf-8")
ROLES = {
    "A lamp's light": "lamp",
    "A lamp's hours": "lamp",
    "A counter's line": "counter",
    "Of every node": "both",
}


def rows() -> dict[str, list[str]]:
    """Role, default, bounds, what and when, by key; a key that is told twice fails."""
    found: dict[str, list[str]] = {}
    for heading, text in sections(PAGE, 2).items():
        for key, *cells in table(text, "key", "default", "may be"):
            assert key.strip("`") not in found, f"{key} is told twice"
            found[key.strip("`")] = [ROLES[heading], *cells]
    return found


def allowed(row: Mapping[str, Any]) -> str:
    """What a setting may be, in the words of the page."""
    if row["kind"] == "tz":
        return "a POSIX TZ string"
    if row["kind"] == "choice":
        return f"{', '.join(f'`{choice}`' for choice in row['choices'])} {row['unit']}".strip()
    span = f"{row['low']} to {row['high']} {row['unit']}"
    if row["kind"] == "line":
        return f"four numbers, {span}"
    return span + (f", or {row['choices'][0]} for none" if row["choices"] else "")


def written(default: object) -> str:
    """A default as it is typed after `key=`."""
    return ",".join(map(str, default)) if isinstance(default, list) else str(default)


def test_every_setting_is_told_as_it_is():
    """Whose it is, its default, what it may be; no setting is missing and none is made up."""
    told = {key: row[:3] for key, row in rows().items()}
    assert told == {
        key: [row["role"], written(row["default"]), allowed(row)] for key, row in schema().items()
    }


def test_every_setting_says_when_to_change_it():
    """The page tells more than a list of names does."""
    assert all(len(row) == 5 and all(row) for row in rows().values())
