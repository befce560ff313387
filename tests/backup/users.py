"""Padlicht as other users of this machine type it, in folders that those can reach."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click._textwrap  # noqa: F401 -- else loaded late, by a user who may not read this checkout
import pytest
from click.testing import CliRunner

from padlicht.cli.main import cli

ROOT = (0, 0)
SERVICE = (65534, 65534)  # nobody, who stands for the service's user and has a name
CONTAINER = (10001, 10001)  # of the image; here it has none

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")


@dataclass(frozen=True)
class Done:
    """How a command ended, and all that it said."""

    returncode: int
    said: str


def padlicht(user: tuple[int, int], *arguments: object) -> Done:
    """Run `padlicht …` in this process, with the rights of a user and no others."""
    with effective(user):
        result = CliRunner().invoke(cli, [*map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception  # it would have been a traceback
    return Done(result.exit_code, result.output)


@contextmanager
def effective(user: tuple[int, int]) -> Iterator[None]:
    """Be another user for a while."""
    uid, gid = user
    groups = os.getgroups()
    os.setgroups([])
    os.setegid(gid)
    os.seteuid(uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


def program(user: tuple[int, int], before: list[str], *arguments: object) -> Done:
    """Run `padlicht …` as a program of its own and another user's, behind words `before` it."""
    uid, gid = user
    words = [
        *before,
        *("setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", "--"),
        *(sys.executable, "-m", "padlicht", *map(str, arguments)),
    ]
    environment = {key: value for key, value in os.environ.items() if "PADLICHT" not in key}
    environment |= {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "HOME": "/nonexistent",
    }
    done = subprocess.run(
        words,
        env=environment,
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Done(done.returncode, done.stdout)


def others_can_run() -> bool:
    """Whether another user may read Python and the sources; not where they are root's alone."""
    return shutil.which("setpriv") is not None and not program(SERVICE, [], "--version").returncode


def give(folder: Path, user: tuple[int, int]) -> None:
    """Have a folder and all in it belong to a user."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, *user, follow_symlinks=False)


def owners(folder: Path) -> set[tuple[int, int]]:
    """Whose a folder and all in it is."""
    found = set()
    for path in (folder, *folder.rglob("*")):
        status = path.lstat()
        found.add((status.st_uid, status.st_gid))
    return found
