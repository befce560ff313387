"""One truth about health: head, facts, answer at a glance, technical health and lists agree."""

import re
from dataclasses import replace

import pytest

from padlicht.ledger import Fault, Lamp, Ledger
from padlicht.usage.batches import RollUp
from padlicht.web.i18n import words
from padlicht.web.park_health.troubles import HealthState, judge
from tests.browser.park import EVENING, MIDNIGHT, make_park, node
from tests.hub.use import CORRECTED, HOUR, add_up, park
from tests.rigs.pages import client
from tests.rigs.year import END_UTC_S
from tests.web.pages.test_glance import SITE, said
from tests.web.pages.test_health_troubles import LAMPS, asked, stand, told

DAY_S = 86_400


@pytest.fixture(name="new")
def _new(tmp_path):
    """A park of which nothing was heard yet: one lamp and one counter, registered an hour ago."""
    path = tmp_path / "ledger.sqlite"
    added = {"added_utc_s": EVENING - HOUR, "simulated": False}
    with park(path, node("lamp-1", "lamp", None, **added), node("gate", "counter", None, **added)):
        pass
    return path


def pages_of(path, *addresses: str, now: int = EVENING, language: str = "en") -> list[str]:
    with client(path, now) as pages:
        return [said(pages.get(f"/{language}/{each}").text) for each in addresses]


def heard(path, name: str = "lamp-1", lit_s: int | None = None, t: int = EVENING - 900) -> None:
    """A node says that it is there, and perhaps for how long it was lit in the last quarter."""
    with Ledger.open(path) as ledger, ledger.transaction():
        ledger.states.record_birth(name, 1, "0.1.0", "sim", 2, "power", EVENING - 900)
        if lit_s is not None:
            row = Lamp(name, 1, t // 900, t, 900, 2, 900, lit_s, 0, 0, 0, 1250, 0, True)
            ledger.records.add([row], EVENING)


def test_a_lamp_that_never_came_alive_is_green_nowhere(new):
    """As planned in the head, 0 of 1 in touch, and no answer says that nothing is wrong."""
    glance, path, health = pages_of(new, "park", "park/path", "park/health")
    for page in (glance, path):
        assert "As planned, the path is lit until 22:00. No lamp has confirmed it yet." in page
        assert "Lamps in touch 0 of 1 1 not heard of yet" in page
        assert "a lamp shines on by itself" not in page
    waiting = "Being set up: 2 of 2 not heard of yet"
    assert f"Does anything need a technician? {waiting}" in glance
    assert "Not known yet: no whole day is over" in glance
    assert f"{waiting}." in health
    assert "Nothing is known to be wrong" not in glance + path + health
    with client(new, EVENING) as pages:
        assert 'class="answer is-yes"' not in pages.get("/en/park").text
        assert "is-well" not in pages.get("/en/park/health").text


def test_after_a_day_a_silent_newcomer_is_wrong_everywhere(new):
    """The same count of things and the same words at a glance, in technical health, in its list."""
    glance, health = pages_of(new, "park", "park/health", now=EVENING + 2 * DAY_S)
    assert "Does anything need a technician? Yes: 2 things to look at" in glance
    assert "Not heard of yet: lamp-1, gate" in glance or "gate, lamp-1" in glance
    assert "2 things to look at." in health


def test_a_new_park_shows_what_to_do_next_and_no_empty_charts(new):
    """Four steps for each node with the next command; the charts come with the first word."""
    glance, dutch = pages_of(new, "park")[0], pages_of(new, "park", language="nl")[0]
    for step in (
        "registered : done",
        "heard : to do",
        "self-test : to do",
        "signed : to do on paper",
    ):
        assert step in glance
    folder = new.parent / "nodes" / "lamp-1"
    assert f"mpremote fs cp {folder}/node.json {folder}/ca.der" in glance
    assert ": + reset" in glance
    assert "The hub does not keep signatures" in glance
    assert "A year of weeks" not in glance
    assert "Nog niet klaar: 2 van 2 nog niet gemeld" in dutch
    heard(new)
    after, health = pages_of(new, "park", "park/health")
    assert "A year of weeks" in after
    assert "padlicht node selftest lamp-1" in health  # heard, and not tested yet
    assert f"mpremote fs cp {new.parent}/nodes/gate/node.json" in health


def test_a_self_test_moves_the_checklist_on(new):
    """A line that fails is to be mended; one that passed leaves the paper to sign."""
    heard(new)
    for reply, verdict, what in (("c-1", "fail", "Mend what fails"), ("c-2", "ok", "")):
        with Ledger.open(new) as ledger, ledger.transaction():
            ledger.selftests.add("lamp-1", reply, [("radar", "x", "", verdict)], EVENING)
        health = pages_of(new, "park/health")[0]
        listed = health[health.index("Being set up A lamp") : health.index("All lamps and")]
        assert (what in listed) if what else ("lamp-1" not in listed)


def test_the_head_says_lit_as_far_as_lamps_confirm_it(new):
    """A lamp that is there is no lamp that is lit; what it told of this evening is."""
    heard(new)
    assert "No lamp has confirmed it yet." in pages_of(new, "park")[0]
    heard(new, lit_s=0, t=EVENING - 1800)
    assert "No lamp has confirmed it yet." in pages_of(new, "park")[0]
    heard(new, lit_s=900)
    assert "The path is lit until 22:00. " in pages_of(new, "park")[0]


def test_answer_and_health_agree_whatever_is_wrong(tmp_path):
    """The park of the evening: a lost lamp and a counter that nothing was heard of."""
    make_park(tmp_path / "ledger.sqlite")
    addresses = ("park", "park/path", "park/health")
    for now in (EVENING, EVENING + DAY_S, MIDNIGHT + 3 * DAY_S):
        glance, path, health = pages_of(tmp_path / "ledger.sqlite", *addresses, now=now)
        count = re.search(r"Does anything need a technician\? Yes: (\d+) thing", glance)[1]
        assert re.search(rf"What needs somebody {count} things? to look at\.", health)
        assert "Lamps in touch 7 of 8" in glance
        assert "Lamps in touch 7 of 8" in path


def test_a_fault_of_a_node_out_of_service_is_nobody_s(make_copy):
    """Neither at a glance nor in technical health."""

    def change(ledger):
        old = ledger.nodes.get("lamp-1")
        ledger.nodes.change(replace(old, retired_utc_s=END_UTC_S - HOUR), CORRECTED)
        ledger.states.record_loss("lamp-1", END_UTC_S - 2 * HOUR)
        fault = Fault("lamp-1", 90, 1, END_UTC_S - 2 * HOUR, 0, 2, "radar_silent", True)
        ledger.records.add([fault], END_UTC_S)

    glance, health = pages_of(make_copy(change=change), SITE, f"{SITE}/health", now=END_UTC_S)
    assert "No, nothing is known to be wrong" in glance
    assert "Nothing is known to be wrong." in health


def test_a_lamp_that_was_there_and_not_lit_is_wrong(make_copy):
    """Its radar watched all evening, and it was dark; the others were lit."""
    path = make_copy()
    evening = END_UTC_S - END_UTC_S % HOUR - 21 * HOUR  # 20:00 of the day before
    with Ledger.open(path) as ledger:
        with ledger.transaction():
            ledger.nodes.add(replace(node("lamp-9", "lamp", None), site=SITE, zone="west"))
            row = Lamp("lamp-9", 1, 1, evening, 900, 2, 900, 0, 0, 0, 0, 0, 0, True)
            rows = [replace(row, seq=seq, t=evening + 900 * seq) for seq in range(8)]
            ledger.records.add(rows, END_UTC_S)
            ledger.states.record_birth("lamp-9", 1, "0.1.0", "sim", 2, "power", END_UTC_S - 60)
        add_up(ledger, END_UTC_S, RollUp())
    wrong = told(*asked(path))
    assert [where for where, _ in wrong["dark"]] == ["lamp-9"]
    assert wrong["dark"][0][1].startswith("lit for 0 s of ")


def test_well_is_only_said_of_a_park_that_was_heard():
    """All in touch is well; one that was never heard of makes it new, and nothing at all does."""
    place, health = stand(*LAMPS)
    t = words("en")
    assert judge(t, place, health).state is HealthState.WELL
    never = replace(health.states["lamp-1"], state="never")
    new = replace(health, states={**health.states, "lamp-1": never})
    young = tuple(replace(each, added_utc_s=END_UTC_S - 60) for each in health.nodes)
    assert judge(t, place, replace(new, nodes=young)).state is HealthState.NEW
    assert judge(t, place, new).state is HealthState.WRONG
    assert judge(t, place, replace(health, nodes=())).sentence(t) == "Nothing stands here yet"
