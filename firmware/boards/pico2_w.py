"""Raspberry Pi Pico 2 W: RP2350 at 150 MHz, 520 KB of RAM; wired and driven like the Pico W."""

from boards import pico_w, pins


class Board(pico_w.Board):
    """A Pico W with a faster clock."""

    name = "pico2_w"
    pwm_clock_hz = 150000000


def make(folder: str, identity: dict) -> Board:
    """The board of the node whose files are in `folder`."""
    return Board(pins.PICO, folder, identity)
