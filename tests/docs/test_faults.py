"""docs/reference/faults.md: each code that the firmware can raise, as pages and runbook know it."""

import ast
from collections.abc import Iterator

from padlicht.web.i18n import LANGUAGES, words
from padlicht.web.park_health.advice import faults
from tests.docs.tables import REFERENCE, ROOT, codes, first_codes, table

ROWS = table((REFERENCE / "faults.md").read_text(encoding="utf-8"), "code", "of")
RUNBOOK = (ROOT / "dashboards" / "RUNBOOK.md").read_text(encoding="utf-8")
ANY_TASK = "task_"


def trees() -> list[ast.Module]:
    """The firmware's code."""
    return [
        ast.parse(path.read_text(encoding="utf-8"))
        for path in (ROOT / "firmware" / "node").rglob("*.py")
    ]


def raised() -> set[str]:
    """Every code that a `faults()` of the firmware gives; of tasks' codes the beginning."""
    found = set()
    for tree in trees():
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef) and function.name == "faults":
                found |= set(_codes_in(function))
    return found


def _codes_in(function: ast.FunctionDef) -> Iterator[str]:
    keys: list[ast.expr | None] = []
    for node in ast.walk(function):
        match node:
            case ast.Dict():
                keys += node.keys
            case ast.DictComp():
                keys.append(node.key)
            case ast.Subscript(ctx=ast.Store(), slice=key):
                keys.append(key)
    for key in keys:
        if isinstance(key, ast.BinOp):
            key = key.left
        assert isinstance(key, ast.Constant), "a fault's code is not found in the source"
        yield str(key.value)


def tasks() -> set[str]:
    """The names of the tasks that the firmware keeps alive."""
    return {
        call.args[0].value
        for tree in trees()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") == "run_for_ever"
        and isinstance(call.args[0], ast.Constant)
    }


def known(names: list[str]) -> list[str]:
    """Codes with one word for all tasks."""
    return sorted(ANY_TASK if name.startswith(ANY_TASK) else name for name in names)


def test_every_code_of_the_firmware_is_explained():
    """Once each, and no code that nothing raises."""
    assert known(first_codes(ROWS)) == sorted(raised())
    assert all(len(row) == 6 and all(row) for row in ROWS)


def test_every_task_is_named():
    """Whoever sees `task_hub` finds `hub`."""
    (row,) = [row for row in ROWS if row[0].startswith(f"`{ANY_TASK}")]
    assert set(codes(row[2])) == tasks()


def test_pages_have_words_for_each():
    """In both languages, and for no code that is gone."""
    for language in LANGUAGES:
        told = faults(words(language))
        assert sorted(told) == sorted(raised())
        assert all(told.values())


def test_the_runbook_has_each():
    """Whoever is called by an alert finds the code there, too."""
    assert known(first_codes(table(RUNBOOK, "code", "what"))) == sorted(raised())
