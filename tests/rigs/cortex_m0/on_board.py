"""Runs the test functions of one frozen file on the emulated Cortex-M0: its name comes by UART."""

import os
import sys

import uctypes
import vfs

FLASH_AT, FLASH_BLOCKS, BLOCK = 0x20080000, 256, 4096  # of RAM, beyond what a Pico W has


class Memory:
    """A RAM disk: the file system that tests write to."""

    def __init__(self):
        self._data = uctypes.bytearray_at(FLASH_AT, FLASH_BLOCKS * BLOCK)

    def readblocks(self, block, buffer, offset=0):
        """Read."""
        at = block * BLOCK + offset
        buffer[:] = memoryview(self._data)[at : at + len(buffer)]

    def writeblocks(self, block, buffer, offset=0):
        """Write."""
        at = block * BLOCK + offset
        memoryview(self._data)[at : at + len(buffer)] = buffer

    def ioctl(self, request, argument):
        """How large it is; erasing is nothing."""
        return {4: FLASH_BLOCKS, 5: BLOCK}.get(request, 0)


def main():
    """One file, each function told; as tests/rigs/run_functions.py does."""
    disk = Memory()
    vfs.VfsLfs2.mkfs(disk)
    vfs.mount(vfs.VfsLfs2(disk), "/")
    os.mkdir("/tmp")  # noqa: PTH102 -- no pathlib there
    name = input()
    module = __import__(name)
    for test in sorted([one for one in dir(module) if one.startswith("test_")]):
        try:
            getattr(module, test)()
        except Exception as error:
            print("FAILED", test)
            sys.print_exception(error)
        else:
            print("ok", test)
    print("end")


main()
