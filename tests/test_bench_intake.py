"""Those whom the intake is compared with do the same work: every message, stored once."""

import sqlite3
from contextlib import closing

import pytest
from tools.bench import drains
from tools.bench.queue import Load, broker

LOAD = Load(messages=700, records=3, nodes=5)


@pytest.fixture(scope="module")
def source():
    with broker() as running:
        yield running


def test_a_load_is_what_a_node_sends():
    """Sequence numbers without a gap for each node, lamp and health in turn."""
    said = [drains.json.loads(LOAD.payload(number)) for number in range(0, 700, 5)]
    recs = [rec for message in said for rec in message["recs"]]
    assert [rec["seq"] for rec in recs] == [*range(len(recs))]
    assert [rec["kind"] for rec in recs[:3]] == ["lamp", "health", "lamp"]


def test_the_bare_socket_reads_every_message(source):
    """And acknowledges it: nothing is left for the next one."""
    source.fill(LOAD)
    done, _, _ = drains.bare(source.port, None, LOAD.messages)
    assert done == LOAD.messages


def test_ours_stores_every_record(source, monkeypatch):
    """All of them are in the ledger when the run ends."""
    counts = {}
    close = drains.LedgerThread.close

    def counting(self):
        counts.update(self._ledger.records.counts())
        close(self)

    monkeypatch.setattr(drains.LedgerThread, "close", counting)
    monkeypatch.setattr(drains, "tune_gc", lambda: None)
    source.fill(LOAD)
    done, _, _ = drains.ours(source.port, None, LOAD.messages, LOAD.nodes)
    assert done == LOAD.messages
    assert (counts["lamp"] + counts["health"], counts["quarantine"]) == (2100, 0)


@pytest.mark.parametrize("batch", [1, 64])
def test_the_script_stores_every_record(source, batch, monkeypatch):
    """As carefully as ours: on the disk before it is acknowledged, and each record once."""
    counts, remove = [], drains.shutil.rmtree

    def counting(folder):
        with closing(sqlite3.connect(folder / "records.sqlite")) as store:
            counts.extend(store.execute(f"SELECT count(*) FROM {kind}").fetchone()[0]  # noqa: S608
                          for kind in ("lamp", "health"))  # fmt: skip
        remove(folder)

    monkeypatch.setattr(drains.shutil, "rmtree", counting)
    source.fill(LOAD)
    done, _, _ = drains.script(source.port, None, LOAD.messages, batch)
    assert (done, sum(counts)) == (LOAD.messages, 2100)
