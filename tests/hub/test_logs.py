"""A line of the hub's log is one line, whatever stands in it."""

import io
import logging

from padlicht.logs import MAX_CHARS, OneLine


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
