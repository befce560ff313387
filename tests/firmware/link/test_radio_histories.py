"""Random histories of links that fail: the node is back, and restarts no more than it may."""

import os
import sys

from radio_world import (
    CURED_BY_ANEW,
    CURED_BY_BOARD,
    CURED_BY_ITSELF,
    CURED_BY_OFF,
    DAY_S,
    EPOCH_S,
    HOUR_S,
    MIN_S,
    RAISING,
    WAYS,
    Trouble,
    World,
)
from scratch import Chance, Folder

from node.link.recovery import QUIET_S

LONG = True
HISTORIES = int(os.getenv("PADLICHT_TRIALS") or (200 if sys.maxsize > 1 << 32 else 50))
SEED = int(os.getenv("PADLICHT_SEED") or 12)
OUTSIDE = ("away", "away", "away", "password", "refuses", "silent", None)
CURES = (CURED_BY_ITSELF, CURED_BY_ITSELF, CURED_BY_OFF, CURED_BY_ANEW, CURED_BY_BOARD)
# Seconds from a world that is well again to the link, by what the radio still wanted then: a pause
# of the hub's and two tries; 60 tries with their pauses; a day and a quarter, and the evening of a
# lamp with the hour before it.
BACK_S = (90, 100 * MIN_S, 100 * MIN_S, 30 * HOUR_S + 10 * HOUR_S)


def pick(chance, values):
    return values[chance.below(len(values))]


def length_s(chance):
    """Mostly minutes, often hours, sometimes days, now and then a month."""
    kind = chance.below(1000)
    if kind < 600:
        return MIN_S + chance.below(30 * MIN_S)
    if kind < 979:
        return chance.below(8 * HOUR_S)
    return 30 * DAY_S if kind == 999 else DAY_S + chance.below(3 * DAY_S)


def history(chance, folder):
    """A node's, with one to four troubles."""
    start_s = EPOCH_S + chance.below(365) * DAY_S + chance.below(DAY_S)
    at_s = start_s
    troubles = []
    for _ in range(1 + chance.below(4)):
        at_s += 10 * MIN_S + chance.below(2 * DAY_S)
        outside, cure = pick(chance, OUTSIDE), pick(chance, CURES)
        if outside == "refuses":
            cure = CURED_BY_ITSELF
        elif outside is None and not cure:
            cure = CURED_BY_OFF
        way = pick(chance, WAYS + RAISING if cure else WAYS)
        ill_s = length_s(chance) if outside else 0  # else only the radio is
        later_s = chance.below(ill_s) if ill_s and chance.below(2) else 0
        troubles.append(Trouble(at_s, ill_s, outside, way, cure, later_s))
        at_s += ill_s
    return World(chance, folder, chance.below(10) < 7, start_s, troubles)


def most_restarts(silent_s):
    """How many restarts of the board so long a silence may cost: after 1, 2, 4, 8, 16, 24 … h."""
    count, hours = 0, 1
    while silent_s >= hours * HOUR_S:
        silent_s -= hours * HOUR_S
        hours = min(24, 2 * hours)
        count += 1
    return count


def test_the_node_is_always_back_and_restarts_no_more_than_it_may():
    """Each way of failing, alone and together: back in time, no restart in an evening."""
    chance = Chance(SEED)
    worst_s = [0, 0, 0, 0]
    needed = [0, 0, 0, 0]
    boards = most = evenings = months = 0
    for _ in range(HISTORIES):
        with Folder() as folder:
            world = history(chance, folder)
            for trouble, wanted, after_s, offs, restarts in world.live():
                what = (trouble.outside, trouble.way, trouble.cure, trouble.begin_s)
                assert after_s <= BACK_S[wanted], (what, wanted, after_s)
                silent_s = trouble.length_s + after_s
                assert restarts <= most_restarts(silent_s), (what, restarts)
                if trouble.outside == "refuses":
                    assert (offs, restarts) == (0, 0), what
                worst_s[wanted] = max(worst_s[wanted], after_s)
                needed[wanted] += 1
                boards += restarts
                most = max(most, restarts)
                months += silent_s // (30 * DAY_S)
            for at_s in world.restarts:
                evenings += world.rests_s(at_s) < QUIET_S
    assert evenings == 0
    assert min(needed) > 0
    print("FIGURE radio_histories={}".format(HISTORIES))
    print("FIGURE radio_troubles={}".format(sum(needed)))
    for wanted, name in enumerate(("itself", "off", "anew", "board")):
        print("FIGURE radio_back_{}_s={}".format(name, worst_s[wanted]))
        print("FIGURE radio_back_{}_times={}".format(name, needed[wanted]))
    print("FIGURE radio_restarts={}".format(boards))
    print("FIGURE radio_restarts_most={}".format(most))
    print("FIGURE radio_restarts_in_evening={}".format(evenings))


def test_an_access_point_that_is_gone_for_a_month():
    """At most one restart a day once the pauses have grown, and back at the next try."""
    with Folder() as folder:
        start_s = EPOCH_S + 20 * DAY_S
        trouble = Trouble(start_s + HOUR_S, 30 * DAY_S, "away", -2, CURED_BY_ITSELF)
        world = World(Chance(1), folder, True, start_s, [trouble])
        ((_, _, after_s, _, restarts),) = world.live()
        assert 20 <= restarts <= 34
        assert after_s <= BACK_S[0]
        pauses = [b - a for a, b in zip(world.restarts, world.restarts[1:])]
        assert min(pauses[5:]) >= DAY_S
