"""A backup and a retention while a hub writes as fast as it can: do both leave a true ledger?"""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from padlicht.ledger import Footfall, Ledger, Node, Site
from padlicht.usage.batches import RollUp
from tools.figures.figure import ROOT, Figure, padlicht

NODES = 200
RECORDS = 200_000  # half a year of eleven counters
PAUSE_S = 0.005  # a hub reads and decodes between two commits
YEAR_S = 31_557_600
HOW = 'make figures ARGS="backup"'
LONGEST_MS = 1000  # as long as that, a broker holds what comes without anybody noticing


@dataclass(frozen=True)
class Commit:
    """When a commit ended, by the machine's monotonic clock, and how long it took."""

    ended_s: float
    took_ms: float


class Writer:
    """Another process that commits batch after batch, as a hub after an outage does."""

    def __init__(self, path: Path) -> None:
        self.commits: list[Commit] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tools.figures.hub.backup", str(path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self.commits.append(Commit(*json.loads(line)))

    def during(self, work: Callable[[], object]) -> list[Commit]:
        """Do something, and return the commits that ended meanwhile."""
        began_s = time.monotonic()
        work()
        ended_s = time.monotonic()
        return [commit for commit in [*self.commits] if began_s < commit.ended_s < ended_s]

    def __enter__(self) -> "Writer":
        while not self.commits:
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()


def measure() -> Iterator[Figure]:
    """Faults found in what was restored, and how long the writer was held up meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        data, archive = Path(folder) / "data", Path(folder) / "park.tar.gz"
        _fill(data / "ledger.sqlite")
        with Writer(data / "ledger.sqlite") as writer:
            calm = writer.during(lambda: time.sleep(3))
            backup = writer.during(lambda: _run("backup", str(archive), f"--data={data}"))
            prune = writer.during(
                lambda: _run("ledger", "prune", "--older-than=1", "--yes", f"--data={data}")
            )
        _run("restore", str(archive), f"--data={folder}/new")
        yield Figure("backup_commits_meanwhile", len(backup), "commits", "> 0", HOW, bool(backup))
        yield Figure("prune_commits_meanwhile", len(prune), "commits", "> 0", HOW, bool(prune))
        for name, commits in (("undisturbed", calm), ("backup", backup), ("prune", prune)):
            longest_ms = round(max((commit.took_ms for commit in commits), default=0), 1)
            yield Figure(
                f"{name}_longest_commit", longest_ms, "ms", f"< {LONGEST_MS}", HOW,
                longest_ms < LONGEST_MS,
            )  # fmt: skip
        faults = _faults(Path(folder) / "new")
        yield Figure("backup_restored_faults", faults, "faults", "0", HOW, faults == 0)
        faults = _faults(data)
        yield Figure("prune_faults", faults, "faults", "0", HOW, faults == 0)


def _fill(path: Path) -> None:
    """Records of two years ago, added up to hours."""
    now_utc_s = int(time.time())
    from_utc_s = (now_utc_s - 2 * YEAR_S) // 900 * 900
    counter = Node(0, "", "park", "path", "counter", None, None, True, from_utc_s, False)
    with Ledger.open(path) as ledger:
        with ledger.transaction():
            ledger.sites.add(Site("park", "Park", "Europe/Amsterdam", 53.2, 6.5))
            for node in range(NODES):
                # In service while they reported: hours of silence are not what is measured here.
                ledger.nodes.add(
                    replace(
                        counter,
                        name=f"counter-{node}",
                        retired=True,
                        retired_utc_s=from_utc_s + 900 * RECORDS // NODES,
                    )
                )
        for first in range(0, RECORDS // NODES, 100):
            with ledger.transaction():
                for i in range(first, first + 100):
                    t = from_utc_s + 900 * i
                    ledger.records.add([_record(node, 1, i, t) for node in range(NODES)], t + 900)
        rollup = RollUp()
        while (piece := rollup.next(ledger, now_utc_s)) is not None:
            piece.store(ledger)


def _record(node: int, boot: int, seq: int, t: int) -> Footfall:
    return Footfall(f"counter-{node}", boot, seq, t, 900, 2, 900, 0, 1, 1, seq, seq)


def _run(*arguments: str) -> None:
    """A command of Padlicht that must go well."""
    done = padlicht(*arguments, timeout_s=300)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


def _faults(data: Path) -> int:
    with Ledger.open(data / "ledger.sqlite") as ledger:
        return len(ledger.check())


def _write(path: Path) -> None:
    """Commit batches and say of each when it ended and how long it took, until killed."""
    batches = count()
    with Ledger.open(path) as ledger:
        for batch in batches:
            now_utc_s = int(time.time())
            records = [_record(node, 2, batch, now_utc_s) for node in range(NODES)]
            began_s = time.monotonic()
            with ledger.transaction():
                ledger.records.add(records, now_utc_s)
            ended_s = time.monotonic()
            print(json.dumps([ended_s, (ended_s - began_s) * 1000]), flush=True)
            time.sleep(PAUSE_S)


if __name__ == "__main__":
    _write(Path(sys.argv[1]))
