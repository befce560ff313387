"""requirements/*.txt hold what pyproject.toml asks for: one version of each, and its hashes."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
GROUPS = PROJECT["dependency-groups"]
HUB = [*PROJECT["project"]["dependencies"], *GROUPS["build"]]
ASKED = {
    "run": HUB,
    "test": [*HUB, *GROUPS["dev"]],
    "stubs": GROUPS["stubs"],
    "node": GROUPS["node"],
}


def locked(name: str) -> dict[str, tuple[str, int]]:
    """Version and number of hashes by package, as `make lock` wrote them."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text().replace("\\\n", "")
    found = {}
    for line in text.splitlines():
        if line and not line.lstrip().startswith("#"):
            pin = re.match(r"([A-Za-z0-9._-]+)==([^ ;]+)", line)
            assert pin, f"requirements/{name}.txt: not a version: {line[:60]}"
            found[canonicalize_name(pin[1])] = (pin[2], line.count("--hash=sha256:"))
    return found


@pytest.mark.parametrize("name", ASKED)
def test_what_is_asked_for_is_locked(name):
    """Every dependency has a version that fits; else somebody forgot `make lock`."""
    lock = locked(name)
    for line in ASKED[name]:
        asked = Requirement(line)
        version, _ = lock.get(canonicalize_name(asked.name), ("none", 0))
        assert version != "none", f"{asked.name} is not in requirements/{name}.txt: make lock"
        assert asked.specifier.contains(version), f"{line}, but {version} is locked: make lock"


@pytest.mark.parametrize("name", ASKED)
def test_every_version_has_a_hash(name):
    """Nothing is installed that somebody could have changed on the way."""
    for package, (version, hashes) in locked(name).items():
        assert hashes, f"{package} {version} has no hash"


def test_tests_run_on_the_versions_that_hubs_get():
    """All that a hub installs stands in the tests' file, too, with the same version."""
    test = locked("test")
    assert {name: test.get(name, "none") for name in locked("run")} == locked("run")


def test_the_project_is_built_with_what_is_locked():
    """Set-up builds without isolation: the build system is the one that the lock names."""
    assert set(PROJECT["build-system"]["requires"]) <= set(GROUPS["build"])


def test_no_other_file_pins_packages():
    """One place for versions: each lock has its test, and nothing else is left over."""
    files = {path.stem for path in (ROOT / "requirements").iterdir()}
    assert files == {*ASKED, "grafana"}


def test_grafanas_libraries_are_locked_and_come_from_no_address():
    """Each with its version and hash; where npm gets them is this machine's affair."""
    folder = ROOT / "requirements" / "grafana"
    asked = json.loads((folder / "package.json").read_text())
    text = (folder / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    assert packages.pop("")["dependencies"] == asked["dependencies"], (
        "package.json changed: make lock"
    )
    assert all(re.fullmatch(r"[\d.]+", version) for version in asked["dependencies"].values())
    for name, package in packages.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name
    assert "://" not in text
