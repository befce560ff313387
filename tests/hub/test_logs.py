"""A line of the hub's log is one line, whatever stands in it."""

import io
import json
import logging
from typing import Any

from padlicht.logs import MAX_CHARS, JsonLine, OneLine


def said(*arguments: object, error: Exception | None = None) -> str:
    """What a logger writes of a warning."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(OneLine("%(levelname).1s %(message)s"))
    logger = logging.Logger("hub")
    logger.addHandler(handler)
    logger.warning(*arguments, exc_info=error)
    return out.getvalue()


def test_what_could_forge_a_line_is_spelled_out() -> None:
    """An unknown key with line breaks and a terminal's commands makes one line of text."""
    wanted = "W refused: a\\nW b\\x1b[2J\\x85 is no setting\n"
    assert said("refused: %s is no setting", "a\nW b\x1b[2J\x85") == wanted


def test_a_line_has_an_end() -> None:
    """What a node sent in great length is cut."""
    assert said("%s", "x" * 5000) == "W " + "x" * MAX_CHARS + "…\n"


def test_a_traceback_keeps_its_lines() -> None:
    """It is ours, and wants to be read."""
    assert said("failed", error=ValueError("no")) == "W failed\nValueError: no\n"


def as_json(message: str, *arguments: object, **options: Any) -> dict[str, Any]:
    """What a logger writes of a warning for a log collector; one line it must be."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLine())
    logger = logging.Logger("padlicht.hub")
    logger.addHandler(handler)
    logger.warning(message, *arguments, **options)
    line = out.getvalue()
    assert line.endswith("\n")
    assert line.count("\n") == 1
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_collector_gets_an_object_a_line() -> None:
    """Time in UTC, level, logger, the sentence, and each figure under its own name."""
    said = as_json("%d rows behind", 9, extra={"rows": 9, "follower": "influx"})
    assert said.pop("time").endswith("+00:00")
    assert said == {
        "level": "warning",
        "logger": "padlicht.hub",
        "message": "9 rows behind",
        "rows": 9,
        "follower": "influx",
    }


def test_an_object_stays_on_one_line_whatever_it_holds() -> None:
    """Line breaks and a terminal's commands are escaped, long ones cut, tracebacks inside."""
    said = as_json("%s", "a\nb\x1b[2J\x85" + "x" * 5000, exc_info=ValueError("no\nway"))
    assert said["message"].startswith("a\nb\x1b[2J\x85")
    assert len(said["message"]) == MAX_CHARS + 1
    assert "ValueError: no\nway" in said["error"]
