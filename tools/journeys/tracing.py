"""Call tracing: which of our files do something when one thing happens, and who calls whom.

A file is on a journey when it is at either end of a call that is made while the thing happens, and
is not made while nothing happens: what loops do once a second leads nowhere. A template is a file
like any other; Jinja compiles it to functions that say which file they are from. A module that only
holds constants does not run, and is not counted.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
OURS = (ROOT / "hub" / "padlicht", ROOT / "firmware")

# Who was called (file, function), and by whom; a caller that is not ours is a module's name.
Function = tuple[str, str]
Call = tuple[Function, "Function | str"]


@dataclass(frozen=True)
class Stop:
    """One file of a journey: the first of its functions that runs, and who called it."""

    file: str
    function: str
    caller: str

    @property
    def is_template(self) -> bool:
        """Whether it is a page's template and no Python."""
        return not self.file.endswith(".py")


class Tracer:
    """Writes down every call of our functions, in every thread that starts after `installed`."""

    def __init__(self, *ours: Path) -> None:
        self._ours = [str(place) + "/" for place in ours or OURS]
        self._files: dict[str, str | None] = {}  # code's file name -> ours, from the root
        self._codes: dict[CodeType, Function | None] = {}
        self._calls: dict[Call, None] | None = None

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Be there from before the first thread starts; nothing is written down yet."""
        before = sys.gettrace()
        sys.settrace(self._on_event)
        threading.settrace(self._on_event)
        try:
            yield
        finally:
            sys.settrace(before)
            threading.settrace(before)

    @contextmanager
    def recording(self) -> Iterator[dict[Call, None]]:
        """Write down the calls made meanwhile, each once, in the order of their first time."""
        calls: dict[Call, None] = {}
        self._calls = calls
        try:
            yield calls
        finally:
            self._calls = None

    def _on_event(self, frame: FrameType, event: str, argument: Any) -> None:
        """Python calls this for each call; None: the lines inside are of no interest."""
        calls = self._calls
        if calls is None or event != "call":
            return
        called = self._function(frame.f_code)
        if called is not None:
            calls[called, self._caller(frame)] = None

    def _caller(self, frame: FrameType) -> "Function | str":
        """The nearest of our functions above; without one, the library that calls."""
        above = frame.f_back
        library = above.f_globals.get("__name__", "?") if above is not None else "a thread"
        while above is not None:
            if (found := self._function(above.f_code)) is not None:
                return found
            above = above.f_back
        return str(library)

    def _function(self, code: CodeType) -> Function | None:
        """The file and the name of one of our functions; None for all others."""
        try:
            return self._codes[code]
        except KeyError:
            file = self._file(code.co_filename)
            found = self._codes[code] = None if file is None else (file, _name(code))
            return found

    def _file(self, name: str) -> str | None:
        if name not in self._files:
            path = str(Path(name).resolve())
            is_ours = any(path.startswith(place) for place in self._ours)
            self._files[name] = str(Path(path).relative_to(ROOT)) if is_ours else None
        return self._files[name]


def _name(code: CodeType) -> str:
    """A function's name as people say it: without the places inside which it is defined."""
    parts = [part for part in code.co_qualname.split(".") if part != "<locals>"]
    named = [part for part in parts if not part.startswith("<")]
    return ".".join(named[-2:]) or code.co_name


def stops(runs: list[dict[Call, None]], idle: dict[Call, None]) -> list[Stop]:
    """The files of a journey that was made several times, in the order of the last one.

    What was not there every time was somebody else's: a look that came round just then.
    """
    found: list[dict[str, Stop]] = []
    for run in runs:
        stops: dict[str, Stop] = {}
        for (file, function), caller in run:
            if ((file, function), caller) in idle:
                continue
            if isinstance(caller, str):
                stops.setdefault(file, Stop(file, function, caller))
                continue
            # Who calls something new is on the way, too, and comes first.
            stops.setdefault(caller[0], Stop(*caller, "its own loop"))
            stops.setdefault(file, Stop(file, function, ":".join(caller)))
        found.append(stops)
    return [stop for file, stop in found[-1].items() if all(file in other for other in found)]
