"""Turns the alert rules into what Grafana reads: files for provisioning, JSON for its API.

python -m dashboards.alerts_build           writes what is committed
"""

import json
from pathlib import Path
from typing import Any, Final

import yaml

from dashboards.alerts import INTERVAL_S, RULES, Query, Rule

ROOT: Final = Path(__file__).resolve().parents[1]
FILES: Final = ROOT / "deploy" / "grafana" / "alerting"  # a folder per language
API: Final = ROOT / "dashboards" / "rules"  # the same for `padlicht grafana push`
LANGUAGES: Final = ("nl", "en")
FOLDER: Final = "Padlicht"
GROUP: Final = "Padlicht"
RUNBOOK: Final = "dashboards/RUNBOOK.md"
_EXPRESSIONS: Final = "__expr__"
_HEAD: Final = (
    "# Made by `python -m dashboards.alerts_build`; change dashboards/alerts.py instead.\n"
)


def rules(language: str) -> list[dict[str, Any]]:
    """The rules as Grafana's files and its API both have them."""
    return [_rule(rule, language) for rule in RULES]


def group(language: str) -> dict[str, Any]:
    """The group of rules as `/api/v1/provisioning` wants it, but for its folder."""
    return {"title": GROUP, "interval": INTERVAL_S, "rules": rules(language)}


def file(language: str) -> str:
    """The file for Grafana's folder `provisioning/alerting`."""
    content = {
        "apiVersion": 1,
        "groups": [
            {
                "orgId": 1,
                "name": GROUP,
                "folder": FOLDER,
                "interval": f"{INTERVAL_S // 60}m",
                "rules": rules(language),
            }
        ],
    }
    return _HEAD + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)


def outputs() -> dict[Path, str]:
    """Every file that is committed, and what has to be in it."""
    made = {}
    for language in LANGUAGES:
        made[FILES / language / "padlicht.yaml"] = file(language)
        text = json.dumps(group(language), indent=2, ensure_ascii=False)
        made[API / f"{language}.json"] = text + "\n"
    return made


def write() -> None:
    """Write them."""
    for path, text in outputs().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _rule(rule: Rule, language: str) -> dict[str, Any]:
    data: list[dict[str, Any]] = []
    numbers = []
    names = iter("ABCDEFGH")
    for query in rule.queries:
        asked, number = next(names), next(names)
        data.append(_query(asked, query))
        data.append(_reduce(number, asked, query.reducer))
        numbers.append(number)
    if len(numbers) > 1:
        product = next(names)
        data.append(
            _expression(
                product, {"type": "math", "expression": " * ".join(f"${one}" for one in numbers)}
            )
        )
        numbers = [product]
    condition = next(names)
    data.append(
        _expression(
            condition,
            {
                "type": "threshold",
                "expression": numbers[0],
                "conditions": [{"evaluator": {"type": rule.compare, "params": [rule.limit]}}],
            },
        )
    )
    return {
        "uid": rule.uid,
        "title": rule.titles[language],
        "condition": condition,
        "data": data,
        "noDataState": rule.no_data,
        "execErrState": rule.error,
        "for": rule.pending,
        "annotations": {
            "summary": rule.summaries[language],
            "description": rule.firsts[language],
            "runbook": f"{RUNBOOK}#{rule.anchor}",
        },
        "labels": {"product": "padlicht", "severity": rule.severity},
        "isPaused": False,
    }


def _query(name: str, query: Query) -> dict[str, Any]:
    return {
        "refId": name,
        "relativeTimeRange": {"from": query.range_s, "to": 0},
        "datasourceUid": query.datasource,
        "model": {
            "refId": name,
            "datasource": {"type": "influxdb", "uid": query.datasource},
            "query": query.influxql,
            "rawQuery": True,
            "resultFormat": "time_series",
            "intervalMs": 1000,
            "maxDataPoints": 43200,
        },
    }


def _reduce(name: str, of: str, reducer: str) -> dict[str, Any]:
    # What is not a number is left out: an empty hour is no zero.
    how = {"type": "reduce", "expression": of, "reducer": reducer, "settings": {"mode": "dropNN"}}
    return _expression(name, how)


def _expression(name: str, model: dict[str, Any]) -> dict[str, Any]:
    return {
        "refId": name,
        "relativeTimeRange": {"from": 0, "to": 0},
        "datasourceUid": _EXPRESSIONS,
        "model": {"refId": name, "datasource": {"type": _EXPRESSIONS, "uid": _EXPRESSIONS}} | model,
    }


if __name__ == "__main__":
    write()
