"""The firmware, its pure tests and what runs them, frozen for a Cortex-M0.

Which tests those are is in `tests.txt`, which tools/board_image.sh writes beside this copy.
"""

# ruff: noqa: F821, PTH123
# mypy: disable-error-code="name-defined"
# MicroPython's build defines the words of a manifest.

include("$(CHECKOUT)/firmware/manifest.py")
package("boards", base_path="$(CHECKOUT)/firmware", opt=3)
module("on_board.py")
with open("tests.txt") as names:
    for name in names.read().split():
        folder, _, leaf = name.rpartition("/")
        module(leaf, base_path="$(CHECKOUT)/" + folder)
