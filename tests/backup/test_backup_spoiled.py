"""A backup that is cut short, damaged or none at all leaves nothing, and is refused."""

import errno
import gzip
import io
import json
import tarfile
import zlib

import pytest

from padlicht.backup import archive as archives
from padlicht.backup.backup import back_up
from padlicht.backup.restore import restore
from padlicht.errors import BadData, Refused, TryAgain
from tests.backup.test_backup import quietly


class Cut(BaseException):
    """Ctrl-C, as far as this is concerned."""


@pytest.mark.long
def test_cut_short_anywhere_it_leaves_nothing(config, tmp_path):
    """Whenever Ctrl-C comes or the disk is full, there is no half file and no half folder."""
    moments, restoring = [], []
    back_up(config, tmp_path / "whole.tar.gz", lambda what, done, total: moments.append(what))
    restore(
        tmp_path / "whole.tar.gz", tmp_path / "d", lambda what, done, total: restoring.append(what)
    )
    there = sorted(path.name for path in tmp_path.iterdir())

    def cut_at(number):
        count = iter(range(number + 1))
        error = Cut() if number % 2 else OSError(errno.ENOSPC, "no space left")

        def progress(what, done, total):
            if next(count) == number:
                raise error

        return progress

    assert {"copying", "packing", "unpacking", "checking totals"} <= set(moments)
    for number in range(len(moments)):
        with pytest.raises((Cut, TryAgain)):
            back_up(config, tmp_path / "half.tar.gz", cut_at(number))
        assert sorted(path.name for path in tmp_path.iterdir()) == there
    for number in range(len(restoring)):
        with pytest.raises((Cut, TryAgain)):
            restore(tmp_path / "whole.tar.gz", tmp_path / "half", cut_at(number))
        assert sorted(path.name for path in tmp_path.iterdir()) == there


def test_a_damaged_archive_is_refused_wherever_it_is_damaged(config, tmp_path):
    """A bit turned or an end cut off anywhere: nothing is restored, and the sentence says why."""
    back_up(config, tmp_path / "park.tar.gz", quietly)
    good = (tmp_path / "park.tar.gz").read_bytes()
    bad = tmp_path / "bad.tar.gz"
    for place in range(0, len(good), len(good) // 60):
        turned = bytearray(good)
        turned[place] ^= 0x10
        for content in (bytes(turned), good[:place]):
            bad.write_bytes(content)
            if unzipped(content) == gzip.decompress(good):
                continue  # of gzip's header and padding, some bits mean nothing
            with pytest.raises(BadData, match=r"archive|backup"):
                restore(bad, tmp_path / "new", quietly)
            assert not (tmp_path / "new").exists()


def test_damage_that_reads_as_another_format_is_damage(config, tmp_path):
    """Nobody is told to update Padlicht because a bit was turned."""
    back_up(config, tmp_path / "park.tar.gz", quietly)
    plain = gzip.decompress((tmp_path / "park.tar.gz").read_bytes())
    stored = gzip.compress(plain, compresslevel=0)
    assert stored.count(b'"format": 1') == 1
    (tmp_path / "bad.tar.gz").write_bytes(stored.replace(b'"format": 1', b'"format": 3'))
    with pytest.raises(BadData, match="damaged"):
        restore(tmp_path / "bad.tar.gz", tmp_path / "new", quietly)


def unzipped(content):
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        return None


def packed(path, members):
    """An archive with these members, as somebody else might make it."""
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))


def manifest(**changes):
    whole = {
        "format": 1, "padlicht": "0.1.0", "made_utc": "2026-11-21T00:00:00+00:00", "schema": 2,
        "counts": {}, "files": {},
    }  # fmt: skip
    return json.dumps(whole | changes).encode()


STRANGE = {
    "no archive at all": (None, "no backup of Padlicht"),
    "somebody else's archive": ([("readme", b"hello")], "no manifest.json"),
    "a manifest that is none": ([("manifest.json", b"{}")], "its manifest.json says"),
    "a newer format": ([("manifest.json", manifest(format=2))], "update Padlicht"),
    "a file too many": (
        [("manifest.json", manifest()), ("keys/extra", b"")],
        "which its manifest does not name",
    ),
    "a way out of the folder": (
        [
            ("manifest.json", manifest(files={"../out": {"sha256": "", "size_bytes": 0}})),
            ("../out", b""),
        ],
        "which its manifest does not name",
    ),
    "a file too few": (
        [("manifest.json", manifest(files={"keys/ca.key": {"sha256": "", "size_bytes": 0}}))],
        "ends before keys/ca.key",
    ),
    "a file that was changed": (
        [
            ("manifest.json", manifest(files={"keys/ca.key": {"sha256": "00", "size_bytes": 1}})),
            ("keys/ca.key", b"x"),
        ],
        "keys/ca.key is not as the manifest says",
    ),
    "no ledger": ([("manifest.json", manifest())], "holds no ledger"),
}


@pytest.mark.parametrize("what", STRANGE)
def test_what_is_no_backup_is_refused(tmp_path, what):
    """The sentence says what is wrong, and nothing is written anywhere."""
    members, said = STRANGE[what]
    path = tmp_path / "strange.tar.gz"
    if members is None:
        path.write_bytes(gzip.compress(b"hello" * 1000))
    else:
        packed(path, members)
    with pytest.raises((BadData, Refused), match=said):
        restore(path, tmp_path / "new", quietly)
    assert [path.name for path in tmp_path.iterdir()] == ["strange.tar.gz"]


def test_what_cannot_be_read_back_gets_no_name(config, tmp_path, monkeypatch):
    """A disk that writes something else than it was given is found out at once."""
    whole = archives.pack

    def spoiling(archive, manifest, files, progress):
        whole(archive, manifest, files, progress)
        content = bytearray(archive.read_bytes())
        half = len(content) // 2
        # More than a bit, because gzip has bits that mean nothing.
        content[half : half + 64] = bytes(byte ^ 0xFF for byte in content[half : half + 64])
        archive.write_bytes(content)

    monkeypatch.setattr("padlicht.backup.backup.pack", spoiling)
    with pytest.raises(BadData):
        back_up(config, tmp_path / "park.tar.gz", quietly)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]
