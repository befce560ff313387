"""Beam counter role: counts by a pair of light beams, who broke both, and which first."""

from node.count.beams import TICK_MS, Beams
from node.link import wire

_TICKS_S = 1000 // TICK_MS


class BeamCounterRole:
    """The counter's half of a node without a radar. `tick` runs in a timer; all else beside it."""

    kind = "footfall"
    command = feed = None  # there is no radar to talk to

    def __init__(self, board, values: dict, up_ms):
        self._beams = Beams(*board.beams)
        self._watched = 0  # ticks that do not make a whole second yet
        self._crowded = 0
        self.tick = self._beams.tick

    def configure(self, values: dict) -> None:
        """No setting is for beams: where they stand is the line."""

    def rests_s(self, utc_s: int | None) -> int:
        """For how many seconds nobody will need its light; a counter has none to give."""
        return 86400

    def replan(self) -> None:
        """Counting knows no hours."""

    def second(self, utc_s: int | None) -> None:
        """Once a second: nothing; the timer does it all."""

    def take(self) -> dict:
        """Counters since the last call; seconds are whole, the rest is carried on."""
        n_in, n_out, watched, crowded = self._beams.take()
        self._watched += watched
        self._crowded += crowded
        counters = {
            "obs_s": self._watched // _TICKS_S,
            "sat_s": self._crowded // _TICKS_S,
            "in": n_in,
            "out": n_out,
        }
        self._watched %= _TICKS_S
        self._crowded %= _TICKS_S
        return counters

    def faults(self) -> dict:
        """Each fault that this role can have, and whether it has it now."""
        return {"beam_blocked": self._beams.blocked}

    def live(self) -> bytes:
        """The payload of `up/live`."""
        n_in, n_out = self._beams.since_take
        return wire.encode_counter_live(self._beams.seen, n_in, n_out)
