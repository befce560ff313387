"""Does what README says, from its first line on, in a minimal Debian that has nothing yet.

And what docs/operations.md says: install, backup by the timer's service, loss of the disk, restore.

    make clean-room                          Debian 12 and 13, as root and by sudo, `make run`,
                                             `make test`, and the installation by pipx that
                                             docs/operations.md has: four rooms, about an hour;
                                             and the drill
    make clean-room ARGS="13 run root"       only those
    make clean-room ARGS="13 pipx sudo"
    make clean-room ARGS="13 drill"          only what docs/operations.md says: ten minutes
    make clean-room ARGS='12 test --tests "tests/hub -x"'

Each room is built by debootstrap from the mirror of this machine's apt, gets a clone of what is
committed here, and is removed at the end, also after Ctrl-C. Needs root, debootstrap, and port
8080 free. What happens is said on standard error; a JSON object for each step is written to
standard output. Ends with 1 when a step failed, with 2 when a room could not be made.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.clean_room import machine
from tools.clean_room.drill import drill
from tools.clean_room.room import SUITES, Room, build, copy, remove
from tools.clean_room.steps import ROOT, furnished, say, step_row

PORT = 8080  # where README says that the page is
RUN = "--for 60 --json"
WORDS = ([str(release) for release in SUITES], ["run", "test", "pipx", "drill"], ["root", "sudo"])
PIPX = "### For one user, by pipx"
# What is tried with what pipx installed: a hub, and a park where Debian has a MicroPython.
TRIED = (
    "padlicht site add park --lat 53.23 --lon 6.57",
    "timeout --preserve-status --signal INT 20 padlicht up --web-port 18080 --broker-port 18883",
)
TRIED_13 = (
    "apt-get install -y --no-install-recommends micropython",
    "padlicht demo --for 30 --history 0 --web-port 0 --json",
)


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(
        prog="make clean-room ARGS=…",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    known = [word for words in WORDS for word in words]
    parser.add_argument("words", nargs="*", choices=[*known, []], metavar="|".join(known))
    parser.add_argument("--tests", metavar="ARGS", help="only these, as in `make test ARGS=…`")
    args = parser.parse_args()
    releases, steps, who = ([w for w in words if w in args.words] or words for words in WORDS)
    for missing in _missing(steps):
        parser.error(missing)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = Path(tempfile.mkdtemp(prefix="padlicht-clean-room-", dir="/var/tmp"))
    ok = True
    try:
        for release in releases:
            for row in _release(folder, int(release), steps, who, args.tests):
                ok = ok and row["ok"]
                print(json.dumps(row), flush=True)
    except KeyboardInterrupt:
        return 130
    except (RuntimeError, LookupError, subprocess.CalledProcessError) as error:
        say(str(error))
        return 2
    finally:
        say("removing the rooms")
        remove(folder)
    return 0 if ok else 1


def _missing(steps: list[str]) -> Iterator[str]:
    if os.geteuid() != 0:
        yield "this makes file systems: run it as root, or by sudo"
    for program in ("debootstrap", "unshare", "setpriv", "git"):
        if shutil.which(program) is None:
            yield f"{program} is not here: apt-get install {program}"
    with socket.socket() as probe:
        if "run" in steps and probe.connect_ex(("127.0.0.1", PORT)) == 0:
            yield f"port {PORT} is taken, and the rooms' parks need it: end what listens there"


def block_lines(text: str, heading: str = "") -> list[str]:
    """The commands of the first block (after a heading), without their comments."""
    text = text.partition(f"{heading}\n")[2] if heading else text
    block = re.search(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    if block is None:
        raise RuntimeError(f"there is no block of commands {f'under {heading}' if heading else ''}")
    return [re.sub(r"\s+# .*", "", line) for line in block[1].splitlines() if line]


def _release(
    folder: Path, release: int, steps: list[str], who: list[str], tests: str | None
) -> Iterator[dict[str, Any]]:
    base = folder / f"debian-{release}"
    say(f"Debian {release}: debootstrap")
    began_s = time.monotonic()
    build(base, release, machine.mirror(), machine.proxies())
    yield step_row(release, None, "debootstrap", began_s)
    if "drill" in steps:
        yield from drill(base, folder, release)
    for user in who if {"run", "test", "pipx"} & {*steps} else ():
        target = folder / f"debian-{release}-{user}"
        copy(base, target)
        room = furnished(target, as_user=user == "sudo")
        yield from _steps(room, release, user, steps, tests)
        remove(target)
    remove(base)


def _steps(
    room: Room, release: int, user: str, steps: list[str], tests: str | None
) -> Iterator[dict[str, Any]]:
    """Each line of README, and of the installation by pipx; after one that failed, none."""
    lines = block_lines((ROOT / "README.md").read_text())
    if "pipx" in steps:
        by_pipx = block_lines((ROOT / "docs" / "operations.md").read_text(), PIPX)
        lines += [line for line in by_pipx if line not in lines]
        lines += (*TRIED, *(TRIED_13 if release == 13 else ()))
    for line in lines:
        script = line.replace("ADDRESS", "/srv/padlicht")
        if user == "sudo":
            script = script.replace("apt-get", "sudo apt-get")
        if line.startswith(
            ("padlicht ", "timeout ")
        ):  # as in a shell that was opened after `pipx ensurepath`
            script = f'PATH="$HOME/.local/bin:$PATH" {line}'
        if line.startswith("make "):
            step = line.split()[1]
            if step not in steps:
                continue
            arguments = RUN if step == "run" else tests
            script = f"cd padlicht && {line}" + (
                f" ARGS={shlex.quote(arguments)}" if arguments else ""
            )
        say(f"Debian {release}, {user}: {script}")
        before, asked_for = room.packages(), room.asked_for()
        began_s = time.monotonic()
        more = _run_park(room, script, user) if line == "make run" else _run(room, script, user)
        row = step_row(release, user, line, began_s, **more)
        row["packages"] = len(room.packages() - before)
        row["asked_for"] = sorted(room.asked_for() - asked_for)
        yield row
        if not row["ok"]:
            return


def _run(room: Room, script: str, user: str) -> dict[str, Any]:
    with room.running(script, as_user=user == "sudo") as step:
        return {"ok": step.wait() == 0}


def _run_park(room: Room, script: str, user: str) -> dict[str, Any]:
    """When its page answered, and what the park's own summary says."""
    began_s = time.monotonic()
    page_s = None
    with room.running(script, as_user=user == "sudo", stdout=subprocess.PIPE) as step:
        while page_s is None and step.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=10):
                    page_s = round(time.monotonic() - began_s, 1)
            except OSError:
                time.sleep(0.2)  # nobody listens yet
        said, _ = step.communicate()
    summary = json.loads(said) if step.returncode == 0 else None
    return {
        "ok": step.returncode == 0 and page_s is not None,
        "page_s": page_s,
        "summary": summary,
    }


if __name__ == "__main__":
    sys.exit(main())
