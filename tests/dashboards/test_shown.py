"""What Grafana shows of every panel, by Grafana's own libraries on answers of a real InfluxDB.

Both languages, with the tests' year of a simulated park. What is meant stands in meant.py; that the
answers are right is in test_queries.py.
"""

from dataclasses import replace
from datetime import date
from typing import NamedTuple

import pytest

from padlicht.grafana.dashboards import LANGUAGES, dashboards, filled
from padlicht.grafana.park import park_of
from padlicht.ledger import Ledger
from tests.dashboards import meant
from tests.rigs.grafana.api import Range
from tests.rigs.grafana.boards import questions
from tests.rigs.grafana.libraries import UNSHOWN, cases, shown, unknown_keys
from tests.rigs.year import END_UTC_S, TRUTH

DAY_S = 86_400
BROKEN = "health while a lamp is broken"
MARKS = {"energy", "glance", "lighting", "use"}  # that mark changes of settings
# Periods of their own, whatever time is chosen above; and the 12 weeks around a date.
FIXED = {
    "glance": {
        "Dark, lamps on: last 7 whole days", "Dark, lamps on: the 7 days before",
        "Lamps on, 19 to 23 h: the 7 days before, and the last 7",
        "Lamps lit, last 7 whole days", "Lit between midnight and six", "Nodes that are there",
        "Faults now",
    },
    "health": {
        "Nodes that are there", "Faults now", "Most records waiting on a node",
        "Newest report in InfluxDB", "Where the nodes are", "What is broken, and since when",
        "What each lamp did in the last 24 hours", "What each counter did in the last 24 hours",
        "What nodes say of themselves",
    },
    "lighting": {
        "Lamps lit, last 7 whole days", "Lit between midnight and six",
        "Lamps on, 19 to 23 h", "By day, 10 to 16 h, beside it",
        "The same hours with lamps on, before and after",
    },
}  # fmt: skip
TITLES = [
    (name, panel["title"])
    for name, board in dashboards("en").items()
    for panel in board["panels"]
    if panel["type"] not in UNSHOWN
]
in_both = pytest.mark.parametrize("language", LANGUAGES)


class Seen(NamedTuple):
    """A panel, the frames that Grafana's server sends for it, and what is shown of them."""

    panel: dict
    frames: list
    shown: dict

    def columns(self, of=0):
        """The fields of a frame that the server sends, by name."""
        return {field["name"]: field["values"] for field in self.frames[of]["fields"]}


@pytest.fixture(scope="module")
def park(year):
    with Ledger.open(year, read_only=True) as ledger:
        # In the 12 weeks from the day of its lamps on, in May, no evening is dark in their hours.
        return replace(park_of(ledger), lit_since=date(2026, 8, 22))


@pytest.fixture(scope="module")
def seen(influx, park):
    """All panels of all dashboards by language, file and English title; marks by "marks"."""
    asked, keys = [], []
    for language in LANGUAGES:
        for name, board in dashboards(language).items():
            english = {panel["id"]: panel["title"] for panel in dashboards("en")[name]["panels"]}
            moments = {name: END_UTC_S}
            if name == "health":
                moments[BROKEN] = TRUTH.failed.dark_utc_s + 3 * 3600
            for key, at_s in moments.items():
                for one in cases(filled(board, park), influx.series, at_s * 1000).values():
                    asked.append(one)
                    title = english[one["panel"]["id"]] if "panel" in one else "marks"
                    keys.append((language, key, title))
    found = shown(asked)
    return {
        key: Seen(one.get("panel"), one["frames"], result)
        for key, one, result in zip(keys, asked, found, strict=True)
    }


def columns_shown(one):
    """The columns of a panel that shows one frame: texts by name."""
    (frame,) = one.shown["frames"]
    return {field["name"]: field["texts"] for field in frame["fields"]}


def test_every_panel_has_its_meaning():
    """None is added without it, and none stands there for nothing."""
    assert set(TITLES) == {*meant.SERIES, *meant.TABLES, *meant.MATRICES, *meant.APART}
    assert len(TITLES) == 63


@pytest.mark.usefixtures("programs")
def test_every_key_is_one_that_grafanas_schema_has():
    """Another would be read by nobody, or mean something else some day."""
    boards = {
        f"{language}/{name}": board
        for language in LANGUAGES
        for name, board in dashboards(language).items()
    }
    boards["wrong"] = wrong = dashboards("nl")["use"]
    wrong["panels"][1]["options"]["colour"] = "red"
    wrong["panels"][1]["fieldConfig"]["defaults"]["unti"] = "h"
    title = wrong["panels"][1]["title"]
    assert unknown_keys(boards) == [
        f"wrong, {title}: {at}" for at in ("options.colour", "field.unti")
    ]


@in_both
@pytest.mark.parametrize(("name", "title"), meant.SERIES)
def test_figures_and_lines_are_called_and_read_as_meant(seen, language, name, title):
    """Names in their order, and each value with its unit, in words, or as nobody knows."""
    w, one = meant.said(language), seen[language, name, title]
    wanted = meant.SERIES[name, title]
    values = [frame["fields"][-1]["values"] for frame in one.frames]
    if one.shown["figures"] is not None:
        found = [(figure["name"], [figure["text"]]) for figure in one.shown["figures"]]
        values = [series[-1:] for series in values]
    else:
        lines = [frame["fields"][-1] for frame in one.shown["frames"]]
        found = [(line["name"], line["texts"]) for line in lines]
    names = [
        ": ".join(w(part) for part in name.split(": ")) if name.startswith(meant.SITE) else w(name)
        for name, _ in wanted
    ]
    assert [name for name, _ in found] == names
    unknown = {one.panel["fieldConfig"]["defaults"]["noValue"], "–"}
    for (_, texts), series, (called, reads) in zip(found, values, wanted, strict=True):
        assert len(texts) == len(series)
        for text, value in zip(texts, series, strict=True):
            known = value is not None and not isinstance(value, str)
            assert reads(value, text, w) if known else text in unknown, (value, text)
        assert set(texts) - unknown or called in meant.MAY_BE_UNKNOWN


@in_both
@pytest.mark.parametrize(("name", "title"), meant.TABLES)
def test_tables_have_their_columns_in_order_and_every_row(seen, language, name, title):
    """The same rows as the answer, whatever order its columns come in."""
    w, one = meant.said(language), seen[language, name, title]
    answer, table = one.columns() if one.frames else {}, columns_shown(one)
    wanted = meant.TABLES[name, title]
    assert [*table] == [w(column.name) for column in wanted]
    rows = range(len(answer["Time"]))
    if "broken" in title:
        rows = [row for row in rows if answer["active"][row] == 1]
    for column in wanted:
        values = [answer[column.of][row] for row in rows]
        texts = table[w(column.name)]
        assert len(texts) == len(values)
        assert all(column.reads(*cell, w) for cell in zip(values, texts, strict=True)), column


@in_both
@pytest.mark.parametrize(("name", "title"), meant.MATRICES)
def test_a_matrix_has_its_headings_hours_and_values(seen, language, name, title):
    """Headings in words and in order, hours from 00 to 23 as they are, each value at its place."""
    w, one = meant.said(language), seen[language, name, title]
    across, tag, value, reads = meant.MATRICES[name, title]
    answer, table = one.columns(), columns_shown(one)
    assert [*table] == [w("hour"), *(w(word) for word in across.values())]
    assert table[w("hour")] == [f"{hour:02}" for hour in range(24)]
    cells = dict(zip(zip(answer[tag], answer["hour"], strict=True), answer[value], strict=True))
    assert len(cells) == len(answer[value])
    for key, word in across.items():
        for hour, text in zip(table[w("hour")], table[w(word)], strict=True):
            number = cells.get((key, hour))
            assert text == w("no data") if number is None else reads(number, text, w)
    if one.panel["type"] == "barchart":
        assert one.panel["options"]["xField"] == w("hour")


@in_both
def test_evenings_before_and_after_stand_beside_each_other(seen, language):
    """A bar of each for the same hour, and none where one side has nothing."""
    w, one = (
        meant.said(language),
        seen[language, "lighting", "The same hours with lamps on, before and after"],
    )
    table = columns_shown(one)
    assert [*table] == [w("hour"), w("before"), w("after")]
    assert table[w("hour")] == sorted({hour for at in (0, 1) for hour in one.columns(at)["hour"]})
    assert one.panel["options"]["xField"] == w("hour")
    for at, side in enumerate(("before", "after")):
        rates = dict(zip(one.columns(at)["hour"], one.columns(at)[side], strict=True))
        for hour, text in zip(table[w("hour")], table[w(side)], strict=True):
            rate = rates.get(hour)
            assert text == w("no data") if rate is None else meant.RATE(rate, text, w)


@in_both
def test_the_map_finds_each_node_its_place_and_its_state(seen, park, language):
    """The layer's fields are there by name, and every node that is in service."""
    w, one = meant.said(language), seen[language, "health", "Where the nodes are"]
    (frame,) = one.shown["frames"]
    fields = {field["name"]: field for field in frame["fields"]}
    (layer,) = one.panel["options"]["layers"]
    style, place = layer["config"]["style"], layer["location"]
    nodes = fields[style["text"]["field"]]["values"]
    placed = zip(
        nodes,
        fields[place["latitude"]]["values"],
        fields[place["longitude"]]["values"],
        strict=True,
    )
    assert sorted(placed) == sorted(tuple(place) for place in park.places)
    assert set(fields[style["color"]["field"]]["texts"]) == {w("there")}


@in_both
def test_a_broken_lamp_is_shown_where_somebody_looks(seen, language):
    """Its fault with its name and since when, one node less, and a silent one on the map."""
    w, failed = meant.said(language), TRUTH.failed.node
    table = columns_shown(seen[language, BROKEN, "What is broken, and since when"])
    row = [*zip(*table.values(), strict=True)][table[w("node")].index(failed)]
    assert dict(zip(table, row, strict=True))[w("fault")] == "radar_silent"
    assert meant.dated(None, table[w("since")][0], w)
    figures = seen[language, BROKEN, "Nodes that are there"].shown["figures"]
    assert [figure["text"] for figure in figures] == ["10", "11"]
    nodes = columns_shown(seen[language, BROKEN, "Where the nodes are"])
    assert dict(zip(nodes["node"], nodes["online"], strict=True))[failed] == w("silent")


@in_both
def test_the_newest_report_is_a_time(seen, language):
    """One figure, which tells how long ago: the newest time in the answer."""
    one = seen[language, "health", "Newest report in InfluxDB"]
    (figure,) = one.shown["figures"]
    (frame,) = one.shown["frames"]
    assert frame["fields"][0]["values"] == [one.columns()["Time"][-1]]
    assert figure["text"] not in ("", one.panel["fieldConfig"]["defaults"]["noValue"])


@in_both
def test_lights_have_their_colours_everywhere(seen, language):
    """By day, twilight, lamps on and off look the same in every chart, and coverage is grey."""
    w = meant.said(language)
    wanted = {w(light): colour for light, colour in meant.COLOURS.items()} | {
        w("watched"): "#767676"
    }
    found = [
        (key, field["name"], field["color"] == wanted[field["name"]])
        for key, one in seen.items()
        if key[0] == language and one.panel and one.panel["type"] in ("timeseries", "barchart")
        for frame in one.shown["frames"]
        for field in frame["fields"]
        if field["name"] in wanted
    ]
    assert len(found) > 12
    assert all(right for *_, right in found), found


@in_both
@pytest.mark.parametrize("name", sorted(MARKS))
def test_a_mark_says_what_was_changed_why_and_by_whom(seen, language, name):
    """Title, reason and author are three things."""
    events = seen[language, name, "marks"].shown
    (change,) = [one for one in TRUTH.settings if one.utc_s > END_UTC_S - 56 * DAY_S][-1:]
    ours = [event for event in events if event["time"] == change.utc_s * 1000]
    assert len(ours) == 9  # lamps
    for event in ours:
        assert event["text"] == change.why
        assert event["tags"] == [change.who]
        assert event["title"].endswith(" 20 → 15")


@pytest.mark.parametrize("name", dashboards("en"))
def test_a_panel_with_a_period_of_its_own_keeps_it_when_a_time_is_drawn(park, name):
    """Grafana drops `timeFrom` then: what is asked must say the period itself."""
    board = filled(dashboards("en")[name], park)
    drawn = Range((END_UTC_S - 60 * DAY_S) * 1000, (END_UTC_S - 59 * DAY_S) * 1000)
    usual = questions(board, END_UTC_S * 1000)
    asked = questions(board, END_UTC_S * 1000, drawn=drawn)
    moved = {}
    for before, after in zip(usual, asked, strict=True):
        moved.setdefault(before.panel, set()).add(before.influxql != after.influxql)
    assert {title for title, found in moved.items() if found == {False}} == FIXED.get(name, set())
    for panel in board["panels"]:
        assert not {"timeFrom", "timeShift", "hideTimeOverride"} & set(panel)
