"""Measures every figure afresh and prints one JSON object a line: name, value, unit, goal, how.

    make figures                        all of them (about half an hour)
    make figures ARGS="demo fence"      only those
    make figures ARGS="kills --seed 7"  with the chance of an earlier run (or PADLICHT_SEED=7)

What is being done is said on standard error, so that the figures can go into a file. Ends with 1
when a figure misses its goal, with 2 when it could not be measured.
"""

import argparse
import json
import os
import sys
import time

from tools.figures.end_to_end import demo, demo_study, fresh_clone, history
from tools.figures.firmware import (
    board,
    handshake,
    heap,
    keep,
    light,
    network,
    outage,
    radio,
    sense,
    stays,
)
from tools.figures.hub import absence, backup, clock, fence, influx, intake, kills, moves
from tools.figures.studies import claims, evaluation, hostile, placebo, signals
from tools.figures.studies import clock as clock_change
from tools.figures.views import browser, dashboards, pages

MEASURES = {
    "demo": (demo.measure, "two minutes of the demo park, undisturbed and with chaos"),
    "fence": (fence.measure, "what intruders get done"),
    "outage": (outage.measure, "a lamp alone, and what it hands in afterwards"),
    "keep": (keep.measure, "power cuts, a month alone, the life of the flash"),
    "network": (network.measure, "motion to light in every state of the network; memory"),
    "radio": (radio.measure, "10 000 histories of a radio that fails, in virtual time"),
    "heap": (heap.measure, "the heap of the whole application, per role"),
    "board": (board.measure, "our image on an emulated RP2040: ticks, stack and heap, by TLS"),
    "handshake": (handshake.measure, "what a TLS handshake computes, and what the tick sees"),
    "light": (light.measure, "the sun, and what the lamp's loop costs"),
    "stays": (stays.measure, "busy paths, people who stay, sensors that are stuck"),
    "kills": (kills.measure, "200 kills and a full disk while 500 000 records come in"),
    "absence": (absence.measure, "a week without a hub: what ten nodes say, what the broker keeps"),
    "clock": (clock.measure, "200 steps of the hub's clock between 1970 and ten years ahead"),
    "intake": (intake.measure, "messages drained and stored; memory; 100 000 mutated messages"),
    "influx": (influx.measure, "two weeks of records while InfluxDB misbehaves in every way"),
    "moves": (moves.measure, "50 changes of sites, zones and time zones, with InfluxDB beside"),
    "dashboards": (dashboards.measure, "every dashboard's queries on a year, and on 500 nodes"),
    "history": (history.measure, "a simulated year of 9 lamps and 2 counters"),
    "pages": (pages.measure, "every page on a year of 500 nodes"),
    "backup": (backup.measure, "a backup and a retention while a hub writes"),
    "browser": (browser.measure, "axe-core and the keyboard on every page, every width, paper"),
    "sense": (sense.measure, "drivers fed with garbage, counters fed with people"),
    "evaluation": (evaluation.measure, "every design of a study on 1000 simulated parks a setting"),
    "clock-change": (clock_change.measure, "the odds ratio round a clock change, on such parks"),
    "hostile": (hostile.measure, "feasts, holidays, dying counters: what a study claims of them"),
    "placebo": (placebo.measure, "every design on real counts where nothing happened"),
    "early-signal": (signals.measure, "hints of a zone's newest week, where nothing was changed"),
    "claims": (claims.measure, "the demo's year: what pages and studies claim, beside the truth"),
    "demo-study": (demo_study.measure, "one study in the demo park, from planner to report"),
    "fresh-clone": (fresh_clone.measure, "a new machine: clone, make run, make test"),
}


def main() -> int:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(
        prog="make figures ARGS=…",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    listed = "; ".join(f"{name}: {what}" for name, (_, what) in MEASURES.items())
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to measure ({listed})")
    parser.add_argument("--seed", type=int, metavar="N", help="what chance follows from")
    options = {
        "parks": ("N", "simulated parks a setting, or stretches of real counts (1000)"),
        "counts": ("CSV", "real counts for placebo, with columns hour, counter, count"),
        "place": ("TZ,LAT,LON", "where they were counted"),
        "keep": ("FOLDER", "an empty folder in which PDFs and data of demo-study stay"),
    }
    for name, (metavar, what) in options.items():
        parser.add_argument(f"--{name}", metavar=metavar, help=what)
    arguments = parser.parse_args()
    names = arguments.names or list(MEASURES)
    if arguments.seed is not None:
        os.environ["PADLICHT_SEED"] = str(arguments.seed)  # for what they start, too
    for name in options:
        if (given := getattr(arguments, name)) is not None:
            os.environ[f"PADLICHT_{name.upper()}"] = given
    unknown = sorted(set(names) - set(MEASURES))
    if unknown:
        parser.error(f"no measure is called {', '.join(unknown)}; there are {', '.join(MEASURES)}")
    missed = failed = 0
    for name in names:
        measure, what = MEASURES[name]
        print(f"figures: {name}: {what} …", file=sys.stderr)
        began = time.monotonic()
        try:
            for figure in measure():
                print(json.dumps(figure.as_line(), ensure_ascii=False), flush=True)
                missed += not figure.reached
        except Exception as error:  # the other measures are worth having
            print(f"figures: {name} could not be measured: {error}", file=sys.stderr)
            failed += 1
        print(f"figures: {name} took {time.monotonic() - began:.0f} s", file=sys.stderr)
    return 2 if failed else 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
