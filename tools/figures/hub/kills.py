"""Two hundred kills and a full disk while half a million records come in: is anything lost?"""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from tools.figures.figure import ROOT, Figure

KILLS, RECORDS, NODES, FULL_DISKS, DISK_MIB = 200, 500_000, 200, 3, 600
LIMIT_S = 3600
# The disk that is filled up is a file system of its own, which only root may mount: who is not,
# is root in a name space of their own.
ALONE = ("unshare", "--map-root-user", "--mount")


def measure() -> Iterator[Figure]:
    """Kill, let the nodes finish, and look for every single record."""
    seed = os.environ.get("PADLICHT_SEED") or str(random.SystemRandom().randrange(10**6))
    print(f"figures: kills: seed {seed}", file=sys.stderr)
    arguments = [
        *("-m", "tests.kills", "--influx", "--seed", seed, "--kills", str(KILLS)),
        *("--records", str(RECORDS), "--nodes", str(NODES)),
        *("--full-disks", str(FULL_DISKS), "--disk-mib", str(DISK_MIB)),
    ]
    done = subprocess.run(
        [*ALONE, sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'hub'}:{ROOT}"},
        stdout=subprocess.PIPE,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    if not done.stdout.strip():
        raise RuntimeError("it could not be carried out: see above")
    yield from _figures(
        int(seed), f"python {' '.join(arguments)}", json.loads(done.stdout.splitlines()[-1])
    )


def _figures(seed: int, how: str, found: dict[str, Any]) -> Iterator[Figure]:
    def figure(name: str, unit: str, goal: str, value: int, reached: bool) -> Figure:
        return Figure(f"kills_{name}", value, unit, goal, how, reached)

    made = found["made"]
    yield figure("seed", "", f"PADLICHT_SEED={seed} brings the same kills again", seed, True)
    for victim, kills in sorted(found["kills"].items()):
        yield figure(f"of_{victim}", "kills", "≥ 1", kills, kills >= 1)
    kills = sum(found["kills"].values())
    yield figure("in_all", "kills", str(KILLS), kills, kills == KILLS)
    young = found["hub_kills_at_start"]
    yield figure("of_a_hub_not_ready_yet", "kills", "≥ 1", young, young >= 1)
    yield figure("two_at_once", "times", "≥ 1", found["pairs"], found["pairs"] >= 1)
    full = found["full_disks_noticed"]
    yield figure("full_disks", "times", f"{FULL_DISKS}, and said so", full, full == FULL_DISKS)
    yield figure("records_made", "records", str(RECORDS), made, made == RECORDS)
    during = found["acknowledged_at_last_kill"]
    yield figure("acknowledged_by_the_last_kill", "records", "most", during, during > made / 2)
    for where in ("ledger", "influx"):
        value = found[f"in_{where}"]
        yield figure(f"in_{where}", "records", f"{made}, as made", value, value == made)
    totals = found["sums"]
    same = sum(found["ledger_sums"].get(name) == total for name, total in totals.items())
    yield figure("totals_equal", "sums", str(len(totals)), same, same == len(totals))
    wrong = ("lost", "doubled", "altered", "strange", "quarantined")
    for name in (*wrong, "influx_lost", "influx_doubled"):
        yield figure(name, "records", "0", found[name], found[name] == 0)
    others = len(found["nodes_with_other_sums"])
    yield figure("influx_nodes_with_other_sums", "nodes", "0", others, others == 0)
    for name, total in found["usage_made"].items():
        for where in ("ledger", "influx"):
            value = found[f"usage_in_{where}"][name]
            yield figure(f"usage_{name}_in_{where}", "", f"{total}, as made", value, value == total)
    tracebacks = found["tracebacks"]
    yield figure("tracebacks_in_the_hubs_log", "", "0", tracebacks, tracebacks == 0)
