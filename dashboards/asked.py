"""What Grafana's server works out of the dashboards' answers, as plain data, to test it."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dashboards.build import dashboards


class Expression(NamedTuple):
    """What Grafana's server works out: `type` is math or reduce (of one query, by `reducer`)."""

    dashboard: str
    panel: str
    ref: str
    type: str
    expression: str
    reducer: str


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
