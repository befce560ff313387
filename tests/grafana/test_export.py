"""What a park's registry puts into the dashboards, and `padlicht grafana` at a terminal."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from padlicht.cli.main import cli
from padlicht.grafana.dashboards import LANGUAGES, dashboards, filled
from padlicht.grafana.park import Park, Place, park_of
from padlicht.ledger import Ledger, Node, Site, Zone
from tests.hub.use import CORRECTED
from tests.rigs.grafana.server import TOKEN, FakeGrafana

MAY = 1_778_752_800  # 14 May 2026, 12:00 in Groningen
SITES = [
    Site("molukken", "Molukkenplantsoen", "Europe/Amsterdam", 53.23, 6.576),
    Site("noord", "Noord, bij de brug", "Europe/Amsterdam", 53.24, 6.56),
]


def node(name, role, zone, site="molukken", added=MAY, lat=None):
    return Node(0, name, site, zone, role, lat, None if lat is None else 6.5, False, added, False)


@pytest.fixture
def data(tmp_path):
    """A hub's data folder with two sites."""
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger, ledger.transaction():
        for site in SITES:
            ledger.sites.add(site)
        ledger.sites.put_zone(Zone("noord", "quay", "The quay"))
        ledger.nodes.add(node("counter-1", "counter", "wood", added=MAY - 86_400 * 100))
        ledger.nodes.add(node("lamp-1", "lamp", "wood", lat=53.5))
        ledger.nodes.add(node("lamp-0", "lamp", "wood", added=MAY + 86_400))
        ledger.nodes.change(
            replace(ledger.nodes.get("lamp-0"), retired_utc_s=MAY + 90_000), CORRECTED
        )
        ledger.settings.request("lamp-1", {"end_at": "22:30"}, "me", "a feast", MAY)
    return tmp_path


def park(data):
    with Ledger.open(data / "ledger.sqlite", read_only=True) as ledger:
        return park_of(ledger)


def run(*arguments):
    return CliRunner().invoke(cli, ["grafana", *map(str, arguments)])


def test_the_registry_says_what_influxdb_cannot(data):
    """Sites, zones with and without nodes, places of those that serve, the first lamp's day."""
    assert park(data) == Park(
        sites=(("molukken", "Molukkenplantsoen"), ("noord", "Noord, bij de brug")),
        zones=("quay", "wood"),
        places=(Place("counter-1", 53.23, 6.576), Place("lamp-1", 53.5, 6.5)),
        tz="Europe/Amsterdam",
        lit_since=park(data).lit_since,
        end_hour=22,
    )
    assert park(data).lit_since.isoformat() == "2026-05-14"


@pytest.mark.parametrize(
    ("end", "hour"), [("22:00", 21), ("22:01", 22), ("20:00", 19), ("23:00", 22)]
)
def test_the_last_hour_is_that_of_the_minute_before_the_end(data, end, hour):
    """A lamp that ends at 22:00 is not lit in the hour from 22:00."""
    with Ledger.open(data / "ledger.sqlite") as ledger, ledger.transaction():
        ledger.settings.request("lamp-1", {"end_at": end}, "me", "as before", MAY + 1)
    assert park(data).end_hour == hour


def variable(board, name):
    (found,) = (one for one in board["templating"]["list"] if one["name"] == name)
    return found


def test_choices_are_the_parks_own(data):
    """All of it stays the first choice; a comma in a title does not make two of it."""
    board = filled(dashboards("nl")["lighting"], park(data))
    site = variable(board, "site")
    assert [option["value"] for option in site["options"]] == ["$__all", "molukken", "noord"]
    assert site["query"] == "Molukkenplantsoen : molukken, Noord\\, bij de brug : noord"
    assert site["allValue"] == ".*"
    assert [option["value"] for option in variable(board, "zone")["options"]][1:] == [
        "quay",
        "wood",
    ]
    assert variable(board, "changed")["current"]["value"] == "2026-05-14"
    assert variable(board, "end_hour")["query"] == "22"


def test_the_map_has_the_places(data):
    """Columns of names, latitudes and longitudes, as Grafana's frames are."""
    board = filled(dashboards("en")["health"], park(data))
    (places,) = (
        target
        for panel in board["panels"]
        for target in panel.get("targets", [])
        if target["refId"] == "PLACES"
    )
    assert places["snapshot"][0]["data"]["values"] == [
        ["counter-1", "lamp-1"],
        [53.23, 53.5],
        [6.576, 6.5],
    ]


def test_days_are_cut_where_the_park_is(data):
    """A park elsewhere has its own midnight, in the page's clock and in every query."""
    board = filled(dashboards("nl")["use"], replace(park(data), tz="Asia/Kolkata"))
    text = json.dumps(board)
    assert board["timezone"] == "Asia/Kolkata"
    assert "tz('Asia/Kolkata')" in text
    assert "Europe/Amsterdam" not in text


@pytest.mark.parametrize("name", dashboards("nl"))
def test_filling_changes_nothing_else(data, name):
    """A park without anything to say leaves a dashboard as it was built."""
    board = dashboards("nl")[name]
    before = json.dumps(board)
    empty = Park((), (), (), "Europe/Amsterdam", None, 21)
    made = filled(board, empty)
    assert json.dumps(board) == before
    for one in made.get("templating", {}).get("list", []):
        if one["name"] in ("site", "zone"):
            assert [option["value"] for option in one["options"]] == ["$__all"]
    assert made["panels"] == board["panels"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_export_writes_files_and_says_which_changed(data, tmp_path, language):
    """A second time nothing is written; a file that somebody changed is as it should be again."""
    folder = tmp_path / "out" / f"Padlicht-{language}"
    arguments = ("export", folder.parent, "--language", language, "--data", data)
    first = run(*arguments)
    assert first.exit_code == 0, first.output
    assert first.output.count("new ") == len(dashboards(language))
    (folder / "use.json").write_text("{}")
    kept = (folder / "glance.json").stat().st_ino
    again = run(*arguments)
    assert (folder / "glance.json").stat().st_ino == kept
    assert again.output.count("same ") == len(dashboards(language)) - 1
    assert again.output.count("changed ") == 1
    assert json.loads((folder / "use.json").read_text())["uid"] == f"padlicht-use-{language}"
    assert sorted(path.suffix for path in folder.iterdir()) == [".json"] * 6


def test_languages_are_written_beside_each_other(data, tmp_path):
    """A Grafana that reads the folder knows each dashboard by its path, and shows both."""
    for language in LANGUAGES:
        assert (
            run("export", tmp_path / "out", "--language", language, "--data", data).exit_code == 0
        )
    uids = [json.loads(path.read_text())["uid"] for path in (tmp_path / "out").rglob("*.json")]
    assert len(set(uids)) == len(uids) == 12


def test_export_without_a_park_says_what_to_do(tmp_path):
    """No ledger, no site, and a folder that cannot be."""
    assert "ledger" in run("export", tmp_path / "out", "--data", tmp_path).output
    with Ledger.open(tmp_path / "ledger.sqlite"):
        pass
    assert "padlicht site add" in run("export", tmp_path / "out", "--data", tmp_path).output


def test_export_into_a_file_is_refused(data, tmp_path):
    """It names the place."""
    (tmp_path / "taken").touch()
    done = run("export", tmp_path / "taken" / "deeper", "--data", data)
    assert done.exit_code == 1
    assert "taken" in done.output


@pytest.fixture
def grafana():
    one = FakeGrafana()
    yield one
    one.close()


def test_push_tells_each_step(data, tmp_path, grafana):
    """What is new, in a line; for programs as JSON; and a dry run says that it was one."""
    (tmp_path / "token").write_text(TOKEN + "\n")
    arguments = ("push", "--url", grafana.url, "--token-file", tmp_path / "token", "--data", data)
    dry = run(*arguments, "--dry-run")
    assert "this was a dry run" in dry.output
    assert grafana.boards == {}
    done = run(*arguments)
    assert done.exit_code == 0, done.output
    assert "new        dashboard" in done.output
    assert len(grafana.boards) == len(dashboards("nl"))
    assert "molukken" in json.dumps(grafana.boards["padlicht-use-nl"])
    english = run(*arguments, "--language", "en", "--json", "--no-rules")
    steps = json.loads(english.output)
    assert {step["outcome"] for step in steps if step["what"] == "dashboard"} == {"new"}
    assert len(grafana.boards) == 2 * len(dashboards("nl"))


@pytest.mark.parametrize("content", ["", "two\nlines", "späce"])
def test_a_file_without_a_token_is_named(data, tmp_path, grafana, content):
    """Nothing is asked of Grafana then."""
    (tmp_path / "token").write_text(content)
    done = run("push", "--url", grafana.url, "--token-file", tmp_path / "token", "--data", data)
    assert done.exit_code == 1
    assert "--token-file" in done.output
    assert grafana.boards == {}


def test_an_error_in_between_leaves_nothing_unsaid(data, tmp_path, grafana):
    """What was done before is told, then what went wrong."""
    (tmp_path / "token").write_text(TOKEN)
    grafana.refuse["POST", "/v1/provisioning/alert-rules"] = (403, {"message": "no permission"})
    done = run("push", "--url", grafana.url, "--token-file", tmp_path / "token", "--data", data)
    assert done.exit_code == 1
    assert "new        dashboard" in done.output
    assert "--no-rules" in done.output
