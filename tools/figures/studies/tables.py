"""What many estimates showed, as the tables of docs/evaluation.md: a cell a setting and method."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from padlicht.evaluation.estimators.types import Method

# Headings of the columns, by method. A try-out's placebo is tried at two lengths.
DESIGNS = {
    Method.INSTALLATION: "before and after",
    Method.INSTALLATION_CONTROL_PATH: "with a control path",
    Method.TRYOUT: "try-out of 24 weeks",
    "tryout_of_12_weeks": "try-out of 12 weeks",
}
BESIDE = {
    Method.CLOCK_CHANGE: "clock change",
    Method.CLOCK_CHANGE_YEARS: "two years' clock changes",
}
_NEARLY_ALL = 0.95  # of the estimates: a cell says when fewer had an interval


class Summary(NamedTuple):
    """All estimates of one setting by one method."""

    row: str
    method: str
    tried: int
    told: int  # with an interval
    silent: str  # why the others had none
    held_pct: float  # intervals with the truth in them
    sure_pct: float  # claims of more or fewer
    half_width_pct: float  # upwards, the median
    reached: bool = True


def tables(found: Sequence[Summary]) -> Iterator[str]:
    """Lines of Markdown: one table of designs, one of what stands beside them."""
    for headings in (DESIGNS, BESIDE):
        columns = [key for key in headings if any(one.method == key for one in found)]
        if columns:
            yield ""
            yield from _table(found, {key: headings[key] for key in columns})


def _table(found: Iterable[Summary], headings: dict[str, str]) -> Iterator[str]:
    rows: dict[str, dict[str, str]] = defaultdict(dict)
    for one in found:
        if one.method in headings:
            rows[one.row][one.method] = cell(one)
    yield f"| setting | {' | '.join(headings.values())} |"
    yield f"|---|{'---|' * len(headings)}"
    for row, cells in rows.items():
        line = " | ".join(cells.get(key, "–") for key in headings)
        yield f"| {row.replace('_', ' ')} | {line} |"


def cell(one: Summary) -> str:
    """95.3 · 4.7 · +50 %: held, claimed, half-width. Bold: not as was promised."""
    if not one.told:
        return f"none{one.silent}"
    said = f"{one.held_pct:.1f} · {one.sure_pct:.1f} · +{one.half_width_pct:.0f} %"
    if one.told < _NEARLY_ALL * one.tried:
        said += f" · of {100 * one.told / one.tried:.0f} %"
    return said if one.reached else f"**{said}**"
