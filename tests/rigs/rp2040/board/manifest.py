"""The image for the emulator: that of a Pico, and stand-ins for what only a radio brings."""

# ruff: noqa: F821
# mypy: disable-error-code="name-defined"
# MicroPython's build defines the words of a manifest.

include("../../../../firmware/ports/rp2/manifest.py")
module("network.py", opt=3)
module("socket.py", opt=3)
