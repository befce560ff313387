"""Compares Padlicht with other ways to do the same, in one run on one machine; ratios, not seconds.

    make bench                              all of them (about twenty minutes), and
                                            writes the table of docs/performance.md
    make bench ARGS="intake --rounds 3"     only those; writes nothing

Contestants run in turn, A B C A B C …, and a ratio is the median of the rounds' ratios. What is
being done is said on standard error; the rows are JSON, one a line, on standard output. Ends with
1 when a row misses its goal, with 2 when a bench could not be run.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from tools.bench import growth, influx, intake
from tools.bench.machine import described
from tools.bench.page import PAGE, write
from tools.bench.row import Row

Measure = Callable[[int, Callable[[str], None]], Iterator[Row]]

BENCHES: dict[str, tuple[Measure, str]] = {
    "intake": (intake.measure, "messages that wait in mosquitto, drained and stored"),
    "influx": (influx.measure, "rows of the ledger into a real InfluxDB"),
    "growth": (growth.measure, "a record's cost, from 10 to 100 000 nodes and 20 million records"),
}
ROUNDS = 5


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(
        prog="make bench ARGS=…",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    listed = "; ".join(f"{name}: {what}" for name, (_, what) in BENCHES.items())
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to compare ({listed})")
    parser.add_argument(
        "--rounds",
        type=int,
        default=ROUNDS,
        help="how often each has its turn; twice as often and once more for small differences",
    )
    asked = parser.parse_args()
    names = asked.names or list(BENCHES)
    if unknown := sorted(set(names) - set(BENCHES)):
        parser.error(f"no bench is called {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    if asked.rounds < 1:
        parser.error("--rounds must be 1 or more")
    rows: list[Row] = []
    failed = 0
    for name in names:
        measure, what = BENCHES[name]
        say(f"{name}: {what} …")
        began_s = time.monotonic()
        try:
            for row in measure(asked.rounds, lambda said, name=name: say(f"{name}: {said}")):
                print(json.dumps(row.as_line(), ensure_ascii=False), flush=True)
                rows.append(row)
        except Exception as error:  # the other benches are worth having
            say(f"{name} could not be run: {error}")
            failed += 1
        say(f"{name} took {time.monotonic() - began_s:.0f} s")
    if names == list(BENCHES) and not failed:
        write(rows, described(), datetime.now(UTC).date())
        say(f"the table is in {PAGE}")
    return 2 if failed else int(not all(row.reached for row in rows))


def say(what: str) -> None:
    """One line for who waits."""
    print(f"bench: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
