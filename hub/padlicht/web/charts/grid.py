"""Heat map: a grid of cells, as hours by weekdays, with the number in each. Pure."""

from collections.abc import Mapping, Sequence
from math import ceil, sqrt
from typing import Final, NamedTuple

from padlicht.web.charts.chart import LETTER, Drawing

LEVELS: Final = 5  # of fullness, besides none
_CELL: Final = {"wide": 34, "narrow": 27}  # height
_HEAD: Final = 20


class Cell(NamedTuple):
    """A cell; `value` None: nobody was watching. `text` stands in it, `dark` marks night."""

    value: float | None
    text: str
    dark: bool = False
    title: str = ""


def level(value: float, largest: float) -> int:
    """How full a cell is drawn, 0 to LEVELS.

    By the root, because a path at night has a tenth of the passages of a school's hour.
    """
    if value <= 0 or largest <= 0:
        return 0
    return min(LEVELS, max(1, ceil(LEVELS * sqrt(value / largest))))


def grid(
    cells: Mapping[tuple[int, int], Cell], columns: Sequence[str], rows: Sequence[str]
) -> tuple[Drawing, Drawing]:
    """Cells by (row, column), 0 first; a phone gets columns and rows the other way round.

    A place of the grid without a cell stays empty: nothing was due there.
    """
    turned = {(column, row): cell for (row, column), cell in cells.items()}
    return _draw("wide", cells, columns, rows), _draw("narrow", turned, rows, columns)


def _draw(
    layout: str,
    cells: Mapping[tuple[int, int], Cell],
    columns: Sequence[str],
    rows: Sequence[str],
) -> Drawing:
    largest = max((cell.value or 0 for cell in cells.values()), default=0)
    left = max((len(row) for row in rows), default=0) * LETTER + 10
    high = _CELL[layout]
    out = Drawing(layout, _HEAD + high * len(rows) + 2)
    wide = (out.width - left - 1) / max(1, len(columns))
    for place, name in enumerate(columns):
        out.text(left + (place + 0.5) * wide, 13, name)
    for place, name in enumerate(rows):
        out.text(0, _HEAD + (place + 0.5) * high + 4, name, "start")
    for (row, column), cell in cells.items():
        x, y = left + column * wide + 1, _HEAD + row * high + 1
        size = (wide - 2, high - 2)
        middle = (x + size[0] / 2, y + size[1] / 2 + 4)
        if cell.value is None:
            out.rect(x, y, *size, "gap", cell.title)
            continue
        full = level(cell.value, largest)
        out.rect(x, y, *size, f"level-{full}", cell.title)
        if cell.dark:
            out.rect(x, y + size[1] - 4, size[0], 4, "night")
        out.text(*middle, cell.text, kind=f"on-{full}")
    return out
