"""Radar set-up: a Hi-Link module is asked what it has, told what it lacks, asked again. Pure.

Commands and replies are laid out as ESPHome's `ld2410` and `ld2450` components have them:
FD FC FB FA, length, command, data, 04 03 02 01; a reply's command has 01 in its second byte and is
followed by 00 00 for success. While it is asked, a radar does not report.
"""

from node import log

_HEAD = b"\xfd\xfc\xfb\xfa"
_TAIL = b"\x04\x03\x02\x01"
_SHORTEST = 4  # command and result
_LONGEST = 44  # of what a reply's length may say; the longest known one says 28

_ENTER = 0xFF
_LEAVE = 0xFE
_RESTART = 0xA3
_MUTE = "it does not answer"
_REPLY_MS = 1000
_TRIES = 3
_BOOT_MS = 3000  # a radar that restarts says nothing for about a second
_PASSES = 2  # some settings need a restart; whether they took is seen in the second pass
_AGAIN_MS = 3600000  # after a set-up that failed; then after twice as long, and so on,
_RARELY_MS = 86400000  # but once a day: a radar that will not obey is not blinded for it each hour
_LEAVE_MS = 10000  # one that fell silent in a set-up is told so often to go back to reporting
_AWAY_MS = 3000  # so long without a report is a plug that was pulled, or a supply that failed


class RadarSetup:
    """One radar's set-up. checks: what it must be, as `radar_checks` has them.

    Begins by itself, and begins again when the radar was away and comes back: it may be another.
    `why`: what is not as it must be since the last set-up, in words; nothing when all is.
    """

    def __init__(self, checks: tuple) -> None:
        self._checks = checks
        self.why = ""
        self._again_ms = _AGAIN_MS
        self._away = True  # until its first report
        self._frames = 0
        self._quiet_ms = 0
        self._wait_ms = 0  # until the next thing happens by itself
        self._number = 0  # the last command,
        self._sent = b""  # its bytes,
        self._tries = 0  # and how often it was sent
        self._told: list = []  # what the radar was told in this pass: nothing twice
        self._restarts = False  # what it is being told takes a restart
        self._at = -1  # the check that is being made; -1: enter, their number: leave
        self._pass = 0
        self._restart = False
        self._wrong: list = []  # in words, in this pass
        self._stays = False  # whether it may be waiting for commands still, when all is done
        self._leave_ms = 0  # until it is told again to leave
        self._running = False
        self._buf = bytearray(_LONGEST + 10)
        self._have = 0
        self._begin()

    @property
    def unset(self) -> bool:
        """Whether the radar reports, but would not be set up."""
        return bool(self.why) and not self._away

    @property
    def listening(self) -> bool:
        """Whether a reply may be among the bytes that come; otherwise they need not be fed."""
        return self._running

    def command(self, elapsed_ms: int, frames: int) -> "bytes | None":
        """About every 100 ms: what to write to the radar now, or None.

        frames: how many reports it has sent so far.
        """
        self._listen_for_life(elapsed_ms, frames)
        self._wait_ms = max(0, self._wait_ms - elapsed_ms)
        if self._stays and self._away:  # it sees nobody until it hears this
            self._leave_ms = max(0, self._leave_ms - elapsed_ms)
            if not self._leave_ms:
                self._leave_ms = _LEAVE_MS
                return self._sent
        if self._wait_ms > 0:
            return None
        if not self._running:
            if not self.why:
                return None
            self._begin()
        elif self._tries >= _TRIES:
            self._unheard()
            if not self._running:
                return None
        self._tries += 1
        self._wait_ms = _REPLY_MS
        return self._sent

    def feed(self, data) -> None:
        """The bytes from the radar, reports and replies alike, in pieces of any size."""
        for byte in data:
            if not self._have and byte != _HEAD[0]:
                continue
            self._buf[self._have] = byte
            self._have += 1
            while self._have and self._sift():
                pass

    def _listen_for_life(self, elapsed_ms: int, frames: int) -> None:
        if frames != self._frames:
            self._frames = frames
            self._quiet_ms = 0
            if self._away:
                self._away = False
                if not self._running:
                    self._again_ms = _AGAIN_MS
                    self._begin()
        elif not self._running:
            self._quiet_ms = min(_AWAY_MS, self._quiet_ms + elapsed_ms)
            if self._quiet_ms == _AWAY_MS:
                self._away = True

    def _begin(self) -> None:
        self._running = True
        self._stays = False
        self._pass = 0
        self._enter()

    def _enter(self) -> None:
        self._pass += 1
        self._at = -1
        self._restart = False
        self._told = []
        self._wrong = []
        self._say(_ENTER, b"\x01\x00")

    def _say(self, number: int, data: bytes) -> None:
        self._number = number
        self._sent = command(number, data)
        self._tries = 0
        self._wait_ms = 0

    def _unheard(self) -> None:
        """Three times without a good reply."""
        if self._at < 0:
            self._wrong.append(_MUTE)
            self._at = len(self._checks)  # it may have entered all the same, and report nothing
            self._say(_LEAVE, b"")
        elif self._at >= len(self._checks):
            self._stays = True
            # A restart it may obey without a word, and who never answered need not begin to.
            if self._number != _RESTART and _MUTE not in self._wrong:
                self._wrong.append("it does not go back to reporting")
            self._next()
        elif self._number != self._checks[self._at][0]:
            self._ask()  # what it was told it has not taken: the answer will show it
        else:
            if self._checks[self._at][3]:
                self._wrong.append("it does not answer {:#x}".format(self._number))
            self._next()

    def _reply(self, number: int, good: bool, data) -> None:
        if not self._running or not self._tries or number != self._number:
            return
        if not good:
            self._wait_ms = 0  # it is asked again at once, and given up in the end
        elif self._at < 0 or self._at >= len(self._checks):
            self._next()
        elif number == self._checks[self._at][0]:
            self._judge(data)
        elif self._restarts:
            self._restart = True
            self._next()
        else:
            self._ask()

    def _judge(self, data: bytes) -> None:
        """Tell the radar the next thing that is wrong and that it was not told; or go on."""
        wrong = self._checks[self._at][2](data)
        for _why, tell, tell_data, restarts in wrong:
            told = (tell, tell_data) in self._told
            if not told and not (restarts and self._pass >= _PASSES):
                self._told.append((tell, tell_data))
                self._restarts = restarts
                self._say(tell, tell_data)
                return
        self._wrong += [what[0] for what in wrong]
        self._next()

    def _ask(self) -> None:
        self._say(self._checks[self._at][0], self._checks[self._at][1])

    def _next(self) -> None:
        self._at += 1
        if self._at < len(self._checks):
            self._ask()
        elif self._at == len(self._checks):
            self._say(_RESTART if self._restart else _LEAVE, b"")
        elif self._restart:
            self._stays = False
            self._enter()
            self._wait_ms = _BOOT_MS
        else:
            self._end()

    def _end(self) -> None:
        why = "; ".join(self._wrong)
        if why and why != self.why:
            log.warn("radar: not as it must be: " + why)
        self.why = why
        self._running = False
        self._have = 0
        self._quiet_ms = 0
        self._wait_ms = self._again_ms
        self._again_ms = min(_RARELY_MS, self._again_ms * 2) if why else _AGAIN_MS

    def _sift(self) -> bool:
        """Take a reply off the buffer, or a byte that begins none; False when more must come."""
        buf, have = self._buf, self._have
        for i in range(min(have, 4)):
            if buf[i] != _HEAD[i]:
                return self._drop(1)
        if have < 6:
            return False
        length = buf[4] | buf[5] << 8
        if not _SHORTEST <= length <= _LONGEST:
            return self._drop(1)
        size = length + 10
        if have < size:
            return False
        if buf[size - 4 : size] != _TAIL or buf[7] != 1:
            return self._drop(1)
        number, good, data = buf[6], not (buf[8] or buf[9]), bytes(buf[10 : size - 4])
        self._drop(size)
        self._reply(number, good, data)
        return True

    def _drop(self, count: int) -> bool:
        left = min(self._have, len(self._buf)) - count
        if left > 0:
            self._buf[0:left] = self._buf[count : count + left]
        self._have = max(0, left)
        return True


def command(number: int, data: bytes) -> bytes:
    """The bytes of a command."""
    body = bytes((number, 0)) + data
    return _HEAD + bytes((len(body), 0)) + body + _TAIL
