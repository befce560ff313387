"""The dashboards hold together: what Grafana wants, what InfluxDB has, what a resident can read."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from dashboards.boards.page import NAMES
from dashboards.build import dashboards
from dashboards.panels.places import PLACES
from dashboards.queries.influxql import RAW, TABLE, USAGE
from dashboards.words import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
DASHBOARDS = {uid: made for language in LANGUAGES for uid, made in dashboards(language).items()}
PUBLIC = [uid for uid in DASHBOARDS if "public" in uid]
PANELS = [
    pytest.param(uid, panel, id=f"{uid}-{panel['id']}")
    for uid, dashboard in DASHBOARDS.items()
    for panel in dashboard["panels"]
    if panel["type"] != "row"
]
# Grafana's names for units, of which ours must be one; suffixes are our own words.
UNITS = {
    *("none", "short", "percentunit", "watth", "volt", "celsius", "dateTimeFromNow", "string"),
}
TRANSFORMATIONS = {
    *("organize", "groupBy", "groupingToMatrix", "sortBy", "joinByField", "filterByValue"),
}
COUNTS = re.compile(r'"count_in"|"n"')


def covers(target: dict) -> bool:
    """Whether a target shows a share watched, or an expression judges by one."""
    shares = ('sum("obs_s") / sum("due_s")', 'sum("obs_s") / sum("dt")')
    query, expression = target.get("query", ""), target.get("expression", "")
    return any(share in query for share in shares) or ("s1 / " in expression and "d1" in expression)


def both(one: dict) -> list[dict]:
    """A panel's own options for fields and those of its overrides, as (unit, …) dictionaries."""
    config = one["fieldConfig"]
    overrides = [
        {item["id"]: item["value"] for item in override["properties"]}
        for override in config["overrides"]
    ] if config.get("overrides") else []  # fmt: skip
    return [config["defaults"], *overrides]


@pytest.mark.parametrize("uid", DASHBOARDS)
def test_a_dashboard_is_one_that_grafana_takes(uid):
    """Classic JSON with a stable address, no number of its own, tags, time zone and words."""
    made = DASHBOARDS[uid]
    assert made["uid"] == uid
    assert len(uid) <= 40
    assert made["id"] is None
    assert made["schemaVersion"] >= 41
    assert made["editable"] is False
    assert made["timezone"] == "Europe/Amsterdam"
    assert made["weekStart"] == "monday"
    assert made["tags"] == ["padlicht", uid[-2:]]
    assert made["time"]["to"] == "now"
    assert made["title"]
    assert made["description"]


@pytest.mark.parametrize("uid", DASHBOARDS)
def test_panels_have_numbers_of_their_own_and_do_not_overlap(uid):
    """Every panel and row stands in the grid by itself, within its 24 columns."""
    panels = DASHBOARDS[uid]["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = [panel["gridPos"] for panel in panels]
    for place in places:
        assert place["x"] >= 0
        assert place["w"] > 0
        assert place["h"] > 0
        assert place["x"] + place["w"] <= 24
    for a, b in combinations(places, 2):
        beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
        above = a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
        assert beside or above, (a, b)


@pytest.mark.parametrize("uid", DASHBOARDS)
def test_titles_say_different_things(uid):
    """No two panels of a dashboard share a title, and no two dashboards do."""
    titles = [panel["title"] for panel in DASHBOARDS[uid]["panels"]]
    assert all(titles)
    assert len(set(titles)) == len(titles)
    mine = [made["title"] for other, made in DASHBOARDS.items() if other[-2:] == uid[-2:]]
    assert len(set(mine)) == len(NAMES)


@pytest.mark.parametrize("uid", DASHBOARDS)
def test_a_dashboard_says_how_to_read_it_and_whether_it_is_simulated(uid):
    """Words first, and beside them whether the figures are made up."""
    reading, simulated = DASHBOARDS[uid]["panels"][:2]
    assert reading["type"] == "text"
    assert len(reading["options"]["content"]) > 200
    assert '"simulated"' in simulated["targets"][0]["query"]
    said = str(simulated["fieldConfig"])
    assert "SIMULATED" in said or "GESIMULEERD" in said


@pytest.mark.parametrize(("uid", "panel"), PANELS)
def test_a_panel_explains_itself(uid, panel):
    """A title that is no code, and a description in whole sentences."""
    assert len(panel["description"]) >= 30
    assert panel["description"][-1] in ".?"
    assert panel["title"][0].isupper()
    assert not re.search(r"_|\b(SELECT|mean|sum)\b", panel["title"])


@pytest.mark.parametrize(("uid", "panel"), PANELS)
def test_a_figure_has_its_unit_and_words_for_no_data(uid, panel):
    """Units are ones that Grafana knows; what is not there says so in words."""
    if panel["type"] == "text":
        return
    assert panel["fieldConfig"]["defaults"]["noValue"]
    if panel["type"] != "geomap":
        assert panel["fieldConfig"]["defaults"]["unit"]
    for options in both(panel):
        unit = options.get("unit", "none")
        assert unit in UNITS or re.fullmatch(r"suffix:(passages(/h)?|[A-Za-z]{1,3})", unit), unit


@pytest.mark.parametrize(("uid", "panel"), PANELS)
def test_a_panel_asks_sources_that_are_there(uid, panel):
    """Every target names its source; the panel's is theirs, or "mixed" where there are several."""
    targets = panel.get("targets", [])
    refs = [target["refId"] for target in targets]
    assert len(set(refs)) == len(refs)
    uids = {target["datasource"]["uid"] for target in targets} - {"__expr__"}
    assert uids <= {USAGE, RAW, "grafana"}
    if targets:
        assert panel["datasource"]["uid"] == (uids.pop() if len(uids) == 1 else "-- Mixed --")
    for transformation in panel.get("transformations", []):
        assert transformation["id"] in TRANSFORMATIONS


@pytest.mark.parametrize(("uid", "panel"), PANELS)
def test_expressions_name_what_is_there(uid, panel):
    """Each result that an expression uses is a query or expression of the same panel."""
    targets = panel.get("targets", [])
    refs = {target["refId"] for target in targets}
    for target in targets:
        if target.get("type") == "math":
            used = set(re.findall(r"\$(\w+)", target["expression"]))
            assert used
            assert used <= refs
        elif target.get("type") == "reduce":
            assert target["expression"] in refs


@pytest.mark.parametrize("uid", DASHBOARDS)
def test_the_table_s_columns_are_put_in_order(uid):
    """Tables come with columns in any order, so every one of them is arranged."""
    for panel in DASHBOARDS[uid]["panels"]:
        formats = {target.get("resultFormat") for target in panel.get("targets", ())}
        if TABLE in formats:
            used = {one["id"] for one in panel.get("transformations", ())}
            assert used & {"organize", "joinByField"}, panel["title"]


@pytest.mark.parametrize("uid", DASHBOARDS)
def test_every_count_stands_beside_its_coverage(uid):
    """A panel that counts shows how much was watched; of a table or categories, one in its row."""
    row: list[dict] = []
    rows = [row]
    for panel in DASHBOARDS[uid]["panels"]:
        if panel["type"] == "row":
            rows.append(row := [])
        row.append(panel)
    for row in rows:
        for panel in row:
            targets = panel.get("targets", [])
            if any(COUNTS.search(target.get("query", "")) for target in targets):
                near = row if panel["type"] in ("table", "barchart") else [panel]
                assert any(covers(target) for one in near for target in one.get("targets", []))


@pytest.mark.parametrize("uid", [uid for uid in DASHBOARDS if uid not in PUBLIC])
def test_variables_have_everything_as_their_choice(uid):
    """Site and zone are of the type that never breaks, and "all" is everything."""
    variables = {item["name"]: item for item in DASHBOARDS[uid]["templating"]["list"]}
    for name in ("site", "zone"):
        assert variables[name]["type"] == "custom"
        assert variables[name]["includeAll"] is True
        assert variables[name]["allValue"] == ".*"
        assert variables[name]["current"]["value"] == "$__all"
    used = set(re.findall(r"\$\{(\w+)", str(DASHBOARDS[uid]["panels"]))) - {"__field"}
    assert used == set(variables)


@pytest.mark.parametrize("uid", [uid for uid in DASHBOARDS if uid not in PUBLIC])
def test_dashboards_lead_to_each_other(uid):
    """Each links to the others of its language but the public one, and takes the choice along."""
    wanted = {f"/d/{other}" for other in DASHBOARDS if other[-2:] == uid[-2:]}
    links = DASHBOARDS[uid]["links"]
    assert {link["url"] for link in links} == wanted - {
        f"/d/{uid}",
        f"/d/padlicht-public-{uid[-2:]}",
    }
    assert all(link["includeVars"] and link["title"] for link in links)
    assert not any("placement" in link for link in links)


@pytest.mark.parametrize("uid", DASHBOARDS)
def test_changes_of_settings_and_the_diary_are_marked_where_time_is_shown(uid):
    """An annotation with its text, by the names that Grafana's browser reads; none in public."""
    annotations = DASHBOARDS[uid]["annotations"]["list"]
    if uid in PUBLIC or "health" in uid:
        assert annotations == []
        return
    diary, one = annotations
    assert 'SELECT "title", "detail" AS "text" FROM "diary"' in diary["target"]["query"]
    assert '"holds" = 1' in diary["target"]["query"]
    query = one["target"]["query"]
    assert 'SELECT "title", "detail" AS "text", "actor" AS "tags" FROM "setting_change"' in query
    assert one["enable"] is True


@pytest.mark.parametrize("uid", PUBLIC)
def test_the_public_dashboard_shows_only_what_may_be_public(uid):
    """No variables, links, nodes or zones; all of it late, and every count rounded or kept back."""
    made = DASHBOARDS[uid]
    assert made["templating"]["list"] == []
    assert made.get("links", []) == []
    assert made["timepicker"]["hidden"] is True
    for panel in made["panels"]:
        for target in panel.get("targets", ()):
            query = target["query"]
            assert target["datasource"]["uid"] == USAGE
            assert 'FROM "usage_1d"' in query
            assert "time < now() - 49h" in query
            assert '"zone"' not in query
            if "count_in" in query:
                rounded = '("n" + 2) - ("n" + 2) % 5' in query and '"n" >= 5' in query
                hidden = '"n" * 0' in query and '"n" < 5' in query
                assert rounded or hidden
                assert "time(1d)" in query  # of totals one could work out what is kept back


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_holds_places_for_the_positions(language):
    """A frame in the dashboard itself, empty until it is filled, joined to presence by name."""
    panels = DASHBOARDS[f"padlicht-health-{language}"]["panels"]
    [geomap] = [panel for panel in panels if panel["type"] == "geomap"]
    [places] = [target for target in geomap["targets"] if target["refId"] == PLACES]
    [frame] = places["snapshot"]
    assert [field["name"] for field in frame["schema"]["fields"]] == ["node", "lat", "lon"]
    assert frame["data"]["values"] == [[], [], []]
    assert places["datasource"] == {"type": "datasource", "uid": "grafana"}
    location = geomap["options"]["layers"][0]["location"]
    assert (location["latitude"], location["longitude"]) == ("lat", "lon")
    assert geomap["transformations"][0]["options"] == {"byField": "node", "mode": "outer"}


def test_only_technical_health_and_its_figures_ask_for_records():
    """Records age away after 90 days: what is asked of longer times asks for usage."""
    for uid, made in DASHBOARDS.items():
        asked = [target for panel in made["panels"] for target in panel.get("targets", ())]
        if any(target["datasource"]["uid"] == RAW for target in asked):
            assert "health" in uid or "glance" in uid
            assert "now-7d" in made["time"]["from"] or "glance" in uid


@pytest.mark.parametrize("uid", DASHBOARDS)
def test_a_query_has_only_keys_that_its_source_reads(uid):
    """Of InfluxDB, of expressions, and of Grafana's own frames."""
    made = DASHBOARDS[uid]
    marks = [one["target"] for one in made["annotations"]["list"]]
    for target in [*marks, *(one for panel in made["panels"] for one in panel.get("targets", ()))]:
        of = {
            "query": {"query", "rawQuery", "resultFormat", "alias"},
            "expression": {"type", "expression", "reducer"},
            "snapshot": {"queryType", "snapshot"},
        }
        (kind,) = set(of) & set(target)
        assert set(target) <= {"refId", "datasource", "hide"} | of[kind], target
