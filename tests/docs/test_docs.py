"""What a person looks up is there: log lines, commands, links, settings."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIRMWARE_README = (ROOT / "firmware" / "README.md").read_text()
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + [
    ROOT / "firmware" / "README.md",
    ROOT / "deploy" / "README.md",
    *(ROOT / "docs").rglob("*.md"),
]


def spoken(node) -> str:
    """The text that a call of the log would say, with … for what is filled in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.BinOp):
        return spoken(node.left) + spoken(node.right)
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "format":
        return spoken(node.func.value)
    return "…"


def log_lines() -> list[str]:
    """Every line that the firmware can say at level information or above."""
    found = set()
    for path in (ROOT / "firmware").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            says = getattr(node.func, "id", "") == "say" or (
                getattr(getattr(node.func, "value", None), "id", "") == "log"
                and node.func.attr in ("info", "warn")
            )
            # boot.py and lifeline.py have no log of their own: they print the line as it is.
            printed = getattr(node.func, "id", "") == "print" and spoken(node.args[0])[:2] in (
                *("I ", "W "),
            )
            if (says or printed) and path.name != "log.py":
                line = re.sub(r"\{[^}]*\}", "…", spoken(node.args[0]))
                found.add(line[2:] if printed else line)
    return sorted(found)


@pytest.mark.parametrize("line", log_lines())
def test_every_log_line_of_the_firmware_is_explained(line):
    """Whoever sees a line on the console finds it, letter for letter, in the table."""
    assert f"| `{line}` |" in FIRMWARE_README


def test_the_table_of_log_lines_has_none_that_is_gone():
    """What the table explains can still be said."""
    table = FIRMWARE_README.split("the log\n", 1)[1]
    assert set(re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)) == set(log_lines())


def test_links_between_documents_lead_somewhere():
    """Every relative link, pictures included, points to a file or folder that is there."""
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_the_readme_names_the_two_commands():
    """A newcomer finds `make run` and `make test`, and the Makefile has them."""
    readme = (ROOT / "README.md").read_text()
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"^make ([a-z]+)", readme, re.MULTILINE):
        assert re.search(rf"^{target}:.*##", makefile, re.MULTILINE), target
    assert "\nmake run " in readme
    assert "\nmake test " in readme


def test_every_decision_is_listed():
    """The index of decisions has each of them."""
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text()
    for path in folder.glob("[0-9]*.md"):
        assert f"]({path.name})" in index
