"""How many MicroPython bytecodes a call takes, counted and not timed.

MicroPython prints its bytecode with the source line of each (`-v -v`), CPython says which lines run
(`sys.settrace`). Bytecodes of the lines that ran, as often as they ran, is what MicroPython would
execute at most: of a line that is left half-way, such as `a and b`, all of it is counted.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

_FUNCTION = re.compile(r"^File (.+), code block '(.+)' \(")
_LINE = re.compile(r"^  bc=(-?\d+) line=(\d+)$")
_BYTECODE = re.compile(r"^(\d+) [A-Z_]+")

Costs = dict[tuple[str, str, int], int]  # (file, function, line) -> bytecodes


def costs(micropython: str, firmware: Path, modules: tuple[str, ...]) -> Costs:
    """What each line of some modules of the firmware compiles to."""
    found: Costs = {}
    for module in modules:
        path = module.replace(".", "/") + ".py"
        dump = subprocess.run(
            [micropython, "-v", "-v", "-c", f"import {module}"],
            env={**os.environ, "MICROPYPATH": f"{firmware}:.frozen"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        _read(dump, str(firmware / path), path, found)
    return found


def _read(dump: str, full_path: str, path: str, found: Costs) -> None:
    function = None
    starts: list[tuple[int, int]] = []  # (offset of its first bytecode, line)
    for text in dump.splitlines():
        if head := _FUNCTION.match(text):
            function = head[2] if head[1] == full_path else None
            starts = []
        elif function and (line := _LINE.match(text)):
            starts.append((int(line[1]), int(line[2])))
        elif function and (code := _BYTECODE.match(text)):
            at = max(start for start in starts if start[0] <= int(code[1]))
            key = (path, function, at[1])
            found[key] = found.get(key, 0) + 1


def count(call: Callable[[], Any], costs_of: Costs, firmware: Path) -> int:
    """The bytecodes of one call of Python code that lies in the firmware."""
    total = 0
    prefix = str(firmware) + "/"
    last: dict[FrameType, int] = {}

    def on_line(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal total
        if event == "line" and last.get(frame) != frame.f_lineno:
            last[frame] = frame.f_lineno
            total += _cost(frame.f_code, frame.f_lineno)
        return on_line

    def _cost(code: CodeType, line: int) -> int:
        # The inner lines of an expression over several of them belong to the first that is known.
        path = code.co_filename[len(prefix) :]
        return costs_of.get((path, code.co_name, line), 0)

    def on_call(frame: FrameType, event: str, _: Any) -> Any:
        return on_line if frame.f_code.co_filename.startswith(prefix) else None

    before = sys.gettrace()
    sys.settrace(on_call)
    try:
        call()
    finally:
        sys.settrace(before)
    return total
