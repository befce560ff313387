"""Ranges of identities in a table, against a set of the same numbers."""

import random
import sqlite3
from contextlib import closing

import pytest

from padlicht.ledger.records.identity_ranges import Run, holds, include


@pytest.fixture
def database():
    with closing(sqlite3.connect(":memory:")) as opened:
        opened.execute(
            "CREATE TABLE seen (node_id, boot, first_seq, last_seq,"
            " PRIMARY KEY (node_id, boot, first_seq))"
        )
        yield opened


def rows(database):
    return database.execute("SELECT * FROM seen ORDER BY 1, 2, 3").fetchall()


def runs_of(known):
    """The ranges that a set of (node_id, boot, seq) makes."""
    runs = []
    for node_id, boot, seq in sorted(known):
        if runs and runs[-1][:2] == (node_id, boot) and runs[-1][3] == seq - 1:
            runs[-1] = (*runs[-1][:3], seq)
        else:
            runs.append((node_id, boot, seq, seq))
    return runs


@pytest.mark.parametrize("seed", range(8))
def test_ranges_are_those_of_the_numbers(database, seed):
    """Whatever comes in whatever order, of two nodes and two boots: what was there before is named,
    ranges that touch are one, and every number is known that came and no other."""
    dice = random.Random(seed)
    known = set()
    for _ in range(60):
        node_id, boot, first = dice.choice([1, 2]), dice.choice([1, 2]), dice.randrange(40)
        last = first + dice.choice([0, 0, 1, 2, 9])
        added = {(node_id, boot, seq) for seq in range(first, last + 1)}
        there, now = include(database, "seen", Run(node_id, boot, first, last))
        assert [tuple(run) for run in there] == runs_of(known & added)
        known |= added
        assert rows(database) == runs_of(known)
        assert tuple(now) in runs_of(known)
        assert now.first <= first <= last <= now.last
    for node_id in (1, 2, 3):
        for boot in (1, 2, 3):
            for seq in range(-1, 52):
                found = holds(database, "seen", node_id, boot, seq)
                assert found is ((node_id, boot, seq) in known)


def test_what_is_there_as_a_whole_is_not_written_again(database):
    """A repeat of what was stored touches no page of the file."""
    include(database, "seen", Run(1, 1, 3, 7))
    before = database.total_changes
    assert include(database, "seen", Run(1, 1, 4, 6)) == ([Run(1, 1, 4, 6)], Run(1, 1, 3, 7))
    assert database.total_changes == before
