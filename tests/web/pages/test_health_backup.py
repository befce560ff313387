"""Technical health says when the last good backup was made, and what to do when there is none."""

import pytest

from padlicht.operations.last_backup import FailedBackup, GoodBackup, note_failed, note_good
from tests.hub.parts import NOW, SITE, park
from tests.rigs.pages import client
from tests.web.pages.test_glance import said

DAY_S = 86_400
DO = "What to do: On the machine of the hub, padlicht backup --status says"


def foot(path, language: str = "en", now: int = NOW) -> str:
    """What the page says below its table."""
    with client(path, now) as pages:
        text = said(pages.get(f"/{language}/{SITE}/health").text)
    return text.split("Reservekopie " if language == "nl" else "Backup ", 1)[1]


@pytest.fixture
def path(tmp_path):
    park(tmp_path / "ledger.sqlite").close()
    return tmp_path / "ledger.sqlite"


def good(path, ago_s: int) -> None:
    note_good(path.parent, GoodBackup(NOW - ago_s, "/backups/b.tar.gz", 1))


def test_a_good_one_is_told_with_its_time(path):
    """In both languages, and nobody is asked to do anything."""
    good(path, 7200)
    assert foot(path).startswith("The last good backup was made 2 hours ago (")
    assert "What to do" not in foot(path)
    dutch = foot(path, "nl")
    assert dutch.startswith("De laatste goede reservekopie is 2 uur geleden gemaakt (")


def test_an_old_one_none_and_a_failed_one_are_troubles(path):
    """A park of an hour needs none yet, one of three days does."""
    assert foot(path).startswith("No good backup was made yet.")
    assert "What to do" not in foot(path)
    assert f"No good backup was made yet. It is time for a new one. {DO}" in foot(
        path, now=NOW + 3 * DAY_S
    )
    good(path, 3 * DAY_S)
    assert f"3 days ago (18 Nov 2026 02:20). It is time for a new one. {DO}" in foot(path)
    good(path, 3600)
    note_failed(path.parent, FailedBackup(NOW - 60, "no"))
    assert f"The last try failed (02:19:00). {DO}" in foot(path)
    good(path, -400 * DAY_S)
    assert f"while the hub's clock was ahead. {DO}" in foot(path)
    (path.parent / "backup.json").write_text("{")
    assert f"Nobody can read when the last backup was made. {DO}" in foot(path)
