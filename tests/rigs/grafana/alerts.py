"""What Grafana makes of an alert rule: queries, one number per series, and whether it fires.

Only what our rules use: reduce (last, min, max, sum, count; what is not a number is dropped), a
product in math, a threshold. Written after pkg/expr of Grafana. `ask(uid, influxql)` answers
rows as `Influxd.query` does.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from tests.rigs.grafana.api import Range, expand

Labels = frozenset[tuple[str, str]]
Ask = Callable[[str, str], list[dict[str, Any]]]

_REDUCERS = {
    "last": lambda values: values[-1],
    "min": min,
    "max": max,
    "sum": sum,
    "count": len,
}
_HOW = {"lt": float.__lt__, "gt": float.__gt__}
_PENDING = {"s": 1, "m": 60, "h": 3600}


class Failed(Exception):
    """The data source did not answer."""


def firing(rule: dict[str, Any], ask: Ask, at_s: int, interval_s: int) -> set[Labels]:
    """The series (labels) that fire at a time, having been too much for as long as `for` says.

    When there is nothing to judge, or the data source fails, Alerting means that the one series
    without labels fires, and KeepLast that none begins to.
    """
    pending_s = int(rule["for"][:-1]) * _PENDING[rule["for"][-1]]
    found = _too_much(rule, ask, at_s)
    for time_s in range(at_s - pending_s, at_s, interval_s):
        if not found:
            break
        found &= _too_much(rule, ask, time_s)
    return found


def _too_much(rule: dict[str, Any], ask: Ask, at_s: int) -> set[Labels]:
    try:
        numbers = judged(rule, ask, at_s)
    except Failed:
        return {frozenset()} if rule["execErrState"] == "Alerting" else set()
    if numbers is None:
        return {frozenset()} if rule["noDataState"] == "Alerting" else set()
    return {labels for labels, number in numbers.items() if number}


def judged(rule: dict[str, Any], ask: Ask, at_s: int) -> dict[Labels, float] | None:
    """The condition of each series, 1 or 0; None when there is no data to judge."""
    known: dict[str, dict[Labels, Any] | None] = {}
    for step in rule["data"]:
        model = step["model"]
        if step["datasourceUid"] != "__expr__":
            span = step["relativeTimeRange"]
            over = Range((at_s - span["from"]) * 1000, (at_s - span["to"]) * 1000)
            query = expand(model["query"], over, {}, interval_ms=model["intervalMs"])
            known[step["refId"]] = _series(ask(step["datasourceUid"], query)) or None
            continue
        known[step["refId"]] = _EXPRESSIONS[model["type"]](model, known)
    return known[rule["condition"]]


def _series(rows: Iterable[dict[str, Any]]) -> dict[Labels, list[float | None]]:
    """The values of each series; of several columns each would be one, so there is only one."""
    found: dict[Labels, list[float | None]] = {}
    for row in rows:
        tags = {
            key: value for key, value in row.items() if isinstance(value, str) and key != "name"
        }
        columns = [key for key in row if key not in tags and key not in ("time", "name")]
        assert len(columns) == 1, f"an alert's query has one column, not {columns}"
        found.setdefault(frozenset(tags.items()), []).append(row[columns[0]])
    return found


def _reduce(model: dict[str, Any], known: dict[str, Any]) -> dict[Labels, float] | None:
    series = known[model["expression"]]
    if series is None:
        return None
    assert model["settings"] == {"mode": "dropNN"}
    reduced = {}
    for labels, values in series.items():
        numbers = [value for value in values if value is not None]
        if numbers:
            reduced[labels] = float(_REDUCERS[model["reducer"]](numbers))
    return reduced


def _math(model: dict[str, Any], known: dict[str, Any]) -> dict[Labels, float] | None:
    """A product; series meet where the labels of one hold those of the other.

    When none do, and each side has one series only, Grafana lets them meet without labels.
    """
    found = re.fullmatch(r"\$(\w+) \* \$(\w+)", model["expression"])
    assert found, f"{model['expression']} is more than this rig knows"
    left, right = known[found[1]], known[found[2]]
    if left is None or right is None:
        return None
    met = {
        max(one, other, key=len): a * b
        for one, a in left.items()
        for other, b in right.items()
        if one == other or (len(one) != len(other) and (one <= other or other <= one))
    }
    if not met and len(left) == len(right) == 1:
        ((a,), (b,)) = left.values(), right.values()
        met[frozenset()] = a * b
    return met


def _threshold(model: dict[str, Any], known: dict[str, Any]) -> dict[Labels, float] | None:
    numbers = known[model["expression"]]
    if numbers is None:
        return None
    (condition,) = model["conditions"]
    how = _HOW[condition["evaluator"]["type"]]
    (limit,) = condition["evaluator"]["params"]
    return {labels: float(how(number, float(limit))) for labels, number in numbers.items()}


_EXPRESSIONS = {"reduce": _reduce, "math": _math, "threshold": _threshold}
