"""The frames that Grafana's server makes of InfluxDB's answers and of expressions, for its browser.

Written after pkg/tsdb/influxdb/influxql/converter and pkg/expr of Grafana. What matters here: every
value gets `displayNameFromDS`, and a table's tags may stand in any order (here: turned round).
"""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from tests.rigs.grafana.math import NO_DATA, Value, evaluate

Frame = dict[str, Any]
Labels = frozenset[tuple[str, str]]
Series = list[dict[str, Any]]  # as InfluxDB answers

_TYPES = {str: "string", bool: "boolean"}


def frames_of(target: Mapping[str, Any], answer: Series) -> list[Frame]:
    """The frames of one query of a panel."""
    if target.get("resultFormat") == "table":
        return [_table(target["refId"], answer)] if answer else []
    return [
        {
            "refId": target["refId"],
            "name": name,
            "fields": [
                _field("Time", "time", [row[0] for row in series["values"]]),
                _field("Value", _type(values), values, name, series.get("tags", {})),
            ],
        }
        for series in answer
        for at, column in enumerate(series["columns"])
        if at
        for values in [[row[at] for row in series["values"]]]
        for name in [_named(target.get("alias", ""), series, column)]
    ]


def snapshot(target: Mapping[str, Any]) -> list[Frame]:
    """The frames that stand in the dashboard itself."""
    return [
        {
            "refId": target["refId"],
            "fields": [
                _field(field["name"], field["type"], list(values))
                for field, values in zip(
                    one["schema"]["fields"], one["data"]["values"], strict=True
                )
            ],
        }
        for one in target["snapshot"]
    ]


def worked_out(
    targets: Iterable[Mapping[str, Any]], answers: Mapping[str, Series]
) -> dict[str, list[Frame]]:
    """The frames of each expression of a panel, by its reference."""
    known: dict[str, dict[Labels, Value]] = {ref: _by_labels(one) for ref, one in answers.items()}
    waiting = [target for target in targets if "expression" in target]
    found = {}
    while waiting:
        ready = [one for one in waiting if _used(one) <= set(known)]
        assert ready, f"{[one['refId'] for one in waiting]} name what is not there"
        for one in ready:
            waiting.remove(one)
            known[one["refId"]] = made = _expression(one, known)
            found[one["refId"]] = [_result(one["refId"], *item) for item in made.items()]
    return found


def _table(ref: str, answer: Series) -> Frame:
    """One frame: time, tags, values; the rows of all series one after another."""
    columns: dict[str, list[Any]] = {"Time": []}
    for series in answer:
        tags = dict(reversed(list(series.get("tags", {}).items())))
        for row in series["values"]:
            columns["Time"].append(row[0])
            for name, value in [*tags.items(), *zip(series["columns"][1:], row[1:], strict=True)]:
                columns.setdefault(name, []).append(value)
    fields = [
        _field(name, "time", values)
        if name == "Time"
        else _field(name, _type(values), values, name)
        for name, values in columns.items()
    ]
    return {"refId": ref, "name": answer[0].get("name", ""), "fields": fields}


def _field(
    name: str,
    kind: str,
    values: list[Any],
    shown: str = "",
    labels: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A field; a number that JSON has not is its word."""
    plain = [
        str(value).replace("nan", "NaN").replace("inf", "Infinity")
        if isinstance(value, float) and not math.isfinite(value)
        else value
        for value in values
    ]
    made: dict[str, Any] = {"name": name, "type": kind, "values": plain}
    if shown:
        made["config"] = {"displayNameFromDS": shown}
    if labels:
        made["labels"] = dict(labels)
    return made


def _type(values: Iterable[Any]) -> str:
    first = next((value for value in values if value is not None), 0.0)
    return _TYPES.get(type(first), "number")


def _named(alias: str, series: Mapping[str, Any], column: str) -> str:
    """What a series is called: by its alias, else as Grafana does it."""
    tags = series.get("tags", {})
    if alias:
        return re.sub(r"\$tag_(\w+)", lambda found: tags.get(found[1], found[0]), alias)
    name = f"{series.get('name', '')}.{column}"
    told = ", ".join(f"{key}: {value}" for key, value in sorted(tags.items()))
    return f"{name} {{ {told} }}" if told else name


def _by_labels(answer: Series) -> dict[Labels, Value]:
    """The series that expressions see: of each set of tags the values at their times."""
    for series in answer:
        assert len(series["columns"]) == 2, "an expression's query has one column"
    return {
        frozenset(series.get("tags", {}).items()): {row[0]: row[1] for row in series["values"]}
        for series in answer
    }


def _used(target: Mapping[str, Any]) -> set[str]:
    if target["type"] == "reduce":
        return {target["expression"]}
    return set(re.findall(r"\$(\w+)", target["expression"]))


def _expression(
    target: Mapping[str, Any], known: Mapping[str, dict[Labels, Value]]
) -> dict[Labels, Value]:
    """The value by labels; nothing when one that it needs has nothing."""
    used = [known[ref] for ref in _used(target)]
    if not all(used):
        return {}
    if target["type"] == "reduce":
        assert target["reducer"] == "last"
        return {labels: _last(value) for labels, value in used[0].items()}
    found = {}
    every = {labels for one in used for labels in one}
    for labels in sorted(
        (one for one in every if not any(one < more for more in every)), key=sorted
    ):
        values = {ref: _met(known[ref], labels) for ref in _used(target)}
        result = evaluate(target["expression"], values)
        if result is not NO_DATA:
            found[labels] = result
    return found


def _met(of: Mapping[Labels, Value], labels: Labels) -> Value:
    """The value whose labels these hold."""
    return next((value for one, value in of.items() if one <= labels), NO_DATA)


def _last(value: Value) -> Value:
    if not isinstance(value, dict):
        return value
    last = list(value.values())[-1]
    return math.nan if last is None else float(last)


def _result(ref: str, labels: Labels, value: Value) -> Frame:
    """A frame of Grafana's expressions: its value is called by its reference."""
    if isinstance(value, dict):
        times = _field("Time", "time", [*value])
        values = _field(ref, "number", [*value.values()], labels=dict(labels))
        return {"refId": ref, "fields": [times, values]}
    return {"refId": ref, "fields": [_field(ref, "number", [value], labels=dict(labels))]}
