"""Layers of the pages: the application, its pages, what they share, and the core below."""

import ast
from pathlib import Path

import pytest

import padlicht.web
from padlicht.web.app import PAGES

WEB = Path(padlicht.web.__file__).parent
SHARED = {"charts", "park_health", "park_view", "study_view"}
PAGE_FOLDERS = {path.parent.name for path in WEB.glob("*/page.py")}
ABOVE = {"app", "server"}
MOST_MODULES = 14  # side by side in a folder


def imported(path: Path) -> set[str]:
    """What a file imports of the pages: the first name below padlicht.web."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        found |= {name.split(".")[2] for name in names if name.startswith("padlicht.web.")}
    return found


def relative(path: Path) -> str:
    return str(path.relative_to(WEB))


@pytest.mark.parametrize("folder", sorted(PAGE_FOLDERS))
def test_a_page_imports_no_other_page(folder):
    """It may import its own folder, what is shared, and the core; nothing above it."""
    for path in (WEB / folder).glob("*.py"):
        assert not imported(path) & (PAGE_FOLDERS - {folder} | ABOVE), relative(path)


def test_what_is_shared_imports_no_page():
    """Charts and the view of a park stand below the pages, and charts know no view of a park."""
    for folder in sorted(SHARED):
        for path in (WEB / folder).glob("*.py"):
            assert not imported(path) & (PAGE_FOLDERS | ABOVE), relative(path)
    for path in (WEB / "charts").glob("*.py"):
        assert "park_view" not in imported(path), relative(path)


def test_the_core_imports_nothing_above_it():
    """Neither pages nor what they share; only the application knows the pages."""
    for path in WEB.glob("*.py"):
        if path.stem == "server":
            assert not imported(path) & (PAGE_FOLDERS | SHARED), relative(path)
        elif path.stem != "app":
            assert not imported(path) & (PAGE_FOLDERS | SHARED | ABOVE), relative(path)


def test_every_page_is_in_the_application():
    """A folder with a page.py is named in PAGES, or nobody could reach it."""
    known = {Path(page.__file__).parent.name for page in PAGES}
    assert known >= PAGE_FOLDERS
    assert {path.parent.name for path in WEB.glob("*/__init__.py")} == PAGE_FOLDERS | SHARED


def test_no_folder_is_crowded():
    """At most so many modules side by side; an `__init__.py` is the folder itself."""
    for folder in (WEB, *(WEB / name for name in PAGE_FOLDERS | SHARED)):
        modules = [path for path in folder.glob("*.py") if path.stem != "__init__"]
        assert len(modules) <= MOST_MODULES, relative(folder)
