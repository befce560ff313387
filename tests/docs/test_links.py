"""Links between documents: the heading that one leads to is there."""

import re

import pytest

from tests.docs.tables import REFERENCE, ROOT

DOCUMENTS = [
    *ROOT.glob("*.md"),
    *(path for name in ("docs", "firmware", "deploy") for path in (ROOT / name).rglob("*.md")),
    ROOT / "dashboards" / "RUNBOOK.md",
]


def anchors(page: str) -> set[str]:
    """What GitHub calls the headings of a page."""
    text = re.sub(r"^```.*?^```", "", page, flags=re.MULTILINE | re.DOTALL)
    return {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_link_to_a_heading_finds_it(path):
    """In the same document or in another."""
    page = path.read_text(encoding="utf-8")
    for file, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", page):
        target = (path.parent / file) if file else path
        assert anchor in anchors(target.read_text(encoding="utf-8")), f"{file}#{anchor}"


def test_the_readme_leads_to_every_part_of_the_reference():
    """Whoever looks something up begins there."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in REFERENCE.glob("*.md"):
        assert f"](docs/reference/{path.name})" in readme, path.name
