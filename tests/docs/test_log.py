"""docs/reference/log.md: every line that the hub's log can have, with its level, and no other."""

import ast

import pytest

from tests.docs.log_lines import Found, log_lines
from tests.docs.tables import REFERENCE, ROOT, codes, table

HUB = ROOT / "hub" / "padlicht"
PAGE = (REFERENCE / "log.md").read_text(encoding="utf-8")
ROWS = table(PAGE, "line", "level")


@pytest.fixture(scope="module")
def found() -> Found:
    """What the source says."""
    return log_lines(HUB)


def test_each_line_is_explained_with_its_level(found):
    """Whoever sees a line finds it letter for letter; what nobody can see is not there."""
    assert {codes(row[0])[0]: row[1] for row in ROWS} == found.lines


def test_each_line_says_what_it_means_and_what_to_do():
    """No cell is empty, and none is told twice."""
    assert all(len(row) == 4 and all(row) for row in ROWS)
    assert len({row[0] for row in ROWS}) == len(ROWS)


def test_no_line_escapes_this_test(found):
    """Every use of a logger is of a form that the search understands."""
    assert found.odd == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('log.info("a %s", b)', {"a …": "I"}),
        ('log.warning("a" " %.1f", b)', {"a …": "W"}),
        ('log.exception("a")', {"a": "E"}),
        ('log.debug("a")', {}),
        ('say = log.debug if again else log.warning\nsay("a %d", b)', {"a …": "W"}),
        ('level = logging.INFO if slow else logging.DEBUG\nlog.log(level, "a")', {"a": "I"}),
        ('log.log(logging.DEBUG if again else logging.ERROR, "a")', {"a": "E"}),
        ('logging.getLogger("b").warning("a")', {"a": "W"}),
    ],
)
def test_a_line_is_found_however_it_is_said(tmp_path, source, lines):
    """By level, by a name for one of two methods, or with a level that is worked out."""
    (tmp_path / "part.py").write_text(f"import logging\nlog = logging.getLogger()\n{source}\n")
    assert log_lines(tmp_path) == Found(lines, [])


def test_a_logger_that_is_handed_on_is_noticed(tmp_path):
    """What is said by a method that went elsewhere could not be found, so the search says so."""
    (tmp_path / "part.py").write_text("log = logging.getLogger()\nkeep(tell=log.warning)\n")
    assert log_lines(tmp_path).odd == ["part.py:2"]


def test_no_line_of_the_firmware_escapes_its_table():
    """`log.info` and `log.warn` are called, or chosen as `say`: test_docs.py finds both."""
    for path in (ROOT / "firmware").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        uses = {
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and node.attr in ("info", "warn")
            and getattr(node.value, "id", "") == "log"
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                uses.discard(node.func)
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "say":
                uses -= set(ast.walk(node.value))
        assert not uses, f"{path.name}: lines {sorted(use.lineno for use in uses)}"
