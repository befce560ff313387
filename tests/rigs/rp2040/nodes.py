"""Nodes on emulated boards: what their memory holds at the first start, and what passes them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tests.rigs.rp2040 import chip, parts

EVENING = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)  # an hour and a half after sunset in Groningen
FRAME_S = 0.1
NODE = {
    "node": "lamp-1",
    "site": "park",
    "zone": "path",
    "role": "lamp",
    "board": "pico_w",
    "broker_host": "127.0.0.1",
    "broker_port": 8883,
    "broker_name": "broker",
    "wifi_ssid": "nowhere",
    "wifi_password": "secret",
    "sensors": ["ds3231"],
}


def start(keys: Path | None = None, **more: object) -> chip.Board:
    """A board with a node on it, in the evening; with a radio that is in no network.

    keys: the folder of ca.der, cert.der and key.der: then it is in one. more: of node.json.
    """
    identity = NODE | more | ({"wifi_ssid": "here"} if keys else {})
    files = {"node.json": json.dumps(identity).encode()}
    for name in ("ca.der", "cert.der", "key.der") if keys else ():
        files[name] = (keys / name).read_bytes()  # type: ignore[operator]
    board = chip.Board(chip.file_system(files))
    parts.ds3231(board, EVENING)
    return board


def see(board: chip.Board, frame: Callable[[float], bytes]) -> None:
    """From now on the radar says `frame(time in s)`, ten times a second."""

    def again() -> None:
        board.radar_says(frame(board.seconds))
        board.at(FRAME_S, again)

    again()
