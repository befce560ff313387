"""The alert rules at moments of a simulated park's year: what they fire on, when they are quiet."""

from padlicht.grafana.dashboards import rules
from tests.rigs.grafana.alerts import firing
from tests.rigs.year import END_UTC_S, TRUTH

DAY_S = 86_400
GROUP = rules("en")
RULES = {rule["uid"]: rule for rule in GROUP["rules"]}


def alarms(influx, at_s):
    """What fires at a time: uid of the rule -> the nodes or zones."""
    fired = {}
    for uid, rule in RULES.items():
        found = firing(rule, influx.ask, at_s, GROUP["interval"])
        if found:
            fired[uid] = {dict(labels).get("node") or dict(labels).get("zone") for labels in found}
    return fired


def test_a_healthy_park_is_quiet(influx):
    """At forty moments of the year, day and night, midsummer and both changes of clocks."""
    troubled = [
        (TRUTH.covered.from_utc_s, TRUTH.covered.until_utc_s),
        (TRUTH.failed.from_utc_s, TRUTH.failed.until_utc_s),
        (TRUTH.offline.from_utc_s, TRUTH.offline.until_utc_s),
    ]
    step_s = (END_UTC_S - TRUTH.begin_utc_s) // 40
    moments = [
        at_s
        for at_s in (*range(TRUTH.begin_utc_s + 2 * DAY_S, END_UTC_S, step_s + 1800), END_UTC_S)
        # A day later what a day's sum looks at is past, too.
        if not any(first <= at_s <= last + 2 * DAY_S for first, last in troubled)
    ]
    assert len(moments) > 30
    assert {at_s: fired for at_s in moments if (fired := alarms(influx, at_s))} == {}


def test_the_covered_counter_raises_the_alarm(influx):
    """It does not watch, it says so itself, and its zone is watched too little."""
    assert alarms(influx, TRUTH.covered.from_utc_s + 30 * 3600) == {
        "padlicht-counter-silent": {"counter-east"},
        "padlicht-coverage-low": {"east"},
        "padlicht-fault": {"counter-east", TRUTH.failed.node},
        "padlicht-node-silent": {TRUTH.failed.node},
    }


def test_the_failed_lamp_raises_the_alarm(influx):
    """First its radar, then all of it."""
    failed = TRUTH.failed
    assert alarms(influx, failed.from_utc_s + 1800) == {"padlicht-fault": {failed.node}}
    assert alarms(influx, failed.dark_utc_s + 7200) == {
        "padlicht-fault": {failed.node},
        "padlicht-node-silent": {failed.node},
    }


def test_a_node_without_network_raises_the_alarm(influx):
    """In its night, and no longer when it is back, although its records came late."""
    offline = TRUTH.offline
    between_s = (offline.from_utc_s + offline.until_utc_s) // 2
    assert alarms(influx, between_s) == {"padlicht-node-silent": {offline.node}}
    assert alarms(influx, offline.until_utc_s + 3 * 3600) == {}


def test_a_database_that_gets_nothing_new_raises_one_alarm(influx):
    """Four hours after the last point: the one about InfluxDB, and no other."""
    assert set(alarms(influx, END_UTC_S + 4 * 3600)) == {"padlicht-influx-late"}
