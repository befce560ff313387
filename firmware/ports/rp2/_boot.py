"""Runs first on a Pico, instead of the port's own, which formats what it cannot mount."""

# mypy: ignore-errors
# The stubs are those of a PC's MicroPython, which has no flash of its own.

import sys

# A file in flash must not stand in for what is frozen: main.py itself puts a slot in front.
sys.path[:] = [".frozen"]

from _rp2 import Flash  # noqa: E402 -- `rp2` itself is mostly a PIO assembler

import storage  # noqa: E402

storage.mount(Flash(), progsize=256)  # the flash programs whole pages
