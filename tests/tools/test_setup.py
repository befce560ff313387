"""Setting up says what is amiss: no network is said to be that, and other trouble is not.

The scripts are the real ones; apt-get, pip and Python are stand-ins that fail with the words of the
real ones, as they were in a network namespace without any network.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.usefixtures("programs")

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ("setup.sh", "fetching.sh", "micropython.sh", "micropython_source.sh")

MIRROR = "http://mirror.invalid/debian"  # never asked: apt-get is a stand-in
UNREACHED = f"W: Failed to fetch {MIRROR}/InRelease  Temporary failure resolving 'mirror.invalid'"
OTHER_UNREACHED = "W: Failed to fetch http://other.invalid/InRelease  Could not resolve 'other'"
UNLISTED = "E: Unable to locate package mosquitto"
HALFWAY = f"E: Failed to fetch {MIRROR}/m.deb  Temporary failure resolving 'mirror.invalid'"
NO_PROXY = "E: Failed to fetch m.deb  Could not connect to 127.0.0.1:9 (127.0.0.1). - connect (111)"
BROKEN = "E: Sub-process /usr/bin/dpkg returned an error code (1)"
GONE = f"E: Failed to fetch {MIRROR}/m.deb  404  Not Found"

RETRYING = "WARNING: Retrying (Retry(total=0)) after connection broken by '"
UNNAMED = (
    f"{RETRYING}NewConnectionError('<HTTPSConnection>: Failed to establish a new connection:"
    " [Errno -3] Temporary failure in name resolution')': /simple/hatchling/"
)
REFUSED = f"{RETRYING}ProxyError('Cannot connect to proxy.', OSError('x'))': /simple/hatchling/"
NO_VERSION = "ERROR: No matching distribution found for hatchling==1.27.0"


@pytest.fixture
def machine(tmp_path):
    """A machine of stand-ins: `set_up(installed, apt, pip)` says what set-up wrote as it failed."""
    fakes, checkout = tmp_path / "fakes", tmp_path / "checkout"
    (checkout / "tools").mkdir(parents=True)
    fakes.mkdir()
    for name in SCRIPTS:
        shutil.copy(ROOT / "tools" / name, checkout / "tools")
    shutil.copytree(ROOT / "requirements", checkout / "requirements")
    shutil.copy(ROOT / "pyproject.toml", checkout)

    def fake(path, *lines):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(("#!/bin/sh", *lines, "")))
        path.chmod(0o755)

    fake(fakes / "id", "echo 0")
    fake(fakes / "dpkg", "echo amd64")
    fake(fakes / "systemctl", "exit 0")

    def run(script, what, *, installed=True, update="", apt="", pip=""):
        for name, text in {"update": update, "install": apt, "pip": pip}.items():
            (tmp_path / name).write_text(text)
        fake(fakes / "dpkg-query", f"echo {'install ok installed' if installed else 'unknown'}")
        fake(
            fakes / "apt-get",
            f'case "$*" in *update*) cat {tmp_path}/update >&2; exit 0;; esac',
            f"cat {tmp_path}/install >&2; exit 100",
        )
        fake(checkout / "venv-python", f"cat {tmp_path}/pip >&2; exit 1")
        fake(
            fakes / "a-python",
            '[ "$2" = venv ] || exit 0',
            f"mkdir -p .venv/bin; cp {checkout}/venv-python .venv/bin/python",
        )
        done = subprocess.run(
            [checkout / "tools" / script, what],
            env={
                "PATH": f"{fakes}:/usr/bin:/bin",
                "HOME": str(tmp_path),
                "TMPDIR": os.environ.get("TMPDIR", "/tmp"),
                "PADLICHT_PYTHON": str(fakes / "a-python"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1, done
        return done.stderr

    return run


@pytest.mark.parametrize(
    "words",
    [
        {"update": UNREACHED, "apt": UNLISTED},  # apt-get update ends well all the same
        {"apt": f"{HALFWAY}\nE: Unable to fetch some archives"},
        {"apt": NO_PROXY},
    ],
)
def test_apt_without_a_network_is_said_to_be_that(machine, words):
    """With what had to come, who did not answer, and what to do; not that apt should be tried."""
    *_, last = machine("setup.sh", "run", installed=False, **words).splitlines()
    assert last.startswith("setup: no network: Debian's packages (mosquitto ca-certificates xz-")
    assert "resolving 'mirror.invalid'" in last or "127.0.0.1:9" in last
    assert "Connect this machine" in last
    assert "apt-get install" not in last


@pytest.mark.parametrize(
    "words",
    [
        {"apt": UNLISTED},
        {"apt": GONE},
        {"update": OTHER_UNREACHED, "apt": BROKEN},  # a source that nothing of ours comes from
    ],
)
def test_what_else_apt_cannot_do_is_no_missing_network(machine, words):
    """Apt's own words, and how to try it by hand."""
    *_, words_of_apt, last = machine("setup.sh", "run", installed=False, **words).splitlines()
    assert words_of_apt == words["apt"]
    assert "no network" not in last
    assert "Try:  apt-get install mosquitto" in last


@pytest.mark.parametrize("words", [UNNAMED, REFUSED])
def test_pip_without_a_network_is_said_to_be_that(machine, words):
    """As pip itself says at its end that there is no such package."""
    *_, last = machine("setup.sh", "run", pip=f"{words}\n{NO_VERSION}").splitlines()
    assert last.startswith("setup: no network: Python packages must be fetched")
    assert "Connect this machine" in last


def test_what_else_pip_cannot_do_is_no_missing_network(machine):
    """Pip's own words stand above the sentence that points to them."""
    *_, words, last = machine("setup.sh", "run", pip=NO_VERSION).splitlines()
    assert words == NO_VERSION
    assert last == "setup: pip could not install the Python packages (above: why)"


def test_micropython_without_a_network_is_said_to_be_that(machine):
    """Its own small apt ends just as well without having reached anybody."""
    *_, last = machine(
        "micropython.sh", "boardlike", update=UNREACHED, apt="E: Unable to find a source package"
    ).splitlines()
    assert last.startswith("setup: no network: MicroPython must be fetched")
