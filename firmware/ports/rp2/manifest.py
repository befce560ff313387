"""The image of a Pico W or Pico 2 W.

    make -C ports/rp2 BOARD=RPI_PICO_W FROZEN_MANIFEST=…/firmware/ports/rp2/manifest.py

in MicroPython's sources, with the whole path; BOARD=RPI_PICO2_W for the other one. The port's own
modules stay out: its `_boot.py` would format, and nothing here uses `rp2.py`.
"""

# ruff: noqa: F821
# mypy: disable-error-code="name-defined"
# MicroPython's build defines the words of a manifest.

include("../../manifest.py")
package(
    "boards",
    ("pins.py", "hardware.py", "ticks.py", "pico_w.py", "pico2_w.py"),
    base_path="../..",
    opt=3,
)
module("_boot.py", opt=3)
