"""What goes on after trouble with the disk, and what does not."""

import asyncio
import logging
import sqlite3
from pathlib import Path

import pytest

from padlicht.backoff import Backoff
from padlicht.operations import retry

PATH = Path("ledger.sqlite")


def test_a_part_goes_on_when_there_is_room_again(caplog, monkeypatch):
    """A full disk ends no part of the hub: it begins anew, and says so once."""
    monkeypatch.setattr(retry, "Backoff", lambda *_: Backoff(0.001, 0.001))
    caplog.set_level(logging.INFO, "padlicht.operations")
    tries = []

    async def part():
        tries.append(1)
        if len(tries) < 4:
            raise sqlite3.OperationalError("database or disk is full")

    asyncio.run(retry.retry_on_ledger_trouble("commands", part, PATH))
    assert len(tries) == 4
    assert [record.getMessage().split(";")[0] for record in caplog.records] == [
        "commands: the ledger cannot be used: database or disk is full"
    ]


def test_a_fault_of_ours_is_not_taken_for_a_full_disk():
    """What would come again for ever ends the hub, so that it is seen."""

    async def part():
        raise sqlite3.IntegrityError("NOT NULL constraint failed")

    with pytest.raises(sqlite3.IntegrityError):
        asyncio.run(retry.retry_on_ledger_trouble("commands", part, PATH))
