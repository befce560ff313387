"""What the hub can say in its log, found in its source."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SAID = {"info": "I", "warning": "W", "error": "E", "exception": "E", "critical": "C"}
UNSAID = {"debug"}  # for whoever looks for a fault in the code, which then is at hand


@dataclass
class Found:
    """Lines with their levels, and what of a logger is used in a way that nobody foresaw."""

    lines: dict[str, str] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)


def log_lines(folder: Path) -> Found:
    """Each line of level information or above; … stands for what is filled in."""
    found = Found()
    for path in sorted(folder.rglob("*.py")):
        _Module(path, found).read()
    return found


class _Module:
    def __init__(self, path: Path, found: Found) -> None:
        self._path = path
        self._found = found
        self._tree = ast.parse(path.read_text(encoding="utf-8"))
        self._loggers = {
            target.id
            for node in ast.walk(self._tree)
            if isinstance(node, ast.Assign) and _called(node.value) == "getLogger"
            for target in node.targets
            if isinstance(target, ast.Name)
        }

    def read(self) -> None:
        """Every use of a logger: a call, or a name for one of its methods that is called later."""
        uses = set(self._uses())
        levels: dict[str, set[str]] = {}  # of `say = log.debug if again else log.warning`
        for node in ast.walk(self._tree):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    here = uses & set(ast.walk(value))
                    if here and _called(value) is None:
                        levels.setdefault(name, set()).update(use.attr for use in here)
                        uses -= here
        for call in ast.walk(self._tree):
            if not isinstance(call, ast.Call):
                continue
            if call.func in uses:
                uses.discard(call.func)
                self._said(call, {call.func.attr})
            elif isinstance(call.func, ast.Name) and call.func.id in levels:
                self._said(call, levels[call.func.id])
        self._found.odd += [f"{self._path.name}:{use.lineno}" for use in uses]

    def _uses(self) -> Iterator[ast.Attribute]:
        known = {*SAID, *UNSAID, "log"}
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Attribute) and node.attr in known:
                owner = node.value
                named = isinstance(owner, ast.Name) and owner.id in {*self._loggers, "logging"}
                if named or _called(owner) == "getLogger":
                    yield node

    def _said(self, call: ast.Call, levels: set[str]) -> None:
        message = call.args[1 if levels == {"log"} else 0]
        letters = {SAID[level] for level in levels & set(SAID)}
        if levels == {"log"}:
            letters = self._chosen(call.args[0])
        if letters:
            text = "…" if not isinstance(message, ast.Constant) else str(message.value)
            line = re.sub(r"%[-+ #0-9.]*[a-z]", "…", text)
            self._found.lines[line] = " ".join(sorted(letters))

    def _chosen(self, level: ast.expr) -> set[str]:
        """The levels that an expression may have, or the assignments of the name that it is."""
        values = [level]
        if isinstance(level, ast.Name):
            values = [
                node.value
                for node in ast.walk(self._tree)
                if isinstance(node, ast.Assign)
                and any(isinstance(one, ast.Name) and one.id == level.id for one in node.targets)
            ]
        names = {
            node.attr.lower()
            for value in values
            for node in ast.walk(value)
            if isinstance(node, ast.Attribute)
        }
        return {SAID[name] for name in names & set(SAID)}


def _called(node: ast.expr) -> str | None:
    """The name of the function or method that an expression calls."""
    if not isinstance(node, ast.Call):
        return None
    return getattr(node.func, "attr", None) or getattr(node.func, "id", None)
