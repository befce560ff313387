"""The firmware's own tests on a Cortex-M0 in QEMU, with the stack and the heap of our Pico W."""

import subprocess
from functools import cache
from pathlib import Path

from tests.rigs import patience

ROOT = Path(__file__).resolve().parents[3]
FLASH_BYTES, RAM_BYTES = 4 << 20, 2 << 20  # beyond a Pico W's: tests, and a RAM disk
QEMU = (
    *("qemu-system-arm", "-machine", "microbit", "-nographic", "-monitor", "none"),
    *("-semihosting", "-serial", "stdio"),
    *("-global", f"nrf51-soc.flash-size={FLASH_BYTES}"),
    *("-global", f"nrf51-soc.sram-size={RAM_BYTES}"),
)


@cache
def image() -> Path:
    """The folder of firmware.elf and of tests.txt, which names the tests in it."""
    script = ROOT / "tools" / "board_image.sh"
    done = subprocess.run([script, "cortex_m0"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Path(done.stdout.strip())


def files() -> list[str]:
    """The test files in the image."""
    names = (image() / "tests.txt").read_text().split()
    return [name for name in names if Path(name).name.startswith("test_")]


def run(name: str, limit_s: float) -> tuple[list[str], str]:
    """The lines `ok NAME` and `FAILED NAME` of one test file's functions; and all its words."""
    try:
        done = subprocess.run(
            [*QEMU, "-kernel", str(image() / "firmware.elf")],
            input=Path(name).stem + "\r",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=patience.limit_s(limit_s),
            check=False,
        )
        said = done.stdout
    except subprocess.TimeoutExpired as late:
        said = (late.stdout or b"").decode(errors="replace")
    lines = [line for line in said.splitlines() if line.startswith(("ok test_", "FAILED test_"))]
    return lines, said
