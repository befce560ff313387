"""Tally: counters into records, one for each aligned interval, no gap and no overlap. Pure."""

_STEP_S = 2  # UTC and uptime may disagree by this much before the clock is held to have stepped
# A TLS handshake can hold the node back by 3 s; such an interval still ends where it should.
_LATE_S = 5

# kind -> (seconds within the interval, counts that also have a total)
_SECONDS = {"lamp": ("obs_s", "lit_s", "boost_s", "near_s"), "footfall": ("obs_s", "sat_s")}
_OF_OBSERVED = ("near_s",)  # a part of obs_s, but for what rounding adds
_COUNTS = {"lamp": ("trig", "mwh"), "footfall": ("in", "out")}


class Tally:
    """Cuts time into intervals of `length_s`, aligned in UTC, or in uptime while UTC is unknown.

    kind: "lamp" or "footfall". totals: the last record of this kind from the spool, or {}; its
    `*_total` are carried on. `length_s` may be set between two intervals.
    """

    def __init__(self, kind: str, length_s: int, totals: dict) -> None:
        self.kind = kind
        self.length_s = length_s
        self._totals = {name: totals.get(name + "_total", 0) for name in _COUNTS[kind]}
        self._carry = dict.fromkeys(_SECONDS[kind], 0)
        self._t: int = None  # UTC of the start, None when unknown
        self._up_s = 0  # uptime of the start
        # UTC of the last record's end, None when unknown.
        self._ended = totals["t"] + totals["dt"] if totals.get("t") else None

    def start(self, utc_s: "int | None", up_s: int) -> None:
        """Begin an interval now. utc_s: None while the clock is unknown."""
        ahead_s = 0
        if utc_s is not None and self._ended is not None:
            # The clock went back a little: wait, so that no second is reported twice. After a big
            # step waiting would lose more than it saves.
            ahead_s = self._ended - utc_s
            if not 0 < ahead_s <= self.length_s:
                ahead_s = 0
        self._t = None if utc_s is None else utc_s + ahead_s
        self._up_s = up_s + ahead_s

    def realign(self, utc_s: "int | None", up_s: int) -> None:
        """Begin the open interval anew if its date was not known, or has become another."""
        if self._t is None or utc_s is None or self._stepped(utc_s, up_s):
            self.start(utc_s, up_s)

    def due(self, utc_s: "int | None", up_s: int) -> bool:
        """Whether the interval is over: at its boundary, or when the clock was set or stepped."""
        if self._t is None or utc_s is None:
            return utc_s is not None or up_s // self.length_s > self._up_s // self.length_s
        return utc_s >= self._boundary() or self._stepped(utc_s, up_s)

    def cut(self, utc_s: "int | None", up_s: int, clock: int, counters: dict) -> dict:
        """End the interval now, begin the next where it ended, and return its record without `seq`.

        clock: how far the clock is trusted (0-2). counters: what happened since the last cut, by
        the record's own names; "metered" may be left out. A record of unknown date has t 0 and a
        private "up", its start in uptime.
        """
        record = {"kind": self.kind, "clock": clock}
        next_s, next_up_s = utc_s, up_s
        if self._t is None:
            record["t"] = 0
            record["up"] = self._up_s
            record["clock"] = 0
            dt = up_s - self._up_s
        else:
            record["t"] = self._t
            if utc_s is None or self._stepped(utc_s, up_s):
                dt = max(0, up_s - self._up_s)
            else:
                late_s = utc_s - self._boundary()
                if 0 < late_s <= min(_LATE_S, self.length_s // 60):
                    next_s, next_up_s = utc_s - late_s, up_s - late_s
                dt = max(0, next_s - self._t)
            self._ended = self._t + dt
        record["dt"] = dt
        self._count(record, dt, counters)
        self.start(next_s, next_up_s)
        return record

    def _boundary(self) -> int:
        return (self._t // self.length_s + 1) * self.length_s

    def _stepped(self, utc_s: int, up_s: int) -> bool:
        return abs((utc_s - self._t) - (up_s - self._up_s)) > _STEP_S

    def _count(self, record: dict, dt: int, counters: dict) -> None:
        for name in _SECONDS[self.kind]:  # obs_s first
            most_s = record["obs_s"] if name in _OF_OBSERVED else dt
            # What was seen while the cut was late belongs to the next interval; more than that is
            # nobody's.
            seconds = counters[name] + self._carry[name]
            record[name] = min(seconds, most_s)
            self._carry[name] = min(seconds - record[name], _LATE_S)
        for name in self._totals:
            self._totals[name] += counters[name]
            record[name] = counters[name]
            record[name + "_total"] = self._totals[name]
        if self.kind == "lamp":
            record["metered"] = bool(counters.get("metered", False))
