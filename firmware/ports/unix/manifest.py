"""The image that tests run on a PC: all boards, the simulated one included, and no `_boot.py`."""

# ruff: noqa: F821
# mypy: disable-error-code="name-defined"
# MicroPython's build defines the words of a manifest.

include("../../manifest.py")
package("boards", base_path="../..", opt=3)
