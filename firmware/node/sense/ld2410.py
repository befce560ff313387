"""HLK-LD2410B/C radar: bytes from its UART in, movement and distance out.

Reports and commands are laid out as ESPHome's `ld2410` component has them. The bytes may come in
pieces of any size, with noise or half a report between them.
"""

_HEAD = b"\xf4\xf3\xf2\xf1"
_TAIL = b"\xf8\xf7\xf6\xf5"
_SIZES = {0x0D: 23, 0x23: 45}  # length byte -> bytes of the whole report: normal, engineering
_KINDS = {0x0D: 2, 0x23: 1}  # length byte -> the kind byte that belongs to it
_LONGEST = 45

_MOVING = 1  # bit of the state byte; bit 1 is a target that stands still, which wakes no lamp

_EARLY = 0  # too few bytes to say
_NOISE = -1  # no header
_BROKEN = -2  # a header, which is no accident, and then not what belongs after it

NOBODY = -1  # the distance when nothing moves


class LD2410:
    """Reads reports; calls `on_report(moving, distance_cm)` for each one that is whole.

    `distance_cm` is the slant distance from radar to the moving target, or -1 when nothing moves:
    the radar leaves the last distance in place, so without its state bit it means nothing.
    `frames` counts whole reports, `bad` those that began well and then broke.
    """

    def __init__(self, on_report):
        self.frames = 0
        self.bad = 0
        self._on_report = on_report
        self._buf = bytearray(_LONGEST)
        self._have = 0
        self._need = 6  # how many there must be before it is worth looking again

    def feed(self, data) -> None:
        """Take the next bytes, any number of them. Never raises for what the bytes say."""
        for byte in data:
            if byte != _HEAD[0] and not self._have:
                continue  # noise at the full rate of the UART must not keep the node busy
            self._buf[self._have] = byte
            self._have += 1
            if self._have == self._need:
                self._sift()

    def _sift(self) -> None:
        """Leave at the start of the buffer only what may still become a report.

        A broken report is given up one byte at a time: a whole one may have begun inside it.
        """
        while self._have:
            verdict = self._judge()
            if verdict == _EARLY:
                self._need = 6 if self._have < 6 else _SIZES[self._buf[4]]
                return
            if verdict > 0:
                self.frames += 1
                moving = bool(self._buf[8] & _MOVING)
                distance_cm = self._buf[9] | self._buf[10] << 8 if moving else NOBODY
                self._drop(verdict)
                self._on_report(moving, distance_cm)
            else:
                if verdict == _BROKEN:
                    self.bad += 1
                self._drop(1)
        self._need = 6

    def _judge(self) -> int:
        """Return the size of the whole report that the buffer begins with, or why it is none."""
        buf = self._buf
        have = self._have
        for i in range(min(have, 4)):
            if buf[i] != _HEAD[i]:
                return _NOISE
        if have < 6:
            return _EARLY
        length = buf[4]
        if length not in _SIZES or buf[5] != 0:
            return _BROKEN
        size = _SIZES[length]
        if have < size:
            return _EARLY
        if buf[6] != _KINDS[length] or buf[7] != 0xAA or buf[size - 6] != 0x55 or buf[size - 5]:
            return _BROKEN
        return size if buf[size - 4 : size] == _TAIL else _BROKEN

    def _drop(self, count: int) -> None:
        left = self._have - count
        self._buf[0:left] = self._buf[count : self._have]
        self._have = left


def config_commands() -> list:
    """Return the commands that set a radar up, to be written in turn, about 100 ms apart.

    All nine gates stay on (0.75 m each: the lamp compares centimetres itself), "nobody" is said
    after 1 s instead of 5 (the lamp does its own holding), and Bluetooth, through which any
    passer-by could change all this, goes off. That takes a restart of the module; the last
    command lets a module report again that would not restart.
    """
    return [
        _command(0xFF, b"\x01\x00"),
        _command(
            0x60,
            b"\x00\x00\x08\x00\x00\x00"  # farthest gate for movement: 8
            b"\x01\x00\x08\x00\x00\x00"  # farthest gate for standing still: 8
            b"\x02\x00\x01\x00\x00\x00",  # seconds until "nobody": 1
        ),
        _command(0xA4, b"\x00\x00"),
        _command(0xA3, b""),
        _command(0xFE, b""),
    ]


def _command(number: int, data: bytes) -> bytes:
    body = bytes((number, 0)) + data
    return b"\xfd\xfc\xfb\xfa" + bytes((len(body), 0)) + body + b"\x04\x03\x02\x01"
