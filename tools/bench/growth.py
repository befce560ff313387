"""What a record costs as the park grows and as the ledger fills: decoding, storing, committing.

Without a broker, so that nothing but the hub's own work is in the figure. A message holds what a
lamp sends each quarter of an hour, one record of its light and one of its health; nodes take turns.
Each node has sent one message before: what its first costs, it costs once in its life. Closing the
ledger counts, because it is then that the ledger notes who was here.
"""

# ruff: noqa: S608 -- the numbers in the query are this file's own; values are bound

import json
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from padlicht.hub import tune_gc
from padlicht.intake.messages import Message
from padlicht.intake.mqtt_connection import BUFFER_BYTES
from padlicht.intake.store import BatchStorer
from padlicht.ledger import Ledger, Site
from padlicht.ledger.records.blocks import note_full
from tools.bench.child import in_child
from tools.bench.row import Row, Run, compare, interleave

SITE = "park"
# Of a run, two records each: with the first ones of 100 000 nodes a million records, so that the
# ledger notes once who was here.
MESSAGES = 400_000
OLD_NODES = 1000
OLD_RECORDS = 20_000_000
NODES_OF_A_ZONE = 50
NOW = 1_795_224_000

BASE = "10 nodes, empty ledger"
EMPTY = "1 000 nodes, empty ledger"
MORE = {EMPTY: OLD_NODES, "100 000 nodes, empty ledger": 100_000}
OLD = f"1 000 nodes, {OLD_RECORDS // 1_000_000} million records"
MEASURE = "CPU per record"
LIMIT = 1.15
WITHIN = "within 15 %"


def measure(rounds: int, say: Callable[[str], None]) -> Iterator[Row]:
    """Nodes from 10 to 100 000 in an empty ledger, and a ledger with 20 million records."""
    folder = Path(tempfile.mkdtemp(prefix="padlicht-growth-"))
    try:
        old = folder / "old.sqlite"
        began_s = time.monotonic()
        make_old(old, OLD_NODES, OLD_RECORDS)
        say(
            f"a ledger with {OLD_RECORDS:,} records, {old.stat().st_size / 1e9:.2f} GB, made in "
            f"{time.monotonic() - began_s:.0f} s"
        )
        contestants = {BASE: partial(_fresh, folder, 10)}
        contestants |= {name: partial(_fresh, folder, nodes) for name, nodes in MORE.items()}
        contestants[OLD] = partial(_onto, old)
        runs = interleave(contestants, rounds, say)
    finally:
        shutil.rmtree(folder)
    for name, than in [*((name, BASE) for name in MORE), (OLD, EMPTY)]:
        yield compare(
            runs, name, than, bench="growth", unit="records", measure=MEASURE,
            goal=WITHIN, reached=lambda ratio: ratio <= LIMIT,
        )  # fmt: skip


def take(
    path: str, nodes: int, first_seq: int, messages: int = MESSAGES
) -> tuple[int, float, float]:
    """In a process of its own: take the messages of so many nodes into the ledger at `path`."""
    tune_gc()  # as a hub does
    with Ledger.open(Path(path)) as ledger:
        storer = BatchStorer(ledger)
        _take(storer, nodes, range(nodes), first_seq)
        stored, wall_s, cpu_s = _take(storer, nodes, range(nodes, nodes + messages), first_seq)
        began_s, used_s = time.perf_counter(), time.process_time()
    wall_s += time.perf_counter() - began_s
    cpu_s += time.process_time() - used_s
    if stored != 2 * messages:
        raise RuntimeError(f"{stored} records of {2 * messages} were stored")
    return stored, wall_s, cpu_s


def _take(
    storer: BatchStorer, nodes: int, numbers: range, first_seq: int
) -> tuple[int, float, float]:
    """Take the messages of these numbers: how many records were new, wall and processor time."""
    stored = 0
    wall_s = cpu_s = 0.0
    size = batch_size()
    for first in range(0, len(numbers), size):
        batch = [message(i, nodes, first_seq) for i in numbers[first : first + size]]
        began_s, used_s = time.perf_counter(), time.process_time()
        for part in storer.take(batch, NOW):
            stored += sum(part.added.values())
        wall_s += time.perf_counter() - began_s
        cpu_s += time.process_time() - used_s
    return stored, wall_s, cpu_s


def batch_size() -> int:
    """How many such messages one read brings while many wait."""
    one = message(0, 1, 1)
    return BUFFER_BYTES // (len(one.topic) + len(one.payload))


def message(i: int, nodes: int, first_seq: int) -> Message:
    """The i-th message: nodes take turns, and each counts its records."""
    turn = i // nodes
    seq = first_seq + 2 * turn
    t = NOW + 900 * turn
    records = [
        {
            "seq": seq, "kind": "lamp", "t": t, "dt": 900, "clock": 2, "obs_s": 900, "lit_s": 900,
            "boost_s": 122, "trig": 14, "trig_total": 14 * seq, "mwh": 1250,
            "mwh_total": 1250 * seq, "metered": True,
        },
        {
            "seq": seq + 1, "kind": "health", "t": t, "dt": 900, "clock": 2, "rssi": -67,
            "mv": 12050, "dc": 84, "free": 61234, "spool": 2, "dropped": 0, "up_s": 900 * turn,
            "lux_dl": 3,
        },
    ]  # fmt: skip
    payload = json.dumps({"boot": 1, "recs": records}, separators=(",", ":")).encode()
    return Message(f"padlicht/v1/{SITE}/n-{i % nodes}/up/records", payload, False)


def make_park(path: Path, nodes: int) -> None:
    """A ledger with a site and its nodes, by SQL, because a hundred thousand take their time."""
    with Ledger.open(path) as ledger, ledger.transaction():
        ledger.sites.add(Site(SITE, "Park", "Europe/Amsterdam", 53.23, 6.57))
    with _unsafe(path) as db:
        db.execute(
            "INSERT INTO zones (site, name, title) WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL"
            " SELECT i + 1 FROM n WHERE i < ?) SELECT ?, 'zone-' || i, 'Zone ' || i FROM n",
            ((nodes - 1) // NODES_OF_A_ZONE, SITE),
        )
        db.execute(
            "INSERT INTO nodes (id, name, site, zone, role, simulated, added_utc_s) WITH RECURSIVE"
            " n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            " SELECT i + 1, 'n-' || i, ?, 'zone-' || (i / ?), 'lamp', 0, ? FROM n",
            (nodes - 1, SITE, NODES_OF_A_ZONE, NOW - 86_400),
        )


def make_old(path: Path, nodes: int, records: int) -> None:
    """A ledger with so many records, as `take` would have stored them,."""
    make_park(path, nodes)
    rows = records // 2
    numbers = (
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :last)"
        " SELECT 1 + i % :nodes AS node, 2 * (i / :nodes) AS seq, :t + 900 * (i / :nodes) AS t"
        " FROM n"
    )
    values = {"last": rows - 1, "nodes": nodes, "t": NOW - 900 * (rows // nodes)}
    with _unsafe(path) as db:
        db.execute(
            "INSERT INTO lamp (node_id, boot, seq, t, dt, clock, obs_s, lit_s, boost_s, trig,"
            " trig_total, mwh, mwh_total, metered, received_utc_s) SELECT node, 1, seq, t, 900, 2,"
            f" 900, 900, 122, 14, 14 * seq, 1250, 1250 * seq, 1, t + 900 FROM ({numbers})",
            values,
        )
        db.execute(
            "INSERT INTO health (node_id, boot, seq, t, dt, clock, rssi, mv, dc, free, spool,"
            " dropped, up_s, lux_dl, received_utc_s) SELECT node, 1, seq + 1, t, 900, 2, -67,"
            f" 12050, 84, 61234, 2, 0, 900 * seq / 2, 3, t + 900 FROM ({numbers})",
            values,
        )
        db.execute(
            "INSERT INTO seen SELECT node_id, boot, min(seq) - 1, max(seq) FROM health"
            " GROUP BY node_id, boot"
        )
        for table in ("lamp", "health"):
            db.execute("UPDATE seen_up_to SET last_id = ? WHERE source = ?", (rows, table))
            note_full(db, table, 0, rows)


def _fresh(folder: Path, nodes: int) -> Run:
    """A run into a ledger of its own."""
    path = folder / "fresh.sqlite"
    try:
        make_park(path, nodes)
        return in_child("tools.bench.growth:take", str(path), nodes, 1)
    finally:
        for part in folder.glob("fresh.sqlite*"):
            part.unlink()


def _onto(path: Path) -> Run:
    """A run that continues what is in a ledger; each adds a hundredth to it."""
    with closing(sqlite3.connect(path)) as db:
        (last,) = db.execute("SELECT max(seq) FROM health WHERE node_id = 1").fetchone()
    return in_child("tools.bench.growth:take", str(path), OLD_NODES, last + 1)


@contextmanager
def _unsafe(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection for files that may be lost; commits at the end of the block, then closes."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -1000000")
        with db:
            yield db
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
