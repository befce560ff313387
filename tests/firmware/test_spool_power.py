"""Power may go at any moment of writing to a real littlefs: the spool keeps its promises all the
same."""

import os

from node.errors import TryAgain
from node.keep.boots import next_boot
from node.keep.settings import Settings
from node.keep.spool import Spool

INTERPRETERS = ("mp64", "mp32")

_BLOCK = 4096
_BLOCKS = 24


class Flash:
    """Flash in memory that loses power at the `dies_at`th program or erase; a torn one is done by
    half.

    It allocates nothing and raises nothing, because files are also closed while rubbish is
    collected.
    """

    def __init__(self, image=None, dies_at=-1, torn=False):
        self.data = bytearray(image) if image else bytearray(_BLOCK * _BLOCKS)
        self.dies_at = dies_at
        self.torn = torn
        self.writes = 0
        self._erased = bytearray(b"\xff" * _BLOCK)

    def readblocks(self, block, buffer, offset=0):
        at = block * _BLOCK + offset
        end, n = len(buffer), 0
        while n < end:
            buffer[n] = self.data[at + n]
            n += 1

    def writeblocks(self, block, buffer, offset=0):
        return self._change(block * _BLOCK + offset, buffer)

    def ioctl(self, op, argument):
        if op == 4:
            return _BLOCKS
        if op == 5:
            return _BLOCK
        if op == 6:
            return self._change(argument * _BLOCK, self._erased)
        return 0

    def _change(self, at, data):
        dead = 0 <= self.dies_at <= self.writes
        end, n = len(data), 0
        if dead:
            end = end // 2 if self.torn and self.writes == self.dies_at else 0
        self.writes += 1
        while n < end:
            self.data[at + n] = data[n]
            n += 1
        return -5 if dead else 0


class Mounted:
    """A file system on some flash, at /flash."""

    def __init__(self, flash):
        self.flash = flash

    def __enter__(self):
        os.mount(os.VfsLfs2(self.flash), "/flash")

    def __exit__(self, *_):
        os.umount("/flash")


def _record(number):
    return {
        "kind": "lamp",
        "t": 1795224600 + 900 * number,
        "dt": 900,
        "clock": 2,
        "trig_total": number,
    }


def _evening(done):
    """What a node does in one boot; `done` learns of each step that returned."""
    try:
        done["boot"] = next_boot("/flash")
        if Settings("/flash/settings.json").apply(2, {"base_pct": 10}) == {}:
            done["version"] = 2
        spool = Spool("/flash/spool", 2)
        for number in range(8):
            spool.append(_record(100 + number))
            done["made"] = number + 1
            if number == 3:
                done["acking"] = True
                spool.ack(1, [(1, 60)])
                spool.ack(2, [(1, 2)])
    except (OSError, TryAgain):
        pass


def _first_boot():
    """An image with a day's records of boot 1, and how many of them."""
    flash = Flash()
    os.VfsLfs2.mkfs(flash)
    with Mounted(flash):
        assert next_boot("/flash") == 1
        assert Settings("/flash/settings.json").apply(1, {"base_pct": 5}) == {}
        spool = Spool("/flash/spool", 1)
        for number in range(70):
            spool.append(_record(number))
    return flash.data


def _check(done, cut):
    """After the power is back: nothing that was promised is gone."""
    assert next_boot("/flash") > done.get("boot", 1), cut
    settings = Settings("/flash/settings.json")
    assert settings.load() is None, cut
    assert settings.version in ((2,) if done.get("version") else (1, 2)), cut
    spool = Spool("/flash/spool", 3)
    made = done.get("made", 0)
    assert spool.bad == 0, cut
    assert spool.last("lamp")["trig_total"] in ((99 + made, 100 + made) if made else (69, 100)), cut
    left = set()
    while True:
        batch = spool.batch()
        if batch is None:
            break
        for record in batch[1]:
            assert (batch[0], record["seq"]) not in left, cut
            left.add((batch[0], record["seq"]))
    for number in range(1, 71):
        assert (1, number) in left or (number <= 60 and "acking" in done), (cut, number)
    for number in range(1, made + 1):
        assert (2, number) in left or (number <= 2 and "acking" in done), (cut, number)
    assert spool.append(_record(200)) == 1


def test_power_cut_at_every_write():
    """Whichever program or erase is the last, whole or torn, nothing stored is lost and nothing is
    unreadable."""
    image = _first_boot()
    flash = Flash(image)
    with Mounted(flash):
        done = {}
        _evening(done)
        assert done["made"] == 8
    writes = flash.writes
    assert writes > 20
    for torn in (False, True):
        for cut in range(writes):
            flash = Flash(image, cut, torn)
            done = {}
            try:
                with Mounted(flash):
                    _evening(done)
            except OSError:
                pass
            with Mounted(Flash(flash.data)):
                _check(done, (cut, torn))
