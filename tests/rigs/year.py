"""A ledger with a year of the demo park, made once for a whole run of tests.

`year(tmp_path_factory)` gives its path; it is everybody's, so open it with `read_only=True`, or
take a copy with `copied`. In tests ask for the fixture `year` of tests/conftest.py.
"""

import fcntl
import hashlib
import os
import shutil
from pathlib import Path

import pytest

from padlicht.simulate.history import Plan, write_history
from padlicht.simulate.history.scenario import scenario
from tests.participation.parts import add_round

END_UTC_S = 1_794_500_400  # 12 November 2026, 17:20 in Groningen: the tests' "now"
PLAN = Plan(END_UTC_S)
TRUTH = scenario(PLAN)

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".pytest_cache" / "padlicht"
MADE_FROM = (
    *(
        "firmware/node",
        "tests/rigs/year.py",
        "hub/padlicht/wire.py",
        "hub/padlicht/map_projection.py",
    ),
    *(f"hub/padlicht/{room}" for room in ("fleet", "intake", "ledger", "simulate", "usage")),
)

_ENDS = ("", "-wal", "-shm")


def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger's file; the first worker that asks makes it, the others wait.

    What the year is made from seldom changes, so the newest one made is kept beside pytest's own
    cache and taken again while all of that is the same.
    """
    base = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        base = base.parent  # each worker has a folder of its own in it
    path = base / "year" / "ledger.sqlite"
    path.parent.mkdir(exist_ok=True)
    with (base / "year.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            taken(path)
            add_round(path.parent, "molukkenplantsoen", END_UTC_S)
    return path


def taken(path: Path) -> Path:
    """A year at `path`, where there is none yet: what is kept, or made within a minute or two."""
    kept = KEPT / f"year-{_made_from()}.sqlite"
    if kept.exists():
        return copied(kept, path)
    write_history(path, PLAN, lambda what, done, total: None)
    _keep(path, kept)
    return path


def _made_from() -> str:
    """A number for all the files that decide what is in the year."""
    found = hashlib.sha256()
    for name in MADE_FROM:
        place = ROOT / name
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if file.suffix in (".py", ".sql"):
                found.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return found.hexdigest()[:16]


def _keep(path: Path, kept: Path) -> None:
    """Keep a copy for runs to come, in place of what was kept before."""
    KEPT.mkdir(parents=True, exist_ok=True)
    for old in KEPT.glob("year-*"):
        old.unlink(missing_ok=True)
    part = kept.with_suffix(f".{os.getpid()}")
    shutil.copyfile(path, part)
    part.replace(kept)


def copied(year: Path, to: Path) -> Path:
    """A ledger of one's own, to write to, at `to`."""
    to.parent.mkdir(parents=True, exist_ok=True)
    for end in _ENDS:
        source = year.with_name(year.name + end)
        if end == "" or source.exists():
            shutil.copyfile(source, to.with_name(to.name + end))
    return to
