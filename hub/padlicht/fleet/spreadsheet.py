"""Tables as CSV: read with all their mistakes at once, and written so that they read back the same.

Pure. An empty cell says nothing: what is there stays as it is.
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, zip_longest
from typing import Any

from padlicht.errors import BadData

_SEPARATOR = re.compile(r'"?sep=(.)"?[,;\t ]*', re.IGNORECASE)
MOST_ERRORS = 30  # shown at once; who made more made the same one often


@dataclass(frozen=True)
class Row:
    """The cells of a line that say something, by column, each as the column's own kind."""

    line: int
    cells: Mapping[str, Any]


@dataclass(frozen=True)
class Mistake:
    """What is wrong in a line, and in which column, when it is one cell's fault."""

    line: int
    column: str | None
    what: str

    def __str__(self) -> str:
        return f"line {self.line}{f', {self.column}' if self.column else ''}: {self.what}"


Columns = Mapping[str, Callable[[str], Any]]


def text(cell: str) -> str:
    """A cell as it stands."""
    return cell


def number(cell: str) -> float:
    """A number, with a point or with a comma."""
    try:
        return float(cell.replace(",", "."))
    except ValueError as error:
        raise BadData(f"{cell!r} is not a number") from error


def whole(cell: str) -> int:
    """A whole number."""
    try:
        return int(cell)
    except ValueError as error:
        raise BadData(f"{cell!r} is not a whole number") from error


def yes_or_no(cell: str) -> bool:
    """Yes or no."""
    if cell.lower() not in ("yes", "no"):
        raise BadData(f"{cell!r} is neither yes nor no")
    return cell.lower() == "yes"


def since(cell: str) -> bool | int:
    """Yes, no, or since when, as 2026-11-20T10:00:00Z; that in Unix seconds."""
    if cell.lower() in ("yes", "no"):
        return cell.lower() == "yes"
    try:
        found = datetime.fromisoformat(cell)
    except ValueError as error:
        raise BadData(
            f"{cell!r} is neither yes nor no nor a time like 2026-11-20T10:00:00Z"
        ) from error
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())


def names(cell: str) -> tuple[str, ...]:
    """Names with spaces between them; - is none."""
    return () if cell == "-" else tuple(cell.lower().replace(",", " ").split())


def places(cell: str) -> tuple[tuple[float, float], ...]:
    """Latitude and longitude, and a semicolon between one place and the next; - is none."""
    found = []
    for place in () if cell == "-" else cell.split(";"):
        parts = place.split()
        if len(parts) != 2:
            raise BadData(f"{place.strip()!r} is not a latitude, a space and a longitude")
        found.append((number(parts[0]), number(parts[1])))
    return tuple(found)


def read(content: bytes, columns: Columns) -> tuple[list[Row], list[Mistake]]:
    """The rows of a table, and what is wrong with it; a row with a mistake is among the rows.

    The first line names the columns, in any order; between cells are commas, semicolons or tabs, or
    what a line `sep=` before it says. Columns without a name are passed over while they are empty.
    Raises BadData when it is no such table at all.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadData("it is not UTF-8: save it as `CSV UTF-8`") from error
    # Lines end where CSV says so: a title may hold what else Unicode calls the end of a line.
    lines = io.StringIO(text, newline="")
    before, first = 0, lines.readline()
    separator = _SEPARATOR.fullmatch(first.strip("\r\n"))
    if separator:
        before, first = 1, lines.readline()
    while first and not first.strip(" \r\n\t,;"):
        before, first = before + 1, lines.readline()
    if not first:
        raise BadData(f"it is empty: the first line names the columns, {', '.join(columns)}")
    delimiter = separator[1] if separator else max(",;\t", key=first.count)
    reader = csv.reader(chain([first], lines), delimiter=delimiter)
    try:
        headings = [heading.strip().lower() for heading in next(reader)]
        named = [heading for heading in headings if heading]
        unknown = [heading for heading in named if heading not in columns]
        if unknown:
            raise BadData(
                f"there is no column {unknown[0]!r}; there are {', '.join(columns)}, in any order"
            )
        if len(set(named)) < len(named):
            raise BadData("a column is named twice in the first line")
        return _rows(reader, headings, columns, before)
    except csv.Error as error:
        raise BadData(f"line {before + reader.line_num} is not CSV: {error}") from error


def _rows(
    reader: Any, headings: Sequence[str], columns: Columns, before: int
) -> tuple[list[Row], list[Mistake]]:
    rows: list[Row] = []
    mistakes: list[Mistake] = []
    for cells in reader:
        line = before + reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        found: dict[str, Any] = {}
        for heading, cell in zip_longest(headings, cells, fillvalue=""):
            if not cell.strip():
                continue
            if not heading:
                what = f"{cell.strip()[:40]!r} stands in a column that the first line does not name"
                mistakes.append(Mistake(line, None, what))
                continue
            try:
                found[heading] = columns[heading](cell.strip())
            except BadData as error:
                mistakes.append(Mistake(line, heading, str(error)))
        rows.append(Row(line, found))
    return rows, mistakes


def write(columns: Iterable[str], rows: Iterable[Mapping[str, Any]], *, excel: bool = False) -> str:
    """A table of rows by column, as `read` reads it; None is an empty cell.

    `excel`: as Excel opens it in columns where the decimal sign is a comma, as in Dutch.
    """
    file = io.StringIO()
    if excel:
        file.write(codecs.BOM_UTF8.decode())
    delimiter, end = (";", "\r\n") if excel else (",", "\n")
    writer = csv.DictWriter(file, list(columns), lineterminator=end, delimiter=delimiter)
    writer.writeheader()
    writer.writerows({key: _cell(value, excel) for key, value in row.items()} for row in rows)
    return file.getvalue()


def utc(utc_s: int) -> str:
    """Unix seconds as `since` reads them."""
    return datetime.fromtimestamp(utc_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def refuse(name: str, mistakes: Sequence[Mistake]) -> None:
    """Raise BadData with all mistakes of the file `name`, by line, when there are any."""
    if not mistakes:
        return
    shown = sorted(mistakes, key=lambda mistake: mistake.line)[:MOST_ERRORS]
    more = len(mistakes) - len(shown)
    listed = "".join(f"\n  {mistake}" for mistake in shown)
    raise BadData(
        f"{name} has {len(mistakes)} mistake(s), and nothing was changed:{listed}"
        + (f"\n  and {more} more" if more else "")
    )


def _cell(value: Any, excel: bool) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        if value and isinstance(value[0], tuple):
            return "; ".join(
                " ".join(str(_cell(degrees, excel)) for degrees in place) for place in value
            )
        return " ".join(value) or "-"
    if isinstance(value, float) and excel:
        return str(value).replace(".", ",")
    return value
