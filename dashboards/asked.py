"""Everything that the dashboards ask, as plain data, for those who test or measure it."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dashboards.build import dashboards

PANEL, ANNOTATION = "panel", "annotation"


class Asked(NamedTuple):
    """A query as it stands in a dashboard; `format` is time_series or table.

    `time_from` and `time_shift` are the panel's own, empty when it has none.
    """

    dashboard: str
    panel: str
    ref: str
    datasource: str
    query: str
    format: str
    kind: str
    time_from: str
    time_shift: str


class Expression(NamedTuple):
    """What Grafana's server works out: `type` is math or reduce (of one query, by `reducer`)."""

    dashboard: str
    panel: str
    ref: str
    type: str
    expression: str
    reducer: str


def all_queries(language: str = "en") -> list[Asked]:
    """Every query of every panel and annotation; those of the two languages are the same."""
    found: list[Asked] = []
    for uid, dashboard in dashboards(language).items():
        found += (
            _asked(uid, panel, target, PANEL)
            for panel, target in _targets(dashboard)
            if "query" in target
        )
        found += (
            _asked(uid, {"title": annotation["name"]}, annotation["target"], ANNOTATION)
            for annotation in dashboard["annotations"]["list"]
            if "query" in annotation.get("target", {})
        )
    return found


def all_expressions(language: str = "en") -> list[Expression]:
    """Every expression of every panel."""
    return [
        Expression(
            uid, panel["title"], target["refId"], target["type"], target["expression"],
            target.get("reducer", ""),
        )
        for uid, dashboard in dashboards(language).items()
        for panel, target in _targets(dashboard)
        if "expression" in target
    ]  # fmt: skip


def _targets(dashboard: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for panel in dashboard["panels"]:
        for target in panel.get("targets", ()):
            yield panel, target


def _asked(uid: str, panel: Mapping[str, Any], target: Mapping[str, Any], kind: str) -> Asked:
    return Asked(
        uid, panel["title"], target["refId"], target["datasource"]["uid"], target["query"],
        target["resultFormat"], kind, panel.get("timeFrom", ""), panel.get("timeShift", ""),
    )  # fmt: skip
