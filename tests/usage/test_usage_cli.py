"""`padlicht usage`, as a person at a terminal and a program meet it."""

import csv
import io
import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from padlicht.cli.main import cli
from padlicht.clock import HubClock
from padlicht.ledger import Ledger
from padlicht.usage import rebuild
from tests.hub.use import CORRECTED, DAY, HOUR, NOON, add_up, count, light, node, park, store, table

ONE_DAY = ("--from", "2026-10-25", "--to", "2026-10-25")


@pytest.fixture
def data(tmp_path):
    """A data folder with a day of a counter that saw one person a quarter, and of a lamp."""
    since = NOON - 13 * HOUR
    nodes = (node("gate", added_utc_s=since), node("lamp-1", "lamp", "pond", added_utc_s=since))
    with park(tmp_path / "data" / "ledger.sqlite", *nodes) as ledger:
        store(ledger, *(count(since + i * 900) for i in range(40)))
        store(ledger, *(light(since + i * 900, near_s=60) for i in range(8)))
        add_up(ledger, NOON + DAY)
    return tmp_path / "data"


def padlicht(data, *arguments):
    return CliRunner().invoke(cli, ("usage", *arguments, "--data", str(data)))


def printed(data, *arguments):
    result = padlicht(data, *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_hours_show_the_coverage_beside_each_count(data):
    """A watched hour has its counts, one in which nobody watched has dashes and 0 %."""
    lines = printed(data, "hours", *ONE_DAY, "--zone", "path").splitlines()
    assert len(lines) == 1 + 25
    shown = [" ".join(line.split()) for line in lines]
    assert shown[1] == "2026-10-25 00:00 park path – dark_off 4 0 100 % 0 0 0 0.0 –"
    assert shown[-1] == "2026-10-25 23:00 park path – dark_off – – 0 % 0 0 0 0.0 –"


def test_two_oclock_is_told_twice_with_different_offsets(data):
    """On the night when summer time ends no two lines begin at the same moment."""
    rows = json.loads(printed(data, "hours", *ONE_DAY, "--zone", "path", "--json"))
    begins = [row["begins"] for row in rows]
    assert begins[2:4] == ["2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00"]
    assert len(set(begins)) == 25


def test_days_are_whole_or_by_light(data):
    """The light classes of a day add up to the day."""
    [day] = json.loads(printed(data, "days", *ONE_DAY, "--zone", "path", "--json"))
    parts = json.loads(printed(data, "days", *ONE_DAY, "--zone", "path", "--by-light", "--json"))
    assert (day["light"], day["count_in"], day["coverage_pct"]) == ("all", 40, 40)
    assert len({part["light"] for part in parts}) == len(parts) > 1
    for key in ("count_in", "obs_s", "due_s"):
        assert sum(part[key] or 0 for part in parts) == day[key]


def test_a_zone_without_counters_has_no_counts(data):
    """No coverage and no count, which is not nobody passing; and its light in minutes and Wh."""
    line = printed(data, "days", *ONE_DAY, "--zone", "pond").splitlines()[1]
    assert " ".join(line.split()) == "2026-10-25 00:00 park pond – all – – – 8 120 8 10.0 8"


def test_one_node_is_told_alone(data):
    """A lamp counts nobody, a counter lights nothing: neither is told to have done so."""
    [lamp] = json.loads(printed(data, "days", *ONE_DAY, "--node", "lamp-1", "--json"))
    assert (lamp["node"], lamp["count_in"], lamp["trig"], lamp["coverage_pct"]) == (
        "lamp-1",
        None,
        8,
        8,
    )
    [gate] = json.loads(printed(data, "days", *ONE_DAY, "--node", "gate", "--json"))
    assert (gate["count_in"], gate["trig"], gate["mwh"]) == (40, None, None)


def test_csv_has_the_units_in_its_header(data):
    """A spreadsheet reads it, and finds nothing where nothing is known."""
    rows = [*csv.DictReader(io.StringIO(printed(data, "hours", *ONE_DAY, "--csv")))]
    assert len(rows) == 2 * 25
    first, last = rows[0], rows[-2]
    assert (first["begins_utc_s"], first["count_in"], first["lit_s"]) == (
        str(NOON - 13 * HOUR),
        "4",
        "0",
    )
    assert (last["count_in"], last["coverage_pct"], last["obs_s"]) == ("", "0", "0")


def test_how_long_somebody_was_near_stands_beside_how_long_lamps_could_tell(data):
    """Of hours in which no lamp could tell nothing is said, which is not nobody near."""
    [whole] = json.loads(printed(data, "days", *ONE_DAY, "--zone", "pond", "--json"))
    assert (whole["near_s"], whole["near_obs_s"]) == (8 * 60, 8 * 900)
    rows = [*csv.DictReader(io.StringIO(printed(data, "hours", *ONE_DAY, "--csv")))]
    near = [(row["near_s"], row["near_obs_s"]) for row in rows if row["zone"] == "pond"]
    assert near[:3] == [("240", "3600"), ("240", "3600"), ("", "0")]
    assert {row["near_s"] for row in rows if row["zone"] == "path"} == {""}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--site", "moon"), "there is no site moon: there are park"),
        (("--zone", "moon"), "there is no zone moon: there are path, pond"),
        (("--node", "moon"), "there is no node moon there"),
        (("--from", "2026-10-26", "--to", "2026-10-25"), "--from 2026-10-26 is after --to"),
        (("--json", "--csv"), "not both"),
    ],
)
def test_what_is_not_there_is_named(data, arguments, complaint):
    """The error says which word was wrong, and what there is."""
    result = padlicht(data, "days", *arguments)
    assert result.exit_code == 1
    assert complaint in result.output


def test_records_that_are_not_added_up_yet_are_told(data):
    """Nobody takes half a day for the whole."""
    with Ledger.open(data / "ledger.sqlite") as ledger:
        store(ledger, count(NOON), count(NOON + 900))
    result = padlicht(data, "days", *ONE_DAY)
    assert "2 records are not added up yet" in result.stderr


def test_a_rebuild_without_a_hub_does_the_work_itself(data, monkeypatch):
    """And the hours are the same as before."""

    class DayAfter(HubClock):
        def utc_s(self):
            return NOON + DAY

    monkeypatch.setattr(rebuild, "HubClock", DayAfter)
    with Ledger.open(data / "ledger.sqlite") as ledger:
        before = table(ledger)
        with ledger.transaction():
            ledger.node_hours.begin_rebuild()
        assert "All hours are added up anew" in printed(data, "rebuild")
        assert table(ledger) == before


def test_what_is_simulated_is_said_to_be(tmp_path, data):
    """Beside the table, so that a program that reads CSV gets CSV; and never of a real park."""
    since = NOON - 13 * HOUR
    made_up = node("gate", added_utc_s=since, simulated=True)
    with park(tmp_path / "made" / "ledger.sqlite", made_up) as ledger:
        store(ledger, count(since))
        add_up(ledger, NOON + DAY)
    for asked in ((), ("--node", "gate")):
        assert "simulated" in padlicht(tmp_path / "made", "days", *ONE_DAY, *asked).stderr
    assert padlicht(data, "days", *ONE_DAY).stderr == ""


def test_a_node_that_moved_is_said_to_be_on_its_way(data):
    """Until the roll-up has summed the zones anew, the sums are those of before."""
    with Ledger.open(data / "ledger.sqlite") as ledger:
        with ledger.transaction():
            ledger.nodes.change(replace(ledger.nodes.get("gate"), zone="pond"), CORRECTED)
        assert "added up anew" in padlicht(data, "days", *ONE_DAY).stderr
        add_up(ledger, NOON + DAY)
    assert padlicht(data, "days", *ONE_DAY).stderr == ""
