"""How many files one opens to follow one thing; see `make journeys` for which."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.usefixtures("programs")

ROOT = Path(__file__).resolve().parents[2]

# Whoever makes a journey shorter lowers its number; the goals are in tools/journeys/__main__.py.
MOST_FILES_RECORD = 14
MOST_FILES_SETTING = 51
MOST_FILES_PAGE = 61  # 15 for the diary, the target, an early signal, what was left out and why


def journey(name: str, *options: str) -> dict:
    """What the tracer says of one; in a process of its own, for it makes this Python a board's."""
    done = subprocess.run(
        [sys.executable, "-m", "tools.journeys", name, "--json", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def held(found: dict, most: int) -> None:
    """Not longer than it was, and all of its files are there."""
    route = [stop["file"] for stop in found["route"]]
    assert len(route) == len(set(route)) == found["files"]
    assert all((ROOT / file).is_file() for file in route)
    assert found["files"] <= most, "\n".join(route)


def test_a_record_passes_no_more_files_than_it_did():
    """From the broker's bytes to the disk and back; at its beginning and its end it is MQTT."""
    found = journey("record")
    held(found, MOST_FILES_RECORD)
    assert all(stop["file"].startswith("hub/") for stop in found["route"])
    assert found["route"][0]["called_from"].startswith("asyncio")


def test_a_setting_passes_no_more_files_than_it_did():
    """From the command's first function over hub, node and lamp to the hub's note that it holds."""
    found = journey("setting")
    held(found, MOST_FILES_SETTING)
    assert found["route"][0]["called_from"].startswith("click")
    called = {
        (stop["file"].split("/")[0], stop["called_from"].split(":")[0]) for stop in found["route"]
    }
    assert ("firmware", "firmware/node/app.py") in called


def test_the_glance_page_passes_no_more_files_than_it_did(year):
    """From the request to HTML; its templates are counted among the files."""
    found = journey("page", "--year", str(year))
    held(found, MOST_FILES_PAGE)
    assert found["templates"] == sum(not stop["file"].endswith(".py") for stop in found["route"])
    assert found["templates"] > 0


def test_a_journey_over_its_goal_is_told_by_the_exit_code():
    """With --goals, 1 exactly when it is longer than its goal; without, the others saw 0."""
    done = subprocess.run(
        [sys.executable, "-m", "tools.journeys", "record", "--goals"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"^record: (\d+) files \(goal (\d+)\)$", done.stdout, re.MULTILINE)
    assert found, done.stderr
    assert done.returncode == int(int(found[1]) > int(found[2]))
