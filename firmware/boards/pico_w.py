"""Raspberry Pi Pico W: RP2040 at 125 MHz, 264 KB of RAM, Wi-Fi on a CYW43439."""

# mypy: ignore-errors
# As in `hardware`: the stubs are those of a PC.

import machine

from boards import pins
from boards.hardware import Board as _Board
from node import log


class Board(_Board):
    """Timer interrupts are hard here, from MicroPython 1.26 on: they come in between anything.

    What still holds them up: a flash erase, which turns interrupts off for up to 60 ms (three
    ticks). A TLS handshake does not.
    """

    name = "pico_w"
    pwm_clock_hz = 125000000

    def _make_timer(self, period_ms, tick):
        periodic = machine.Timer.PERIODIC
        try:
            return machine.Timer(-1, mode=periodic, period=period_ms, callback=tick, hard=True)
        except TypeError:
            log.warn("board: no hard timers before MicroPython 1.26; the light waits for TLS")
        return machine.Timer(-1, mode=periodic, period=period_ms, callback=tick)


def make(folder: str, identity: dict) -> Board:
    """The board of the node whose files are in `folder`."""
    return Board(pins.PICO, folder, identity)
