"""Rows of the ledger as lines of InfluxDB's line protocol. Pure: no I/O, no clock.

The same row always gives the same line, so writing it again overwrites the point with itself; two
different rows of a node never share measurement, tags and time. What comes by the thousand is
worded in SQL, for `Ledger.follow_text`: about a microsecond a line. What holds people's own words,
or is rare, is made from rows as `Ledger.follow` and `usage.changes` give them.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from padlicht.ledger.site_clock import SiteClock
from padlicht.ledger.usage.sums import date_of

Row = Sequence[Any]

_S: Final = 1_000_000_000  # nanoseconds
_ESCAPED: Final = str.maketrans({",": "\\,", "=": "\\=", " ": "\\ "})
_QUOTED: Final = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": " ", "\r": " ", "\0": " "})
_TOTALS: Final = (
    "count_in", "count_out", "trig", "lit_s", "boost_s", "mwh", "obs_s", "due_s", "near_s",
    "near_obs_s",
)  # fmt: skip


def _record(measurement: str, form: str, *values: str) -> str:
    """The line of a record in SQL; NULL for one that was never dated: it has no place in time.

    Names are lower-case letters, digits and hyphens, so nothing in them needs escaping.
    """
    # Boot and number make the time of a record its own; `record_ns` says the same in Python.
    time = f"r.t * {_S} + r.boot % 1000 * 1000000 + r.seq % 1000000"
    return (
        f"CASE WHEN r.t THEN printf('{measurement},node=%s,site=%s,zone=%s {form} %d',"
        f" n.name, p.site, p.zone, {', '.join(values)}, {time}) END"
    )


def _if_said(name: str) -> str:
    """A field that is left out where the board has no such sensor, or its firmware none."""
    return f"coalesce('{name}=' || r.{name} || 'i,', '')"


RECORDS: Final = {
    "lamp": _record(
        "lamp",
        "%slit_s=%di,boost_s=%di,trig=%di,mwh=%di,metered=%s,obs_s=%di,dt=%di,clock=%di",
        _if_said("near_s"),
        *("r.lit_s", "r.boost_s", "r.trig", "r.mwh", "CASE WHEN r.metered THEN 't' ELSE 'f' END"),
        *("r.obs_s", "r.dt", "r.clock"),
    ),
    "footfall": _record(
        "footfall",
        "count_in=%di,count_out=%di,obs_s=%di,sat_s=%di,dt=%di,clock=%di",
        *("r.n_in", "r.n_out", "r.obs_s", "r.sat_s", "r.dt", "r.clock"),
    ),
    "health": _record(
        "health",
        "%s%s%s%s%s%sfree=%di,spool=%di,dropped=%di,up_s=%di",
        *map(_if_said, ("rssi", "mv", "dc", "lux_dl", "stack", "ticks_lost")),
        *("r.free", "r.spool", "r.dropped", "r.up_s"),
    ),
}


def record_ns(t: int, boot: int, seq: int) -> int:
    """The time of a record that starts at `t` (Unix seconds): boot and number tell equals apart."""
    return t * _S + boot % 1000 * 1_000_000 + seq % 1_000_000


def fault(rows: Iterable[Row]) -> list[str]:
    """Faults that came or went; undated ones are left out."""
    return [
        f"fault,code={tag(row[9])}{_place(row)} active={row[10]}i"
        f" {record_ns(row[6], row[4], row[5])}"
        for row in rows
        if row[6]
    ]


def presence(rows: Iterable[Row]) -> list[str]:
    """Whether nodes were there; the row's id tells two changes in one second apart."""
    return [f"presence{_place(row)} online={row[5]}i {row[4] * _S + row[0] % _S}" for row in rows]


def settings(rows: Iterable[Row]) -> list[str]:
    """Changed settings. The node is no tag, so the row's id tells changes in one second apart."""
    lines = []
    for row_id, site, zone, node, version, utc_s, who, why, before, after in rows:
        title = f"{node}: {_changes(json.loads(before), json.loads(after))}"
        lines.append(
            f"setting_change,site={tag(site)},zone={tag(zone)} title={_text(title)},"
            f"detail={_text(why)},version={version}i,actor={_text(who)} {utc_s * _S + row_id % _S}"
        )
    return lines


def diary(rows: Iterable[Row], clocks: Mapping[str, SiteClock]) -> list[str]:
    """What is public of the diary; who takes an entry back overwrites its point.

    What is kept quiet never leaves the ledger.
    """
    lines = []
    for row_id, site, zone, _, *days, text, public, _, _, withdraws in rows:
        if not public:
            continue
        first, last = map(date_of, days)
        told = f"{first} – {last}" if last > first else f"{first}"
        time_ns = clocks[site].midnight_utc_s(first) * _S + (withdraws or row_id) % _S
        lines.append(
            f"diary,site={tag(site)} title={_text('' if withdraws else text)},"
            f"detail={_text(f'{told} · {zone}' if zone else told)},"
            f"holds={int(not withdraws)}i {time_ns}"
        )
    return lines


def zone_hours(rows: Iterable[Row], clocks: Mapping[str, SiteClock]) -> list[str]:
    """Hours of zones `(site, zone, hour_utc_s, light, *totals, simulated)`.

    `clocks` has each site's clock, `simulated` is how many nodes of the hour are. Weekday and
    hour are local, because InfluxQL cannot group by them.
    """
    return [
        f"usage_1h,{_clock(hour_utc_s, clocks[site])},light={light},"
        f"site={tag(site)},zone={tag(zone)} {_sums(totals)} {hour_utc_s * _S}"
        for site, zone, hour_utc_s, light, *totals in rows
    ]


def park_hours(rows: Iterable[Row], clocks: Mapping[str, SiteClock]) -> list[str]:
    """Hours of whole sites, as `zone_hours` has them; the zone is passed over."""
    return [
        f"park_1h,{_clock(hour_utc_s, clocks[site])},light={light},"
        f"site={tag(site)} {_sums(totals)} {hour_utc_s * _S}"
        for site, _, hour_utc_s, light, *totals in rows
    ]


def zone_days(rows: Iterable[Row]) -> list[str]:
    """Days of zones `(site, zone, day_utc_s, light, *totals, simulated)`, a row for each light."""
    return [
        f"usage_1d,phase={light},site={tag(site)},zone={tag(zone)} {_sums(totals)} {day_utc_s * _S}"
        for site, zone, day_utc_s, light, *totals in rows
    ]


FORMATTERS: Final[Mapping[str, Callable[[Iterable[Row]], list[str]]]] = {
    "fault": fault,
    "presence": presence,
    "settings": settings,
}


def measurement_of(line: str) -> str:
    """The measurement of one of our lines."""
    return line.partition(" ")[0].partition(",")[0]


def tag(text: str) -> str:
    """A tag's value as it stands in a line: never empty, on one line, without a last backslash."""
    safe = "".join(char if char.isprintable() and char != "\\" else "_" for char in text)
    return safe.translate(_ESCAPED) or "_"


def _clock(utc_s: int, clock: SiteClock) -> str:
    local = clock.local(utc_s)
    return f"dow={local.isoweekday()},hour={local.hour:02}"


def _place(row: Row) -> str:
    return f",node={tag(row[3])},site={tag(row[1])},zone={tag(row[2])}"


def _text(value: str) -> str:
    """A string field's value; JSON may hold halves of characters, UTF-8 may not."""
    return f'"{value.encode(errors="replace").decode().translate(_QUOTED)}"'


def _sums(totals: Sequence[int]) -> str:
    *sums, simulated = totals
    words = [f"{name}={value}i" for name, value in zip(_TOTALS, sums, strict=True)]
    return ",".join([*words, f"simulated={int(simulated > 0)}i"])


def _changes(before: Mapping[str, object], after: Mapping[str, object]) -> str:
    """What changed, in words; settings of before that are gone count, too."""
    if not before:
        return "first settings"
    changed = [
        f"{key} {before.get(key, '–')} → {after.get(key, '–')}"
        for key in sorted({*before, *after})
        if before.get(key) != after.get(key)
    ]
    return ", ".join(changed) or "the same settings again"
