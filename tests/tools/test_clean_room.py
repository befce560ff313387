"""The clean room does what README says, and gets from this machine only the way to its packages."""

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from tools.clean_room import machine, room
from tools.clean_room.__main__ import PIPX, ROOT, block_lines

pytestmark = pytest.mark.usefixtures("programs")


def test_it_does_what_readme_says_from_its_first_line_on():
    """What a bare Debian lacks, the clone, and both commands; comments are no part of them."""
    packages, clone, *made = block_lines((ROOT / "README.md").read_text())
    assert packages.startswith("apt-get update && apt-get install")
    assert {"git", "make"} <= set(packages.split())
    assert clone == "git clone ADDRESS padlicht && cd padlicht"
    assert made == ["make run", "make test"]


def test_it_installs_by_pipx_as_operations_says():
    """From the clone that README has made, as the user who types it."""
    lines = block_lines((ROOT / "docs" / "operations.md").read_text(), PIPX)
    assert lines[0].startswith("apt-get install")
    assert {"pipx", "mosquitto"} <= set(lines[0].split())
    assert "git clone ADDRESS padlicht && cd padlicht" in lines
    assert "pipx install ~/padlicht" in lines


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sources.list.d/debian.sources", "Types: deb\nURIs: {}\nSuites: trixie\n"),
        ("sources.list.d/two.sources", "Types: deb\nURIs: http://x.invalid/ubuntu {}\n"),
        ("sources.list", "# deb http://old.invalid/debian x main\ndeb {} bookworm main\n"),
        ("sources.list", "deb [arch=amd64 signed-by=/key] {} bookworm main\n"),
        ("sources.list.d/own.list", "deb-src http://s.invalid/debian x\ndeb {} x main\n"),
    ],
)
def test_the_mirror_is_the_one_of_this_machines_apt(tmp_path, name, text):
    """However its sources are written; other archives and comments are none."""
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / name).write_text(text.format("http://mirror.invalid/debian"))
    assert machine.mirror(tmp_path) == "http://mirror.invalid/debian"


def test_without_a_mirror_it_says_so(tmp_path):
    """With the folder that it looked into."""
    with pytest.raises(LookupError, match=f"{tmp_path} names no Debian mirror"):
        machine.mirror(tmp_path)


def test_pip_finds_packages_as_it_does_here():
    """Where packages are goes in; where this machine keeps its own things does not."""
    lines = [
        "global.index-url='http://index.invalid/simple'",
        "install.find-links='\\nhttp://one.invalid/\\nhttp://two.invalid/'",
        "global.cache-dir='/home/me/cache'",
        ":env:.timeout='9'",
    ]
    assert machine.pip_environment(lines) == {
        "PIP_INDEX_URL": "http://index.invalid/simple",
        "PIP_FIND_LINKS": "http://one.invalid/ http://two.invalid/",
    }


def test_npm_finds_packages_as_it_does_here():
    """Its registry and its certificates go in; a token and what is not set do not."""
    said = (
        '{"registry": "http://packages.invalid/", "cafile": "/etc/own.crt", "strict-ssl": false, '
        '"noproxy": [""], "proxy": null, "//packages.invalid/:_authToken": "secret", "cache": "/x"}'
    )
    assert machine.npm_environment(said) == {
        "npm_config_registry": "http://packages.invalid/",
        "npm_config_cafile": "/etc/own.crt",
        "npm_config_strict_ssl": "false",
    }


def test_files_that_pip_needs_are_copied_into_the_room(tmp_path):
    """A certificate and a folder of wheels are in the room, where its settings say."""
    certificate, wheels, inside = tmp_path / "ca.crt", tmp_path / "wheels", tmp_path / "room"
    certificate.write_text("a certificate")
    wheels.mkdir()
    (wheels / "x.whl").write_text("a wheel")
    settings = {"PIP_CERT": str(certificate), "PIP_FIND_LINKS": str(wheels), "PIP_TIMEOUT": "9"}
    carried = machine.carried(settings, inside)
    assert (inside / carried["PIP_CERT"].lstrip("/")).read_text() == "a certificate"
    assert (inside / carried["PIP_FIND_LINKS"].lstrip("/") / "x.whl").read_text() == "a wheel"
    assert carried["PIP_TIMEOUT"] == "9"


def test_a_room_in_which_something_is_mounted_is_not_removed(tmp_path, monkeypatch):
    """What is mounted there may be the machine's own /dev."""
    (tmp_path / "kept").touch()
    table = tmp_path.parent / "mounts"
    table.write_text(f"1 1 0:1 / {tmp_path}/dev rw - devtmpfs dev rw\n")
    monkeypatch.setattr(room, "MOUNTS", table)
    with pytest.raises(RuntimeError, match="/dev is mounted there"):
        room.remove(tmp_path)
    table.write_text("1 1 0:1 / /dev rw - devtmpfs dev rw\n")
    assert (tmp_path / "kept").exists()
    room.remove(tmp_path)
    assert not tmp_path.exists()


STEP = """
import sys
from tools.clean_room.room import _namespaces
script = "setsid bash -c 'sleep 9999; true' {0} & bash -c 'sleep 9999; true' {0} & echo begun; wait"
with _namespaces(["bash", "-c", script.format(sys.argv[1])], {"PATH": "/usr/bin:/bin"}, 1) as step:
    step.wait()
"""


def running(token: str) -> list[str]:
    """Processes that have this word in their command."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if token.encode() in (folder / "cmdline").read_bytes():
                found.append(folder.name)
        except OSError:  # it ended meanwhile
            continue
    return found


@pytest.mark.skipif(os.geteuid() != 0, reason="rooms are made by root")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_a_step(ending):
    """Whoever ends the clean room, and however: what a step started is gone with it."""
    token = uuid.uuid4().hex
    command = [sys.executable, "-c", STEP, token]
    # Whoever is started in the background of a script is deaf to Ctrl-C, and so are its children.
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as room_of_ours:
        assert room_of_ours.stdout.readline() == "begun\n"
        assert len(running(token)) >= 3
        room_of_ours.send_signal(ending)
        room_of_ours.wait()
    while running(token):  # the kernel ends them, in its own time
        time.sleep(0.01)
