"""Kill a park as a seed says, check what came of it, and print that as JSON.

    python -m tests.kills --influx [--seed N] [--kills 200] [--records 500000] [--nodes 200]

With --full-disks N it wants to mount a file system of its own: run it as root, or under
`unshare --map-root-user --mount`. With --folder, which should be empty, what the parts wrote and
said is kept. A kill is no power cut: what the kernel was given reaches the disk all the same.
"""

import argparse
import json
import os
import random
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.kills.checking import check_ledger
from tests.kills.killing import Park, Task, torment
from tests.kills.plan import CALM_S
from tests.kills.projected import Projected, check_influx


def main() -> int:
    """Do what the command line says; 1 when something is not as it should be."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills")
    parser.add_argument("--seed", type=int, default=os.environ.get("PADLICHT_SEED"))
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--records", type=int, default=500_000)
    parser.add_argument("--nodes", type=int, default=200)
    parser.add_argument("--full-disks", type=int, default=0)
    parser.add_argument("--disk-mib", type=int, default=600)
    parser.add_argument("--calm", type=float, nargs=2, default=CALM_S, metavar="S")
    parser.add_argument("--influx", action="store_true")
    parser.add_argument("--folder", type=Path, default=None)
    args = parser.parse_args()
    task = Task(
        seed=random.SystemRandom().randrange(10**6) if args.seed is None else args.seed,
        kills=args.kills,
        records=args.records,
        nodes=args.nodes,
        full_disks=args.full_disks,
        disk_mib=args.disk_mib,
        calm_s=args.calm,
        influx=args.influx,
    )
    say(f"seed {task.seed}")
    with tempfile.TemporaryDirectory(prefix="padlicht-kills-") as temporary:
        folder = args.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        with Park(task, folder) as park:
            report = torment(park, say)
            found = check_ledger(park.config.ledger_path, park.lot)
            projected = Projected()
            if task.influx:
                projected = check_influx(park.influx_port, park.config.ledger_path, park.lot)
    in_order = found.in_order and (projected.in_order or not task.influx)
    answer = asdict(task) | vars(report) | vars(projected) | vars(found) | {"in_order": in_order}
    print(json.dumps(answer))
    return 0 if in_order else 1


def say(what: str) -> None:
    """Progress, on standard error: standard output is for what was found."""
    print(f"kills: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
