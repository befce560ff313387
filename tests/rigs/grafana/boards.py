"""Every question that a dashboard asks, expanded as Grafana does when somebody opens it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tests.rigs.grafana.api import (
    ALL,
    HOUR_MS,
    MINUTE_MS,
    POINTS,
    UNITS_MS,
    Range,
    expand,
    interval_of,
)

# The least step of each data source, as deploy/grafana/provisioning/datasources says it.
LEAST_MS = {"padlicht-usage": HOUR_MS, "padlicht-raw": 15 * MINUTE_MS}
_TIME = re.compile(r"now(?:-(\d+[smhdw]))?(/d)?")


class Question(NamedTuple):
    """A query as InfluxDB gets it; `panel` is the title of a panel, or of an annotation."""

    board: str
    panel: str
    ref: str
    source: str
    influxql: str
    over: Range


def questions(
    board: Mapping[str, Any],
    now_ms: int,
    chosen: Mapping[str, str] | None = None,
    drawn: Range | None = None,
) -> Iterator[Question]:
    """All that a dashboard asks at a time, with its own choices of variables but for `chosen`.

    `drawn` is a time with a beginning and an end that somebody chose instead: a panel's own
    `timeFrom` then counts for nothing, and its `timeShift` does.
    """
    shown = drawn or _shown(board, now_ms)
    for panel in panels(board):
        own = None if drawn else panel.get("timeFrom")
        over = shown.of_panel(own, panel.get("timeShift"))
        for target in panel.get("targets", []):
            if "query" in target:
                least_ms = _least_ms(panel, target["datasource"]["uid"])
                yield _question(
                    board, panel["title"], target, target, over, now_ms, chosen, least_ms
                )
    for item in board.get("annotations", {}).get("list", []):
        if "query" in item.get("target", {}):
            least_ms = _least_ms({}, item["datasource"]["uid"])
            yield _question(
                board, item["name"], item["target"], item, shown, now_ms, chosen, least_ms
            )


def choices(board: Mapping[str, Any]) -> dict[str, str]:
    """What is chosen of each variable when somebody opens the dashboard."""
    values = {}
    for variable in board.get("templating", {}).get("list", []):
        value = variable.get("current", {}).get("value", variable.get("query"))
        values[variable["name"]] = ALL if value in (ALL, [ALL]) else value
    return values


def _shown(board: Mapping[str, Any], now_ms: int) -> Range:
    """What the dashboard shows when it is opened."""
    found = _TIME.fullmatch(board["time"]["from"])
    assert found, board["time"]
    assert board["time"]["to"] == "now", board["time"]
    now = Range(now_ms, now_ms, board.get("timezone") or "browser")
    if not found[1]:
        return now
    shown = now.of_panel(found[1], None)
    return Range(shown.whole_days().from_ms, now_ms, shown.tz) if found[2] else shown


def _least_ms(panel: Mapping[str, Any], source: str) -> int:
    """The least step of a panel: its own, or its data source's."""
    own = panel.get("interval")
    return int(own[:-1]) * UNITS_MS[own[-1]] if own else LEAST_MS[source]


def panels(board: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """All panels, those inside of collapsed rows as well."""
    outer = board["panels"]
    return [*outer, *(inner for panel in outer for inner in panel.get("panels", []))]


def _question(
    board: Mapping[str, Any],
    title: str,
    target: Mapping[str, Any],
    of: Mapping[str, Any],
    over: Range,
    now_ms: int,
    chosen: Mapping[str, str] | None,
    least_ms: int,
) -> Question:
    source = of["datasource"]["uid"]
    every = {
        variable["name"]: variable.get("allValue")
        for variable in board.get("templating", {}).get("list", [])
    }
    text = expand(
        target["query"],
        over,
        choices(board) | dict(chosen or {}),
        interval_ms=interval_of(over, POINTS, least_ms),
        all_values=every,
    )
    # The clock of InfluxDB: here it is the one that the question is asked by.
    text = re.sub(r"\bnow\(\)", f"{now_ms}ms", text)
    return Question(board["uid"], title, target["refId"], source, text, over)
