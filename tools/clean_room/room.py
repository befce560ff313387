"""A room: a minimal Debian in a folder, in which steps run as in a machine of its own.

Each step gets namespaces for its mounts and its processes. They end with the step, with whatever
it left behind, and also when this program is killed; so what remains to be removed is one folder
in which nothing is mounted. The network is the machine's own.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

SUITES = {12: "bookworm", 13: "trixie"}
MOUNTS = Path("/proc/self/mountinfo")
USER = "gardener"  # the ordinary user, who has sudo
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# When this program ends, unshare does, and with it the first process of the namespaces and so all
# of them. bash stays that first process, as somebody has to take in the orphans.
_NAMESPACES = [
    *("setpriv", "--pdeathsig", "KILL"),
    *("unshare", "--mount", "--pid", "--fork", "--kill-child", "--"),
]
# The room is mounted on itself: for what runs in it, "/" is where a file system begins, as it is in
# a machine, or it could not have namespaces of its own.
_INSIDE = """
set -e
room=$1; shift
mount --bind "$room" "$room"
mount -t proc proc "$room/proc"
mount -t sysfs -o ro sysfs "$room/sys"
mount --bind /dev "$room/dev"
mount -t tmpfs -o mode=1777 shm "$room/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts "$room/dev/pts"
set +e
"$@"
exit $?
"""


class Room:
    """A Debian in `folder`; what runs in it gets `environment` and nothing else of this machine."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = environment

    @contextmanager
    def running(
        self, script: str, *, as_user: bool = False, stdout: int | None = None
    ) -> Iterator[subprocess.Popen[str]]:
        """Run a bash script in the home folder of root or of the user; ended with the block."""
        who, home = (USER, f"/home/{USER}") if as_user else ("root", "/root")
        chroot = ["chroot", f"--userspec={who}:{who}", "--groups=", str(self.folder)]
        env = {
            **{"PATH": _PATH, "HOME": home, "USER": who, "LOGNAME": who, "SHELL": "/bin/bash"},
            "TERM": os.environ.get("TERM", "dumb"),
            **self.environment,
        }
        command = [*chroot, "bash", "-c", f"cd {home} && {script}"]
        with _namespaces(
            ["bash", "-c", _INSIDE, "room", str(self.folder), *command], env, stdout
        ) as step:
            yield step

    def run(self, script: str, *, as_user: bool = False) -> str:
        """Run to the end; what it wrote to standard output. CalledProcessError when it failed."""
        with self.running(script, as_user=as_user, stdout=subprocess.PIPE) as step:
            said, _ = step.communicate()
        if step.returncode:
            raise subprocess.CalledProcessError(step.returncode, script)
        return said

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        """Write a file of the room."""
        target = self.folder / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        target.chmod(mode)

    def packages(self) -> set[str]:
        """The Debian packages that are installed."""
        return set(self.run("dpkg-query -W -f '${Package}\\n'").split())

    def asked_for(self) -> set[str]:
        """Those that somebody asked for by name; the others came along."""
        return set(self.run("apt-mark showmanual").split())


def build(folder: Path, release: int, mirror: str, environment: Mapping[str, str]) -> None:
    """A minimal Debian of this release, by debootstrap."""
    folder.mkdir()
    debootstrap = ["debootstrap", "--variant=minbase", SUITES[release], str(folder), mirror]
    env = {"PATH": _PATH, **environment}
    with _namespaces(debootstrap, env, subprocess.PIPE) as step:
        said, _ = step.communicate()
    if step.returncode:
        log = folder / "debootstrap" / "debootstrap.log"
        words = log.read_text() if log.exists() else said
        raise RuntimeError(f"debootstrap could not make Debian {release}:\n{words[-1000:]}")
    # A machine has these; debootstrap leaves them to whoever installs.
    shutil.copy("/etc/hosts", folder / "etc" / "hosts")
    # No service starts by being installed: the processes of a step end with it anyway.
    policy = folder / "usr" / "sbin" / "policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)


def copy(base: Path, folder: Path) -> None:
    """Another room like `base`."""
    subprocess.run(["cp", "-a", "--reflink=auto", str(base), str(folder)], check=True)


def remove(folder: Path) -> None:
    """Remove a room, or a folder of them, if nothing is mounted in it."""
    mounted = [
        line.split()[4]
        for line in MOUNTS.read_text().splitlines()
        if line.split()[4].startswith(f"{folder}/")
    ]
    if mounted:
        raise RuntimeError(f"{folder} stays: {', '.join(mounted)} is mounted there")
    subprocess.run(["rm", "-rf", "--one-file-system", str(folder)], check=True)


@contextmanager
def _namespaces(
    command: list[str], env: Mapping[str, str], stdout: int | None
) -> Iterator[subprocess.Popen[str]]:
    # What goes to the terminal goes there by standard error: standard output is for results.
    step = subprocess.Popen(
        [*_NAMESPACES, *command],
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=2 if stdout is None else stdout,
        text=True,
    )
    try:
        yield step
    finally:
        _end(step)


def _end(step: subprocess.Popen[str]) -> None:
    """End a step that still runs, and wait until all of its processes are gone."""
    if step.poll() is None:
        # The kernel ends all of a namespace with its first process, and only then unshare ends.
        children = Path(f"/proc/{step.pid}/task/{step.pid}/children").read_text().split()
        for child in children or [str(step.pid)]:
            os.kill(int(child), signal.SIGKILL)
        step.wait()
    if step.stdout is not None:
        step.stdout.close()
