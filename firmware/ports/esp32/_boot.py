"""Runs first on an ESP32, instead of the port's own, which formats or stops for ever."""

# mypy: ignore-errors
# The stubs are those of a PC's MicroPython, which has no partitions.

import sys

# A file in flash must not stand in for what is frozen: main.py itself puts a slot in front.
sys.path[:] = [".frozen"]

from esp32 import Partition  # noqa: E402

import storage  # noqa: E402

found = Partition.find(Partition.TYPE_DATA, label="vfs")
storage.mount(found[0] if found else None)
