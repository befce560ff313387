"""Alert rules: what is committed is what was built, and each leads a person to what to do."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from dashboards import alerts_build
from dashboards.alerts import RAW, RULES, USAGE
from padlicht.cli.main import cli
from padlicht.grafana.dashboards import rules as packaged
from padlicht.influx import schema

ROOT = Path(__file__).resolve().parents[2]
RUNBOOK = (ROOT / "dashboards" / "RUNBOOK.md").read_text()
TYPED = re.findall(r"`(padlicht [a-z][^`]*)`", RUNBOOK) + re.findall(
    r"^(padlicht grafana .*)$", (ROOT / "docs" / "grafana.md").read_text(), re.MULTILINE
)
DATABASES = {RAW: schema.RAW, USAGE: schema.USAGE}
# What InfluxDB 1, 2 and 3 all know.
FUNCTIONS = {"sum", "mean", "max", "min", "last", "count", "percentile"}
STATES = {"Alerting", "KeepLast", "OK"}
names = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.uid)
languages = pytest.mark.parametrize("language", alerts_build.LANGUAGES)


@pytest.mark.parametrize(
    "path", alerts_build.outputs(), ids=lambda path: str(path.relative_to(ROOT))
)
def test_what_is_committed_is_what_is_built(path):
    """Nobody changed a file by hand, nor forgot `python -m dashboards.alerts_build`."""
    assert path.read_text() == alerts_build.outputs()[path]


@languages
def test_files_and_api_have_the_same_rules(language):
    """Whoever provisions and whoever pushes watches the same things."""
    path = ROOT / "deploy" / "grafana" / "alerting" / language / "padlicht.yaml"
    (group,) = yaml.safe_load(path.read_text())["groups"]
    assert group["rules"] == packaged(language)["rules"]
    assert group["interval"] == f"{packaged(language)['interval'] // 60}m"


def test_languages_differ_in_words_only():
    """A rule asks the same and fires at the same in Dutch and in English."""
    worded = ("title", "annotations")
    dutch, english = (
        [{key: rule[key] for key in rule if key not in worded} for rule in alerts_build.rules(one)]
        for one in ("nl", "en")
    )
    assert dutch == english


@languages
def test_words_hold_no_dollar(language):
    """Grafana's files take it for the environment's in labels and not in annotations."""
    for rule in alerts_build.rules(language):
        assert "$" not in json.dumps([rule["title"], rule["annotations"], rule["labels"]])


@names
def test_a_rule_is_whole(rule):
    """Its uid fits, both languages are there, and it says what happens when nothing is known."""
    assert re.fullmatch(r"padlicht-[a-z-]{3,31}", rule.uid)
    for words in (rule.titles, rule.summaries, rule.firsts):
        assert set(words) == set(alerts_build.LANGUAGES)
        assert words["nl"] != words["en"]
    assert {rule.no_data, rule.error} <= STATES
    assert re.fullmatch(r"0s|\d+(m|h)", rule.pending)


@names
def test_a_query_asks_for_what_there_is(rule):
    """Measurement, fields and tags are in the schema of the database that is asked."""
    for query in rule.queries:
        (measurement,) = re.findall(r'FROM "(\w+)"', query.influxql)
        (found,) = (item for item in schema.MEASUREMENTS if item.name == measurement)
        assert found.database == DATABASES[query.datasource]
        known = {column.name for column in (*found.tags, *found.fields)}
        made = set(re.findall(r'AS "(\w+)"', query.influxql))
        assert set(re.findall(r'"(\w+)"', query.influxql)) <= known | made | {measurement}
        assert set(re.findall(r"(\w+)\(", query.influxql)) <= FUNCTIONS


@names
def test_a_query_needs_nothing_that_alerting_has_not(rule):
    """No variable of a dashboard, one statement, and the time that Grafana asks for."""
    for query in rule.queries:
        assert set(re.findall(r"\$\w+", query.influxql)) == {"$timeFilter"}
        assert ";" not in query.influxql


def test_every_alert_has_its_heading_and_every_heading_its_alert():
    """A link from an alert ends where it says what to do, in both languages."""
    headings = re.findall(r"^## (.+)$", RUNBOOK, re.MULTILINE)
    assert headings == [rule.titles["en"] for rule in RULES]
    for rule in alerts_build.rules("nl"):
        page, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert (ROOT / page).is_file()
        assert anchor in {heading.lower().replace(" ", "-") for heading in headings}
    for section in RUNBOOK.split("\n## ")[1:]:
        assert "\n1. " in section or "| code |" in section, section[:40]
        assert "**Nederlands.**" in section, section[:40]


def test_every_fault_that_a_node_can_report_is_in_the_table():
    """Whoever gets the alert finds the code."""
    line = re.search(r"^\| `records: fault … …` .*$", (ROOT / "firmware" / "README.md").read_text(),
                     re.MULTILINE)[0]  # fmt: skip
    known = set(re.findall(r"`(\w+(?:…|\b))`", RUNBOOK))
    codes = set(re.findall(r"`([a-z]+_[a-z…]+)`", line))
    assert len(codes) > 5
    assert codes <= known


@pytest.mark.parametrize("line", sorted(set(TYPED)))
def test_commands_that_a_reader_is_told_can_be_typed(line):
    """The command exists and has the options that it is shown with."""
    words = shlex.split(line)[1:]
    command: click.Command = cli
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        command = command.commands[words.pop(0)]
    assert not isinstance(command, click.Group)
    known = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
    assert {word for word in words if word.startswith("--")} <= known


def test_the_document_lists_every_rule():
    """Who chooses whom to tell knows what there is."""
    document = (ROOT / "docs" / "grafana.md").read_text()
    table = document.split("| rule | fires when |")[1].split("\n\n")[0]
    rows = re.findall(r"^\| (.+?) \|", table, re.MULTILINE)
    assert rows == [rule.titles["en"] for rule in RULES]


def test_examples_are_loaded_by_nobody():
    """A provisioned policy would take the place of all that an operator has."""
    folder = ROOT / "deploy" / "grafana"
    loaded = [*(folder / "provisioning").rglob("*.y*ml"), *(folder / "alerting").rglob("*.y*ml")]
    for path in loaded:
        content = yaml.safe_load(path.read_text())
        assert not {"policies", "contactPoints", "muteTimes"} & set(content), path
    examples = [yaml.safe_load(path.read_text()) for path in (folder / "examples").glob("*.yaml")]
    assert {"policies", "contactPoints"} <= {key for example in examples for key in example}
