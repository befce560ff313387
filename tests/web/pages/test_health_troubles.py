"""What technical health takes for a trouble, in which words, and what it does not."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from padlicht.ledger import Fault, Health, Ledger, Node, NodeState, Site
from padlicht.usage.batches import RollUp
from padlicht.usage.days import (
    Period,
)
from padlicht.web.i18n import words
from padlicht.web.park_health.advice import advice, faults
from padlicht.web.park_health.status import CounterWatch, ParkHealth, park_health
from padlicht.web.park_health.troubles import troubles
from padlicht.web.site_context import SiteContext
from tests.hub.use import CORRECTED, add_up, light
from tests.rigs.year import END_UTC_S, TRUTH
from tests.web.pages.test_glance import SITE, said
from tests.web.pages.test_health import DAY_S, HOUR_S, page


def asked(path, now: int = END_UTC_S) -> tuple[SiteContext, ParkHealth]:
    with Ledger.open(path, read_only=True) as ledger:
        site = ledger.sites.all()[0]
        place = SiteContext(now, (site,), site, tuple(ledger.nodes.all(SITE)))
        return place, park_health(ledger, place)


def told(place: SiteContext, found: ParkHealth) -> dict[str, list[tuple[str, str]]]:
    """What is wrong, as {kind: [(where, words)]}."""
    return {
        trouble.kind: [(case.where, case.told) for case in trouble.cases]
        for trouble in troubles(words("en"), place, found)
    }


def test_a_counter_that_does_not_watch_needs_somebody(year):
    """In touch, but its radar saw nothing: named, with what to do, and its zone as too little."""
    node, _, until = TRUTH.covered
    place, found = asked(year, until - DAY_S)
    wrong = told(place, found)
    assert wrong["blind"] == [(node, "watched 0% of the last 3 hours")]
    assert [where for where, _ in wrong["unwatched"]] == ["east"]
    text = said(page(year, now=until - DAY_S))
    assert text.index("Counter does not watch") < text.index("All lamps and counters")
    assert "is the radar covered (leaves, a poster, a fence)" in text
    assert not {"blind"} & told(*asked(year)).keys()


def test_a_lamp_lit_outside_its_window_is_named(make_copy):
    """Only the one that burned, and for how long; the hours of the others are no reproach."""
    noon = END_UTC_S - DAY_S - 5 * HOUR_S
    noon -= noon % HOUR_S
    quarters = [light(noon + 900 * number, node="lamp-5") for number in range(4)]
    path = make_copy(*quarters)
    with Ledger.open(path) as ledger:
        add_up(ledger, END_UTC_S, RollUp())
    wrong = told(*asked(path))
    assert wrong["stray"] == [
        ("lamp-5", "lit for 1 h in hours without a window, in the last 7 days")
    ]
    assert wrong.keys() == {"stray"}


def test_silent_refused_and_new_memory_are_told_apart(make_copy):
    """What nodes say of themselves, each kind with its own advice."""

    def change(ledger):
        ledger.states.record_loss("lamp-1", END_UTC_S - 2 * HOUR_S)
        ledger.states.record_birth("lamp-2", 1, "0.1.0", "sim", 0, "power", END_UTC_S - HOUR_S)
        for node in ("lamp-3", "lamp-4"):
            wanted = {**ledger.settings.wanted()[node].after, "hold_s": 45}
            ledger.settings.request(node, wanted, "ann", "shorter", END_UTC_S - 2 * HOUR_S)
        ledger.settings.confirm("lamp-3", 3, {"hold_s": "hold_s 45 is refused"}, END_UTC_S)
        ledger.quarantine.add("padlicht/1/x", b"{", "not JSON", END_UTC_S)

    wrong = told(*asked(make_copy(change=change)))
    assert [where for where, _ in wrong["silent"]] == ["lamp-1"]
    assert wrong["memory"] == [("lamp-2", "")]
    assert wrong["clock"] == [("lamp-2", "")]
    assert wrong["refused"] == [("lamp-3", "hold_s 45 is refused")]
    assert wrong["unconfirmed"] == [("lamp-4", "wanted since 15:20:00")]
    assert wrong["quarantine"] == [("", "1 message could not be read")]
    assert list(wrong) == ["silent", "clock", "refused", "unconfirmed", "memory", "quarantine"]


def test_settings_on_their_way_for_minutes_are_no_trouble(make_copy):
    """A node that is heard takes them soon."""

    def change(ledger):
        wanted = {**ledger.settings.wanted()["lamp-4"].after, "hold_s": 45}
        ledger.settings.request("lamp-4", wanted, "ann", "shorter", END_UTC_S - 60)

    assert told(*asked(make_copy(change=change))) == {}


def record(node: str, **other) -> Health:
    known = {"rssi": -60, "mv": 12_000, "dc": 100, "spool": 0, "dropped": 0, "lux_dl": None}
    return Health(node, 1, 1, END_UTC_S - 900, 900, 2, free=60_000, up_s=1, **{**known, **other})


def stand(*nodes: tuple[str, str], **other) -> tuple[SiteContext, ParkHealth]:
    """A park of these (name, role), all in touch, and what else is known of it."""
    site = Site("park", "Park", "Europe/Amsterdam", 53.23, 6.576)
    long_ago = END_UTC_S - 30 * DAY_S
    made = tuple(
        Node(0, name, "park", "path", role, None, None, False, long_ago, False)
        for name, role in nodes
    )
    well = NodeState(
        "ready", long_ago, END_UTC_S - 60, 1, "0.1.0", "sim", 2, "power", None, None, {}
    )
    known = {
        "states": {node.name: well for node in made},
        "health": {},
        "faults": [],
        "wanted": {},
        "watches": {},
        "week": Period(date(2026, 11, 5), date(2026, 11, 11)),
        "zones": {},
        "strays": {},
        "quarantined": 0,
    }
    return SiteContext(END_UTC_S, (site,), site, made), ParkHealth(made, **{**known, **other})


LAMPS = [(f"lamp-{number}", "lamp") for number in range(1, 5)]


@pytest.mark.parametrize(
    ("record_of_one", "kind", "words_of_it"),
    [
        ({"spool": 25}, "spool", "25 records wait"),
        ({"spool": 24}, None, ""),
        ({"dropped": 1}, "dropped", "1 record lost"),
        ({"rssi": -81}, "signal", "−81 dBm"),
        ({"rssi": -80}, None, ""),
        ({"rssi": None, "mv": None}, None, ""),
        ({"mv": 10_700}, "supply", "10.7 V; the others have 12 V"),
        ({"mv": 10_900}, None, ""),
    ],
)
def test_what_a_record_of_health_tells(record_of_one, kind, words_of_it):
    """Each threshold from both sides; what a board cannot measure is no trouble."""
    health = {name: record(name) for name, _ in LAMPS}
    health["lamp-2"] = record("lamp-2", **record_of_one)
    wrong = told(*stand(*LAMPS, health=health))
    assert wrong == ({kind: [("lamp-2", words_of_it)]} if kind else {})


def test_a_supply_has_neighbours_to_be_held_against():
    """Two lamps make no usual supply: a park may have both 12 and 5 volts."""
    health = {"lamp-1": record("lamp-1"), "lamp-2": record("lamp-2", mv=5000)}
    assert told(*stand(*LAMPS[:2], health=health)) == {}


@pytest.mark.parametrize(
    ("watch", "is_blind"),
    [
        (CounterWatch(3600, 359), True),
        (CounterWatch(3600, 360), False),
        (CounterWatch(2700, 0), False),
        (CounterWatch(0, 0), False),
    ],
)
def test_a_counter_is_blind_below_a_tenth(watch, is_blind):
    """Of what it told of, and only when that is an hour at least."""
    found = stand(("gate", "counter"), watches={"gate": watch})
    assert ("blind" in told(*found)) == is_blind


def test_a_fault_is_said_in_words_with_its_code():
    """A known one means something; any task has one meaning; an unknown one is its code."""
    codes = ("radar_silent", "task_light", "brand_new")
    faults = [Fault("lamp-1", 1, 1, END_UTC_S - HOUR_S, 0, 2, code, True) for code in codes]
    cases = told(*stand(*LAMPS, faults=faults))["fault"]
    assert cases == [
        (
            "lamp-1",
            "the radar says nothing: covered, wet, or its cable (radar_silent, since 16:20:00)",
        ),
        (
            "lamp-1",
            "a part of the firmware died and was started again: report it (task_light, since"
            " 16:20:00)",
        ),
        ("lamp-1", "brand_new (brand_new, since 16:20:00)"),
    ]


def test_headings_are_those_of_the_runbook():
    """Who looks a trouble up there finds it under the same words."""
    runbook = (Path(__file__).resolve().parents[3] / "dashboards" / "RUNBOOK.md").read_text()
    known = advice(words("en"))
    for kind in ("silent", "blind", "fault", "stray", "unwatched", "spool"):
        assert f"\n## {known[kind].heading}\n" in runbook
    for code in faults(words("en")):
        assert f"`{code}" in runbook


def test_retired_nodes_are_nobody_s_trouble(make_copy):
    """They are not in the table, and their faults and silence are not either."""

    def change(ledger):
        ledger.states.record_loss("lamp-1", END_UTC_S - 2 * HOUR_S)
        ledger.nodes.change(
            replace(ledger.nodes.get("lamp-1"), retired_utc_s=END_UTC_S - HOUR_S), CORRECTED
        )

    path = make_copy(change=change)
    assert told(*asked(path)) == {}
    assert "lamp-1 lamp" not in said(page(path))
