"""ESP32-S3: two cores at 240 MHz, 512 KB of RAM, own Wi-Fi."""

# mypy: ignore-errors
# As in `hardware`: the stubs are those of a PC.

import machine

from boards import pins
from boards.hardware import Board as _Board


class Board(_Board):
    """Timer callbacks are not hard on this port: the interpreter runs them between two bytecodes.

    So they wait for whatever computes in C: one step of a TLS handshake, a flash erase, a
    collection. The PWM itself goes on by hardware meanwhile, so the light stands still, neither
    dark nor flickering, and the tick that comes late goes on from there.
    """

    name = "esp32_s3"
    pwm_clock_hz = 80000000
    pwm_max_bits = 14

    def _make_timer(self, period_ms, tick):
        return machine.Timer(0, mode=machine.Timer.PERIODIC, period=period_ms, callback=tick)


def make(folder: str, identity: dict) -> Board:
    """The board of the node whose files are in `folder`."""
    return Board(pins.ESP32_S3, folder, identity)
