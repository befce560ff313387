"""A park in which everything moves, and an account of it that is kept by other means.

Random changes of sites, zones, places and time zones are made by the commands that people type.
`Account` says what every record should count for: it holds, of each node and site, a value for
every few minutes, written over for each change.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from click.testing import CliRunner

from padlicht.cli.main import cli
from padlicht.config import Config
from padlicht.influx.schema import RAW, SOURCES, USAGE
from padlicht.ledger import Footfall, Lamp, Ledger, Node, Site
from padlicht.usage.batches import RollUp
from padlicht.usage.compare import compare_before_after
from tests.rigs.influx import Influxd

QUARTER_S = 900
SLOT_S = QUARTER_S // 2  # so that things also change within an interval
END_UTC_S = 1_761_476_400  # 26 October 2025, 12:00 in Groningen: summer time ended that night
ZONES = ("path", "pond", "gate")
TIME_ZONES = ("Europe/Amsterdam", "Europe/Lisbon", "Asia/Kolkata", "UTC")
SITES = {"east": "Europe/Amsterdam", "west": "Europe/Lisbon"}
NODES = {"c1": "counter", "c2": "counter", "c3": "counter", "l1": "lamp"}


@dataclass
class Account:
    """What each node and site was in each slot from `begin_utc_s` on, and what was counted."""

    begin_utc_s: int
    quarters: int
    places: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # site and zone
    positions: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    clocks: dict[str, list[str]] = field(default_factory=dict)
    records: list[tuple[str, int, int, int]] = field(default_factory=list)  # node, t, in, mwh

    def index(self, utc_s: int) -> int:
        """The slot that begins at that moment; the first one of moments before."""
        return max(0, (utc_s - self.begin_utc_s) // SLOT_S)

    def put(self, line: list, from_utc_s: int, value: object, to_utc_s: int | None = None) -> None:
        """From then on (until then) it was that."""
        last = len(line) if to_utc_s is None else self.index(to_utc_s)
        for i in range(self.index(from_utc_s), last):
            line[i] = value

    def since(self, line: list) -> int:
        """When the last change of a line was, 0 where it never changed."""
        changed = [i for i, (a, b) in enumerate(pairwise(line), 1) if a != b]
        return self.begin_utc_s + changed[-1] * SLOT_S if changed else 0

    def by_zone(self) -> Counter:
        """Passages and milliwatt-hours by (site, zone)."""
        found: Counter = Counter()
        for node, t, n_in, mwh in self.records:
            place = self.places[node][self.index(t)]
            found[(*place, "count_in")] += n_in
            found[(*place, "mwh")] += mwh
        return +found

    def by_clock(self) -> Counter:
        """Passages by (site, weekday, hour) on the clock that the site had then."""
        found: Counter = Counter()
        for node, t, n_in, _ in self.records:
            i = self.index(t)
            site = self.places[node][i][0]
            local = datetime.fromtimestamp(t, ZoneInfo(self.clocks[site][i]))
            found[site, str(local.isoweekday()), f"{local.hour:02}"] += n_in
        return +found


def park(path: Path, dice: random.Random, days: int) -> Account:
    """A ledger with two sites, three counters and a lamp, and so many days of records."""
    quarters = days * 96
    account = Account(END_UTC_S - quarters * QUARTER_S, quarters)
    with Ledger.open(path) as ledger, ledger.transaction():
        for name, tz in SITES.items():
            ledger.sites.add(Site(name, name.capitalize(), tz, 53.23, 6.576))
            account.clocks[name] = [tz] * (2 * quarters + 1)
            account.positions[name] = [(53.23, 6.576)] * (2 * quarters + 1)
        for name, role in NODES.items():
            added = account.begin_utc_s
            ledger.nodes.add(Node(0, name, "east", "path", role, 53.23, 6.576, False, added, False))
            account.places[name] = [("east", "path")] * (2 * quarters + 1)
            account.positions[name] = [(53.23, 6.576)] * (2 * quarters + 1)
    for first in range(0, quarters, 96):
        come_in(path, account, dice, range(first, first + 96))
    return account


def come_in(path: Path, account: Account, dice: random.Random, quarters: range) -> None:
    """Records of these quarters come in from all nodes."""
    made: list[Footfall | Lamp] = []
    for i in quarters:
        t = account.begin_utc_s + i * QUARTER_S
        for name, role in NODES.items():
            number, seq = dice.randint(0, 9), i
            if role == "counter":
                made.append(Footfall(name, 1, seq, t, 900, 2, 900, 0, number, 0, 0, 0))
                account.records.append((name, t, number, 0))
            else:
                made.append(Lamp(name, 1, seq, t, 900, 2, 900, 900, 9, 1, 0, number, 0, True))
                account.records.append((name, t, 0, number))
    with Ledger.open(path) as ledger, ledger.transaction():
        assert ledger.records.add(made, END_UTC_S) == []


def changes(
    folder: Path, account: Account, dice: random.Random, count: int
) -> Iterator[tuple[str, ...]]:
    """Make so many random changes, by commands; each is given when it is made.

    What the commands have to refuse is tried, too, and not counted: a change before one that is
    known already, and another time for a change that never was.
    """
    made = 0
    while made < count:
        at = account.begin_utc_s + dice.randrange(1, 2 * account.quarters) * SLOT_S
        how = dice.choice(["from", "from", "corrects", "time"])
        name = dice.choice([*NODES] * 2 + [*SITES])
        lines: dict[str, list] = account.places if name in NODES else account.clocks
        value: object = (dice.choice([*SITES]), dice.choice(ZONES))
        if dice.random() < 0.25:
            lines, value = account.positions, (53.0 + dice.randrange(3), 6.0 + dice.randrange(2))
        elif name in SITES:
            value = dice.choice(TIME_ZONES)
        line = lines[name]
        now, known = line[-1], account.since(line)
        if how == "time":
            value = now
        since = ("--from", datetime.fromtimestamp(at, UTC).isoformat())
        options = {"from": since, "corrects": ("--corrects",), "time": (*since, "--corrects")}[how]
        what = (*_command(name, value), *options, "--why", "to try it", "--data", str(folder))
        result = CliRunner().invoke(cli, what)
        refused = {
            "from": value != now and at <= known,
            "corrects": False,
            "time": known == 0,
        }[how]
        assert result.exit_code == refused, (what, result.output)
        if refused or (value == now and how != "time"):
            continue
        if how == "from" or (how == "time" and at < known):
            account.put(line, at, value)
        elif how == "corrects":
            account.put(line, known, value)
        else:
            account.put(line, known, line[account.index(known) - 1], at)
        made += 1
        yield what


def _command(name: str, value: object) -> tuple[str, ...]:
    command = ("node" if name in NODES else "site", "set", name)
    match value:
        case (float(lat), float(lon)):
            return (*command, "--lat", str(lat), "--lon", str(lon))
        case (str(site), str(zone)):
            return (*command, "--site", site, "--zone", zone)
    return (*command, "--tz", str(value))


def bring_up(path: Path) -> None:
    """Everything that came in is added up."""
    rollup = RollUp()
    with Ledger.open(path) as ledger:
        while (piece := rollup.next(ledger, END_UTC_S)) is not None:
            assert piece.store(ledger)


def faults(config: Config, server: Influxd, account: Account) -> list[str]:
    """Where the ledger and InfluxDB are not what the account says, a line each."""
    found = []
    by_zone, by_clock = account.by_zone(), account.by_clock()
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        hours = ledger.zone_hours.all(0, 2**40)
    told: Counter = Counter()
    for hour in hours:
        for name in ("count_in", "mwh"):
            told[hour.site, hour.zone, name] += getattr(hour, name)
    if +told != by_zone:
        found.append(f"the ledger's hours of zones: {_difference(told, by_zone)}")
    for measurement in ("usage_1h", "usage_1d"):
        there = _sums(server, config.influx_usage, measurement, ("site", "zone"))
        if there != by_zone:
            found.append(f"{measurement} by zone: {_difference(there, by_zone)}")
    raw = _sums(server, config.influx_raw, "footfall", ("site", "zone"), ("count_in",))
    raw += _sums(server, config.influx_raw, "lamp", ("site", "zone"), ("mwh",))
    if raw != by_zone:
        found.append(f"records by zone: {_difference(raw, by_zone)}")
    clock = _sums(server, config.influx_usage, "park_1h", ("site", "dow", "hour"), ("count_in",))
    if (mine := Counter({key[:3]: n for key, n in clock.items()})) != by_clock:
        found.append(f"park_1h by the clock: {_difference(mine, by_clock)}")
    points = server.query(config.influx_usage, "SELECT * FROM usage_1h")
    if len(points) != len(hours) or sum(p["due_s"] for p in points) != sum(h.due_s for h in hours):
        found.append(f"usage_1h has {len(points)} points, and the ledger {len(hours)} hours")
    return found


def _sums(
    server: Influxd,
    database: str,
    measurement: str,
    tags: tuple[str, ...],
    fields: tuple[str, ...] = ("count_in", "mwh"),
) -> Counter:
    found: Counter = Counter()
    for row in server.query(database, f"SELECT * FROM {measurement}"):  # noqa: S608 -- of a test
        for name in fields:
            found[(*(row[tag] for tag in tags), name)] += row[name]
    return +found


def _difference(there: Counter, wanted: Counter) -> str:
    keys = sorted(key for key in there.keys() | wanted.keys() if there[key] != wanted[key])
    return ", ".join(f"{key} {there[key]} not {wanted[key]}" for key in keys[:5])


def is_written(config: Config) -> bool:
    """Whether InfluxDB has all that there is, and all that had to be written anew."""
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        sources = [*SOURCES[RAW], *SOURCES[USAGE], f"rewrites_{RAW}", f"rewrites_{USAGE}"]
        return all(
            ledger.cursors.get("influx", source) >= ledger.cursors.newest_id(source)
            for source in sources
        )


def verdicts(ledger: Ledger, account: Account) -> tuple[int, int]:
    """How many comparisons of weeks lie across a change, and how many of those say anything."""
    across = told = 0
    last = datetime.fromtimestamp(END_UTC_S, UTC).date()
    for site in SITES:
        for days in range(7, account.quarters // 96 - 7, 3):
            found = compare_before_after(ledger, site, last - timedelta(days), last)
            if not found.weeks:
                continue
            ends = [
                int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
                for day in (found.before.first, found.after.last)
            ]
            # A day is left out on both sides: whose midnight it was is not the account's to say.
            span = slice(account.index(ends[0] + 86_400), account.index(ends[1]))
            park = [account.clocks[site], account.positions[site]]
            counters = [
                line
                for node, role in NODES.items()
                if role == "counter" and any(at[0] == site for at in account.places[node][span])
                for line in (account.places[node], account.positions[node])
            ]
            moved = any(len({*line[span]}) > 1 for line in (*park, *counters))
            across += moved
            told += moved and any(light.rates is not None for light in found.lights.values())
    return across, told
