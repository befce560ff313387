"""The version stands in pyproject.toml; whatever repeats it says the same."""

import re
import subprocess
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
HEADING = re.compile(r"^## (\S+) \((unreleased|\d{4}-\d\d-\d\d)\)$", re.MULTILINE)


def read(name: str) -> str:
    return (ROOT / name).read_text()


REPEATED = {
    "the installed package": lambda: version("padlicht"),
    "firmware/node/app.py": lambda: re.findall(
        r'^FIRMWARE = "(.+)"$', read("firmware/node/app.py"), re.MULTILINE
    )[0],
    "deploy/compose.yaml": lambda: re.findall(
        r"image: padlicht:(\S+)", read("deploy/compose.yaml")
    )[0],
    "publiccode.yml": lambda: yaml.safe_load(read("publiccode.yml"))["softwareVersion"],
    "CHANGELOG.md": lambda: HEADING.findall(read("CHANGELOG.md"))[0][0],
}


@pytest.mark.parametrize("name", REPEATED)
def test_the_version_is_everywhere_that_of_pyproject(name):
    """Hub, firmware, image, catalogue and changelog move together."""
    assert REPEATED[name]() == VERSION


def test_the_version_is_a_semantic_one():
    """Three numbers, so that anybody can tell which is newer and what it may break."""
    assert re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", VERSION)


def test_every_section_of_the_changelog_is_a_version_with_its_date():
    """Only the first may be unreleased, and versions fall from there."""
    found = HEADING.findall(read("CHANGELOG.md"))
    assert len(found) == read("CHANGELOG.md").count("\n## ")
    assert all(when != "unreleased" for _, when in found[1:])
    numbers = [tuple(map(int, name.split("."))) for name, _ in found]
    assert numbers == sorted(set(numbers), reverse=True)


def test_what_was_released_is_not_worked_on_under_the_same_version():
    """Once v1.2.3 is tagged, the version moves before the changelog opens again."""
    tags = subprocess.run(
        ["git", "tag", "--list"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    newest, when = HEADING.findall(read("CHANGELOG.md"))[0]
    assert when != "unreleased" or f"v{newest}" not in tags
