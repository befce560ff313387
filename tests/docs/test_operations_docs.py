"""docs/operations.md is true: what it names of metrics, options, commands and log lines exists."""

import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from padlicht.cli.main import cli
from padlicht.config import Config
from padlicht.operations.health import Observed, judge
from padlicht.operations.metrics import HubMetrics
from padlicht.operations.status import HubStatus, Lag

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text()
FACTS = HubStatus(0, (Lag("usage", "lamp", 0, 1, 1.0),), 0, {("park", "ready"): 1}, 1, 1, 1)
HEALTH = judge(FACTS, Observed(None, None, None, None, {"usage": None, "influx": None}), 0, 0)


def section(heading: str) -> str:
    """What stands under a heading, up to the next one of any level."""
    return re.split(r"^#+ ", PAGE.split(f"# {heading}\n", 1)[1], flags=re.MULTILINE)[0]


def first_column(text: str) -> set[str]:
    """All that is in code in the first cells of a table."""
    cells = re.findall(r"^\| (`[^|]*) \|", text, re.MULTILINE)
    return {code for cell in cells for code in re.findall(r"`([^`]+)`", cell)}


def test_every_metric_is_explained():
    """The table has each metric that is served, and none that is not."""
    text = HubMetrics().render(FACTS, HEALTH, "")[0].decode()
    served = set(re.findall(r"^# TYPE (padlicht\w*) ", text, re.MULTILINE))
    served = {name for name in served if not name.endswith("_created")}
    assert first_column(section("/metrics")) == served


def test_every_part_of_the_health_is_explained():
    """The table has each part that /healthz tells of, and none else."""
    assert first_column(section("/healthz")) == set(HEALTH.parts)


def test_every_option_of_the_hub_is_explained():
    """The table has each flag of `padlicht up`, and none that is gone."""
    flags = {parameter.opts[0] for parameter in cli.commands["up"].params}
    assert first_column(section("Options")) == flags
    assert {f"--{name.replace('_', '-')}" for name in Config.__dataclass_fields__} >= flags


def commands() -> list[str]:
    """Every `padlicht …` that the page tells somebody to type."""
    inline = re.findall(r"`(padlicht [^`]+)`", PAGE)
    blocks = re.findall(r"^(?:.*/| *docker compose run --rm )?(padlicht [a-z].*)$", PAGE, re.M)
    return sorted({*inline, *blocks})


@pytest.mark.parametrize("line", commands())
def test_commands_can_be_typed(line):
    """The command exists and has the options that it is shown with."""
    words = shlex.split(line.split("#")[0])[1:]
    command: click.Command = cli
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        command = command.commands[words.pop(0)]
    known = {name for parameter in command.params for name in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known | {"--help"}


def test_log_lines_can_be_said():
    """What the tables quote from the log stands in the hub's own words."""
    said = ""
    for path in (ROOT / "hub" / "padlicht").rglob("*.py"):
        # A sentence may be broken over several pieces of source.
        said += re.sub(r'"\s*\n\s*f?"', "", path.read_text())
    quoted = {
        quote
        for table in re.split(r"\n\n", PAGE)
        if table.startswith("| the log says")
        for quote in first_column(table)
    }
    assert len(quoted) > 5
    for quote in quoted:
        assert quote in said, quote


def test_alerts_lead_to_a_heading():
    """Every alert names a heading of the page, and asks for metrics that exist."""
    served = HubMetrics().render(FACTS, HEALTH, "")[0].decode()
    headings = {
        re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    }
    rules = yaml.safe_load((ROOT / "deploy" / "prometheus-rules.yaml").read_text())
    for rule in rules["groups"][0]["rules"]:
        page, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert page == "docs/operations.md"
        assert anchor in headings, anchor
        assert rule["annotations"]["summary"]
        for metric in re.findall(r"padlicht_\w+", rule["expr"]):
            assert f"\n{metric}" in served, metric
