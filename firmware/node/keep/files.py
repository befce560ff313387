"""Atomic files: small ones that a power cut cannot tear, and how much room the flash has."""

import os


def replace(path: str, data: bytes) -> None:
    """Make `path` hold exactly `data`, or leave it as it was. OSError when the flash refuses."""
    fresh = path + ".new"
    with open(fresh, "wb") as file:
        file.write(data)
        # MicroPython's flush commits: littlefs writes its metadata, the unix port calls fsync.
        file.flush()
    os.rename(fresh, path)


def read(path: str) -> "bytes | None":
    """The whole of `path`, or None when it is missing or cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def make_folder(path: str) -> None:
    """Make the folder `path` unless it is there. OSError when its parent is missing."""
    try:
        os.mkdir(path)
    except OSError:
        os.stat(path)


def flash_kb(folder: str) -> tuple:
    """(size, free) of the file system that holds `folder`, in KB."""
    found = os.statvfs(folder or "/")
    return found[1] * found[2] // 1024, found[0] * found[3] // 1024
