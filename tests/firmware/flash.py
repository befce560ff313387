"""Flash in memory under a real littlefs: counts what is done to it, and loses power.

For MicroPython, hence without pathlib.
"""

# ruff: noqa: PTH102, PTH109, PTH123, SIM105

import os

import vfs

BLOCK = 4096
HERE = os.getcwd()


class Flash:
    """Loses power at the `dies_at`th program or erase; a torn one is done by half.

    It allocates nothing and raises nothing, because files are also closed while rubbish is
    collected. programs, erases: how many were done. worn: erases by block.
    """

    def __init__(self, image=None, dies_at=-1, torn=False, blocks=24):
        self.data = bytearray(image) if image else bytearray(BLOCK * blocks)
        self.dies_at = dies_at
        self.torn = torn
        self.programs = 0
        self.erases = 0
        self._erased = bytearray(b"\xff" * BLOCK)
        self._blocks = len(self.data) // BLOCK
        self.worn = [0] * self._blocks

    @property
    def writes(self):
        return self.programs + self.erases

    def readblocks(self, block, buffer, offset=0):
        at = block * BLOCK + offset
        buffer[:] = memoryview(self.data)[at : at + len(buffer)]

    def writeblocks(self, block, buffer, offset=0):
        result = self._change(block * BLOCK + offset, buffer)
        self.programs += 1
        return result

    def ioctl(self, op, argument):
        if op == 4:
            return self._blocks
        if op == 5:
            return BLOCK
        if op == 6:
            result = self._change(argument * BLOCK, self._erased)
            self.erases += 1
            self.worn[argument] += 1
            return result
        return 0

    def _change(self, at, data):
        dead = 0 <= self.dies_at <= self.writes
        end = len(data)
        if dead:
            end = end // 2 if self.torn and self.writes == self.dies_at else 0
        memoryview(self.data)[at : at + end] = memoryview(data)[:end]
        return -5 if dead else 0


class Bare:
    """A board without a PC's file system: nothing is mounted at / until a test does it."""

    def __enter__(self):
        vfs.umount("/")

    def __exit__(self, *_):
        try:
            vfs.umount("/")
        except OSError:
            pass  # nothing was mounted
        vfs.mount(vfs.VfsPosix("/"), "/")
        os.chdir(HERE)


class Mounted:
    """A file system on some flash, at /flash."""

    def __init__(self, flash, fresh=False):
        if fresh:
            os.VfsLfs2.mkfs(flash)
        self.flash = flash

    def __enter__(self):
        os.mount(os.VfsLfs2(self.flash), "/flash")

    def __exit__(self, *_):
        os.umount("/flash")


def put(path, data):
    """Make a file hold this, its folders made on the way."""
    at = path.find("/", 1)
    while at > 0:
        try:
            os.mkdir(path[:at])
        except OSError:
            pass
        at = path.find("/", at + 1)
    with open(path, "wb") as file:
        file.write(data)
