"""Wanted settings: whole, local, published until confirmed."""

import asyncio
from dataclasses import replace

import pytest

from padlicht.control import settings_publisher as settings_module
from padlicht.control.desired_settings import parse_setting
from padlicht.control.posix_tz import posix_tz
from padlicht.control.publisher import Publisher
from padlicht.control.settings_publisher import SettingsPublisher, first_settings
from padlicht.errors import BadData, Refused
from padlicht.ledger import Ledger, Site
from padlicht.settings_schema import schema, validate
from padlicht.wire import SettingsReport
from tests.hub.parts import (
    BIRTH,
    DEADLINE_S,
    NOW,
    SITE,
    Published,
    heard,
    in_thread,
    node,
    park,
    until,
    wanting,
)
from tests.hub.use import CORRECTED

GRONINGEN = Site(SITE, "Molukkenplantsoen", "Europe/Amsterdam", 53.23, 6.576)


@pytest.fixture
def ledger(tmp_path):
    with park(tmp_path / "ledger.sqlite") as opened:
        yield opened


def test_a_new_nodes_settings_are_whole_and_local(ledger):
    """Every key of its role but its height, at its own place and in its zone; the node takes it."""
    with ledger:
        settings = first_settings(node("lamp-1"), GRONINGEN, NOW)
    of_lamps = {key for key, row in schema().items() if row["role"] in ("lamp", "both")}
    assert set(settings) == of_lamps - {"mount_cm"}
    assert (settings["lat_e4"], settings["lon_e4"]) == (532300, 65760)
    assert settings["tz"] == "CET-1CEST,M3.5.0,M10.5.0/3"
    assert validate(settings) == {}


def test_settings_change_whole_or_not_at_all(ledger):
    """A wrong value is refused with the firmware's own reason, and the version stays."""
    with ledger:
        assert wanting(ledger, hold_s=30) == 1
        with pytest.raises(Refused, match="0-25 %"):
            wanting(ledger, hold_s=40, base_pct=40)
        assert ledger.settings.wanted()["lamp-1"].after == {"hold_s": 30}
        assert wanting(ledger, base_pct=15) == 2
        assert ledger.settings.wanted()["lamp-1"].after == {"hold_s": 30, "base_pct": 15}


def test_a_lamp_has_no_line_and_an_unknown_node_no_settings(ledger):
    """Settings of the other role, and nodes that are not there, are refused by name."""
    with ledger:
        with pytest.raises(Refused, match="setting of a counter"):
            wanting(ledger, line_mm=[0, 500, 0, 5000])
        with pytest.raises(Refused, match="no node lamp-9"):
            wanting(ledger, "lamp-9", hold_s=30)


def test_typed_values_become_the_settings_own_kind():
    """Numbers, times and lines as a person types them; anything else says what is wrong."""
    assert parse_setting("base_pct", "15") == 15
    assert parse_setting("report_min", "30") == 30
    assert parse_setting("end_at", "21:30") == "21:30"
    assert parse_setting("line_mm", "0,500, 0,-5000") == [0, 500, 0, -5000]
    with pytest.raises(BadData, match="not a whole number"):
        parse_setting("base_pct", "bright")
    with pytest.raises(BadData, match="base_pct"):
        parse_setting("colour", "red")


@pytest.mark.parametrize(
    ("name", "posix"),
    [
        ("Europe/Amsterdam", "CET-1CEST,M3.5.0,M10.5.0/3"),
        ("America/Paramaribo", "<-03>3"),
        ("Asia/Jayapura", "WIT-9"),
    ],
)
def test_a_time_zone_becomes_what_a_board_can_read(name, posix):
    """The rule for the future, as the zone's file gives it."""
    assert posix_tz(name) == posix


@pytest.mark.parametrize("name", ["Europe/Groningen", "", "../../etc/passwd", "/etc/passwd", "\0"])
def test_what_is_no_time_zone_is_said(name):
    """Also a path out of the folder of zones is only a wrong name."""
    with pytest.raises(BadData, match="not a time zone"):
        posix_tz(name)


def run_desk(ledger, scenario, monkeypatch):
    monkeypatch.setattr(settings_module, "POLL_S", 0.01)
    published = Published()

    async def run():
        async with asyncio.timeout(DEADLINE_S), in_thread(ledger) as thread:
            settings_publisher = SettingsPublisher(thread, Publisher(published))
            task = asyncio.create_task(settings_publisher.run())
            await scenario(settings_publisher, published, thread)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    return published


def test_wanted_settings_are_published_retained_once_and_when_they_change(
    ledger, tmp_path, monkeypatch
):
    """What another process writes reaches the broker; the same version is not sent twice."""
    wanting(ledger, hold_s=30)

    async def scenario(settings_publisher, published, thread):
        await until(lambda: len(published) == 1, "version 1")
        with Ledger.open(tmp_path / "ledger.sqlite") as other:
            wanting(other, hold_s=40)
        await until(lambda: len(published) == 2, "version 2")

    published = run_desk(ledger, scenario, monkeypatch)
    assert [options["retain"] for _, _, options in published] == [True, True]
    assert published.on("lamp-1", "down/settings") == [
        {"version": 1, "set": {"hold_s": 30}},
        {"version": 2, "set": {"hold_s": 40}},
    ]


def test_a_retired_node_is_told_nothing(ledger, monkeypatch):
    """Nobody is there to hear it."""
    wanting(ledger, hold_s=30)
    wanting(ledger, "lamp-2", hold_s=30)
    with ledger.transaction():
        ledger.nodes.change(replace(ledger.nodes.get("lamp-1"), retired_utc_s=NOW), CORRECTED)

    async def scenario(settings_publisher, published, thread):
        await until(lambda: published.on("lamp-2", "down/settings"), "the other one's")

    assert run_desk(ledger, scenario, monkeypatch).on("lamp-1", "down/settings") == []


def test_without_a_link_settings_wait_for_it(ledger, monkeypatch):
    """What could not be published is published when the link is there."""
    wanting(ledger, hold_s=30)

    async def scenario(settings_publisher, published, thread):
        await until(lambda: published.tries, "a try")
        published.ready = True
        await settings_publisher.link_ready()
        await until(lambda: len(published) == 1, "version 1")

    run_desk(ledger, scenario, monkeypatch)


def test_a_node_that_lost_its_settings_gets_them_again_once_per_birth(ledger, monkeypatch):
    """A node born with another version is told once; if it cannot take them, not for ever."""
    wanting(ledger, hold_s=30)
    with ledger.transaction():
        ledger.settings.confirm("lamp-1", 1, {}, NOW)

    async def scenario(settings_publisher, published, thread):
        def forget(ledger):
            with ledger.transaction():
                ledger.settings.confirm("lamp-1", 0, {}, NOW)

        settings_publisher.on_node_message(heard(BIRTH))
        await thread.run(forget)
        for _ in range(3):
            settings_publisher.on_node_message(heard(SettingsReport(0, {})))
            await until(lambda: len(published) == 1, "the first")
            await until(lambda: not settings_publisher._reported, "a look at what the node said")
        assert len(published) == 1
        settings_publisher.on_node_message(heard(BIRTH))
        settings_publisher.on_node_message(heard(SettingsReport(0, {})))
        await until(lambda: len(published) == 2, "the second")

    run_desk(ledger, scenario, monkeypatch)


def test_more_than_the_link_takes_at_once_is_published_bit_by_bit(ledger, monkeypatch):
    """Nobody has to change anything for the rest to follow; of two versions the newer one does."""
    for name in ("counter-1", "lamp-1", "lamp-2"):
        wanting(ledger, name, report_min=30)

    async def scenario(settings_publisher, published, thread):
        keep = type(published).__call__

        def narrow(self, *arguments, **options):
            self.ready = len(self) < limit[0]
            keep(self, *arguments, **options)

        limit = [1]
        monkeypatch.setattr(type(published), "__call__", narrow)
        await until(lambda: published and len(settings_publisher._unsent) == 2, "the first")
        await thread.run(lambda ledger: wanting(ledger, "lamp-2", report_min=60))
        await settings_publisher.link_ready()
        await until(lambda: settings_publisher._unsent["lamp-2"].version == 2, "the newer version")
        limit[0] = 99
        await until(lambda: not settings_publisher._unsent, "the rest")

    published = run_desk(ledger, scenario, monkeypatch)
    assert [wanted["version"] for wanted in published.on("lamp-2", "down/settings")] == [2]
    assert published.on("lamp-1", "down/settings")
    assert published.on("counter-1", "down/settings")


def test_a_link_that_comes_while_the_desk_looks_is_not_missed(ledger, monkeypatch):
    """What was looked up before the broker was there is looked up again."""
    wanting(ledger, hold_s=30)
    look = settings_module._unconfirmed
    meanwhile = []

    def slow_look(known, reported, ledger):
        found = look(known, reported, ledger)
        if meanwhile:
            meanwhile.pop()().result(DEADLINE_S)
        return found

    monkeypatch.setattr(settings_module, "_unconfirmed", slow_look)

    async def scenario(settings_publisher, published, thread):
        loop = asyncio.get_running_loop()
        await until(lambda: len(published) == 1, "version 1")
        meanwhile.append(
            lambda: asyncio.run_coroutine_threadsafe(settings_publisher.link_ready(), loop)
        )
        await until(lambda: len(published) == 2, "the same, for a broker that may have forgotten")

    run_desk(ledger, scenario, monkeypatch)
