"""What is frozen into every image: the application and what starts it, without a board.

MicroPython's build reads this through `ports/PORT/manifest.py`. `opt=3` leaves out assertions and
line numbers, as for .mpy. Frozen code runs from flash: only what it makes is in the heap.
"""

# ruff: noqa: F821
# mypy: disable-error-code="name-defined"
# MicroPython's build defines the words of a manifest.

include("$(MPY_DIR)/extmod/asyncio")
module("main.py", opt=3)
module("boot.py", opt=3)
module("lifeline.py", opt=3)
module("storage.py", opt=3)
package("node", opt=3)
