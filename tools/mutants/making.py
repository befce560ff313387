"""Makes the mutants of a module: each is its text with one small change. Pure.

Comparisons and their bounds, `and` and `or`, `not`, arithmetic, constants by one, what a function
returns, statements that are left out, `break` and `continue`; in SQL its comparisons and its order;
in a text of several lines each of its lines and words. Lines of the log, annotations and decorators
are left as they are.
"""

import ast
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

COMPARISONS: dict[type[ast.cmpop], tuple[str, ...]] = {
    ast.Lt: ("<", "<=", ">="), ast.LtE: ("<=", "<", ">"), ast.Gt: (">", ">=", "<="),
    ast.GtE: (">=", ">", "<"), ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"), ast.IsNot: (r"is\s+not", "is"), ast.In: ("in", "not in"),
    ast.NotIn: (r"not\s+in", "in"),
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "//"), ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"), ast.Mod: ("%", "//"), ast.Pow: ("**", "*"), ast.LShift: ("<<", ">>"),
    ast.RShift: (">>", "<<"), ast.BitAnd: ("&", "|"), ast.BitOr: ("|", "&"),
}  # fmt: skip
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}
SQL = re.compile(rb"\b(SELECT|INSERT|UPDATE|DELETE|WHERE|ORDER BY|ON CONFLICT)\b")
SQL_SWAPS = (
    (rb"<=", b"<"), (rb">=", b">"), (rb"(?<![<>=])<(?![<>=])", b"<="),
    (rb"(?<![<>=])>(?![<>=])", b">="), (rb"(?<![<>=])=(?![<>=])", b"!="), (rb"\bAND\b", b"OR"),
    (rb"\bDESC\b", b"ASC"), (rb"\bmax\(", b"min("), (rb"\bmin\(", b"max("), (rb" \+ ", b" - "),
    (rb"DO UPDATE SET [^\"]+", b"DO NOTHING"), (rb"\bDISTINCT ", b""),
)  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A module with one change.

    `where` is the class and function around it ("" for none), `before` and `after` are the lines
    that it changes: together they say which change it is, wherever the code moves.
    """

    line: int
    where: str
    before: str
    after: str
    source: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What a reviewed equivalent is known by."""
        return self.where, self.before, self.after


def mutants_of(source: str) -> list[Mutant]:
    """All mutants of a module, in the order of its lines; each differs from all others."""
    text = source.encode()
    found: dict[bytes, Mutant] = {}
    for where, start, end, new in _Changes(text).all(ast.parse(source)):
        changed = text[:start] + new + text[end:]
        if changed == text or changed in found:
            continue
        first = text.rfind(b"\n", 0, start) + 1
        last = text.find(b"\n", end) if b"\n" in text[end:] else len(text)
        after = text[first:start] + new + text[end:last]
        found[changed] = Mutant(
            text.count(b"\n", 0, start) + 1,
            where,
            _joined(text[first:last]),
            _joined(after),
            changed.decode(),
        )
    return sorted(found.values(), key=lambda mutant: (mutant.line, mutant.before, mutant.after))


def sample(mutants: list[Mutant], count: int, seed: int) -> list[Mutant]:
    """So many of them by chance, the same ones for the same seed, in the order of their lines."""
    chosen = random.Random(seed).sample(range(len(mutants)), min(count, len(mutants)))
    return [mutants[i] for i in sorted(chosen)]


def _joined(lines: bytes) -> str:
    return " ".join(lines.decode().split())


Change = tuple[str, int, int, bytes]  # where, start and end in bytes, and what stands there instead


class _Changes:
    """Walks through a module's syntax tree and gives what could be changed in its text."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._starts = [0]
        for line in text.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))

    def all(self, node: ast.AST, where: str = "") -> Iterator[Change]:
        """The changes at a node and below it."""
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            where = f"{where}.{node.name}".lstrip(".")
        if _is_left(node):
            return
        for start, end, new in self._at(node):
            yield where, start, end, new
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "decorator_list"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from self.all(child, where)

    def _span(self, node: ast.AST) -> tuple[int, int]:
        return (
            self._starts[node.lineno - 1] + node.col_offset,
            self._starts[node.end_lineno - 1] + node.end_col_offset,
        )

    def _at(self, node: ast.AST) -> Iterator[tuple[int, int, bytes]]:
        match node:
            case ast.Compare(left=left, ops=ops, comparators=others):
                for before, op, after in zip([left, *others], ops, others, strict=False):
                    old, *new = COMPARISONS[type(op)]
                    yield from self._between(before, after, old, *new)
            case ast.BoolOp(op=op, values=values):
                old, new = ("and", "or") if isinstance(op, ast.And) else ("or", "and")
                for before, after in pairwise(values):
                    yield from self._between(before, after, old, new)
            case ast.BinOp(left=left, op=op, right=right) if not _is_text(left, right):
                old, new = ARITHMETIC.get(type(op), ("", ""))
                if old and not (isinstance(op, ast.BitOr) and _is_type(left, right)):
                    yield from self._between(left, right, re.escape(old), new)
            case ast.AugAssign(target=target, op=op, value=value):
                old, new = ARITHMETIC.get(type(op), ("", ""))
                if old and not isinstance(value, ast.List | ast.ListComp):
                    yield from self._between(target, value, re.escape(old) + "=", new + "=")
                yield *self._span(node), b"pass"
            case ast.UnaryOp(op=ast.Not()):
                start, end = self._span(node)
                yield start, end, self._text[start + 3 : end].lstrip()
            case ast.Constant(value=value):
                yield from self._constant(node, value)
            case ast.JoinedStr():
                yield from self._words(*self._span(node))
            case ast.Call(func=ast.Name(id=name) as function) if name in CALLS:
                yield *self._span(function), CALLS[name].encode()
            case ast.Return(value=None) | ast.Raise() | ast.Delete():
                yield *self._span(node), b"pass"
            case ast.Return(value=value) if not isinstance(value, ast.Constant):
                yield *self._span(value), b"None"
            case ast.Break():
                yield *self._span(node), b"continue"
            case ast.Continue():
                yield *self._span(node), b"break"
            case ast.Expr(value=ast.Call() | ast.Await()):
                yield *self._span(node), b"pass"
            case ast.Assign(targets=[ast.Attribute() | ast.Subscript(), *_]):
                yield *self._span(node), b"pass"
        if isinstance(node, ast.If | ast.While | ast.IfExp):
            yield from self._negated(node.test)
        elif isinstance(node, ast.comprehension):
            for test in node.ifs:
                yield from self._negated(test)

    def _between(
        self, before: ast.AST, after: ast.AST, old: str, *new: str
    ) -> Iterator[tuple[int, int, bytes]]:
        """Other operators than the one that stands between two operands."""
        gap = self._span(before)[1]
        found = re.search(old.encode(), self._text[gap : self._span(after)[0]])
        if found:
            for other in new:
                yield gap + found.start(), gap + found.end(), other.encode()

    def _constant(self, node: ast.AST, value: object) -> Iterator[tuple[int, int, bytes]]:
        span = self._span(node)
        if isinstance(value, bool):
            yield *span, str(not value).encode()
        elif isinstance(value, int | float):
            for other in (value + 1, value - 1):
                yield *span, (f"({other})" if other < 0 else str(other)).encode()
        elif isinstance(value, str):
            yield from self._words(*span)

    def _words(self, start: int, end: int) -> Iterator[tuple[int, int, bytes]]:
        """Changes of a text that something else reads: of SQL, or of each line of several."""
        text = self._text[start:end]
        if SQL.search(text):
            for old, new in SQL_SWAPS:
                for found in re.finditer(old, text):
                    yield start + found.start(), start + found.end(), new
        elif text.rstrip(b"'\"").count(b"\n") > 1:
            at = start + text.index(b"\n") + 1
            for line in self._text[at:end].splitlines(keepends=True)[:-1]:
                if line.strip() and not line.lstrip().startswith(b"#"):
                    yield at, at + len(line) - 1, b""
                    for found in re.finditer(rb"/[^/\s]+", line):
                        yield at + found.start(), at + found.end(), b""
                at += len(line)

    def _negated(self, test: ast.expr) -> Iterator[tuple[int, int, bytes]]:
        """A condition that another operator does not negate already."""
        if isinstance(test, ast.Name | ast.Attribute | ast.Call | ast.Subscript):
            start, _ = self._span(test)
            yield start, start, b"not "


def _is_left(node: ast.AST) -> bool:
    """Whether nothing below is changed: docstrings, lines of the log, what is in an f-string."""
    match node:
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="log")))):
            return True
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"))):
            return True
    return isinstance(node, ast.FormattedValue)


def _is_text(*operands: ast.expr) -> bool:
    return any(
        isinstance(one, ast.JoinedStr)
        or (isinstance(one, ast.Constant) and isinstance(one.value, str | bytes))
        for one in operands
    )


def _is_type(*operands: ast.expr) -> bool:
    """Whether `|` stands between classes, as in `Birth | None`."""
    names = [getattr(one, "id", getattr(one, "attr", "")) for one in operands]
    return any(name[:1].isupper() for name in names) or any(
        isinstance(one, ast.Constant) and one.value is None for one in operands
    )
