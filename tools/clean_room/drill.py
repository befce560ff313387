"""The drill of docs/operations.md: install, backup by the timer, loss of the disk, restore.

The blocks that have a marker there, `<!-- drill: … -->`, are run word for word. No systemd runs in
a room: what the units start is started as they say it, by their ExecStart and as their User.
"""

import re
import shlex
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.clean_room.room import Room, copy, remove
from tools.clean_room.steps import ROOT, furnished, say, step_row

UNITS = Path("etc/systemd/system")
ENVIRONMENT = "/etc/padlicht/padlicht.env"
BACKUPS = Path("var/backups/padlicht")
CA = Path("var/lib/padlicht/keys/ca.pem")
# Every machine has these; a minimal Debian has not.
FIRST = (
    "export DEBIAN_FRONTEND=noninteractive && apt-get update -qq"
    " && apt-get install -y -qq --no-install-recommends git ca-certificates systemd >/dev/null"
    " && git clone --quiet /srv/padlicht padlicht"
)
# Debian's own, which enables and disables. What a systemd that runs would start, the drill starts.
SYSTEMCTL = """#!/bin/bash
exec /usr/bin/systemctl "${@/#--now/--quiet}"
"""
# As a technician would, in the page's own words for commands.
PARK = """
padlicht() { runuser -u padlicht -- env $(cat /etc/padlicht/padlicht.env) \\
  /opt/padlicht/bin/padlicht "$@" --data /var/lib/padlicht; }
padlicht site add north --title North --tz Europe/Amsterdam --lat 53.23 --lon 6.576
padlicht node add lamp-1 --role lamp --site north --zone path
padlicht node add counter-1 --role counter --site north --zone path
"""
SAME = """
padlicht() { runuser -u padlicht -- /opt/padlicht/bin/padlicht "$@" --data /var/lib/padlicht; }
nodes=$(padlicht node list)
grep lamp-1 <<< "$nodes"
grep counter-1 <<< "$nodes"
padlicht ledger check
"""
WITH_HUB = """
( {hub} ) > hub.log 2>&1 &
hub=$!
trap 'cat hub.log >&2' ERR
healthy='import urllib.request as r; r.urlopen("http://127.0.0.1:{port}/healthz", timeout=10)'
until python3 -c "$healthy" 2> /dev/null; do kill -0 $hub; sleep 0.2; done
{script}
kill $hub
wait $hub
"""


def blocks(text: str) -> dict[str, str]:
    """The blocks of a page that have a marker, by what it says."""
    return dict(
        re.findall(r"^<!-- drill: (.+?) -->\n```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    )


def service(name: str, folder: Path) -> str:
    """A line of bash that does what systemd does for a service of a room: user, umask, variables.

    Its process becomes the program's.
    """
    text = (folder / UNITS / f"{name}.service").read_text()
    keys = dict(re.findall(r"^([A-Za-z]+)=(.*)$", text, re.MULTILINE))
    variables = re.findall(r"^Environment=(.*)$", text, re.MULTILINE)
    user, group = keys["User"], keys["Group"]
    file = keys["EnvironmentFile"].removeprefix("-")
    state = ""
    if "StateDirectory" in keys:
        state = f"/var/lib/{keys['StateDirectory']}"
        state = f"[ -d {state} ] || install -d -m 700 -o {user} -g {group} {state}; "
    return (
        f"umask {keys['UMask']}; {state}exec setpriv --reuid={user} --regid={group} --init-groups"
        f" env {' '.join(map(shlex.quote, variables))} $(cat {file}) {keys['ExecStart']}"
    )


def drill(base: Path, folder: Path, release: int) -> Iterator[dict[str, Any]]:
    """Do all of it in copies of a minimal Debian; a row for each step, none after a failed one."""
    for told in _Drill(base, folder, release).rows():
        yield told
        if not told["ok"]:
            return


class _Drill:
    def __init__(self, base: Path, folder: Path, release: int) -> None:
        self._base, self._folder, self._release = base, folder, release
        self._page = blocks((ROOT / "docs" / "operations.md").read_text())
        self._port, broker_port = _free_ports()
        # The machine's own ports are shared by all rooms.
        self._options = f"PADLICHT_WEB_PORT={self._port}\nPADLICHT_BROKER_PORT={broker_port}\n"

    def rows(self) -> Iterator[dict[str, Any]]:
        first, second, third = (self._folder / f"drill-{number}" for number in (1, 2, 3))
        copy(self._base, first)
        room = furnished(first, as_user=False)
        yield from self._installed(room)
        # The machine that comes after the loss, on which Padlicht is installed in the same way.
        copy(first, second)
        yield self._with_hub(room, "a park", PARK)
        yield from self._backed_up(room)
        authority = (first / CA).read_bytes()
        # The disk with the backups is all that there still is.
        copy(first / BACKUPS, second / BACKUPS)
        remove(first)
        room = Room(second, room.environment)
        # `systemctl enable --now` has started the hub, which has made a park of its own.
        yield self._with_hub(room, "a new hub", "true")
        copy(second, third)
        for target, block in ((second, "restore"), (third, "restore as the service's user")):
            room = Room(target, room.environment)
            yield self._step(room, block, f"cd padlicht\n{self._page[block]}")
            yield self._with_hub(room, "the same park", SAME)
            began_s = time.monotonic()
            same = (target / CA).read_bytes() == authority
            yield self._row("the same keys", began_s, same)
            yield from self._backed_up(room)
            remove(target)

    def _installed(self, room: Room) -> Iterator[dict[str, Any]]:
        # Whoever types `apt install` is asked, and says yes.
        room.write("/etc/apt/apt.conf.d/98yes", 'APT::Get::Assume-Yes "true";\n')
        room.write("/usr/local/sbin/systemctl", SYSTEMCTL, 0o755)
        yield self._step(room, "a checkout", FIRST)
        yield self._step(room, "install", f"cd padlicht\n{self._page['install']}")
        yield self._step(
            room, "options", f"printf %s {shlex.quote(self._options)} >> {ENVIRONMENT}"
        )

    def _backed_up(self, room: Room) -> Iterator[dict[str, Any]]:
        yield self._step(room, "backups", f"cd padlicht\n{self._page['backups']}")
        yield self._step(room, "the timer's service", service("padlicht-backup", room.folder))
        yield self._step(room, "status", self._page["status"])

    def _with_hub(self, room: Room, name: str, script: str) -> dict[str, Any]:
        """A step while the hub runs as its service does."""
        hub = service("padlicht", room.folder)
        return self._step(room, name, WITH_HUB.format(hub=hub, port=self._port, script=script))

    def _step(self, room: Room, name: str, script: str) -> dict[str, Any]:
        say(f"Debian {self._release}, drill: {name}")
        began_s = time.monotonic()
        with room.running(f"{{ set -e\n{script}\n}}") as step:
            return self._row(name, began_s, step.wait() == 0)

    def _row(self, name: str, began_s: float, ok: bool) -> dict[str, Any]:
        return step_row(self._release, "drill", name, began_s, ok=ok)


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        for probe in (one, other):
            probe.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
