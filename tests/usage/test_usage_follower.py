"""The roll-up beside a hub: it keeps up, waits when it must, and begins anew when asked."""

import asyncio
import logging
from contextlib import asynccontextmanager

import pytest
from click.testing import CliRunner

from padlicht.cli.main import cli
from padlicht.clock import ClockWatch, HubClock
from padlicht.data_folder import lock_data_folder
from padlicht.ledger import Ledger
from padlicht.usage import follower, rebuild
from padlicht.usage.follower import UsageFollower
from tests.hub.parts import in_thread, until
from tests.hub.use import DAY, NOON, add_up, count, hours_of, park, store, table


class Clock(HubClock):
    """Stands still at NOON."""

    def utc_ms(self):
        return NOON * 1000


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A ledger that is all added up, and a roll-up that looks more often than it would."""
    for module, name in ((follower, "POLL_S"), (follower, "RETRY_S"), (rebuild, "POLL_S")):
        monkeypatch.setattr(module, name, 0.02)
    path = tmp_path / "data" / "ledger.sqlite"
    with park(path) as ledger:
        store(ledger, *(count(NOON - DAY + i * 900, i) for i in range(90)))
        add_up(ledger)
    return path


@asynccontextmanager
async def following(path):
    """A hub's roll-up at work on the hub's own connection, which it hands out."""
    async with in_thread(Ledger.open(path)) as thread:
        task = asyncio.create_task(UsageFollower(thread, path, ClockWatch(Clock())).run())
        try:
            yield thread
        finally:
            task.cancel()
            await asyncio.wait([task])
        assert task.cancelled()


async def counted(path, hour_utc_s: int, n_in: int) -> None:
    """Wait until an hour of the gate has counted so many."""
    with Ledger.open(path, read_only=True) as reader:

        def there() -> bool:
            hour = hours_of(reader, "gate").get(hour_utc_s)
            return hour is not None and hour.count_in == n_in

        await until(there, f"{n_in} passages at {hour_utc_s}")


def test_what_comes_in_is_added_up_by_itself(path):
    """New records and late ones, while the hub runs."""

    async def run():
        async with following(path) as thread:
            await thread.run(lambda ledger: store(ledger, count(NOON, 5)))
            await counted(path, NOON, 5)
            late = NOON - 400 * DAY
            await thread.run(lambda ledger: store(ledger, count(NOON + 900, 2), count(late, 3)))
            await counted(path, NOON, 7)
            await counted(path, late, 3)

    asyncio.run(run())


def test_a_full_disk_holds_it_up_and_loses_nothing(path, caplog):
    """One warning, then silence until there is room; then it goes on and says so once."""
    caplog.set_level(logging.INFO, "padlicht.usage.follower")

    def full(ledger):
        # The records still fit; not another page does after them.
        store(ledger, *(count(NOON - 300 * DAY + i * 3600, 1) for i in range(2000)))
        [pages] = ledger._db.execute("PRAGMA page_count").fetchone()
        ledger._db.execute(f"PRAGMA max_page_count = {pages}")

    async def run():
        async with following(path) as thread:
            await thread.run(full)
            await until(lambda: "full" in caplog.text, "a warning")
            await asyncio.sleep(5 * follower.RETRY_S)  # it tries again, and says nothing more
            await thread.run(lambda ledger: ledger._db.execute("PRAGMA max_page_count = 999999"))
            await counted(path, NOON - 300 * DAY + 1999 * 3600, 1)
            await until(lambda: "added up again" in caplog.text, "that it goes on")
            for n_in, so_far in ((3, 3), (4, 7)):
                await thread.run(lambda ledger, n=n_in: store(ledger, count(NOON + n * 60, n)))
                await counted(path, NOON, so_far)

    asyncio.run(run())
    # Not the clock's: this machine may stand still for two seconds.
    levels = [one.levelname for one in caplog.records if one.name != "padlicht.clock"]
    assert levels == ["WARNING", "INFO"]


def test_a_rebuild_while_a_hub_runs_is_done_by_the_hub(path):
    """The command shows how far it is and ends when everything is there, as it was."""
    with Ledger.open(path, read_only=True) as reader:
        before, rev = table(reader), reader.cursors.newest_id("usage_hour")

    async def run():
        with lock_data_folder(path.parent):
            async with following(path):
                command = ("usage", "rebuild", "--data", str(path.parent))
                return await asyncio.to_thread(CliRunner().invoke, cli, command)

    result = asyncio.run(run())
    assert result.exit_code == 0, result.output
    with Ledger.open(path, read_only=True) as reader:
        assert table(reader) == before
        assert reader.cursors.newest_id("usage_hour") > rev


def test_a_rebuild_ends_although_hours_were_closed_in_the_future(path):
    """The clock was three hours ahead, and is right: those hours are not waited for."""
    with Ledger.open(path) as ledger:
        before = table(ledger)
        add_up(ledger, NOON + 3 * 3600)
    with lock_data_folder(path.parent):

        async def run():
            async with following(path):
                command = ("usage", "rebuild", "--data", str(path.parent))
                return await asyncio.to_thread(CliRunner().invoke, cli, command)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rebuild, "HubClock", Clock)
            result = asyncio.run(run())
    assert result.exit_code == 0, result.output
    with Ledger.open(path, read_only=True) as reader:
        assert table(reader) == before


def test_a_rebuild_goes_on_when_the_hub_ends(path, monkeypatch):
    """Somebody holds the hub's folder, does nothing, and goes: then the command does the work."""
    monkeypatch.setattr(rebuild, "HubClock", Clock)
    with Ledger.open(path, read_only=True) as reader:
        before = table(reader)

        async def run():
            command = ("usage", "rebuild", "--data", str(path.parent))
            with lock_data_folder(path.parent):
                work = asyncio.create_task(asyncio.to_thread(CliRunner().invoke, cli, command))
                await until(lambda: reader.cursors.get("usage", "forget"), "the command to begin")
            return await work

        assert asyncio.run(run()).exit_code == 0
        assert table(reader) == before
