"""The firmware's own modules on this Python, for nodes that live through a year in seconds.

They are loaded from the same folder as a board's files and are what a board runs: nothing of them
is written anew here.
"""

import importlib
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from padlicht.settings_schema import firmware_folder


class Firmware(NamedTuple):
    """The modules of `firmware/node` that a simulated year runs."""

    dimming: ModuleType
    lamp_role: ModuleType
    recorder: ModuleType
    settings: ModuleType
    tally: ModuleType
    schedule: ModuleType
    wire: ModuleType
    zone: ModuleType
    version: str


_NAMES = {
    "dimming": "node.light.dimming",
    "lamp_role": "node.roles.lamp",
    "recorder": "node.recorder",
    "settings": "node.keep.settings",
    "tally": "node.count.tally",
    "schedule": "node.light.schedule",
    "wire": "node.link.wire",
    "zone": "node.keep.zone",
}


def firmware() -> Firmware:
    """The firmware that this hub carries; Refused when it carries none."""
    return _load(firmware_folder())


@cache
def _load(folder: Path) -> Firmware:
    # The packages' name is `node`, and they import each other by it. The folder is only on the path
    # while they are read, because it also holds files called main and boot.
    sys.path.insert(0, str(folder))
    try:
        modules = {key: importlib.import_module(name) for key, name in _NAMES.items()}
        # What boards say on their consoles would fill the terminal with a year of nodes.
        vars(importlib.import_module("node.log"))["print"] = lambda text: None
    finally:
        sys.path.remove(str(folder))
    return Firmware(**modules, version=_version(folder))


def _version(folder: Path) -> str:
    """What the firmware says it is; `node.app` itself needs a board's Python."""
    for line in (folder / "node" / "app.py").read_text(encoding="utf-8").splitlines():
        if line.startswith("FIRMWARE = "):
            return line.split('"')[1]
    return "unknown"
