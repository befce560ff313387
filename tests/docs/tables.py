"""Tables of the documents, as tests read them."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"


def table(page: str, *head: str) -> list[list[str]]:
    """The rows of the only table whose first columns are called `head`."""
    (found,) = [rows for names, rows in _tables(page) if names[: len(head)] == list(head)]
    return found


def sections(page: str, level: int) -> dict[str, str]:
    """What stands under each heading of a level, up to the next heading of any.

    A heading is known by what stands in it as code, or by all of it.
    """
    found = {}
    for part in re.split(rf"^{'#' * level} ", page, flags=re.MULTILINE)[1:]:
        heading, _, text = part.partition("\n")
        names = codes(heading) or [heading]
        found[names[0]] = re.split(r"^#+ ", text, flags=re.MULTILINE)[0]
    return found


def codes(cell: str) -> list[str]:
    """All that stands between backticks."""
    return re.findall(r"`([^`]+)`", cell)


def first_codes(rows: list[list[str]]) -> list[str]:
    """What the first column names, in the order of the table."""
    return [name for row in rows for name in codes(row[0])]


def _tables(page: str) -> Iterator[tuple[list[str], list[list[str]]]]:
    for block in re.findall(r"(?:^\|.*\n)+", page + "\n", re.MULTILINE):
        head, _, *rows = map(_cells, block.strip().splitlines())
        yield head, rows


def _cells(line: str) -> list[str]:
    """Cells of a row; a bar that belongs to a cell is written with a backslash."""
    cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
    return [cell.strip().replace("\\|", "|") for cell in cells]
