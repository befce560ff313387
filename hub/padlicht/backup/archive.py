"""Packing files into one archive with a manifest, and unpacking it again, every byte verified.

The archive is a gzipped tar: whoever has no Padlicht at hand gets at the files all the same.
"""

import gzip
import os
import tarfile
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from padlicht.backup import manifest as contents
from padlicht.backup.manifest import Manifest, Summing
from padlicht.errors import BadData, Refused

# What a progress bar is told: what is being done, and how many bytes of how many.
Progress = Callable[[str, int, int], None]

# A ledger shrinks to about a third at any level; the lowest takes a third of the time.
_LEVEL = 1
_MOST_MANIFEST_BYTES = 100_000_000  # of a hundred thousand nodes it is 30 MB


def pack(archive: Path, manifest: Manifest, files: Mapping[str, Path], progress: Progress) -> None:
    """Write `files` (by their names in the archive) behind their manifest into a new file.

    Only its owner may read it: it holds every private key of the park. It is on disk afterwards.
    """
    total_bytes = sum(entry.size_bytes for entry in manifest.files.values())
    done_bytes = 0

    def read(size_bytes: int) -> None:
        nonlocal done_bytes
        done_bytes += size_bytes
        progress("packing", done_bytes, total_bytes)

    descriptor = os.open(archive, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        with (
            gzip.GzipFile("", "wb", _LEVEL, raw) as packed,
            tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
        ):
            encoded = manifest.encode()
            info = _member(contents.NAME, len(encoded))
            tar.addfile(info, BytesIO(encoded))
            for name, path in files.items():
                info = _member(name, manifest.files[name].size_bytes)
                with path.open("rb") as file:
                    tar.addfile(info, cast(BinaryIO, Summing(file, read)))
        raw.flush()
        os.fsync(raw.fileno())


def unpack(archive: Path, into: Path, progress: Progress) -> Manifest:
    """Unpack into a new folder what an archive says that it holds, and return its manifest.

    Raises BadData when anything is missing, too much, or not as the manifest says: then what is in
    `into` is worth nothing. Refused when the archive is from a newer Padlicht.
    """
    into.mkdir(mode=0o700)
    try:
        with gzip.open(archive) as packed, tarfile.open(fileobj=packed, mode="r|") as tar:
            first = tar.next()
            if first is None or first.name != contents.NAME or first.size > _MOST_MANIFEST_BYTES:
                raise BadData(f"{archive} is no backup of Padlicht: it has no {contents.NAME}")
            try:
                manifest = contents.decode(_file(tar, first).read(), archive)
            except Refused:
                _read_on(packed)  # one bit turned in it is damage, and no newer Padlicht
                raise
            _unpack_members(tar, manifest, into, progress)
            _read_on(packed)
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk's fault, not the archive's
        raise BadData(f"{archive} is damaged or no backup of Padlicht: {error}") from error
    return manifest


def _read_on(packed: gzip.GzipFile) -> None:
    """To the end of the archive: gzip's own sum is behind the last byte."""
    while packed.read(contents.PIECE_BYTES):
        pass


def _unpack_members(
    tar: tarfile.TarFile, manifest: Manifest, into: Path, progress: Progress
) -> None:
    total_bytes = sum(entry.size_bytes for entry in manifest.files.values())
    done_bytes = 0
    missing = dict(manifest.files)
    while (member := tar.next()) is not None:
        wanted = missing.pop(member.name, None)
        path = PurePosixPath(member.name)
        if wanted is None or not member.isfile() or path.is_absolute() or ".." in path.parts:
            raise BadData(f"the archive holds {member.name!r}, which its manifest does not name")
        target = into / path
        for folder in reversed(path.parents):
            (into / folder).mkdir(mode=0o700, exist_ok=True)
        source = Summing(_file(tar, member))
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            while piece := source.read():
                file.write(piece)
                done_bytes += len(piece)
                progress("unpacking", done_bytes, total_bytes)
            file.flush()
            os.fsync(file.fileno())
        if source.entry() != wanted:
            raise BadData(f"{member.name} is not as the manifest says: the archive is damaged")
    if missing:
        raise BadData(f"the archive ends before {next(iter(missing))}: it was cut short")


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on disk; some network file systems cannot, and say so."""
    descriptor = os.open(folder, os.O_RDONLY)
    with suppress(OSError):
        os.fsync(descriptor)
    os.close(descriptor)


def _member(name: str, size_bytes: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size = size_bytes
    info.mode = 0o600
    return info


def _file(tar: tarfile.TarFile, member: tarfile.TarInfo) -> BinaryIO:
    found = tar.extractfile(member)
    if found is None:
        raise BadData(f"{member.name} in the archive is no file")
    return cast(BinaryIO, found)
