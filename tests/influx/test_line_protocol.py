"""Rows of the ledger as lines, one by one and all kinds through a real InfluxDB."""

import json
import urllib.request
from dataclasses import replace

import pytest

from padlicht.influx import line_protocol
from padlicht.influx.schema import BOOLEAN, INTEGER, MEASUREMENTS, STRING
from padlicht.influx.sources import Source
from padlicht.ledger import Fault, Footfall, Health, Lamp, Ledger
from padlicht.ledger.site_clock import SiteClock
from tests.influx.parts import NOW, SITE
from tests.rigs.patience import limit_s

PLACE = (SITE, "path", "lamp-1")
AMSTERDAM = {SITE: SiteClock.always("Europe/Amsterdam")}
TOTALS = (3, 4, 5, 600, 60, 700, 800, 900, 41, 850, 2)  # the last: simulated nodes
KEY = ("lamp-1", 12)
LAMP = Lamp(*KEY, 340, NOW, 900, 2, 899, 880, 122, 14, 5120, 1250, 812345, True, 41)
FOOTFALL = Footfall(*KEY, 341, NOW, 900, 2, 898, 4, 7, 5, 1912, 1874)
HEALTH = Health(*KEY, 342, NOW, 900, 2, -67, 12050, 84, 61234, 2, 1, 123456, 3, 2764, 0)
FAULT = Fault(*KEY, 343, NOW, 0, 2, "lamp_stuck", True)
PRESENCE = (5, *PLACE, NOW, 1)
SETTINGS = (6, *PLACE, 7, NOW, "anna", "a workshop", '{"base_pct": 20}', '{"base_pct": 15}')
DIARY = (8, SITE, "path", None, 20_000, 20_003, "bridge closed", 1, NOW, "anna", None)
HOUR = (SITE, "path", NOW, "dark", *TOTALS)


@pytest.fixture
def ledger(folder):
    """A ledger with a park."""
    with Ledger.open(folder / "ledger.sqlite") as one:
        yield one


def lines_of(ledger, *made) -> list[str]:
    """The lines of records that a ledger stored."""
    with ledger.transaction():
        assert ledger.records.add(made, NOW) == []
    texts = [
        Source(table).read(ledger, 0).text for table in ("lamp", "footfall", "health", "fault")
    ]
    return [line for text in texts for line in text.splitlines()]


def every_kind(ledger) -> list[str]:
    """A line of each measurement, with each field."""
    return [
        *lines_of(ledger, LAMP, FOOTFALL, HEALTH, FAULT),
        *line_protocol.presence([PRESENCE]),
        *line_protocol.settings([SETTINGS]),
        *line_protocol.diary([DIARY], AMSTERDAM),
        *line_protocol.zone_hours([HOUR], AMSTERDAM),
        *line_protocol.zone_days([HOUR]),
        *line_protocol.park_hours([HOUR], AMSTERDAM),
    ]


def test_each_kind_of_record_becomes_this_line(ledger):
    """Every value stands under its own name, and the time tells boot and number."""
    place = f"node=lamp-1,site={SITE},zone=path"
    assert lines_of(ledger, LAMP, FOOTFALL, HEALTH, FAULT) == [
        f"lamp,{place} near_s=41i,lit_s=880i,boost_s=122i,trig=14i,mwh=1250i,"
        f"metered=t,obs_s=899i,dt=900i,clock=2i {NOW}012000340",
        f"footfall,{place} count_in=7i,count_out=5i,obs_s=898i,sat_s=4i,dt=900i,clock=2i"
        f" {NOW}012000341",
        f"health,{place} rssi=-67i,mv=12050i,dc=84i,lux_dl=3i,stack=2764i,ticks_lost=0i,"
        f"free=61234i,spool=2i,dropped=1i,up_s=123456i {NOW}012000342",
        f"fault,code=lamp_stuck,{place} active=1i {NOW}012000343",
    ]


def test_what_a_board_has_no_sensor_for_is_no_field(ledger):
    """A null stays away instead of becoming a number; a zero stays a number."""
    nothing = replace(HEALTH, rssi=None, mv=None, dc=None, lux_dl=None, stack=None, ticks_lost=None)
    (line,) = lines_of(ledger, nothing)
    assert line == (
        f"health,node=lamp-1,site={SITE},zone=path free=61234i,spool=2i,dropped=1i,up_s=123456i"
        f" {NOW}012000342"
    )
    (_, line) = lines_of(ledger, replace(nothing, seq=999, dc=0))
    assert " dc=0i,free" in line
    (lamp, *_) = lines_of(ledger, replace(LAMP, near_s=None))
    assert " lit_s=880i,boost_s=122i" in lamp


@pytest.mark.parametrize("record", [LAMP, FOOTFALL, HEALTH, FAULT], ids=lambda r: type(r).__name__)
def test_a_record_that_was_never_dated_is_left_out(ledger, record):
    """Time 0 would be New Year 1970; the record stays in the ledger only."""
    dated = replace(record, seq=1)
    (line,) = lines_of(ledger, replace(record, t=0), dated)
    assert line.endswith("012000001")


def test_a_batch_says_up_to_where_it_is_everything(ledger):
    """Also when its rows have no line, and when there is no row."""
    lines_of(ledger, replace(LAMP, t=0), replace(LAMP, seq=341), replace(LAMP, seq=342, t=0))
    source = Source("lamp")
    assert [(piece.text.count("lamp,"), piece.last_id) for piece in (
        source.read(ledger, 0, 1), source.read(ledger, 1, 1), source.read(ledger, 0, 9),
        source.read(ledger, 3, 9),
    )] == [(0, 1), (1, 2), (1, 3), (0, 3)]  # fmt: skip


def test_the_largest_numbers_of_the_contract_are_written_as_they_are(ledger):
    """Times up to the year 2242, counts of 31 bits, totals of 53."""
    huge = replace(LAMP, boot=2**31 - 1, seq=2**31 - 1, t=2**33, trig=2**31 - 1, mwh=2**31 - 1)
    health = replace(HEALTH, free=2**53, up_s=2**53, rssi=-(2**31), seq=1)
    lamp, other = lines_of(ledger, huge, health)
    assert f"trig={2**31 - 1}i,mwh={2**31 - 1}i" in lamp
    assert lamp.endswith(f" {line_protocol.record_ns(2**33, 2**31 - 1, 2**31 - 1)}")
    assert f"rssi=-{2**31}i" in other
    assert f"free={2**53}i" in other


def test_two_records_of_a_second_never_share_a_time():
    """Boot and number tell them apart, whatever they are up to their limits."""
    pairs = [(boot, seq) for boot in (0, 1, 999) for seq in (0, 1, 999_999)]
    times = {line_protocol.record_ns(NOW, boot, seq) for boot, seq in pairs}
    assert len(times) == len(pairs)
    assert all(NOW * 10**9 <= at < (NOW + 1) * 10**9 for at in times)


def test_settings_of_two_nodes_in_a_second_never_share_a_time():
    """The node is no tag of theirs, so the row's id is in the time."""
    one, other = line_protocol.settings([SETTINGS, (7, *SETTINGS[1:])])
    assert one.rsplit(" ", 1)[1] != other.rsplit(" ", 1)[1]


def test_a_settings_change_says_what_changed_and_only_that():
    """The title names the node, and each key with both values."""
    before = json.dumps({"base_pct": 20, "hold_s": 20, "gone": 1})
    after = json.dumps({"base_pct": 15, "hold_s": 20, "end_at": "22:00"})
    (line,) = line_protocol.settings([(*SETTINGS[:8], before, after)])
    assert 'title="lamp-1: base_pct 20 → 15, end_at – → 22:00, gone 1 → –"' in line
    assert 'detail="a workshop",version=7i,actor="anna"' in line


@pytest.mark.parametrize(
    ("utc_s", "dow", "hour"),
    [
        (1_792_882_800, "7", "01"),  # 25 October 2026, 23:00 UTC of the day before: 1 o'clock
        (1_792_886_400, "7", "02"),  # summer time's 2 o'clock
        (1_792_890_000, "7", "02"),  # and winter time's
        (1_774_746_000, "7", "03"),  # 29 March 2026: there is no 2 o'clock
        (1_774_735_200, "6", "23"),
    ],
)
def test_an_hour_has_the_weekday_and_hour_of_the_place(utc_s, dow, hour):
    """Both nights in which the clock changes are right, for a zone and for the whole park."""
    (line,) = line_protocol.zone_hours([(SITE, "path", utc_s, "dark", *TOTALS)], AMSTERDAM)
    assert line.startswith(f"usage_1h,dow={dow},hour={hour},light=dark,site={SITE},zone=path ")
    assert line.endswith(f" {utc_s}000000000")
    (of_park,) = line_protocol.park_hours([(SITE, "", utc_s, "dark", *TOTALS)], AMSTERDAM)
    assert of_park == line.replace("usage_1h", "park_1h").replace(",zone=path", "")


def test_sums_say_how_long_somebody_was_near():
    """Of how long lamps watched that could tell; of hours, days and the whole park alike."""
    for line in (
        *line_protocol.zone_hours([HOUR], AMSTERDAM),
        *line_protocol.zone_days([HOUR]),
        *line_protocol.park_hours([HOUR], AMSTERDAM),
    ):
        assert ",due_s=900i,near_s=41i,near_obs_s=850i,simulated=1i " in line


@pytest.mark.parametrize(("nodes", "said"), [(0, 0), (1, 1), (7, 1)])
def test_sums_say_whether_any_of_them_is_simulated(nodes, said):
    """One simulated node in a zone's hour or day is enough for the point to say so."""
    sums = (SITE, "path", NOW, "dark", *TOTALS[:-1], nodes)
    for line in (
        *line_protocol.zone_hours([sums], AMSTERDAM),
        *line_protocol.zone_days([sums]),
        *line_protocol.park_hours([sums], AMSTERDAM),
    ):
        assert f",simulated={said}i " in line


def test_every_line_has_the_tags_and_fields_of_the_schema(server, names, ledger):
    """What a real InfluxDB makes of the lines is what the schema says, types too."""
    raw = names["influx_raw"]
    assert write(server, raw, every_kind(ledger)) == 204
    for item in MEASUREMENTS:
        tags = {row["tagKey"] for row in server.query(raw, f"SHOW TAG KEYS FROM {item.name}")}
        fields = {
            row["fieldKey"]: row["fieldType"]
            for row in server.query(raw, f"SHOW FIELD KEYS FROM {item.name}")
        }
        assert tags == {column.name for column in item.tags}
        assert fields == {column.name: column.type for column in item.fields}
        assert set(fields.values()) <= {INTEGER, BOOLEAN, STRING}


NASTY = [
    *("", " ", "a b", "a,b=c", "back\\", "\\,", "new\nline", "nul\0", "é→", '"', "'", "#x", "\x7f"),
    *("a" * 64, "=", ",", "\\\\", "\u2028", "\ud800"),
]


def test_whatever_code_or_reason_is_given_makes_one_line_that_is_read(server, names):
    """Fault codes and words of people are free text: none breaks a line, or its neighbours."""
    raw = names["influx_raw"]
    faults = [(i, *PLACE, 12, i, NOW, 0, 2, code, 1) for i, code in enumerate(NASTY)]
    words = [(i, *PLACE, 7, NOW, who, who, "{}", "{}") for i, who in enumerate(NASTY)]
    entries = [
        (i, SITE, told, None, 20_000, 20_000, told, 1, NOW, "anna", None)
        for i, told in enumerate(NASTY)
    ]
    made = line_protocol.fault(faults) + line_protocol.settings(words)
    made += line_protocol.diary(entries, AMSTERDAM)
    assert not any("\n" in line for line in made)
    assert write(server, raw, made) == 204
    assert server.count(raw, "fault", "active") == len(NASTY)
    assert server.count(raw, "setting_change", "version") == len(NASTY)
    assert server.count(raw, "diary", "holds") == len(NASTY)
    told = {
        row["time"] % 10**9: row["actor"]
        for row in server.query(raw, "SELECT * FROM setting_change")
    }
    assert told[NASTY.index("a,b=c")] == "a,b=c"
    assert told[NASTY.index("back\\")] == "back\\"
    assert told[NASTY.index('"')] == '"'


def test_a_line_knows_its_measurement(ledger):
    """Whatever its tags hold."""
    assert [line_protocol.measurement_of(line) for line in every_kind(ledger)] == [
        item.name for item in MEASUREMENTS
    ]


def write(server, database: str, made: list[str]) -> int:
    """Write lines as they are; the status of the answer."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/write?db={database}", "\n".join(made).encode()
    )
    with urllib.request.urlopen(request, timeout=limit_s()) as answer:
        return answer.status
