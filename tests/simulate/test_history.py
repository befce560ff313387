"""`padlicht simulate history`: whole or not at all, the same for the same seed, and refusals."""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from padlicht.errors import BadData, Refused
from padlicht.ledger import Ledger
from padlicht.simulate.history import Plan, write_history
from padlicht.simulate.history.calendar import easter, is_public_holiday, is_school_day
from padlicht.simulate.history.park import copies
from padlicht.simulate.history.people import People, expected_in_light
from padlicht.simulate.history.scenario import EFFECT, scenario
from padlicht.simulate.history.walks import Walks
from padlicht.simulate.world.park import ORIGIN, SITE, TZ, demo_park
from tests.rigs.patience import limit_s

pytestmark = pytest.mark.long  # a week is simulated

ROOT = Path(__file__).resolve().parents[2]
END_UTC_S = 1_794_500_400  # 12 November 2026, 17:20 in Groningen
SHORT = Plan(END_UTC_S, weeks=1)
DARK = int(datetime(2026, 11, 11, 19, 0, tzinfo=ZoneInfo(TZ)).timestamp())
LIGHT = int(datetime(2026, 11, 11, 12, 0, tzinfo=ZoneInfo(TZ)).timestamp())


def quiet(_what: str, _done: int, _total: int) -> None:
    """Nobody looks."""


def rows(path: Path, table: str) -> list[tuple]:
    with Ledger.open(path, read_only=True) as ledger:
        return list(ledger.cursors.rows_after(table, 0, 10**7))


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The last week before the end."""
    path = tmp_path_factory.mktemp("week") / "ledger.sqlite"
    write_history(path, SHORT, quiet)
    return path


def test_the_same_seed_gives_the_same_park_and_another_one_another(
    week: Path, tmp_path: Path
) -> None:
    """Record for record; so a picture or a figure can be made again."""
    again, other = tmp_path / "again.sqlite", tmp_path / "other.sqlite"
    write_history(again, SHORT, quiet)
    write_history(other, Plan(END_UTC_S, weeks=1, seed=2), quiet)
    for table in ("lamp", "footfall", "health"):
        assert rows(again, table) == rows(week, table)
        assert rows(other, table) != rows(week, table)


def test_a_fitness_place_is_occupied_for_hours_and_a_path_for_minutes(week: Path) -> None:
    """By day and in the evening; nobody who stays long is taken for a stuck radar."""
    with Ledger.open(week, read_only=True) as ledger:
        lamps = ledger.records.lamp(SITE, 0, END_UTC_S)
    near_s, obs_s, by_day_s = Counter[str](), Counter[str](), Counter[str]()
    for row in lamps:
        near_s[row.node] += row.near_s or 0
        obs_s[row.node] += row.obs_s
        by_day_s[row.node] += 0 if row.lit_s else row.near_s or 0
    assert {*near_s} == {lamp.name for lamp in demo_park().all_lamps}
    fitness = near_s.pop("lamp-fitness")
    assert 7 * 3600 < fitness < 7 * 8 * 3600 < obs_s["lamp-fitness"]
    assert max(near_s.values()) * 2 < fitness
    assert min(by_day_s.values()) > 600
    assert rows(week, "fault") == []


def test_a_history_that_is_interrupted_leaves_nothing(tmp_path: Path) -> None:
    """Ctrl-C in the middle: no ledger, and no part of one."""

    def interrupt(what: str, done: int, _total: int) -> None:
        if (what, done) == ("days", 3):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_history(tmp_path / "ledger.sqlite", SHORT, interrupt)
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_that_is_there_is_left_alone(tmp_path: Path) -> None:
    """Somebody's park is never written over."""
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"somebody's")
    with pytest.raises(Refused, match="there already"):
        write_history(path, SHORT, quiet)
    assert path.read_bytes() == b"somebody's"


def test_a_bigger_park_is_made_of_twins_in_zones_of_their_own(tmp_path: Path) -> None:
    """Lamp 9 says what lamp 1 says, the third counter what the first does; all are simulated."""
    path = tmp_path / "ledger.sqlite"
    written = write_history(path, Plan(END_UTC_S, weeks=1, lamps=12, counters=3), quiet)
    assert written.nodes == 15 + 1  # that of the fitness place, as in a park of any size
    with Ledger.open(path, read_only=True) as ledger:
        zones = {node.name: node.zone for node in ledger.nodes.all()}
        assert all(node.simulated for node in ledger.nodes.all())
        lamps = ledger.records.lamp(SITE, 0, END_UTC_S)
        counters = ledger.records.footfall(SITE, 0, END_UTC_S)
        assert ledger.check() == []

    def said(found: list, name: str) -> list[tuple]:
        return [(row.boot, row.seq, row.t, row.obs_s) for row in found if row.node == name]

    assert said(lamps, "lamp-9") == said(lamps, "lamp-1") != said(lamps, "lamp-2")
    assert said(counters, "counter-west-2") == said(counters, "counter-west")
    assert {zones["lamp-1"], zones["lamp-4"], zones["counter-west"]} == {"west"}
    assert {zones["lamp-5"], zones["lamp-8"], zones["counter-east"]} == {"east"}
    assert {zones["lamp-9"], zones["lamp-12"], zones["counter-west-2"]} == {"west-2"}


def test_a_park_without_a_counter_is_refused() -> None:
    """A year in which nobody counts has nothing to look at."""
    with pytest.raises(BadData, match="--counters"):
        copies(demo_park(), Plan(END_UTC_S, counters=0))


def test_the_truth_is_that_a_quarter_more_come_while_it_is_dark_and_lit() -> None:
    """By day, and in the dark without lamps, nothing else about people changes."""
    assert EFFECT == 1.25

    def expected(utc_s: int, *, lit: bool) -> float:
        return People(1, TZ, ORIGIN, EFFECT).expected(utc_s, lit=lit)

    assert expected(DARK, lit=True) == pytest.approx(1.25 * expected(DARK, lit=False))
    assert expected(LIGHT, lit=True) == expected(LIGHT, lit=False)
    in_light = expected_in_light(datetime.fromtimestamp(DARK, ZoneInfo(TZ)))
    assert expected(DARK, lit=False) < 0.6 * in_light


def test_free_days_are_those_of_the_netherlands() -> None:
    """Easter moves, the King's birthday avoids Sundays, schools close in their weeks."""
    assert [easter(year) for year in (2024, 2025, 2026, 2038)] == [
        date(2024, 3, 31),
        date(2025, 4, 20),
        date(2026, 4, 5),
        date(2038, 4, 25),
    ]
    for day in ((2026, 4, 6), (2026, 4, 27), (2025, 4, 26), (2026, 5, 14), (2026, 5, 25)):
        assert is_public_holiday(date(*day)), day
    assert not is_public_holiday(date(2025, 4, 27))
    assert is_school_day(date(2026, 3, 3))
    for day in ((2026, 3, 7), (2026, 7, 15), (2026, 10, 14), (2026, 12, 28), (2026, 4, 6)):
        assert not is_school_day(date(*day)), day


def test_who_walks_through_passes_both_counters_and_all_lamps_in_order() -> None:
    """From the west: in at the west counter, along lamps 1 to 8, out at the east counter."""
    walks = Walks(demo_park())
    group = next(
        group
        for quarter in range(LIGHT, LIGHT + 86_400, 900)
        for group in People(1, TZ, ORIGIN, EFFECT).quarter(quarter, lit=False)
        if group.turn is None and group.heading == 1
    )
    crossed = [(crossing.counter, crossing.inward) for crossing in walks.crossings(group)]
    assert crossed == [("counter-west", True), ("counter-east", False)]
    near = list(walks.nearnesses(group))
    assert [item.lamp for item in near] == [f"lamp-{number}" for number in range(1, 9)]
    assert [item.from_utc_s for item in near] == sorted(item.from_utc_s for item in near)
    for item in near:
        assert 0.3 < item.until_utc_s - item.from_utc_s < 5


def test_who_turns_round_is_counted_in_and_out_by_the_same_counter() -> None:
    """Two passages of one counter, none of the other."""
    walks = Walks(demo_park())
    group = next(
        group
        for quarter in range(LIGHT, LIGHT + 864_000, 900)
        for group in People(1, TZ, ORIGIN, EFFECT).quarter(quarter, lit=False)
        if group.turn is not None and group.heading == -1
    )
    crossed = [(crossing.counter, crossing.inward) for crossing in walks.crossings(group)]
    assert crossed == [("counter-east", True), ("counter-east", False)]


def test_a_short_history_has_lamps_from_the_start_and_no_mishap() -> None:
    """There is no room for a before and an after in a few weeks."""
    told = scenario(SHORT)
    assert told.lamps_utc_s == told.begin_utc_s
    assert (told.covered, told.failed, told.offline, told.settings) == (None, None, None, ())


@pytest.mark.parametrize("weeks", [12, 20, 38, 52, 156])
def test_in_a_long_history_everything_happens_after_the_lamps_came(weeks: int) -> None:
    """And before the end, each trouble at a node of its own."""
    told = scenario(Plan(END_UTC_S, weeks=weeks))
    assert told.covered is not None
    assert told.failed is not None
    assert told.offline is not None
    for moment in (
        *told.covered[1:],
        *told.failed[1:],
        *told.offline[1:],
        *(change.utc_s for change in told.settings),
    ):
        assert told.lamps_utc_s < moment < told.end_utc_s
    assert len({told.covered.node, told.failed.node, told.offline.node}) == 3
    for change in told.settings:
        assert not told.offline.from_utc_s <= change.utc_s <= told.offline.until_utc_s


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "padlicht", "simulate", "history", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "hub")},
        timeout=limit_s(300),
        check=False,
    )


@pytest.mark.usefixtures("programs")
def test_the_command_says_what_it_wrote(tmp_path: Path) -> None:
    """As JSON, with the truth, and marked as simulated; the ledger stands where a hub looks."""
    done = run("--weeks", "1", "--end", "2026-03-31", "--json", "--data", str(tmp_path / "data"))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["simulated"] is True
    assert (told["nodes"], told["effect_in_the_dark"]) == (11, 1.25)
    assert told["begin"] == "2026-03-25T00:00+01:00"
    assert told["end"] == "2026-04-01T00:00+02:00"  # all of that day, after clocks changed
    assert (tmp_path / "data" / "ledger.sqlite").exists()
    assert told["records"] > 10 * 7 * 92 * 2


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["--end", "next week"], "2026-11-12"),
        (["--end", "2199-01-01"], "earlier day"),
        (["--weeks", "0"], "1<=x<="),
        (["--lamps", "0"], "1<=x<="),
    ],
    ids=["no day", "to come", "no weeks", "no lamps"],
)
@pytest.mark.usefixtures("programs")
def test_what_cannot_be_is_refused_with_advice(
    tmp_path: Path, arguments: list[str], advice: str
) -> None:
    """In a sentence, and nothing is written."""
    done = run(*arguments, "--data", str(tmp_path / "data"))
    assert done.returncode != 0
    assert advice in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()
