"""Who opens a database closes it: held by reading the code, and by watching it run."""

import ast
import asyncio
import gc
import sqlite3
import threading
import warnings
from contextlib import closing
from pathlib import Path

import pytest

from padlicht.clock import ClockWatch, HubClock
from padlicht.ledger import Ledger, LedgerThread
from padlicht.usage.follower import UsageFollower

ROOT = Path(__file__).resolve().parents[1]
OPENS = ("sqlite3.connect", "Ledger.open")
# A ledger closes itself at the end of `with`; a connection of sqlite3 only ends its transaction.
CLOSES_ITSELF = "Ledger.open"
# What closes, at its own end, the ledger that it is given.
TAKES_OVER = ("closing", "LedgerThread", "in_thread", "stack.enter_context")
# They hand on what they opened. That their callers close it is seen while the tests run.
HANDS_ON = ("open", "connect", "park", "_store")


def left_open(source: str) -> list[int]:
    """The lines on which a database is opened that nothing in sight closes."""
    tree = ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}

    def ancestors(node):
        while (node := parents.get(node)) is not None:
            yield node

    def is_closed(call):
        parent, *further = ancestors(call)
        match parent:
            case ast.withitem():
                return ast.unparse(call.func) == CLOSES_ITSELF
            case ast.Call(func=taker) if parent.func is not call:
                return ast.unparse(taker) in TAKES_OVER
            case ast.Attribute(attr="close"):
                return True
            case ast.Expr():  # it is refused, and that is what is tested
                around = next((node for node in further if isinstance(node, ast.With)), None)
                return around is not None and any(
                    "pytest.raises" in ast.unparse(item) for item in around.items
                )
        functions = (node.name for node in further if isinstance(node, ast.FunctionDef))
        return next(functions, "") in HANDS_ON

    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in OPENS and not is_closed(node)
    ]


def test_who_opens_a_database_closes_it_in_the_same_place():
    """No connection is opened but in `with closing(...)`, and no ledger but in a `with`."""
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for folder in ("hub", "tools", "tests", "dashboards")
        for path in (ROOT / folder).rglob("*.py")
        if path != Path(__file__)
        for line in left_open(path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "with sqlite3.connect(path) as db: pass",
        "db = sqlite3.connect(path)",
        "sqlite3.connect(path).execute('VACUUM')",
        "ledger = Ledger.open(path)",
        "assert Ledger.open(path).counts()",
        "def ledger(path): return Ledger.open(path)",
        "with suppress(Refused): Ledger.open(path)",
    ],
)
def test_the_rule_sees_what_is_left_open(line):
    """Each way in which a connection was once forgotten."""
    assert left_open(line)


def _forget():
    sqlite3.connect(":memory:").execute("SELECT 1").close()
    gc.collect()


def test_a_connection_that_is_forgotten_is_told_on_every_python():
    """With the place where it was opened, as what tells of it may be far from there."""
    with pytest.warns(ResourceWarning, match=r"unclosed database, opened at[^$]*test_connections"):
        _forget()


def test_a_connection_that_is_closed_is_not_told_of():
    """Nor one that could not be opened."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", ResourceWarning)
        with closing(sqlite3.connect(":memory:")) as database:
            database.execute("SELECT 1")
        with pytest.raises(sqlite3.OperationalError):
            sqlite3.connect("/nowhere/at/all.sqlite")
        del database
        gc.collect()
    assert said == []


def test_a_ledger_that_cannot_be_opened_leaves_no_connection(tmp_path, monkeypatch):
    """Whatever it was that went wrong on the way."""

    def fail(connection):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("padlicht.ledger.schema.migrate", fail)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", ResourceWarning)
        with pytest.raises(RuntimeError, match="ours"):
            Ledger.open(tmp_path / "ledger.sqlite")
        gc.collect()
    assert said == []


def test_a_hub_that_ends_while_it_opens_the_ledger_closes_it(tmp_path, monkeypatch):
    """A thread cannot be told to stop: what it opens after all is closed."""
    path = tmp_path / "ledger.sqlite"
    Ledger.open(path).close()
    opening, goes_on, opened = threading.Event(), threading.Event(), []
    real = Ledger.open

    def slow(*args, **options):
        opening.set()
        goes_on.wait()
        opened.append(real(*args, **options))
        return opened[0]

    async def run():
        with closing(LedgerThread(real(path))) as thread:
            work = asyncio.create_task(UsageFollower(thread, path, ClockWatch(HubClock())).run())
            await asyncio.to_thread(opening.wait)
            work.cancel()
            goes_on.set()
            await asyncio.gather(work, return_exceptions=True)

    monkeypatch.setattr(Ledger, "open", slow)
    asyncio.run(run())
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].records.counts()
