"""What the dashboards ask can be asked: of every InfluxDB, of what it has, and of the chosen place.

The English dashboards stand for both languages: test_drift.py sees to it that they ask the same.
"""

import ast
import re
from pathlib import Path

import pytest

from dashboards.build import dashboards
from dashboards.queries.influxql import RAW, USAGE
from padlicht.influx import schema

ROOT = Path(__file__).resolve().parents[2]
DASHBOARDS = dashboards("en")
QUERIES = [
    pytest.param(uid, target, id=f"{uid}-{where['title'][:20]}-{target['refId']}")
    for uid, dashboard in DASHBOARDS.items()
    for where, target in [
        *((panel, one) for panel in dashboard["panels"] for one in panel.get("targets", ())),
        *(({"title": one["name"]}, one["target"]) for one in dashboard["annotations"]["list"]),
    ]
    if "query" in target
]
SCHEMA = {item.name: item for item in schema.MEASUREMENTS}
SOURCES = {USAGE: schema.USAGE, RAW: schema.RAW}
FUNCTIONS = {"sum", "mean", "max", "min", "last", "count"}
WORDS = {
    *("select", "from", "where", "and", "or", "group", "by", "as", "time", "fill", "null", "none"),
    *("tz", "now"),
}
KNOWN_VARIABLES = {"site", "zone", "changed", "end_hour", "goal", "__field"}
OF_THE_SERVER = {"timeFilter", "__interval"}


@pytest.mark.parametrize(("uid", "target"), QUERIES)
def test_a_query_keeps_to_the_time_and_to_one_statement(uid, target):
    """A time in every statement and subquery: the dashboard's, or one with both its ends.

    Days are cut in the zone of the place, and only days; hours are counted inside of them.
    """
    query = target["query"]
    own = len(re.findall(r"time >= \S+( - \d+[dh])? AND time <=? \S+", query))
    assert query.count("$timeFilter") + own == query.count("SELECT")
    assert ";" not in query
    assert target["rawQuery"] is True
    for grouped in re.findall(r"time\((\S+?)\)", query):
        assert grouped in ("1d", "1h", "$__interval")
    assert ("time(1h)" in query) <= (query.count("SELECT") == 2)
    assert query.count("tz('Europe/Amsterdam')") == query.count("time(1d)")
    assert query.count("fill(") == query.count("GROUP BY time(")
    variables = set(re.findall(r"\$\{?(\w+)", query)) - OF_THE_SERVER
    assert variables <= KNOWN_VARIABLES


@pytest.mark.parametrize(("uid", "target"), QUERIES)
def test_a_query_uses_what_every_influxdb_has(uid, target):
    """Only functions and words that versions 1, 2 and 3 share."""
    bare = re.sub(r"""'[^']*'|"[^"]*"|/\^.*?\$/|\$\{?\w+(:\w+)?\}?""", " ", target["query"])
    called = {name.lower() for name in re.findall(r"(\w+)\(", bare)}
    assert called <= FUNCTIONS | {"time", "fill", "tz", "now"}
    assert {word.lower() for word in re.findall(r"[A-Za-z]\w*", bare)} <= FUNCTIONS | WORDS | {
        "d",
        "h",
    }


@pytest.mark.parametrize(("uid", "target"), QUERIES)
def test_a_query_names_what_the_schema_has(uid, target):
    """Measurement, fields and tags are there, in the database that is asked."""
    query = target["query"]
    measurements = set(re.findall(r'FROM "(\w+)"', query))
    assert len(measurements) == 1
    item = SCHEMA[measurements.pop()]
    assert item.database == SOURCES[target["datasource"]["uid"]]
    fields = {column.name for column in item.fields}
    tags = {column.name for column in item.tags}
    own = set(re.findall(r'AS "(\w+)"', query))
    quoted = set(re.findall(r'"(\w+)"', query)) - {item.name}
    assert quoted <= fields | tags | own
    for inside in re.findall(r'\b(?:sum|mean|max|min|last|count)\("(\w+)"\)', query):
        assert inside in fields | own
    for group in re.findall(
        r"GROUP BY ([^)]*?)(?: fill|\)|$)", re.sub(r"time\([^)]*\),? ?", "", query)
    ):
        for tag in re.findall(r'"(\w+)"', group):
            assert tag in tags
    for tag in re.findall(r'"(\w+)" =~', query):
        assert tag in tags


@pytest.mark.parametrize(("uid", "target"), QUERIES)
def test_a_query_looks_at_the_chosen_place(uid, target):
    """Park and zone as they are chosen above; the public ones have no choice, and say the park.

    Hours of whole parks know no zones, and what the diary has of one zone is of interest in all.
    """
    query = target["query"]
    if "public" in uid:
        assert "$" not in query.replace("$timeFilter", "")
        assert 'GROUP BY "site"' in query or ', "site"' in query
    else:
        assert query.count("${site:regex}") == 1
        assert query.count("${zone:regex}") == (
            'FROM "park_1h"' not in query and 'FROM "diary"' not in query
        )


@pytest.mark.parametrize("dashboard", DASHBOARDS.values(), ids=DASHBOARDS)
def test_a_panel_says_when_it_is_of_the_whole_park(dashboard):
    """Its title says so, and none of its queries is then of the chosen zone."""
    for panel in dashboard["panels"]:
        queries = [one["query"] for one in panel.get("targets", ()) if "query" in one]
        of_park = {'FROM "park_1h"' in query for query in queries}
        assert of_park in (set(), {True}, {False}), panel["title"]
        assert ("whole park" in panel["title"]) == (of_park == {True}), panel["title"]


@pytest.mark.parametrize(("uid", "target"), QUERIES)
def test_a_count_of_a_time_in_which_nobody_watched_is_left_out(uid, target):
    """Nobody was watching is no zero: counts and rates ask only for what was watched."""
    query = target["query"]
    if "count_in" in query and "footfall" not in query:
        assert re.search(r'\("obs_s" > 0 OR|AND "obs_s" > 0', query)


def test_the_hours_compared_are_those_that_the_titles_say():
    """Lamps on from 19 to 23 h, by day from 10 to 16 h: in two weeks, or 12 weeks each side.

    The baseline is of the whole park.
    """
    compared = {one.values[1]["query"] for one in QUERIES if one.values[1]["refId"][0] == "Q"}
    assert len(compared) == 6 + 6 + 6 + 2
    for query in compared:
        [hours] = re.findall(r'"hour" =~ /\^\(([0-9|]+)\)\$/', query)
        [light] = re.findall(r"\"light\" = '(\w+)'", query)
        first, last = {"dark_on": (19, 23), "day": (10, 16)}[light]
        assert hours.split("|") == [str(hour) for hour in range(first, last)]
        assert query.count("'${changed}'") in (0, 2)
        assert query.count("84d") == query.count("'${changed}'") / 2


@pytest.mark.parametrize(("uid", "target"), QUERIES)
def test_what_is_missing_is_never_filled_with_a_zero(uid, target):
    """But where the sun stands, which is known on every day."""
    if "fill(0)" in target["query"]:
        assert 'AS "sun"' in target["query"]


QUERY_FILES = sorted((ROOT / "dashboards" / "queries").glob("*.py"))


@pytest.mark.parametrize("path", QUERY_FILES, ids=lambda path: path.name)
def test_queries_are_pure_text(path):
    """They know neither Grafana's kit nor the hub, and do no I/O."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.module.startswith(("dashboards.queries", "dataclasses", "typing"))
        assert not isinstance(node, ast.Import)


def test_nothing_of_the_hub_leans_on_the_kit():
    """The kit builds what is committed: whoever runs a hub has no need of it."""
    for path in (ROOT / "hub").rglob("*.py"):
        assert "grafana_foundation_sdk" not in path.read_text()
        assert not re.search(r"^(from|import) dashboards", path.read_text(), re.MULTILINE)
