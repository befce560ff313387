"""Counter role: radar frames in, crossings per direction out."""

from node.count.tracks import Tracks
from node.link import wire
from node.sense.ld2450 import LD2450

FRAME_MS = 100  # the LD2450 reports ten times a second
SHORTEST_MS = 50  # frames that come in a bunch were not measured in a bunch
LAG_MS = 250  # later than this, frames are missing
SILENT_S = 2  # so long without a frame is no accident
DEAD_S = 60  # and so long is a cable, a supply or a radar that broke


class CounterRole:
    """The counter's half of a node; all of it runs in the event loop."""

    kind = "footfall"
    tick = None  # nothing here needs a timer

    def __init__(self, board, values: dict, up_ms):
        self._up_ms = up_ms
        self._tracks = Tracks(values)
        self._radar = LD2450(self._frame)
        self._last_ms = up_ms()
        self._owed_ms = 0  # time that has passed, but that no frame has been given yet
        self._obs_ms = 0
        self._sat_ms = 0
        self._frames = 0
        self._silent_s = 0
        self.command = self._radar.command  # what to write to the radar to set it up
        self.feed = self._radar.feed  # bytes of the radar's UART
        self.radar = self._radar  # the self-test looks at what it understood
        self.configure = self._tracks.configure  # new settings, all of them valid

    def rests_s(self, utc_s: int | None) -> int:
        """For how many seconds nobody will need its light; a counter has none to give."""
        return 86400

    def replan(self) -> None:
        """Counting knows no hours."""

    def second(self, utc_s: int | None) -> None:
        """Once a second: notice a radar that is silent, and let go of whom it saw last."""
        if self._radar.frames != self._frames:
            self._frames = self._radar.frames
            self._silent_s = 0
            return
        self._silent_s += 1
        if self._silent_s >= SILENT_S:
            self._tracks.frame([], 1000)
            self._last_ms = self._up_ms()
            self._owed_ms = 0

    def take(self) -> dict:
        """Counters since the last call; seconds are whole, the rest is carried on."""
        n_in, n_out, sat_ms = self._tracks.take()
        self._sat_ms += sat_ms
        counters = {
            "obs_s": self._obs_ms // 1000,
            "sat_s": self._sat_ms // 1000,
            "in": n_in,
            "out": n_out,
        }
        self._obs_ms %= 1000
        self._sat_ms %= 1000
        return counters

    def faults(self) -> dict:
        """Each fault that this role can have, and whether it has it now."""
        return {"radar_silent": self._silent_s >= DEAD_S, "radar_unset": self._radar.unset}

    def live(self) -> bytes:
        """The payload of `up/live`."""
        tracks = self._tracks
        return wire.encode_counter_live(tracks.seen, tracks.n_in, tracks.n_out)

    def _frame(self, points):
        now_ms = self._up_ms()
        self._owed_ms += now_ms - self._last_ms
        self._last_ms = now_ms
        lag_ms = self._owed_ms - FRAME_MS
        if lag_ms > LAG_MS:
            dt_ms = self._owed_ms
        else:
            # When a frame arrives depends on what else the node had to do; when it was measured
            # does not. So time is dealt out evenly, and drifts after the clock.
            dt_ms = max(SHORTEST_MS, FRAME_MS + lag_ms // 8)
        self._owed_ms = max(-LAG_MS, self._owed_ms - dt_ms)
        self._obs_ms += dt_ms if dt_ms <= 1000 else FRAME_MS  # a gap was not watched
        self._tracks.frame(points, dt_ms)
