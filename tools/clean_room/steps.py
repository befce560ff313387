"""What every room begins with, and how a step of it is told."""

import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tools.clean_room import machine
from tools.clean_room.room import USER, Room

ROOT = Path(__file__).resolve().parents[2]


def furnished(folder: Path, *, as_user: bool) -> Room:
    """A room with this machine's ways to packages, a clone to take, and the user if need be."""
    ways = machine.carried(machine.pip_settings() | machine.npm_settings(), folder)
    room = Room(folder, {**machine.proxies(), **ways})
    room.write("/etc/apt/apt.conf.d/99clean-room", machine.apt_options())
    if (machine.APT / "auth.conf").exists():
        shutil.copy(machine.APT / "auth.conf", folder / "etc" / "apt")
    # A bundle, since git takes no clone from a folder that is another user's.
    git = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), "bundle", "create", "--quiet"]
    subprocess.run([*git, str(folder / "srv" / "padlicht"), "HEAD"], check=True)
    if as_user:
        keep = " ".join(machine.PROXIES)
        room.run(
            "export DEBIAN_FRONTEND=noninteractive && apt-get update -qq"
            " && apt-get install -y -qq --no-install-recommends sudo >/dev/null 2>&1"
            f" && useradd --create-home --shell /bin/bash {USER}"
        )
        rights = f'Defaults env_keep += "{keep}"\n{USER} ALL=(ALL) NOPASSWD: ALL\n'
        room.write(f"/etc/sudoers.d/{USER}", rights, 0o440)
    return room


def say(text: str) -> None:
    """Tell whoever waits."""
    print(f"clean-room: {text}", file=sys.stderr, flush=True)


def step_row(
    release: int, user: str | None, step: str, began_s: float, **more: Any
) -> dict[str, Any]:
    """A step as it is written to standard output; it went well unless `more` says otherwise."""
    took_s = round(time.monotonic() - began_s, 1)
    return {"debian": release, "as": user, "step": step, "s": took_s, "ok": True, **more}
