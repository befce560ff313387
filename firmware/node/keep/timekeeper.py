"""Time sources: the hub, the board's own real-time clock, and a floor in flash under both."""

from node import log
from node.errors import BadData
from node.keep import files
from node.keep.clock import HUB, OWN_RTC

STEP_MS = 2000  # a clock that was off by more has lived in another time
RTC_EVERY_S = 3600  # a DS3231 drifts 2 ppm, a board's crystal 50
RTC_OFF_MS = 1500  # its seconds are whole, and reading it takes its time
FLOOR_EVERY_S = 3600


class ClockFloor:
    """Lower bound of the time, kept in the file `path`: what a clock must not fall behind.

    One line, "UTC-seconds\\n". It is written once an hour: that is 9 000 small writes a year, and
    a clock whose battery is flat wakes years behind, not an hour. `utc_s` is 0 while there is none.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self.utc_s = 0
        data = files.read(path)
        if data is not None and data.endswith(b"\n") and data[:-1].isdigit():
            self.utc_s = int(data)

    def update(self, utc_s: int) -> None:
        """It is utc_s now: keep that, at most once an hour. OSError when the flash refuses.

        A time before the floor is kept at once: only the hub can have said it, and it is right.
        """
        if self.utc_s <= utc_s < self.utc_s + FLOOR_EVERY_S:
            return
        self.utc_s = utc_s  # also when it cannot be written: the next try is in an hour
        files.replace(self._path, "{}\n".format(utc_s).encode())


class Timekeeper:
    """Keeps `clock` right.

    board: rtc_utc_ms() and rtc_set_ms(utc_ms). floor: a ClockFloor.
    rtc_behind: the board's clock told a time before the floor, or nonsense: it is not believed.
    """

    def __init__(self, board, clock, floor) -> None:
        self._board = board
        self._clock = clock
        self._floor = floor
        self._look_s = RTC_EVERY_S  # uptime of the next look at the board's clock
        self._set_rtc = False  # the hub has told the time since the board's clock was set
        self.rtc_behind = False
        clock.floor_s = floor.utc_s
        self._ask_rtc()

    def set_from_hub(self, utc_ms: int, round_trip_ms: "int | None") -> "int | None":
        """The hub's time has arrived: by how many ms the clock stepped; None the first time.

        round_trip_ms: from our birth to the hub's answer. The way back took about half of it, so
        the hub's clock is by so much further now. At worst that is wrong by the other half: with
        10 s, the longest that counts, by 5 s, and far less on any link that a park has. BadData
        when a hub that does not know the time itself tells it.
        """
        first = self._clock.utc_s() is None
        try:
            step_ms = self._clock.set(utc_ms + (round_trip_ms or 0) // 2, HUB)
        except BadData as error:
            raise BadData("down/time: {}".format(error))
        self._set_rtc = True
        self._keep_floor()
        return None if first else step_ms

    def second(self) -> "int | None":
        """Once a second, soon after it began: by how many ms the clock stepped, or None.

        The hub's word of the last day stands; after that the board's own clock corrects ours.
        """
        utc_s = self._clock.utc_s()
        if self._set_rtc and utc_s is not None:
            self._set_rtc = False
            now_ms = self._clock.utc_ms()
            rtc_utc_ms = self._board.rtc_utc_ms()
            if rtc_utc_ms is None or abs(rtc_utc_ms - now_ms) > RTC_OFF_MS:
                if self._board.rtc_set_ms(now_ms):
                    self.rtc_behind = False
        step_ms = None
        if self._clock.up_s() >= self._look_s:
            self._look_s = self._clock.up_s() + RTC_EVERY_S
            if self._clock.trust < HUB:
                step_ms = self._ask_rtc()
            self._keep_floor()
        return step_ms

    def _ask_rtc(self):
        utc_ms = self._board.rtc_utc_ms()
        if utc_ms is None:
            return None
        try:
            step_ms = self._clock.set(utc_ms, OWN_RTC)
        except BadData as error:
            if not self.rtc_behind:
                log.warn(
                    "clock: the board's own cannot be right ({}); waiting for the hub".format(error)
                )
            self.rtc_behind = True
            return None
        self.rtc_behind = False
        return step_ms

    def _keep_floor(self):
        utc_s = self._clock.utc_s()
        if utc_s is None:
            return
        try:
            self._floor.update(utc_s)
        except OSError as error:
            log.warn("clock: the floor is not kept ({})".format(error))
        self._clock.floor_s = self._floor.utc_s
