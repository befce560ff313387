"""A value of a chart's table as people read it."""

from datetime import date, datetime

from padlicht.web.charts import Column, Form, Value
from padlicht.web.i18n import Words


def shown(say: Words, column: Column, value: Value) -> str:
    """The value in the reader's language; without a value that there is none."""
    if value is None:
        return "–" if column.form is Form.TEXT else say.text("no data")
    match column.form:
        case Form.COUNT if isinstance(value, int | float):
            return say.number(value)
        case Form.SHARE if isinstance(value, int | float):
            return say.percent(value)
        case Form.RATE if isinstance(value, int | float):
            return say.rate(value)
        case Form.SPAN if isinstance(value, int | float):
            return say.span(int(value))
        case Form.FLAG:
            return say.text("yes") if value else say.text("no")
        case Form.MOMENT if isinstance(value, datetime):
            return value.strftime("%H:%M")
        case Form.DAY if isinstance(value, date):
            return say.short_date(value)
    return str(value)
