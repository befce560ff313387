"""Tables: the numbers of a chart, for people in their language and for programs as CSV. Pure."""

import csv
from datetime import UTC, date, datetime
from enum import StrEnum
from io import StringIO
from typing import NamedTuple

from padlicht.web.i18n import Words

Value = str | int | float | bool | date | datetime | None


class Format(StrEnum):
    """How a column's values are shown to people; a None is "no data" in all but TEXT."""

    TEXT = "text"
    COUNT = "count"
    SHARE = "share"  # 0 to 1, shown in percent
    RATE = "rate"  # shown with one decimal
    SPAN = "span"  # seconds, shown as hours and minutes
    DAY = "day"
    MOMENT = "moment"  # a local datetime, shown as a time of day
    FLAG = "flag"  # shown as yes or no


class Column(NamedTuple):
    """A column: `key` is its name in the CSV, with its unit; one without a heading is only there.

    `none` are the words for a None, where others than those of its format say it better.
    A MOMENT's key gets two columns in the CSV: local time with its offset, and UTC.
    """

    key: str
    heading: str
    form: Format = Format.TEXT
    none: str = ""

    @property
    def is_number(self) -> bool:
        """Whether it stands flush right."""
        return self.form in (Format.COUNT, Format.SHARE, Format.RATE, Format.SPAN)


class Table(NamedTuple):
    """All numbers of a chart. The first column names the row."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]

    @property
    def visible_columns(self) -> tuple[int, ...]:
        """Which columns are for people."""
        return tuple(place for place, column in enumerate(self.columns) if column.heading)

    def csv(self) -> str:
        """UTF-8 text with a header; the same in every language. No data is an empty cell."""
        out = StringIO()
        writer = csv.writer(out, lineterminator="\r\n")  # as RFC 4180 has it
        heads: list[str] = []
        for column in self.columns:
            heads += ("local", "utc") if column.form is Format.MOMENT else (column.key,)
        writer.writerow(heads)
        for row in self.rows:
            cells: list[str] = []
            for column, value in zip(self.columns, row, strict=True):
                cells += _cells(column, value)
            writer.writerow(cells)
        return out.getvalue()


def _cells(column: Column, value: Value) -> tuple[str, ...]:
    if column.form is Format.MOMENT:
        if not isinstance(value, datetime):
            return "", ""
        return value.isoformat(), value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if value is None:
        return ("",)
    if isinstance(value, bool):
        return (str(int(value)),)
    if isinstance(value, float):
        return (f"{value:.4f}",)
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return (f"'{value}",)  # a name that a spreadsheet would take for a formula
    return (str(value),)


def format_value(t: Words, column: Column, value: Value) -> str:
    """The value in the reader's language; without a value that there is none."""
    if value is None:
        return column.none or ("–" if column.form is Format.TEXT else t.text("no data"))
    match column.form:
        case Format.COUNT if isinstance(value, int | float):
            return t.number(value)
        case Format.SHARE if isinstance(value, int | float):
            return t.percent(value)
        case Format.RATE if isinstance(value, int | float):
            return t.rate(value)
        case Format.SPAN if isinstance(value, int | float):
            return t.span(int(value))
        case Format.FLAG:
            return t.text("yes") if value else t.text("no")
        case Format.MOMENT if isinstance(value, datetime):
            return value.strftime("%H:%M")
        case Format.DAY if isinstance(value, date):
            return t.short_date(value)
    return str(value)
