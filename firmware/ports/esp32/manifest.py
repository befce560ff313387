"""The image of an ESP32-S3.

    make -C ports/esp32 BOARD=ESP32_GENERIC_S3 FROZEN_MANIFEST=…/firmware/ports/esp32/manifest.py

in MicroPython's sources, with the whole path. The port's own modules stay out: its `_boot.py` and
`inisetup.py` format or stop for ever, and nothing here uses the others.
"""

# ruff: noqa: F821
# mypy: disable-error-code="name-defined"
# MicroPython's build defines the words of a manifest.

include("../../manifest.py")
package("boards", ("pins.py", "hardware.py", "ticks.py", "esp32_s3.py"), base_path="../..", opt=3)
module("_boot.py", opt=3)
