"""Wi-Fi: a radio that is told where to connect, and not believed too long.

A Pico W's radio can die while it says that it is connected. What shows that it lives is an answer
from the other side: MQTT's ping (see `connection`), and here whether connections come about.
"""

import asyncio

from node import log
from node.errors import TryAgain

LOOK_MS = 100
JOIN_S = 9  # less than the 10 s that the client gives to the whole of connecting
TRIES = 3  # connections in vain, on a radio that says all is well, before it is restarted
OFF_MS = 500  # how long it stays off then
_WHY = {  # `status()` of the rp2's radio, and of the esp32's
    -3: "wrong password",
    -2: "no such network in reach",
    -1: "the access point does not answer",
    200: "the access point fell silent",
    201: "no such network in reach",
    202: "wrong password",
    203: "the access point refuses",
    204: "wrong password, or the access point is too far off",
}


class Wifi:
    """Keeps a radio on the network `ssid`.

    `make_radio()` gives a station `network.WLAN`. It is called when the network is first wanted:
    a radio that cannot be built must not keep the lamp from starting.
    """

    def __init__(self, make_radio, ssid: str, password: str):
        self._make_radio = make_radio
        self._radio = None
        self._ssid = ssid
        self._password = password
        self._in_vain = 0
        self._joining = False

    async def ready(self) -> None:
        """Return when there is a network; TryAgain with the reason when there is none for 9 s."""
        if not self._ssid:
            raise TryAgain("wifi: node.json names no network")
        try:
            if self._radio is None:
                self._radio = self._make_radio()
            await self._join(self._radio)
        except OSError as error:  # the radio itself
            self._joining = False
            raise TryAgain("wifi: the radio does not work ({})".format(error))

    async def _join(self, radio):
        if self._in_vain >= TRIES:
            log.warn("wifi: nobody can be reached; restarting the radio")
            await self._restart(radio)
        if radio.isconnected():
            return
        if not self._joining:
            # Told again while it is joining, it would begin anew.
            radio.active(True)
            radio.config(pm=radio.PM_NONE)  # asleep between beacons, it misses what comes down
            radio.connect(self._ssid, self._password)
            self._joining = True
        for _ in range(JOIN_S * 1000 // LOOK_MS):
            if radio.isconnected():
                self._joining = False
                log.info("wifi: on {}, {} dBm".format(self._ssid, self.rssi()))
                return
            why = _WHY.get(radio.status())
            if why:
                break
            await asyncio.sleep_ms(LOOK_MS)
        else:
            why = "no answer for {} s".format(JOIN_S)
        self._joining = False
        raise TryAgain("wifi: {}: {}".format(self._ssid, why))

    def tried(self, worked: bool) -> None:
        """Say whether somebody answered, be it with a refusal, when a connection was tried."""
        self._in_vain = 0 if worked else self._in_vain + 1

    async def _restart(self, radio):
        self._in_vain = 0
        self._joining = False
        radio.disconnect()
        radio.active(False)
        await asyncio.sleep_ms(OFF_MS)

    def rssi(self) -> int | None:
        """Signal in dBm, or None when there is none."""
        radio = self._radio
        try:
            return radio.status("rssi") if radio and radio.isconnected() else None
        except OSError:
            return None
