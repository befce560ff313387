"""Schema 6 parts the dark of an old ledger into lamps on and lamps off, and loses nothing."""

import sqlite3
from contextlib import closing

import pytest

from padlicht.ledger import Ledger
from padlicht.ledger.timeline import STILL
from padlicht.usage.batches import RollUp
from tests.ledger.test_ledger_upgrade import old_ledger

# Of every schema that had hours of use and a history; 4 and 5 had `near_s` as well.
WITH_HOURS = (2, 3, 4, 5)
HOUR = 3600
EVENING = 1_795_291_200  # 21 November 2026, 21:00 in Groningen
SUMS = "sum(count_in), sum(count_out), sum(trig), sum(lit_s), sum(boost_s), sum(mwh), sum(obs_s)"
BY_NODE = (
    f"SELECT node_id, iif(light LIKE 'dark%', 'dark', light), {SUMS}, sum(due_s)"  # noqa: S608
    " FROM usage_hour GROUP BY 1, 2 ORDER BY 1, 2"
)


def with_evening(version: int, path) -> None:
    """An old ledger whose counter counted on the evening, too, from 21:00 to 23:00."""
    old_ledger(version, path)
    with closing(sqlite3.connect(path)) as database, database:
        [last] = database.execute("SELECT max(id) FROM footfall").fetchone()
        for i in range(8):
            database.execute(
                "INSERT INTO footfall VALUES (?, 2, 4, ?, ?, 900, 2, 890, 0, ?, 1, 0, 0, ?)",
                (last + 1 + i, i, EVENING + 900 * i, 10**i % 9973, EVENING + 900 * i + 905),
            )
        database.execute("INSERT OR IGNORE INTO cursors VALUES ('usage', 'footfall', 0)")
        database.execute("UPDATE cursors SET last_id = ? WHERE source = 'footfall'", (last + 8,))
        names = "node_id, hour_utc_s, light, count_in, count_out, trig, lit_s, boost_s, mwh, obs_s"
        database.execute(
            f"INSERT INTO usage_hour ({names}, due_s, rev)"  # noqa: S608
            " SELECT 2, t / 3600 * 3600, 'dark', sum(n_in), sum(n_out), 0, 0, 0, 0, sum(obs_s),"
            " 3600, 9 FROM footfall WHERE boot = 4 GROUP BY 2"
        )
        if version > 2:
            database.execute("INSERT OR REPLACE INTO zone_stale SELECT site, zone, 0 FROM nodes")


def roll_up(path) -> None:
    """Add up what an upgrade left to be done; no hour is closed meanwhile."""
    rollup = RollUp()
    with Ledger.open(path) as ledger:
        while (piece := rollup.next(ledger, None)) is not None:
            assert piece.store(ledger)
        assert ledger.check() == []


@pytest.mark.parametrize("version", WITH_HOURS)
def test_sums_of_an_old_ledger_are_the_same_after_the_upgrade(version, tmp_path):
    """Of each node, by day, in twilight and in the dark: before, at once after it, and for good."""
    path = tmp_path / "ledger.sqlite"
    with_evening(version, path)
    with closing(sqlite3.connect(path)) as database:
        before = database.execute(BY_NODE).fetchall()
    Ledger.open(path).close()
    with closing(sqlite3.connect(path)) as database:
        assert database.execute(BY_NODE).fetchall() == before
    roll_up(path)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute(BY_NODE).fetchall() == before != []


@pytest.mark.parametrize("version", WITH_HOURS)
def test_an_old_evening_is_lamps_on_until_they_went_out(version, tmp_path):
    """The window ended at ten: what came before is lamps on, what came later is lamps off."""
    path = tmp_path / "ledger.sqlite"
    with_evening(version, path)
    roll_up(path)
    with Ledger.open(path) as ledger:
        hours = ledger.node_hours.all(EVENING, EVENING + 2 * HOUR, node="counter-1")
        assert [(hour.hour_utc_s, hour.light) for hour in hours] == [
            (EVENING, "dark_on"),
            (EVENING + HOUR, "dark_off"),
        ]
        zones = [*ledger.zone_hours.all(EVENING, EVENING + 2 * HOUR)]
        assert [hour.light for hour in zones] == ["dark_on", "dark_off"]


def test_copies_of_an_old_ledger_are_written_anew_from_their_beginning(tmp_path):
    """Points in InfluxDB have `dark` as a tag, which no hour has any more."""
    path = tmp_path / "ledger.sqlite"
    with_evening(5, path)
    with closing(sqlite3.connect(path)) as database:
        done = database.execute("SELECT coalesce(max(id), 0) FROM rewrites").fetchone()[0]
    with Ledger.open(path) as ledger:
        [rewrite], _ = ledger.rewrites.after(done, of_nodes=False)
        assert (rewrite.whose, rewrite.node_id) == ("molukkenplantsoen", None)
        assert (rewrite.from_utc_s, rewrite.to_utc_s) == (0, STILL)


def test_what_a_lamp_confirmed_before_the_upgrade_is_in_force(tmp_path):
    """The log of wanted settings says when; what was never confirmed never held."""
    path = tmp_path / "ledger.sqlite"
    old_ledger(5, path)
    with Ledger.open(path) as ledger:
        log = ledger.settings.log("lamp-1")
        said = ledger.settings.in_force()
    assert [change.version for change in log if change.confirmed_utc_s] == [2]
    assert said == {1: [(log[0].confirmed_utc_s, log[0].after)]}
