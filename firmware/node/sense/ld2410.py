"""HLK-LD2410B/C radar: bytes from its UART in, movement and distance out.

Reports and commands are laid out as ESPHome's `ld2410` component has them. The bytes may come in
pieces of any size, with noise or half a report between them.
"""

from node.sense import radar_checks
from node.sense.radar_setup import RadarSetup

_HEAD = b"\xf4\xf3\xf2\xf1"
_TAIL = b"\xf8\xf7\xf6\xf5"
_SIZES = {0x0D: 23, 0x23: 45}  # length byte -> bytes of the whole report: normal, engineering
_KINDS = {0x0D: 2, 0x23: 1}  # length byte -> the kind byte that belongs to it
_LONGEST = 45

_MOVING = 1  # bit of the state byte
_STILL = 2  # of a target that stands still, which wakes no lamp

_EARLY = 0  # too few bytes to say
_NOISE = -1  # no header
_BROKEN = -2  # a header, which is no accident, and then not what belongs after it

NOBODY = -1  # the distance when there is none

_GATE_CM = 75
_NEAREST_GATE, _FARTHEST_GATE = 2, 8  # what the radar takes for its last gate
ALL_CM = _FARTHEST_GATE * _GATE_CM  # as far as it surely sees


def _farthest_gate(reach_cm: int) -> int:
    """The last gate that is needed to see somebody at this distance, whichever way gates reach.

    By the maker's manual and a measuring log nobody beyond N gates of 0.75 m is seen when the
    farthest is N; by another passage of that manual gate N ends at N + 1 of them.
    """
    return min(_FARTHEST_GATE, max(_NEAREST_GATE, (reach_cm + _GATE_CM - 1) // _GATE_CM))


class LD2410:
    """Reads reports; calls `on_report(moving, distance_cm)` for each one that is whole.

    `distance_cm` is the slant distance from radar to the moving target, or -1 when nothing moves:
    the radar leaves the last distance in place, so without its state bit it means nothing.
    Of the newest report, `energy` is that of the moving target, 0 to 100, 0 when nothing moves, and
    `still_cm` the distance of one that stands still, or -1.
    `frames` counts whole reports, `bad` those that began well and then broke. It is set up by
    writing to it what `command` says. `reach_cm`: nobody farther away is of interest; a slant
    distance, too.
    """

    def __init__(self, on_report, reach_cm: int = ALL_CM):
        self.frames = 0
        self.bad = 0
        self.energy = 0
        self.still_cm = NOBODY
        self._on_report = on_report
        self._buf = bytearray(_LONGEST)
        self._have = 0
        self._need = 6  # how many there must be before it is worth looking again
        self._gate = _farthest_gate(reach_cm)
        self._setup = RadarSetup(radar_checks.ld2410(self._gate))

    def set_reach(self, reach_cm: int) -> None:
        """Set the radar up again when it must look farther, or need not look so far."""
        gate = _farthest_gate(reach_cm)
        if gate != self._gate:
            self._gate = gate
            self._setup = RadarSetup(radar_checks.ld2410(gate))

    @property
    def unset(self) -> bool:
        """Whether it reports, but would not be set up."""
        return self._setup.unset

    @property
    def why(self) -> str:
        """What is not as it must be since the last set-up, in words; nothing when all is."""
        return self._setup.why

    def command(self, elapsed_ms: int) -> "bytes | None":
        """About every 100 ms: what to write to the radar now to set it up, or None."""
        return self._setup.command(elapsed_ms, self.frames)

    def feed(self, data) -> None:
        """Take the next bytes, any number of them. Never raises for what the bytes say."""
        if self._setup.listening:
            self._setup.feed(data)
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
                buf = self._buf
                moving = bool(buf[8] & _MOVING)
                distance_cm = buf[9] | buf[10] << 8 if moving else NOBODY
                self.energy = buf[11] if moving else 0
                self.still_cm = buf[12] | buf[13] << 8 if buf[8] & _STILL else NOBODY
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
        if (buf[10] | buf[13] | buf[16]) & 0x80:
            return _BROKEN  # one of its distances is 327 m or more: a byte was flipped on its way
        return size if buf[size - 4 : size] == _TAIL else _BROKEN

    def _drop(self, count: int) -> None:
        left = self._have - count
        self._buf[0:left] = self._buf[count : self._have]
        self._have = left
