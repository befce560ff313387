"""`padlicht grafana push` against a stand-in for Grafana that keeps its documented manners."""

from copy import deepcopy
from importlib.metadata import version

import pytest
import urllib3

from padlicht.errors import BadData, Refused, TryAgain
from padlicht.grafana.dashboards import rules
from padlicht.grafana.push import Outcome, push
from padlicht.grafana.server import Server
from tests.rigs.grafana.server import TOKEN, FakeGrafana

GROUP = rules("nl")
BOARDS = [
    {"uid": "padlicht-glance-nl", "title": "Het park", "panels": [{"id": 1}], "version": 0},
    {"uid": "padlicht-use-nl", "title": "Wanneer", "panels": []},
]
UID = BOARDS[0]["uid"]


@pytest.fixture
def grafana():
    one = FakeGrafana()
    yield one
    one.close()


def pushed(grafana, boards=BOARDS, group=GROUP, *, dry=False, token=TOKEN, answer_s=30):
    server = Server(grafana.url, token, answer_s=answer_s)
    try:
        return list(push(server, boards, group, "padlicht 0.1.0", dry=dry))
    finally:
        server.close()


def outcomes(steps, what):
    return [step.outcome for step in steps if step.what == what]


def test_an_empty_grafana_gets_all_of_it(grafana):
    """Folder, dashboards and rules are there, and each is said to be new."""
    steps = pushed(grafana)
    assert outcomes(steps, "dashboard") == [Outcome.NEW] * 2
    assert outcomes(steps, "alert rule") == [Outcome.NEW] * len(GROUP["rules"])
    meta, board = grafana.boards[UID]
    assert meta["folderUid"] == "padlicht"
    assert board["panels"] == [{"id": 1}]
    assert grafana.messages == ["padlicht 0.1.0"] * 2
    assert set(grafana.rules) == {rule["uid"] for rule in GROUP["rules"]}


def test_the_group_looks_as_often_as_the_rules_say(grafana):
    """Grafana gives a group that comes with its first rule an interval of its own."""
    steps = pushed(grafana)
    assert outcomes(steps, "rule group") == [Outcome.CHANGED]
    assert grafana.intervals["padlicht", GROUP["title"]] == GROUP["interval"]


def test_pushing_again_changes_nothing(grafana):
    """What is as it should be is left as it is, so its history stays readable."""
    pushed(grafana)
    grafana.writes.clear()
    steps = pushed(grafana)
    assert {step.outcome for step in steps} == {Outcome.SAME}
    assert grafana.writes == []


def test_what_differs_is_saved_as_the_next_version(grafana):
    """A dashboard that somebody changed is as it should be again, and keeps its folder."""
    pushed(grafana)
    meta, board = grafana.boards[UID]
    board["panels"] = [{"id": 1, "title": "mine"}, {"id": 2}]
    grafana.folders["elsewhere"] = {"uid": "elsewhere", "title": "Elsewhere"}
    meta["folderUid"] = "elsewhere"
    steps = pushed(grafana)
    assert outcomes(steps, "dashboard") == [Outcome.CHANGED, Outcome.SAME]
    meta, board = grafana.boards[UID]
    assert (board["version"], board["panels"]) == (2, [{"id": 1}])
    assert meta["folderUid"] == "elsewhere"


def test_a_changed_rule_is_mended_and_stays_paused(grafana):
    """Thresholds are ours; that a rule rests, and who is told, is the operator's."""
    pushed(grafana)
    uid = GROUP["rules"][0]["uid"]
    grafana.rules[uid] |= {
        "for": "9h",
        "isPaused": True,
        "notification_settings": {"receiver": "night shift"},
    }
    steps = pushed(grafana)
    assert outcomes(steps, "alert rule").count(Outcome.CHANGED) == 1
    rule = grafana.rules[uid]
    assert rule["for"] == GROUP["rules"][0]["for"]
    assert rule["isPaused"]
    assert rule["notification_settings"] == {"receiver": "night shift"}


def test_rules_stay_in_peoples_hands(grafana):
    """They are saved so that somebody may pause them in Grafana."""
    pushed(grafana)
    assert {rule["provenance"] for rule in grafana.rules.values()} == {""}


def test_a_dry_run_says_the_same_and_changes_nothing(grafana):
    """What it would do is what a push then does."""
    steps = [step for step in pushed(grafana, dry=True) if step.what != "rule group"]
    assert grafana.writes == []
    assert steps == [step for step in pushed(grafana) if step.what != "rule group"]
    grafana.writes.clear()
    grafana.intervals["padlicht", GROUP["title"]] = 60
    grafana.boards[UID][1]["panels"] = []
    grafana.rules[GROUP["rules"][0]["uid"]]["for"] = "9h"
    assert {step.outcome for step in pushed(grafana, dry=True)} == {Outcome.SAME, Outcome.CHANGED}
    assert grafana.writes == []


def test_what_grafana_reads_from_files_is_left_alone(grafana):
    """Saving would fail, and the file would take it back."""
    pushed(grafana)
    grafana.boards[UID][0]["provisioned"] = True
    grafana.boards[UID][1]["panels"] = []
    for rule in grafana.rules.values():
        rule |= {"provenance": "file", "for": "9h"}
    grafana.intervals["padlicht", GROUP["title"]] = 60
    grafana.writes.clear()
    steps = pushed(grafana)
    assert outcomes(steps, "dashboard") == [Outcome.LEFT, Outcome.SAME]
    assert set(outcomes(steps, "alert rule")) == {Outcome.LEFT}
    assert grafana.writes == []


def test_a_dashboard_that_was_saved_as_v2_is_left_alone_and_the_rest_is_pushed(grafana):
    """The old address refuses to show it (406); it is told what to do, and the next ones follow."""
    pushed(grafana)
    grafana.newer = {UID}
    changed = [BOARDS[0] | {"panels": []}, BOARDS[1] | {"panels": [{"id": 7}]}]
    grafana.writes.clear()
    steps = pushed(grafana, changed)
    assert outcomes(steps, "dashboard") == [Outcome.LEFT, Outcome.CHANGED]
    assert "v2" in steps[3].remark
    assert f"delete {UID}" in steps[3].remark
    assert set(outcomes(steps, "alert rule")) == {Outcome.SAME}
    assert grafana.boards[UID][1]["panels"] == [{"id": 1}]


def test_without_rules_nothing_is_asked_of_them(grafana):
    """An editor may push dashboards."""
    grafana.refuse["GET", "/v1/provisioning"] = (403, {"message": "no permission"})
    steps = pushed(grafana, group=None)
    assert outcomes(steps, "alert rule") == []
    assert outcomes(steps, "dashboard") == [Outcome.NEW] * 2


@pytest.mark.parametrize(
    ("source", "words"),
    [({}, "no data source with the uid padlicht-raw"), ({"padlicht-raw": "loki"}, "type loki")],
)
def test_dashboards_without_their_data_source_are_not_pushed(grafana, source, words):
    """They would be empty: it says which one is missing before anything is saved."""
    grafana.sources = {"padlicht-usage": "influxdb"} | source
    with pytest.raises(Refused, match=words):
        pushed(grafana)
    assert grafana.writes == []


def test_a_token_that_may_not_see_data_sources_pushes_all_the_same(grafana):
    """In Grafana only admins may look at them; that is no reason to stop."""
    grafana.refuse["GET", "/datasources"] = (403, {"message": "no permission"})
    steps = pushed(grafana)
    assert outcomes(steps, "data source") == [Outcome.LEFT] * 2
    assert outcomes(steps, "dashboard") == [Outcome.NEW] * 2


def test_somebody_who_saves_meanwhile_loses_nothing(grafana):
    """The newer version stays, and the next push takes it up."""
    pushed(grafana)
    changed = deepcopy(BOARDS)
    changed[0]["panels"] = []
    grafana.meanwhile = lambda: grafana.boards[UID][1].update(version=7, panels=["theirs"])
    with pytest.raises(Refused, match="meanwhile: push again"):
        pushed(grafana, changed)
    assert grafana.boards[UID][1]["panels"] == ["theirs"]
    grafana.meanwhile = lambda: None
    assert outcomes(pushed(grafana, changed), "dashboard") == [Outcome.CHANGED, Outcome.SAME]
    assert grafana.boards[UID][1]["version"] == 8


def test_an_older_grafana_is_said_to_be_older(grafana):
    """The push goes on: it may well work."""
    grafana.version = "11.6.1"
    assert "12.4 and newer" in pushed(grafana)[0].remark
    grafana.version = "13.0.0-pre"
    assert pushed(grafana)[0].what == "data source"


@pytest.mark.parametrize(
    ("refuse", "error", "words"),
    [
        ((500, {"message": "database is locked"}), TryAgain, "push again later .500: database"),
        ((429, {"message": "too many"}), TryAgain, "push again later"),
        ((403, {"message": "needs folders:create"}), Refused, "the role Admin"),
        ((400, {"message": "bad uid"}), Refused, "bad uid"),
    ],
)
def test_a_refusal_says_what_to_do(grafana, refuse, error, words):
    """Each kind in its own words, with Grafana's."""
    grafana.refuse["POST", "/folders"] = refuse
    with pytest.raises(error, match=words):
        pushed(grafana)


def test_a_wrong_token_is_no_riddle(grafana):
    """It says where tokens are made, and never the token itself."""
    with pytest.raises(Refused, match="service account") as caught:
        pushed(grafana, token="glsa_secret")
    assert "glsa_secret" not in str(caught.value)


def test_a_slow_grafana_is_given_up(grafana):
    """It says that nothing answers, and a later push goes on."""
    grafana.hold.clear()
    with pytest.raises(TryAgain, match="does not answer"):
        pushed(grafana, answer_s=0.2)
    grafana.hold.set()
    assert outcomes(pushed(grafana), "dashboard") == [Outcome.NEW] * 2


def test_a_grafana_that_is_away_is_said_to_be_away(grafana):
    """Nobody listens there."""
    grafana.close()
    with pytest.raises(TryAgain, match="does not answer"):
        pushed(grafana)


def test_something_else_at_that_address_is_no_grafana(grafana):
    """A page in HTML, or an API of another kind."""
    grafana.html = True
    with pytest.raises(Refused, match="is no Grafana"):
        pushed(grafana)
    grafana.html = False
    for path in ("/health", "/folders"):
        grafana.refuse["GET", path] = (200, ["up"] if path == "/folders" else {"status": "up"})
        with pytest.raises(Refused, match="is no Grafana"):
            pushed(grafana)
        grafana.refuse.clear()
    grafana.prefix = "/elsewhere"
    with pytest.raises(Refused, match="is no Grafana"):
        pushed(grafana)


def test_grafana_may_live_below_a_path():
    """As behind a proxy that serves more than one thing."""
    grafana = FakeGrafana("/grafana")
    try:
        assert outcomes(pushed(grafana), "dashboard") == [Outcome.NEW] * 2
    finally:
        grafana.close()


def test_what_pushes_leaves_the_others_their_http():
    """From 4.0 on grafana-client brings a package that takes urllib3's place, also for InfluxDB."""
    assert urllib3.__version__ == version("urllib3")


@pytest.mark.parametrize("url", ["grafana.example.org", "ftp://x", "http://me:secret@x", "http://"])
def test_an_address_that_is_none_is_refused(url):
    """It shows how one looks."""
    with pytest.raises(BadData, match="is not like"):
        Server(url, TOKEN)
