"""The drill runs what docs/operations.md says, and starts services as their units say it."""

import re
import shutil
import subprocess

import pytest
from tools.clean_room.drill import UNITS, blocks, service
from tools.clean_room.steps import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text()
BLOCKS = blocks(PAGE)


def test_the_page_has_every_block_of_the_drill():
    """Install, backups, status, and both ways to restore; word for word as they stand there."""
    assert [*BLOCKS] == ["install", "backups", "status", "restore", "restore as the service's user"]
    assert PAGE.count("<!-- drill: ") == len(BLOCKS)
    for block in BLOCKS.values():
        assert f"```\n{block}```\n" in PAGE


def test_what_the_blocks_install_is_shipped():
    """Each file of deploy/ that they name, and the folder that the unit writes its backups to."""
    for name in re.findall(r"deploy/[\w.-]+", BLOCKS["install"] + BLOCKS["backups"]):
        assert (ROOT / name).is_file(), name
    unit = (ROOT / "deploy" / "padlicht-backup.service").read_text()
    folder = re.search(r"^ExecStart=\S+ backup (\S+)$", unit, re.MULTILINE)[1]
    assert f" {folder}\n" in BLOCKS["backups"]
    for name in ("restore", "restore as the service's user"):
        assert f"{folder}/padlicht-*Z.tar.gz" in BLOCKS[name]


@pytest.fixture
def room(tmp_path):
    (tmp_path / UNITS).mkdir(parents=True)
    for name in ("padlicht.service", "padlicht-backup.service"):
        shutil.copy(ROOT / "deploy" / name, tmp_path / UNITS / name)
    return tmp_path


def test_a_service_starts_as_its_unit_says(room):
    """As its user, with its umask and variables; the hub's with the folder that systemd makes."""
    hub, backup = service("padlicht", room), service("padlicht-backup", room)
    for line in (hub, backup):
        assert "umask 0077; " in line
        assert "setpriv --reuid=padlicht --regid=padlicht --init-groups" in line
        assert "PADLICHT_DATA=/var/lib/padlicht" in line
        assert "$(cat /etc/padlicht/padlicht.env)" in line
    assert hub.endswith("/opt/padlicht/bin/padlicht up")
    assert "install -d -m 700 -o padlicht -g padlicht /var/lib/padlicht" in hub
    assert backup.endswith("/opt/padlicht/bin/padlicht backup /var/backups/padlicht")
    assert "PADLICHT_BACKUP_KEEP_DAILY=7" in backup
    assert "install -d" not in backup


@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize("name", [*BLOCKS])
def test_the_blocks_are_commands(name):
    """A shell can read each of them."""
    done = subprocess.run(["bash", "-n"], input=BLOCKS[name], text=True, check=False)
    assert done.returncode == 0
