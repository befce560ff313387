"""Recorder: counters become records, cut into intervals, stored in the spool, totals carried on."""

from node import log
from node.count.tally import Tally
from node.errors import BadData, TryAgain
from node.keep import files
from node.keep.boot_state import next_boot
from node.keep.spool import Spool

MAX_WAITING = 16  # records kept in memory while the flash refuses; then the oldest goes
AT_ONCE = 4  # records in one write: an interval's two, and a fault that came or went with it
MAX_RECORDS = 4000  # 20 days of quarters of an hour, where the flash is large enough
RECORD_BYTES = 240  # of flash: a Pico W keeps 11 days (test_spool_life.py)
MISSING_TICKS = 50  # in an interval: more than a handshake takes from an ESP32-S3's timer
OTHERS_KB = 320  # of flash, for two application slots, settings, keys and the file system itself


class Recorder:
    """Cuts the role's counters into records and keeps them until the hub has them.

    `open` must have gone well before the rest is called; it reads the flash and may raise OSError.
    `on_record()` is called when there is something new to hand in.
    """

    def __init__(self, board, clock, role, interval_s: int, on_record):
        self._board = board
        self._clock = clock
        self._role = role
        self._interval_s = interval_s
        self._on_record = on_record
        self._tally: Tally | None = None
        self._cut_up_s = 0  # when the open interval began
        self._waiting: list = []
        self._faults: dict = {}  # code -> whether it is on
        self.boot = 0
        self.spool: Spool | None = None
        self.loses_ticks = False  # in the interval before, more than a handshake costs

    def open(self) -> None:
        """Number this boot, find what is left of earlier ones, begin the first interval."""
        folder = self._board.folder
        if not self.boot:
            self.boot = next_boot(folder, self._board.identity.get("first_boot", 1))
        spool = Spool(folder + "/spool", self.boot, record_room(folder), self._board.journal)
        spool.date = self._clock.date
        kind = self._role.kind
        self._tally = Tally(kind, self._interval_s, spool.last(kind) or {})
        self._cut_up_s = self._clock.up_s()
        self._tally.start(self._clock.utc_s(), self._cut_up_s)
        self.spool = spool
        log.info("records: boot {}, {} waiting for the hub".format(self.boot, spool.pending))

    def second(self, trust: int | None = None) -> None:
        """Once a second, and right after the clock was set: cut when the interval is over.

        trust: how far the clock could be trusted until now, when that has just changed.
        """
        if self._tally.due(self._clock.utc_s(), self._clock.up_s()):
            self.cut(trust)
        for code, on in self._role.faults().items():
            self.fault(code, on)
        self._keep()

    def set_interval(self, interval_s: int) -> None:
        """How long intervals are from the next one on; call it before `cut`."""
        self._interval_s = interval_s

    def cut(self, trust: int | None = None) -> None:
        """End the open interval now, whatever its length, and begin the next."""
        utc_s, up_s = self._clock.utc_s(), self._clock.up_s()
        if up_s == self._cut_up_s:
            # Not a second old: nothing to report, but the next one may have learnt its date.
            self._tally.length_s = self._interval_s
            self._tally.realign(utc_s, up_s)
            return
        if trust is None:
            trust = self._clock.trust
        rec = self._tally.cut(utc_s, up_s, trust, self._role.take())
        self._tally.length_s = self._interval_s
        self._cut_up_s = up_s
        self._waiting.append(rec)
        self._waiting.append(self._health(rec))
        self._keep()

    def fault(self, code: str, on: bool) -> None:
        """Make a record when a fault came or went; nothing when it is as it was."""
        if self._faults.get(code, False) == on:
            return
        self._faults[code] = on
        log.warn("records: fault {} {}".format(code, "came" if on else "went"))
        utc_s = self._clock.utc_s()
        rec = {"kind": "fault", "t": utc_s or 0, "dt": 0, "clock": self._clock.trust}
        if utc_s is None:
            rec["up"] = self._clock.up_s()
        rec["code"] = code
        rec["on"] = on
        self._waiting.append(rec)

    def _health(self, rec):
        board = self._board
        health = {"kind": "health", "t": rec["t"], "dt": rec["dt"], "clock": rec["clock"]}
        if "up" in rec:
            health["up"] = rec["up"]
        health["rssi"] = board.rssi()
        health["mv"] = board.mv()
        health["dc"] = board.dc()
        health["free"] = board.free()
        health["spool"] = self.spool.pending
        health["dropped"] = self.spool.dropped
        health["up_s"] = self._clock.up_s()
        health["lux_dl"] = board.lux_dl()
        stack = board.stack_left()
        if stack is not None:
            health["stack"] = stack
        lost = board.ticks_lost()
        if lost is not None:
            health["ticks_lost"] = self._ticks_lost(*lost)
        return health

    def _ticks_lost(self, failed, missing, error):
        if failed:
            log.warn("lamp: {} ticks failed ({!r})".format(failed, error))
        self.loses_ticks = failed > 0 or missing > MISSING_TICKS
        return failed + missing

    def _keep(self):
        """Into the spool with what waits; what the flash refuses is tried again in a second."""
        kept = False
        at_once = AT_ONCE
        try:
            while self._waiting and self.spool is not None:
                try:
                    self.spool.extend(self._waiting[:at_once])
                except BadData as error:  # one of these can never be sent: find it, go on without
                    if at_once == 1:
                        log.warn("records: one is left out: {}".format(error))
                        self._waiting.pop(0)
                    at_once = 1
                    continue
                self._waiting = self._waiting[at_once:]
                kept = True
        except TryAgain as error:
            if len(self._waiting) > MAX_WAITING:
                # Not one of those that were tried: they may be on flash, and keep their numbers.
                # Its totals are in the next record too: a dropped interval costs resolution.
                self._waiting.pop(AT_ONCE)
            log.warn("records: {}; {} wait".format(error, len(self._waiting)))
        if kept:
            self._on_record()


def record_room(folder: str) -> int:
    """How many records this flash has room for beside everything else."""
    size_kb = files.flash_kb(folder)[0]
    return max(200, min(MAX_RECORDS, (size_kb - OTHERS_KB) * 1024 // RECORD_BYTES))
