"""Wi-Fi: a radio that is told where to connect, and not believed too long.

A radio can fail in many ways: it never joins, it refuses each command, or it dies while it says
that it is connected. What shows that it lives is an answer from the other side, if only a refusal;
without one, `recovery` says when it is restarted, and how thoroughly.
"""

import asyncio

from node import log
from node.errors import TryAgain
from node.link import reasons, recovery

LOOK_MS = 100
JOIN_S = 9  # less than the 10 s that the client gives to the whole of connecting
NO_ANSWER = "no answer for {} s".format(JOIN_S)
OFF_MS = 500  # how long it stays off before it is switched on again
_DBM = range(-120, 0)  # anything else is no signal: drivers say 0 or -128 for "unknown"


class Wifi:
    """Keeps a radio on the network `ssid`.

    `make_radio()` gives a station `network.WLAN`. It is called when the network is first wanted,
    and again when the radio is set up anew: a radio that cannot be built must not keep the lamp
    from starting.
    """

    def __init__(self, make_radio, ssid: str, password: str):
        self._make_radio = make_radio
        self._radio = None
        self._ssid = ssid
        self._password = password
        self._ladder = recovery.RadioLadder()
        self._asked = False  # the radio was told to connect since it was switched on
        self._joining = False
        self._stale = None  # what `status()` said before it was told

    @property
    def in_vain(self) -> int:
        """How many tries there were since somebody answered; 0 while the link is there."""
        return self._ladder.in_vain

    def tried(self, answered: bool) -> None:
        """Say whether somebody answered, be it with a refusal, when a link was tried."""
        if answered:
            self._ladder.answered()

    async def ready(self) -> None:
        """Return when there is a network; TryAgain with the reason when there is none for 9 s."""
        if not self._ssid:
            raise TryAgain("wifi: node.json names no network")
        step = self._ladder.begin()
        try:
            if step:
                await self._restart(step)
            if self._radio is None:
                self._radio = self._make_radio()
            await self._join(self._radio)
        except TryAgain:
            raise
        except Exception as error:  # the radio itself; ports raise OSError, ValueError and others
            self._joining = False
            # One refusal proves nothing; what a new start did not mend is broken.
            words = "does not work" if self._ladder.restarts > 1 else "refuses"
            raise TryAgain("wifi: the radio {} ({})".format(words, error))

    async def _join(self, radio):
        if radio.isconnected():
            return
        if not self._joining:
            # Told again while it is joining, it would begin anew.
            await self._connect(radio)
        why = None
        for _ in range(JOIN_S * 1000 // LOOK_MS):
            if radio.isconnected():
                self._joining = False
                log.info("wifi: on {}, {} dBm".format(self._ssid, self.rssi()))
                return
            status = radio.status()
            why = reasons.explain_radio(status)
            if why and status != self._stale:
                break
            await asyncio.sleep_ms(LOOK_MS)
        self._joining = False
        raise TryAgain("wifi: {}: {}".format(self._ssid, why or NO_ANSWER))

    async def _connect(self, radio):
        radio.active(True)
        radio.config(pm=radio.PM_NONE)  # asleep between beacons, it misses what comes down
        try:
            # The esp32's driver tries again by itself for ever, and hides most reasons meanwhile.
            radio.config(reconnects=0)
        except (ValueError, TypeError):
            pass  # the rp2's does not, and knows no such thing
        if self._asked:
            # An esp32 that is still at it takes no second order.
            radio.disconnect()
            await asyncio.sleep_ms(LOOK_MS)
        # An esp32 tells the last reason until it has an address: one that was there before is news
        # only when the time is over.
        self._stale = radio.status()
        self._asked = True
        try:
            radio.connect(self._ssid, self._password)
        except OSError:
            why = reasons.explain_radio(self._stale)
            if why is None:
                raise
            raise TryAgain("wifi: {}: {}".format(self._ssid, why))
        self._joining = True

    async def _restart(self, step):
        """Off, and for `ANEW` out; what refuses even that is left alone. `ready` switches it on."""
        say = log.warn if self._ladder.restarts <= 2 else log.debug  # each step is news once
        if step == recovery.ANEW:
            say("wifi: still nobody can be reached; setting the radio up anew")
        else:
            say("wifi: nobody can be reached; switching the radio off and on")
        radio = self._radio
        self._joining = self._asked = False
        if radio is not None:
            _obey(radio, "disconnect")
            _obey(radio, "active", False)
        if step == recovery.ANEW and radio is not None:
            _obey(radio, "deinit")  # the chip's firmware, too; an esp32's has no such call
            self._radio = None
        await asyncio.sleep_ms(OFF_MS)

    def rssi(self) -> int | None:
        """Signal in dBm, or None when there is none."""
        radio = self._radio
        try:
            dbm = radio.status("rssi") if radio and radio.isconnected() else None
        except Exception:
            return None
        return dbm if dbm in _DBM else None


def _obey(radio, what, *args):
    """Tell it; a radio that refuses even this is left alone."""
    try:
        getattr(radio, what)(*args)
    except Exception:
        pass
