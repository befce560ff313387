"""Alert rules on faults that are made: each fires on its own, says who, and nothing else does.

A day of a small park goes through the hub's own writer into a real InfluxDB, for each test with a
fault of its own. What a whole year says is in test_queries.py.
"""

import itertools

import pytest

from padlicht.control.presence import note_hour
from padlicht.grafana.dashboards import rules
from padlicht.ledger import Fault, Health
from tests.hub.use import CORRECTED, DAY, HOUR, NOON, add_up, count, light, node, park, store
from tests.rigs.grafana.alerts import Failed, firing
from tests.rigs.influx import Influxd
from tests.rigs.seeded import Seeded

GROUP = rules("en")
NODES = (
    node("gate", zone="wood"),
    node("lamp-1", "lamp", zone="wood"),
    node("lamp-2", "lamp", zone="pond"),
)
QUARTERS = range(NOON - DAY, NOON, 900)
_numbers = itertools.count()


@pytest.fixture(scope="module")
def server(tmp_path_factory, programs):
    one = Influxd(tmp_path_factory.mktemp("influxd"))
    yield one
    one.close()


def health(t, name, spool=0):
    return Health(name, 1, t % 2**31 + 1, t, 900, 2, -60, 12_000, 84, 60_000, spool, 0, t % DAY, 3)


def fault(t, name, code="lamp_stuck", on=True):
    return Fault(name, 1, t % 2**31 + 2, t, 0, 2, code, on)


def healthy(without=()):
    """A day as it should be, but for what some nodes never sent."""
    return [
        *(count(t) for t in QUARTERS if "gate" not in without),
        *(health(t, one.name) for t in QUARTERS for one in NODES if one.name not in without),
        # From 18:00 to 22:00, as in October.
        *(light(t, node=name) for t in range(NOON - 18 * HOUR, NOON - 14 * HOUR, 900)
          for name in ("lamp-1", "lamp-2")),
    ]  # fmt: skip


def note(hour, ledger):
    """All nodes that serve are noted, as every hour."""
    while not note_hour(hour, ledger):
        pass


def lost(utc_s):
    """Lamp 2 is gone."""
    return utc_s, lambda ledger: ledger.states.record_loss("lamp-2", utc_s)


@pytest.fixture
def alarms(server, tmp_path):
    """Call with what the nodes sent, and what happened when: what fires at noon."""

    def of(records, *, happened=(NOON, lambda ledger: None), at_s=NOON):
        ledger = park(tmp_path / "ledger.sqlite", *NODES)
        with ledger:
            with ledger.transaction():
                for one in NODES:
                    ledger.states.record_birth(one.name, 1, "0.1.0", "sim", 2, "power", NOON - DAY)
            hours = range(NOON - DAY + HOUR, NOON + 1, HOUR)
            for hour in (hour for hour in hours if hour <= happened[0]):
                note(hour, ledger)
            with ledger.transaction():
                happened[1](ledger)
            for hour in (hour for hour in hours if hour > happened[0]):
                note(hour, ledger)
            store(ledger, *records)
            add_up(ledger, NOON)
        influx = Seeded(server, tmp_path / "ledger.sqlite", f"_{next(_numbers)}")
        fired = {}
        for rule in GROUP["rules"]:
            found = firing(rule, influx.ask, at_s, GROUP["interval"])
            if found:
                fired[rule["uid"]] = {tuple(sorted(labels)) for labels in found}
        return fired

    return of


def labels(name, zone, **more):
    return tuple(sorted({"node": name, "site": "park", "zone": zone, **more}.items()))


def test_a_day_as_it_should_be_is_quiet(alarms):
    """Lamps in their window, the counter watching, everybody there."""
    assert alarms(healthy()) == {}


def test_a_node_that_was_lost_is_told_by_name(alarms):
    """And after half an hour, not at once."""
    told = {"padlicht-node-silent": {labels("lamp-2", "pond")}}
    assert alarms(healthy(), happened=lost(NOON - 2400)) == told


def test_a_node_that_was_lost_a_moment_ago_is_not_told_yet(alarms):
    """A restart takes a minute."""
    assert alarms(healthy(), happened=lost(NOON - 1200)) == {}


def test_a_counter_that_does_not_watch_is_told(alarms):
    """For the last four hours it reports zeros that are no counts."""
    records = [one for one in healthy() if not (hasattr(one, "n_in") and one.t >= NOON - 5 * HOUR)]
    blind = [count(t, 0, obs_s=0) for t in QUARTERS if t >= NOON - 5 * HOUR]
    told = alarms([*records, *blind])
    assert told["padlicht-counter-silent"] == {labels("gate", "wood")}


def test_a_counter_that_sends_nothing_lowers_the_coverage(alarms):
    """Silence is watched too little, in its zone; a zone of lamps alone has nothing to watch."""
    records = [one for one in healthy() if not (hasattr(one, "n_in") and one.t >= NOON - 8 * HOUR)]
    told = alarms(records)
    assert told == {"padlicht-coverage-low": {(("site", "park"), ("zone", "wood"))}}


def test_a_fault_is_told_with_its_code_until_it_is_taken_back(alarms):
    """Of two faults the one that went is not told."""
    records = [
        fault(NOON - 6 * HOUR, "lamp-1"),
        fault(NOON - 6 * HOUR + 900, "gate", "radar_silent"),
        fault(NOON - 5 * HOUR, "gate", "radar_silent", on=False),
    ]
    told = alarms(healthy() + records)
    assert told == {"padlicht-fault": {labels("lamp-1", "wood", code="lamp_stuck")}}


def test_a_node_out_of_service_takes_its_fault_along(alarms):
    """Nobody mends what was taken down."""

    def retire(ledger):
        ledger.nodes.change(
            node("lamp-2", "lamp", zone="pond", retired=True, retired_utc_s=NOON - 20 * HOUR),
            CORRECTED,
        )

    assert (
        alarms([*healthy(), fault(NOON - 21 * HOUR, "lamp-2")], happened=(NOON - 20 * HOUR, retire))
        == {}
    )


def test_a_lamp_that_burns_in_the_night_is_told(alarms):
    """From 03:00 to 04:00, in its zone; the alert stays for a day."""
    night = [light(t, node="lamp-2") for t in range(NOON - 9 * HOUR, NOON - 8 * HOUR, 900)]
    told = alarms(healthy() + night)
    assert told == {"padlicht-lamp-outside": {(("site", "park"), ("zone", "pond"))}}


def test_a_technician_may_let_a_lamp_shine_by_day(alarms):
    """Half an hour in a day is no alarm."""
    tried = [light(t, node="lamp-2") for t in (NOON - 2 * HOUR, NOON - 2 * HOUR + 900)]
    assert alarms(healthy() + tried) == {}


def test_records_that_pile_up_are_told(alarms):
    """Lamp 1 empties its spool again and again, lamp 2 does not."""
    records = [one for one in healthy() if not isinstance(one, Health)]
    for t in QUARTERS:
        late = t >= NOON - 4 * HOUR
        records.append(health(t, "lamp-1", 80 if late and t % HOUR else 0))
        records.append(health(t, "lamp-2", 25 + (t - NOON + 4 * HOUR) // 900 if late else 0))
        records.append(health(t, "gate"))
    assert alarms(records) == {"padlicht-spool-grows": {labels("lamp-2", "pond")}}


def test_nothing_new_is_told_once(alarms):
    """Four hours later: not that nodes are silent, which nobody can know."""
    assert alarms(healthy(), at_s=NOON + 4 * HOUR) == {"padlicht-influx-late": {()}}


def test_a_database_that_does_not_answer_is_told_once():
    """All the other rules keep the state they had."""

    def away(source, influxql):
        raise Failed

    told = [rule["uid"] for rule in GROUP["rules"] if firing(rule, away, NOON, GROUP["interval"])]
    assert told == ["padlicht-influx-late"]
