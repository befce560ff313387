"""The hub's clock is set while it runs: who notices, who is told, and what must not end by it."""

import asyncio
import logging
from dataclasses import dataclass, field

import pytest

from padlicht import clock as clock_module
from padlicht.clock import EARLIEST_UTC_S, FAR_S, STEADY_S, ClockWatch, HubClock, wait_until_set
from padlicht.control import commands as commands_module
from padlicht.control import presence as presence_module
from padlicht.control import time_zone_keeper
from padlicht.control.commands import ANSWER_S, Commands
from padlicht.control.live_state import LiveState
from padlicht.control.presence import PresenceMonitor, give_up_silent
from padlicht.control.publisher import Publisher
from padlicht.control.time_sync import TimeSync
from padlicht.control.time_zone_keeper import TimeZoneKeeper
from padlicht.ledger import Command, Ledger
from tests.hub.parts import BIRTH, NOW, Published, heard, in_thread, park, until

MEANWHILE_S = 0.05  # some turns of a loop in which nothing may happen

YEARS_S = 10 * 365 * 86_400
HOURS_S = 3 * 3600


@dataclass(frozen=True)
class SetClock(HubClock):
    """A clock that tests set: `at` is UTC, and `passed` what the clock says that nobody sets."""

    at: list[int] = field(default_factory=lambda: [NOW])
    passed: list[float] = field(default_factory=lambda: [0.0])

    def utc_ms(self):
        return self.at[0] * 1000

    def uptime_s(self):
        return self.passed[0]

    monotonic_s = uptime_s

    def set(self, by_s):
        self.at[0] += by_s

    def pass_time(self, seconds):
        self.at[0] += seconds
        self.passed[0] += seconds


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def watch(clock):
    return ClockWatch(clock)


@pytest.fixture
def ledger(tmp_path, monkeypatch):
    for module in (commands_module, presence_module, clock_module):
        monkeypatch.setattr(module, "POLL_S", 0.01)
    with park(tmp_path / "ledger.sqlite") as ledger:
        with ledger.transaction():
            ledger.states.record_birth("lamp-1", 1, "0.1.0", "sim", 2, "power", NOW)
        yield ledger


@pytest.mark.parametrize("by_s", [HOURS_S, -HOURS_S, YEARS_S, -NOW, 3, -3])
def test_a_step_is_noticed_once(clock, watch, by_s):
    """Forward and back, however far; time that passes is none, nor a correction of two seconds."""
    heard_of = []
    watch.on_step(heard_of.append)
    clock.pass_time(86_400)
    clock.set(2)
    assert watch.look() is None
    clock.set(by_s)
    step = watch.look()
    assert step.to_utc_s - step.from_utc_s == by_s
    assert watch.look() is None
    assert heard_of == [step]


@pytest.mark.parametrize(
    ("by_s", "steady_s", "believed"),
    [
        (0, 0.0, True),
        (FAR_S, 0, True),
        (-FAR_S, 0, True),
        (YEARS_S, STEADY_S - 1, False),
        (YEARS_S, STEADY_S, True),
        (-700 * 86_400, STEADY_S - 1, False),
        (-NOW, 10 * STEADY_S, False),  # 1970 is never the time
    ],
)
def test_a_clock_far_from_what_is_known_is_believed_when_it_goes_on(
    clock, watch, by_s, steady_s, believed
):
    """Near it at once: three hours behind are put right at once."""
    clock.set(by_s)
    watch.look()
    clock.passed[0] += steady_s
    assert watch.believes(watch.utc_s, NOW) is believed


def test_a_clock_that_is_set_while_it_is_judged_is_not_acted_on(clock, watch):
    """The time that is judged is the one that is acted on, whatever the clock says by then."""
    clock.set(YEARS_S)
    watch.look()
    utc_s = watch.utc_s
    clock.set(-YEARS_S)
    assert not watch.believes(utc_s, NOW)
    assert watch.utc_s == utc_s


def test_what_ends_after_a_time_ends_by_no_step(clock):
    """UTC that elapses from the start on."""
    clock.set(YEARS_S)
    clock.pass_time(60)
    assert clock.elapsing_utc_s() == NOW + 60


def test_a_hub_waits_in_1970_and_says_so_in_a_line(clock, monkeypatch, caplog):
    """What waits, and why; then that it starts."""
    monkeypatch.setattr(clock_module, "POLL_S", 0.01)
    caplog.set_level(logging.INFO)
    clock.at[0] = 100

    async def run():
        waiting = asyncio.create_task(wait_until_set(clock))
        await until(lambda: caplog.messages, "the line")
        clock.at[0] = EARLIEST_UTC_S - 1
        await asyncio.sleep(MEANWHILE_S)
        assert not waiting.done()
        clock.at[0] = NOW
        await waiting

    asyncio.run(run())
    assert len(caplog.messages) == 2
    assert "says it is 1970-01-01 00:01:40 UTC" in caplog.messages[0]
    assert "no certificate is valid before" in caplog.messages[0]


def test_nodes_are_told_at_once_and_never_a_time_that_is_none(ledger, clock, watch):
    """At each step to a time that can be; a birth in 1970 is not answered with it."""
    published = Published()

    async def run():
        async with in_thread(ledger) as thread:
            keeper = TimeSync(thread, Publisher(published), watch)
            task = asyncio.create_task(keeper.run())
            for by_s in (YEARS_S, -YEARS_S + 7):
                before = len(published)
                clock.set(by_s)
                watch.look()
                await until(lambda before=before: len(published) > before, "the time")
            clock.set(-NOW)
            watch.look()
            keeper.on_birth(heard(BIRTH))
            await asyncio.sleep(MEANWHILE_S)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    told = [message["utc_ms"] // 1000 for message in published.on("lamp-1", "down/time")]
    assert told == [NOW + YEARS_S, NOW + 7]


def test_nobody_is_lost_who_is_connected_and_silence_is_noticed_all_the_same(ledger, clock, watch):
    """After a step each has its three intervals anew, also who was last heard in the future."""
    state = lambda: ledger.states.all()["lamp-1"].state  # noqa: E731

    async def run():
        async with in_thread(ledger) as thread:
            presence = PresenceMonitor(thread, LiveState(), watch, lambda: True)
            await presence.link_ready()
            clock.pass_time(4 * 900)
            with ledger.transaction():
                ledger.states.mark_heard("lamp-1", clock.utc_s())
            task = asyncio.create_task(presence.run())
            for by_s in (HOURS_S, YEARS_S, -YEARS_S - 2 * HOURS_S):
                clock.set(by_s)
                await asyncio.sleep(MEANWHILE_S)
                assert state() == "ready"
            with ledger.transaction():
                ledger.states.mark_heard("lamp-1", clock.utc_s() + YEARS_S)
            clock.pass_time(2 * 900)
            await asyncio.sleep(MEANWHILE_S)
            assert state() == "ready"
            clock.pass_time(900 + 60)
            await until(lambda: state() == "lost", "the silence to be noticed")
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())


def test_a_word_from_the_future_is_as_old_as_the_hub_listens(ledger):
    """Else a node heard ten years ahead could be silent for ten years."""
    with ledger.transaction():
        ledger.states.mark_heard("lamp-1", NOW + YEARS_S)
    assert give_up_silent(3 * 900, NOW, ledger) == []
    assert give_up_silent(3 * 900 + 1, NOW, ledger) == ["lamp-1"]


def test_no_hour_of_presence_is_noted_in_the_future(ledger, tmp_path, clock, watch):
    """A clock ten years ahead for a minute leaves no trace in what is kept for ever."""

    def noted():
        return [row[4] for row in ledger.cursors.rows_after("presence", 0, 1000)]

    async def run():
        async with in_thread(Ledger.open(tmp_path / "ledger.sqlite")) as thread:
            presence = PresenceMonitor(thread, LiveState(), watch, lambda: True)
            await presence.link_ready()
            task = asyncio.create_task(presence.run())
            await until(lambda: len(noted()) == 2, "this hour")
            clock.set(YEARS_S)
            clock.pass_time(STEADY_S - 1)
            await asyncio.sleep(MEANWHILE_S)
            assert len(noted()) == 2
            clock.set(3600 - YEARS_S)
            await until(lambda: len(noted()) == 3, "the next hour")
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    assert max(noted()) < NOW + 2 * 3600


@pytest.mark.parametrize("by_s", [HOURS_S, -HOURS_S, YEARS_S, -YEARS_S])
def test_a_command_lasts_as_long_as_it_was_given(ledger, tmp_path, clock, watch, by_s):
    """Neither given up by a step forward, nor open for ever after one back."""
    path, published = tmp_path / "ledger.sqlite", Published()
    asked = Command("c-1", "lamp-2", "identify", "anna", NOW, 60)  # which is not there yet

    async def run():
        async with in_thread(Ledger.open(path)) as thread:
            task = asyncio.create_task(Commands(Publisher(published), watch).run(thread))
            with ledger.transaction():
                ledger.commands.add(asked)
            await asyncio.sleep(MEANWHILE_S)
            clock.set(by_s)
            await asyncio.sleep(MEANWHILE_S)
            with ledger.transaction():
                ledger.states.record_birth("lamp-2", 1, "0", "sim", 2, "power", clock.utc_s())
            await until(lambda: published, "the command to be sent")
            clock.pass_time(60 + ANSWER_S + 1)
            await until(lambda: ledger.commands.get("c-1").state == "expired", "its end")
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    assert [message["until"] for _, message, _ in published] == [NOW + by_s + 60]


def test_settings_are_not_changed_by_a_clock_that_is_in_doubt(
    ledger, tmp_path, clock, watch, monkeypatch
):
    """Local time is kept when the clock is near what the hub last noted, or has gone on."""
    monkeypatch.setattr(time_zone_keeper, "STEADY_S", 0.01)
    monkeypatch.setattr(time_zone_keeper, "EVERY_S", 0.01)
    kept = []
    monkeypatch.setattr(
        time_zone_keeper, "keep", lambda site, utc_s, ledger: kept.append(utc_s) or []
    )
    with ledger.transaction():
        ledger.cursors.move(*presence_module.THIS_HOUR, NOW)

    async def run():
        async with in_thread(Ledger.open(tmp_path / "ledger.sqlite")) as thread:
            clock.set(YEARS_S)
            task = asyncio.create_task(TimeZoneKeeper(thread, watch, lambda names: None).run())
            await asyncio.sleep(2 * MEANWHILE_S)
            assert kept == []
            clock.set(-YEARS_S)
            await until(lambda: kept, "a look at the sites")
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    assert set(kept) == {NOW}
