"""What the nodes of a killed park make: the same records from the same seed, to whoever asks. Pure.

The nodes hand these in; whoever checks what came of it makes them once more.
"""

from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Any, NamedTuple

SITE = "park"
INTERVAL_S = 900
BOOT_RECORDS = 400  # then the node counts a new boot, and its numbers begin again
_PAIR = 2  # of each interval: what was seen, and how the board was
_FAULT_EVERY = 50  # intervals; a fault takes the place of the word about the board

Rec = dict[str, Any]


class Lot(NamedTuple):
    """All that is made: `records` in all, of `nodes` nodes in turn, from `begin_utc_s` on."""

    seed: int
    nodes: int
    records: int
    begin_utc_s: int

    def of(self, number: int) -> Iterator["Made"]:
        """What node `number` makes of it."""
        count = self.records // self.nodes + (number < self.records % self.nodes)
        return islice(records(self.seed, number, self.begin_utc_s), count)


class Made(NamedTuple):
    """One record as it is sent: `boot` is its batch's, `rec` the rest of it."""

    boot: int
    rec: Rec


def role_of(number: int) -> str:
    """Every other node is a counter."""
    return "counter" if number % 2 else "lamp"


def name_of(number: int) -> str:
    """The name of the node of this number, from 0 on."""
    return f"{role_of(number)}-{number + 1}"


def records(seed: int, number: int, begin_utc_s: int) -> Iterator[Made]:
    """All that node `number` makes from `begin_utc_s` on, without end.

    Intervals follow each other without a gap; totals never decrease.
    """
    dice = Random(f"made {seed} {number}")
    totals = [0, 0]
    index = 0
    while True:
        interval, second = divmod(index, _PAIR)
        rec: Rec = {
            "seq": index % BOOT_RECORDS + 1,
            "t": begin_utc_s + interval * INTERVAL_S,
            "dt": INTERVAL_S,
            "clock": 2,
        }
        if not second:
            rec |= (_lamp if role_of(number) == "lamp" else _footfall)(dice, totals)
        elif interval % _FAULT_EVERY == number % _FAULT_EVERY:
            rec |= {"kind": "fault", "dt": 0, "code": "radar_silent", "on": bool(interval % 2)}
        else:
            rec |= _health(dice, index)
        yield Made(index // BOOT_RECORDS + 1, rec)
        index += 1


def _lamp(dice: Random, totals: list[int]) -> Rec:
    lit_s = dice.randint(0, INTERVAL_S)
    trig, mwh = dice.randint(0, 40), dice.randint(0, 1500)
    totals[0] += trig
    totals[1] += mwh
    # Half of them from firmware that does not say so yet.
    near = {"near_s": dice.randint(0, lit_s)} if dice.random() < 0.5 else {}
    return near | {
        "kind": "lamp", "obs_s": dice.randint(lit_s, INTERVAL_S), "lit_s": lit_s,
        "boost_s": dice.randint(0, lit_s), "trig": trig, "trig_total": totals[0],
        "mwh": mwh, "mwh_total": totals[1], "metered": dice.random() < 0.5,
    }  # fmt: skip


def _footfall(dice: Random, totals: list[int]) -> Rec:
    n_in, n_out = dice.randint(0, 60), dice.randint(0, 60)
    totals[0] += n_in
    totals[1] += n_out
    return {
        "kind": "footfall", "obs_s": dice.randint(0, INTERVAL_S), "sat_s": dice.randint(0, 9),
        "in": n_in, "out": n_out, "in_total": totals[0], "out_total": totals[1],
    }  # fmt: skip


def _health(dice: Random, index: int) -> Rec:
    return {
        "kind": "health", "rssi": dice.choice([None, -dice.randint(40, 90)]),
        "mv": dice.choice([None, dice.randint(11_000, 13_000)]), "dc": dice.randint(-150, 350),
        "free": dice.randint(40_000, 90_000), "spool": dice.randint(0, 4000), "dropped": 0,
        "up_s": index * INTERVAL_S, "lux_dl": dice.choice([None, dice.randint(0, 10_000)]),
    }  # fmt: skip
