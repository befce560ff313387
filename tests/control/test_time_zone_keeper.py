"""Local time of nodes stays right where no rule tells it, and when the rules of a zone change."""

import asyncio
import io
import zoneinfo
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest

from padlicht.clock import ClockWatch
from padlicht.control import posix_tz as posix_tz_module
from padlicht.control import time_zone_keeper
from padlicht.control.posix_tz import DAY_S, HORIZON_S, no_rule_from, posix_tz, right_until
from padlicht.control.publisher import Publisher
from padlicht.control.settings_publisher import SettingsPublisher, first_settings
from padlicht.control.time_zone_keeper import WHO, TimeZoneKeeper, keep
from padlicht.fleet.changes import change_site
from padlicht.ledger import Ledger, Site
from padlicht.ledger.timeline import Note
from padlicht.simulate.history.firmware import firmware
from tests.control.zone_files import MOROCCO, forget, with_morocco_by_the_moon, zone_file
from tests.hub.parts import NOW, SITE, Published, StoppedClock, in_thread, node, until
from tests.rigs.patience import limit_s

BY_THE_MOON = (*MOROCCO, "Asia/Gaza", "Asia/Hebron")
QUARTER_S = 900
WEEK_S = 7 * DAY_S
AWAY_S = 150 * DAY_S
TEN_YEARS = range(NOW, NOW + 3653 * DAY_S, WEEK_S)
Zone = firmware().zone.Zone  # as a board reads it


@pytest.fixture(autouse=True)
def morocco_by_the_moon(tmp_path_factory):
    """Whatever tzdata this machine has, the clocks of Morocco go by the moon until 2040."""
    before = zoneinfo.TZPATH
    with_morocco_by_the_moon(tmp_path_factory.mktemp("zones"))
    yield
    zoneinfo.reset_tzpath(before)
    forget()


def utc_s(*date: int) -> int:
    return int(datetime(*date, tzinfo=UTC).timestamp())


def offset_s(zone: ZoneInfo, at_utc_s: int) -> float:
    return datetime.fromtimestamp(at_utc_s, zone).utcoffset().total_seconds()


def park(folder, tz: str, at_utc_s: int) -> tuple[Ledger, Site]:
    """A ledger with one lamp, whose first settings are of that moment."""
    ledger = Ledger.open(folder / "ledger.sqlite")
    site = Site(SITE, "Park", tz, 33.57, -7.59)
    lamp = node("lamp-1")
    with ledger.transaction():
        ledger.sites.add(site)
        ledger.nodes.add(lamp)
        settings = first_settings(lamp, site, at_utc_s)
        ledger.settings.request("lamp-1", settings, "padlicht", "added", at_utc_s)
    return ledger, site


def wanted_tz(ledger: Ledger) -> str:
    return ledger.settings.wanted()["lamp-1"].after["tz"]


def wrong_quarters(zone, told, from_utc_s: int, to_utc_s: int) -> list[str]:
    """Each quarter of an hour at which a node's local time is not that of its place."""
    wrong = []
    for moment in range(from_utc_s, to_utc_s, QUARTER_S):
        local = datetime.fromtimestamp(moment, zone)
        if told.offset_s(moment) != offset_s(zone, moment):
            wrong.append(local.isoformat())
    return wrong


@pytest.mark.long
@pytest.mark.parametrize(
    ("tz", "year"),
    [(tz, year) for tz in BY_THE_MOON for year in (2026, 2036)] + [("Europe/Amsterdam", 2026)],
)
def test_every_quarter_of_two_years_is_right(tmp_path, tz, year):
    """By the hub's clock, week by week: for a node that is there, and one away for months."""
    begin_s = utc_s(year, 11, 28, 18)
    ledger, site = park(tmp_path, tz, begin_s)
    zone, there = ZoneInfo(tz), Zone(wanted_tz(ledger))
    away, heard_s = there, begin_s
    wrong = []
    with ledger:
        for week_s in range(begin_s, begin_s + 2 * 366 * DAY_S, WEEK_S):
            keep(site, week_s, ledger)
            there = Zone(wanted_tz(ledger))
            if week_s - heard_s >= AWAY_S:
                away, heard_s = there, week_s
            for told in (there, away):
                wrong += wrong_quarters(zone, told, week_s, week_s + WEEK_S)
        versions = len(ledger.settings.log("lamp-1"))
    assert wrong == []
    assert versions <= (1 if tz == "Europe/Amsterdam" else 9)  # told once for each change


@pytest.mark.long
def test_every_zone_has_a_string_that_is_right_for_months():
    """Of all zones of this machine; those of which no rule is right for ten years are found."""
    same = defaultdict(list)
    for name in available_timezones() - {"localtime"}:
        same[posix_tz_module._file(name)].append(name)
    without_rule, not_by_their_rule = set(), set()
    for name, *others in same.values():
        rule = ZoneInfo.from_file(io.BytesIO(zone_file(posix_tz(name))))
        if any(offset_s(ZoneInfo(name), week_s) != offset_s(rule, week_s) for week_s in TEN_YEARS):
            not_by_their_rule |= {name, *others}
        if no_rule_from(name, NOW) is not None:
            without_rule |= {name, *others}
            best = posix_tz_module.posix_tz_at(name, NOW)
            assert right_until(name, best, NOW) - NOW > 180 * DAY_S, name
    assert set(BY_THE_MOON) <= without_rule == not_by_their_rule


def test_who_and_why_are_in_the_log(tmp_path):
    """The settings log says that the hub did it; other settings stay as they were."""
    ledger, site = park(tmp_path, "Africa/Casablanca", NOW)
    with ledger:
        assert keep(site, NOW + 10 * DAY_S, ledger) == []
        assert keep(site, utc_s(2027, 3, 20), ledger) == ["lamp-1"]
        change = ledger.settings.log("lamp-1")[0]
    assert (change.version, change.who) == (2, WHO)
    assert {key for key in change.after if change.after[key] != change.before[key]} == {"tz"}
    assert change.confirmed_utc_s is None


def test_a_newer_tzdata_on_the_machine_reaches_the_nodes(tmp_path, monkeypatch):
    """A zone that gives up summer time next year: its nodes have it as soon as the machine does."""
    ledger, site = park(tmp_path, "Europe/Amsterdam", NOW)
    with ledger:
        assert keep(site, NOW, ledger) == []
        newer = {"Europe/Amsterdam": "Africa/Lagos"}  # an hour ahead of UTC, winter and summer
        old_zone, old_file = posix_tz_module._zone, posix_tz_module._file
        monkeypatch.setattr(posix_tz_module, "_zone", lambda name: old_zone(newer.get(name, name)))
        monkeypatch.setattr(posix_tz_module, "_file", lambda name: old_file(newer.get(name, name)))
        assert keep(site, NOW + 60, ledger) == ["lamp-1"]
        assert wanted_tz(ledger) == "WAT-1"


def test_a_string_set_by_hand_is_put_right(tmp_path):
    """The time of a node is that of its site; whoever wants another one moves the site."""
    ledger, site = park(tmp_path, "Europe/Amsterdam", NOW)
    with ledger:
        with ledger.transaction():
            settings = ledger.settings.wanted()["lamp-1"].after | {"tz": "UTC0"}
            ledger.settings.request("lamp-1", settings, "anna", "a try", NOW)
        assert keep(site, NOW, ledger) == ["lamp-1"]
        assert wanted_tz(ledger) == posix_tz("Europe/Amsterdam")


@pytest.mark.parametrize("tz", ["Europe/Amsterdam", "Africa/Casablanca"])
def test_a_hub_that_does_not_know_the_time_changes_nothing(tmp_path, tz):
    """Before its machine was told the time, it is 1970 there: then many places had no summer."""
    ledger, site = park(tmp_path, tz, NOW)
    with ledger:
        for moment in (10, NOW, 10):
            assert keep(site, moment, ledger) == []
    assert first_settings(node("lamp-2"), site, 10)["tz"] == posix_tz(tz)


def test_a_change_that_somebody_makes_meanwhile_stays(tmp_path, monkeypatch):
    """What is the best string takes its time; who asks for a later evening then, gets it."""
    ledger, site = park(tmp_path, "Africa/Casablanca", utc_s(2025, 6, 1))

    def slowly(name: str, at_utc_s: int) -> str:
        with Ledger.open(tmp_path / "ledger.sqlite") as other, other.transaction():
            settings = other.settings.wanted()["lamp-1"].after | {"end_at": "23:00"}
            other.settings.request("lamp-1", settings, "anna", "a feast", NOW)
        return posix_tz_module.posix_tz_at(name, at_utc_s)

    monkeypatch.setattr(time_zone_keeper, "posix_tz_at", slowly)
    with ledger:
        assert keep(site, NOW, ledger) == ["lamp-1"]
        wanted = ledger.settings.wanted()["lamp-1"]
    assert (wanted.version, wanted.who, wanted.after["end_at"]) == (3, WHO, "23:00")


def test_a_park_that_somebody_moves_meanwhile_stays_where_it_is(tmp_path):
    """The keeper has read where it was; its nodes are told the time of where it is now."""
    ledger, before = park(tmp_path, "Europe/Amsterdam", NOW)
    with ledger:
        with ledger.transaction():
            change_site(ledger, replace(before, tz="Europe/Lisbon"), Note("anna", "moved", NOW))
        assert keep(before, NOW, ledger) == []
        assert wanted_tz(ledger) == posix_tz("Europe/Lisbon")


def test_a_zone_that_the_machine_lost_changes_nothing(tmp_path, caplog):
    """The log says which site; its nodes keep what they have."""
    ledger, site = park(tmp_path, "Europe/Amsterdam", NOW)
    with ledger:
        lost = Site(SITE, "Park", "Europe/Groningen", site.lat, site.lon)
        assert keep(lost, NOW, ledger) == []
    assert f"nodes of {SITE} keep what they have" in caplog.text


def test_what_cannot_be_read_is_never_right():
    """Neither nonsense nor a date that no year has; and what is read is right to a quarter."""
    for text in ("", "now", "CET-1CEST,J900,J1"):
        assert right_until("Europe/Amsterdam", text, NOW) == NOW, text
    early_s = utc_s(2027, 3, 28, 1) - right_until("Europe/Amsterdam", "CET-1", NOW)
    assert 0 <= early_s < QUARTER_S
    rule = posix_tz("Europe/Amsterdam")
    assert right_until("Europe/Amsterdam", rule, NOW) == NOW + HORIZON_S


def test_a_running_hub_publishes_it_at_once(tmp_path):
    """The hub's own change is published retained, like everybody else's."""
    ledger, _ = park(tmp_path, "Africa/Casablanca", utc_s(2025, 6, 1))
    published = Published()

    async def run() -> None:
        async with asyncio.timeout(limit_s()), in_thread(ledger) as thread:
            settings = SettingsPublisher(thread, Publisher(published))
            keeper = TimeZoneKeeper(thread, ClockWatch(StoppedClock()), settings.on_changed)
            tasks = [asyncio.create_task(run()) for run in (settings.run, keeper.run)]
            await until(lambda: published and published[-1][1]["version"] == 2, "version 2")
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(run())
