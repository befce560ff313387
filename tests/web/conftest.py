"""What tests of pages share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from padlicht.ledger import Ledger, Record
from tests.rigs.year import END_UTC_S, copied


@pytest.fixture
def make_copy(year: Path, tmp_path: Path) -> Callable[..., Path]:
    """A ledger of one's own with the year in it and more records, or what a function does to it."""

    def made(*records: Record, change: Callable[[Ledger], None] | None = None) -> Path:
        path = copied(year, tmp_path / "data" / "ledger.sqlite")
        with Ledger.open(path) as ledger, ledger.transaction():
            if records:
                ledger.records.add(records, END_UTC_S)
            if change is not None:
                change(ledger)
        return path

    return made
