"""The demo park for two minutes: is everything that was made in the ledger, once?"""

import json
from collections.abc import Iterator
from typing import Any

from padlicht.simulate.run.run import free_port
from tools.figures.figure import Figure, padlicht

SECONDS = 120


def measure() -> Iterator[Figure]:
    """Undisturbed, then with chaos."""
    for how, flags in (("quiet", ()), ("chaos", ("--chaos",))):
        command = ("demo", "--for", str(SECONDS), "--json", "--no-browser", *flags)
        command += ("--history", "0")
        done = padlicht(*command, "--web-port", str(free_port()), timeout_s=SECONDS + 180)
        if not done.stdout.strip():
            raise RuntimeError(f"padlicht {' '.join(command)}: {done.stderr[-2000:]}")
        summary = json.loads(done.stdout.splitlines()[-1])
        yield from _figures(f"demo_{how}", f"padlicht {' '.join(command)}", summary)


def _figures(name: str, how: str, summary: dict[str, Any]) -> Iterator[Figure]:
    made = summary["records_made"]
    yield Figure(f"{name}_records_made", made, "records", "some", how, made > 0)
    for key in ("acknowledged", "in_ledger"):
        value = summary[key]
        yield Figure(f"{name}_{key}", value, "records", f"{made}, as made", how, value >= made)
    for key in ("lost", "duplicated", "quarantined"):
        value = summary[key]
        yield Figure(f"{name}_{key}", value, "records", "0", how, value == 0)
    for victim, kills in summary["kills"].items():
        if name == "demo_chaos":
            yield Figure(f"{name}_kills_of_{victim}", kills, "kills", "≥ 1", how, kills >= 1)
    for counter, count in summary["crossings"].items():
        for way in ("in", "out"):
            true, counted = count[f"true_{way}"], count[f"counted_{way}"]
            yield Figure(
                f"{name}_{counter}_{way}_counted",
                counted,
                "crossings",
                f"{true}, within 2 % or one, of which {count['true_close']} in both directions "
                "were closer than 1 m to somebody else",
                how,
                count["within"],
            )
