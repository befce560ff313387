"""HLK-LD2450 radar: frames with up to three moving targets, ten times a second. Pure.

A frame has 30 bytes: AA FF 03 00, three targets of 8, 55 CC. A target is x, y, speed and resolution
as 16 bits each, little-endian; x, y and speed are sign and magnitude, where bit 15 set means
positive. All zeros: no target. Source: ESPHome's ld2450 component.
"""

from node.sense import radar_checks
from node.sense.radar_setup import RadarSetup

_HEADER = b"\xaa\xff\x03\x00"
_TAIL = b"\x55\xcc"
_FRAME_BYTES = 30
_FARTHEST_MM = 10000  # it sees 6 m, and some say 8: beyond this a byte was flipped on its way


class LD2450:
    """Turns the bytes of the UART, however they are chopped, into frames.

    on_frame(points): called for each whole frame with 0 to 3 (x_mm, y_mm); y points away from the
    radar. frames: whole frames so far. bad: stretches of bytes so far that belonged to none. It is
    set up by writing to it what `command` says.
    """

    def __init__(self, on_frame) -> None:
        self.frames = 0
        self.bad = 0
        self._on_frame = on_frame
        self._rest = b""  # shorter than a frame
        self._lost = False  # within a stretch that belongs to no frame
        self._setup = RadarSetup(radar_checks.LD2450)

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

    def feed(self, data: bytes) -> None:
        """Take what the UART brought."""
        if self._setup.listening:
            self._setup.feed(data)
        data = self._rest + bytes(data)
        at = 0
        while True:
            start = data.find(_HEADER, at)
            if start < 0:
                # The last bytes may be the first ones of a header.
                start = max(at, len(data) - len(_HEADER) + 1)
                while start < len(data) and not _HEADER.startswith(data[start:]):
                    start += 1
            if start > at:
                self._skipped()
            at = start
            if len(data) - at < _FRAME_BYTES:
                break
            # Header and tail both occur inside frames, so only both in their places make one.
            points = None
            if data[at + _FRAME_BYTES - 2 : at + _FRAME_BYTES] == _TAIL:
                points = _points(data, at + len(_HEADER))
            if points is None:
                self._skipped()
                at += 1
                continue
            self.frames += 1
            self._lost = False
            self._on_frame(points)
            at += _FRAME_BYTES
        self._rest = data[at:]

    def _skipped(self) -> None:
        if not self._lost:
            self.bad += 1
        self._lost = True


def _points(data: bytes, at: int) -> "list | None":
    """The targets of a frame; None when one of them is where the radar cannot see."""
    points = []
    for slot in range(at, at + 24, 8):
        x_mm = _signed(data[slot] | data[slot + 1] << 8)
        y_mm = _signed(data[slot + 2] | data[slot + 3] << 8)
        if abs(x_mm) > _FARTHEST_MM or abs(y_mm) > _FARTHEST_MM:
            return None
        if x_mm or y_mm:
            points.append((x_mm, y_mm))
    return points


def _signed(raw: int) -> int:
    return raw - 0x8000 if raw & 0x8000 else -raw
