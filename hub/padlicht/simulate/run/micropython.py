"""Finds the interpreter that simulated nodes run on."""

import os
import shutil
import subprocess
from pathlib import Path

from padlicht.config import home
from padlicht.errors import Refused

VARIABLE = "PADLICHT_MICROPYTHON"
_PROBE_DEADLINE_S = 20


def find_micropython(wanted: str | None = None) -> Path:
    """The interpreter: `wanted`, or $PADLICHT_MICROPYTHON, or on PATH, or from `make setup`.

    Refused, with what to do, when there is none or when it cannot speak TLS.
    """
    base = os.environ.get("XDG_CACHE_HOME") or home() / ".cache"
    cached = Path(base) / "padlicht" / "micropython" / "micropython"
    path = Path(
        wanted or os.environ.get(VARIABLE) or shutil.which("micropython") or cached
    ).expanduser()
    if not path.is_file():
        raise Refused(
            f"there is no MicroPython at {path}, and the simulated lamps run on one: in a checkout "
            "of Padlicht, `make setup` fetches it; where Padlicht came by pip or pipx, "
            "`apt install micropython` does on Debian 13. Or name one with --micropython or "
            f"${VARIABLE}"
        )
    try:
        probe = subprocess.run(
            [path, "-c", "import asyncio, tls"],
            capture_output=True,
            text=True,
            timeout=_PROBE_DEADLINE_S,
            check=False,
        )
        trouble = probe.stderr.strip() if probe.returncode else ""
    except (OSError, subprocess.TimeoutExpired) as error:
        trouble = str(error)
    if trouble:
        raise Refused(
            f"{path} is no MicroPython that the nodes can run on ({trouble.splitlines()[-1]}): "
            "run `make setup` for one that is"
        )
    return path
