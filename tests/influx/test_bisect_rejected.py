"""Which lines a database refuses is found out, whatever it refuses."""

import asyncio
import random

import pytest

from padlicht.errors import BadData
from padlicht.influx.bisect_rejected import MOST_IN_A_ROW, AllRejected, RejectedLineBisector

SEED = 20261121


class Database:
    """Refuses every body that has a bad line, and writes nothing of it."""

    def __init__(self, bad: set[str]):
        self.bad = bad
        self.has: set[str] = set()
        self.posts = 0

    async def post(self, text: str, packed: bytes | None) -> None:
        self.posts += 1
        lines = text.split("\n")
        for line in lines:
            if line in self.bad:
                raise BadData(f"HTTP 400 {line}")
        self.has.update(lines)


def delivered(
    database: Database, lines: list[str], sieve: RejectedLineBisector | None = None
) -> list[str]:
    """Deliver lines; those that were refused."""
    sieve = sieve or RejectedLineBisector(database.post)
    refused = asyncio.run(sieve.deliver("\n".join(lines), b""))
    assert all(reason == f"HTTP 400 {line}" for line, reason in refused)
    return [line for line, _ in refused]


@pytest.mark.parametrize("share", [0.0, 0.0002, 0.01, 0.3, 0.9])
def test_exactly_the_bad_lines_are_refused_and_all_others_written(share):
    """Few or many, scattered by chance."""
    dice = random.Random(SEED)
    lines = [f"line {i}" for i in range(2000)]
    bad = {line for line in lines if dice.random() < share}
    database = Database(bad)
    assert set(delivered(database, lines)) == bad
    assert database.has == set(lines) - bad


def test_a_single_bad_line_costs_few_writes():
    """Halving: two for each time that 5000 can be halved."""
    lines = [f"line {i}" for i in range(5000)]
    database = Database({"line 1234"})
    assert delivered(database, lines) == ["line 1234"]
    assert database.posts <= 1 + 2 * 13


def test_a_long_run_of_bad_lines_with_another_bad_one_far_off_is_still_their_own_fault():
    """Both halves are refused, and good lines come only after the run: they are looked for."""
    lines = [f"line {i}" for i in range(4000)]
    bad = {*lines[:1100], lines[-1]}
    database = Database({*bad, *lines[1250:2001:250]})
    assert set(delivered(database, lines)) == database.bad


def test_when_all_are_refused_it_is_not_the_lines():
    """It is said after few writes, and no line is blamed."""
    lines = [f"line {i}" for i in range(5000)]
    database = Database(set(lines))
    with pytest.raises(AllRejected, match="HTTP 400"):
        delivered(database, lines)
    assert database.posts < 3 * MOST_IN_A_ROW


def test_when_all_are_refused_one_by_one_it_is_noticed_as_well():
    """A small park sends a line now and then: after a hundred in a row it is not the lines."""
    lines = [f"line {i}" for i in range(MOST_IN_A_ROW + 1)]
    database = Database(set(lines))
    sieve = RejectedLineBisector(database.post)
    for line in lines[:-1]:
        assert delivered(database, [line], sieve) == [line]
    with pytest.raises(AllRejected):
        delivered(database, lines[-1:], sieve)
    database.bad = set()
    assert delivered(database, lines, sieve) == []
    database.bad = {lines[0]}
    assert delivered(database, lines[:1], sieve) == lines[:1]
