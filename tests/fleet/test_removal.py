"""Nodes that were never heard, and zones and parks without any, can be removed; others stay."""

import asyncio
from dataclasses import fields

import pytest
from click.testing import CliRunner

from padlicht.cli.main import cli
from padlicht.config import Config, environment_variable
from padlicht.control.publisher import Publisher
from padlicht.control.settings_publisher import SettingsPublisher
from padlicht.fleet.removal import remove_node
from padlicht.ledger import Health, Ledger, LedgerThread
from padlicht.usage.batches import RollUp
from tests.hub.parts import NOW, topic, until
from tests.hub.use import HOUR, NOON, add_up, count, hours_of, store
from tests.hub.use import node as use_node
from tests.hub.use import park as use_park

PARK = ("site", "add", "park", "--lat", "53.23", "--lon", "6.576")
ADD = ("--role", "lamp", "--site", "park", "--zone", "path")


@pytest.fixture(name="padlicht")
def _padlicht(tmp_path, monkeypatch):
    """Runs a command in a data folder of its own, with a park in it."""
    for option in fields(Config):
        monkeypatch.delenv(environment_variable(option.name), raising=False)
    monkeypatch.setenv("PADLICHT_DATA", str(tmp_path / "data"))

    def run(*arguments):
        return CliRunner().invoke(cli, arguments)

    run(*PARK)
    return run


def path_in(tmp_path):
    return tmp_path / "data" / "ledger.sqlite"


def test_a_node_that_was_never_heard_goes_with_all_that_was_made_of_it(padlicht, tmp_path):
    """Its row, its settings, its commands, its keys of now and of before; and its name is free."""
    padlicht("node", "add", "lamp-1", *ADD)
    padlicht("node", "add", "lamp-1", "--again")
    padlicht("node", "add", "lamp-2", *ADD)
    padlicht("settings", "set", "lamp-1", "hold_s=30", "--why", "x")
    padlicht("command", "send", "lamp-1", "identify")
    removed = padlicht("node", "remove", "lamp-1", "--why", "it was lamp-2")
    assert removed.exit_code == 0, removed.output
    assert "lamp-1.before" in removed.output
    assert [path.name for path in (tmp_path / "data" / "nodes").iterdir()] == ["lamp-2"]
    with Ledger.open(path_in(tmp_path)) as ledger:
        assert [node.name for node in ledger.nodes.all()] == ["lamp-2"]
        assert ledger.check() == []
        db = ledger._db
        assert db.execute("SELECT count(*) FROM settings_log").fetchone() == (1,)
        assert db.execute("SELECT count(*) FROM commands").fetchone() == (0,)
        assert db.execute("SELECT name, why FROM removed_nodes").fetchall() == [
            ("lamp-1", "it was lamp-2")
        ]
    assert padlicht("node", "add", "lamp-1", *ADD).exit_code == 0


@pytest.mark.parametrize("heard", ["birth", "record", "confirmation", "word"])
def test_a_node_that_was_heard_stays(padlicht, tmp_path, heard):
    """However little it said; how to take it out of service is told, and its key is still there."""
    padlicht("node", "add", "lamp-1", *ADD)
    with Ledger.open(path_in(tmp_path)) as ledger, ledger.transaction():
        if heard == "birth":
            ledger.states.record_birth("lamp-1", 1, "0.1.0", "sim", 2, "power", NOW)
        elif heard == "record":
            health = Health("lamp-1", 1, 1, 0, 1, 0, None, None, None, 1, 0, 0, 1, None)
            ledger.records.add([health], NOW)
        elif heard == "confirmation":
            ledger.settings.confirm("lamp-1", 1, {}, NOW)
        else:
            ledger._db.execute(
                "INSERT INTO node_state (node_id, since_utc_s, last_word_utc_s) VALUES (1, 1, 1)"
            )
    refused = padlicht("node", "remove", "lamp-1")
    assert (refused.exit_code, "--retired" in refused.output) == (1, True)
    assert (tmp_path / "data" / "nodes" / "lamp-1" / "key.der").exists()
    assert padlicht("site", "remove", "park").exit_code == 1
    assert padlicht("zone", "remove", "park", "path").exit_code == 1
    with Ledger.open(path_in(tmp_path)) as ledger:
        assert len(ledger.nodes.all()) == len(ledger.sites.zones("park")) == 1


def test_a_park_made_by_mistake_goes_with_its_zones(padlicht, tmp_path):
    """Once its nodes are gone; a name that is none is refused with the nearest."""
    padlicht("site", "add", "prak", *PARK[3:])
    padlicht("zone", "set", "prak", "pond")
    padlicht("node", "add", "lamp-1", "--role", "lamp", "--site", "prak", "--zone", "path")
    assert "padlicht node remove lamp-1" in padlicht("site", "remove", "prak").output
    assert "did you mean prak?" in padlicht("site", "remove", "prack").output
    assert "did you mean lamp-1?" in padlicht("node", "remove", "lamp-i").output
    assert "padlicht zone remove prak path" in padlicht("node", "remove", "lamp-1").output
    assert padlicht("zone", "remove", "prak", "path").exit_code == 0
    assert "no zone path" in padlicht("zone", "remove", "prak", "path").output
    assert "pond" in padlicht("site", "remove", "prak").output
    with Ledger.open(path_in(tmp_path)) as ledger:
        assert [site.name for site in ledger.sites.all()] == ["park"]
        assert ledger.sites.zones("prak") == []
        assert ledger.check() == []


def test_the_hours_that_it_owed_go_with_it(tmp_path):
    """A counter that never came was due each hour; without it the zone owes what the others owe."""
    config = Config(data=tmp_path)
    with use_park(config.ledger_path, use_node("gate"), use_node("x")) as ledger:
        store(ledger, *(count(NOON - 2 * HOUR + quarter * 900) for quarter in range(4)))
        add_up(ledger)
        before = {hour.hour_utc_s: hour.due_s for hour in ledger.zone_hours.all(0, NOON)}
        late = RollUp().next(ledger, NOON + HOUR)  # made while the node was still there
        remove_node(ledger, config, ledger.nodes.get("x"), "anna", "mistyped", NOON)
        assert late is not None
        assert not late.store(ledger)
        add_up(ledger, NOON + HOUR)
        after = {hour.hour_utc_s: hour.due_s for hour in ledger.zone_hours.all(0, NOON)}
        assert hours_of(ledger, "x") == {}
        assert all(after[hour] == due_s / 2 for hour, due_s in before.items() if hour in after)
        assert ledger.check() == []


def test_no_follower_passes_over_what_comes_after_a_removal(padlicht, tmp_path):
    """Ids of settings only grow, also when the newest of them went: also in an empty table."""
    for name in ("lamp-1", "lamp-2"):
        padlicht("node", "add", name, *ADD)
    for name in ("lamp-2", "lamp-1"):
        with Ledger.open(path_in(tmp_path)) as ledger, ledger.transaction():
            done = ledger.cursors.newest_id("settings")
            ledger.cursors.move("influx", "settings", done)
        assert padlicht("node", "remove", name).exit_code == 0
        padlicht("node", "add", name + "-b", *ADD)
        with Ledger.open(path_in(tmp_path)) as ledger:
            known = ledger.cursors.get("influx", "settings")
            found = [row[3] for row in ledger.cursors.rows_after("settings", known, 99)]
            assert name + "-b" in found
        padlicht("node", "remove", name + "-b")


def test_the_broker_forgets_what_was_wanted_of_it(padlicht, tmp_path):
    """At the hub's next look, also when it did not run meanwhile; not of a name given again."""
    for name in ("lamp-1", "lamp-2", "lamp-3"):
        padlicht("node", "add", name, *ADD)
    padlicht("node", "remove", "lamp-1")
    padlicht("node", "remove", "lamp-2")
    padlicht("node", "add", "lamp-2", *ADD)
    sent: list[tuple[str, bytes, bool]] = []

    def publish(name, payload, *, retain=False, expiry_s=None):
        assert expiry_s is None
        sent.append((name, payload, retain))

    async def look() -> None:
        thread = LedgerThread(Ledger.open(path_in(tmp_path)))
        publisher = SettingsPublisher(thread, Publisher(publish))
        running = asyncio.create_task(publisher.run())
        try:
            await until(lambda: (lamp("lamp-1"), b"", True) in sent, "the broker to be told")
            padlicht("node", "remove", "lamp-3")
            await until(lambda: (lamp("lamp-3"), b"", True) in sent, "and of the next one")
            padlicht("node", "remove", "lamp-2")
            padlicht("node", "add", "lamp-2", *ADD, "--lat", "53.3", "--lon", "6.6")
            await until(lambda: b'"lat_e4":533000' in sent[-1][1], "what is wanted of the new one")
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            thread.close()

    asyncio.run(look())
    empty = [name for name, payload, _ in sent if not payload]
    assert empty[:2] == [lamp("lamp-1"), lamp("lamp-3")]
    with Ledger.open(path_in(tmp_path)) as ledger:
        assert ledger.removals.wishes() == []


def lamp(name: str) -> str:
    return topic(name, "down/settings", "park")
