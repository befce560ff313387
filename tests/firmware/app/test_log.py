"""A line of the log is one line, whatever stands in it."""

from node import log


def said(text):
    """What a warning prints."""
    lines = []
    log.print = lines.append
    try:
        log.warn(text)
    finally:
        del log.print
    (line,) = lines
    return line


def test_what_could_forge_a_line_is_spelled_out():
    """Control characters, the terminal's own among them, stand there as their numbers."""
    assert said("settings: a\nW b\x1b[2J\x7f\x9b refused") == (
        "W settings: a\\x0aW b\\x1b[2J\\x7f\\x9b refused"
    )


def test_what_can_be_printed_stays_as_it_is():
    """Letters of any language are no danger."""
    assert said("selftest: 0.1 °C, één") == "W selftest: 0.1 °C, één"


def test_a_line_has_an_end():
    """What somebody sent in great length is cut."""
    line = said("x" * 5000)
    assert len(line) == 2 + log.MAX_CHARS + 3
    assert line.endswith("x...")
