"""File system of the flash: mounted when it can be, made once on a blank flash, never formatted.

Records and keys on a flash that does not mount are for somebody to look at, not to erase. Frozen
into a board's image and called by its `_boot.py` (ports/), before boot.py.
"""

import vfs

_BLOCK_COUNT, _BLOCK_SIZE = 4, 5  # requests to a block device's ioctl


def mount(device, **options) -> bool:
    """Mount the file system on `device` at /; whether there is one now. Never raises.

    device: a block device, or None when the board has none. options: VfsLfs2's, as the port's own
    images give them, so that boards keep their files. Only a flash that is blank from the first
    byte to the last is written to: there is nothing on it to lose.
    """
    try:
        vfs.mount(vfs.VfsLfs2(device, **options), "/")
        return True
    except Exception as error:
        reason = error
    try:
        if not is_blank(device):
            print("W boot: the flash does not mount ({!r}) and is left as it is".format(reason))
            return False
        print("I boot: the flash is blank; its first file system is made")
        vfs.VfsLfs2.mkfs(device, **options)
        vfs.mount(vfs.VfsLfs2(device, **options), "/")
        return True
    except Exception as error:  # the lamp must get its turn, whatever a flash may do
        print("W boot: the flash cannot be used ({!r})".format(error))
        return False


def is_blank(device) -> bool:
    """Whether every byte of `device` reads as erased flash does, 0xFF."""
    size = device.ioctl(_BLOCK_SIZE, 0)
    blank = b"\xff" * size
    found = bytearray(size)
    for block in range(device.ioctl(_BLOCK_COUNT, 0)):
        if device.readblocks(block, found) or found != blank:  # what cannot be read may be anything
            return False
    return True
