"""Eighty lamps on the tick of a whole node, people who come, and how soon the light moves.

    motion.py FOLDER PORT STATE_FILE ENOUGH

The node talks over TLS, as always. Its timer ticks eighty more lamps, each with a motion pin of its
own; the people are a thread that raises those pins at moments of its own. STATE_FILE names what
the network is going through; in `computes`, this process also does for a second at a time what a
board's handshake does: nothing but computing, and collections. It says `enough` when a state has
had that many trials. When the state changes, a line tells of the one before:

    state NAME trials N void N worst_us N late_ticks N gap_us N blocked_ms N at_ms COUNT COUNT …

late_ticks: how many ticks began between a pin's rise and the move of the light, at most. gap_us:
the longest time between two ticks. blocked_ms: the longest time in which no other task ran.
at_ms: trials by whole milliseconds from the rise to the move, the last for all that took longer.
void: a tick began while the rise was being written down.
"""

import _thread
import asyncio
import gc
import sys
import time
from time import ticks_diff, ticks_ms, ticks_us

from common import say
from micropython import heap_lock
from whole import Board, make_board, make_node

from node import log
from node.keep.settings import defaults
from node.light.lamp import Lamp

LAMPS = 80
BINS = 200
IDLE, RAISED, MOVED, DOWN = range(4)  # what the person at a lamp is doing
PAUSE_S = 0.001

folder, port, state_file, enough = sys.argv[1:5]
# Lists of small integers: neither the tick nor the people may ask for memory.
phase = [IDLE] * LAMPS
wait = list(range(900, 900 + 3 * LAMPS, 3))  # the people's turns until they do the next thing
level = [0] * LAMPS
raised_us = [0] * LAMPS
raised_tick = [0] * LAMPS
bins = [0] * BINS
TICK, TICK_US, GAP_US, WORST_US, LATE, TRIALS, VOID, BLOCKED_MS = range(8)
meter = [0] * 8


def settings():
    """The defaults, by which the light goes up, with as little as can be between two people."""
    values = defaults()
    values["hold_s"] = 0
    values["stay"] = "yes"  # people as regular as these look like a stuck pin
    return values


def trial_lamp(number):
    """A lamp whose first move after its pin has risen is written down."""
    base_duty = 20 * 65535 // 100 + 1

    def set_duty(duty):
        if phase[number] == RAISED and duty > base_duty:
            took_us = ticks_diff(ticks_us(), raised_us[number])
            late = meter[TICK] - raised_tick[number]
            meter[TRIALS] += 1
            bins[min(took_us // 1000, BINS - 1)] += 1
            if took_us > meter[WORST_US]:
                meter[WORST_US] = took_us
            if late > meter[LATE]:
                meter[LATE] = late
            phase[number] = MOVED

    def pin():
        return level[number]

    lamp = Lamp(set_duty, 6000, settings(), pin)
    lamp._in_force.watch.pin_ticks = 1  # how late the loop is, not how long it is told to wait
    pace = lamp._in_force.pace
    pace.up = pace.down = 1 << 26  # in one tick each, to be ready for the next one
    lamp.plan(True, -1)
    return lamp


lamps = [trial_lamp(number) for number in range(LAMPS)]


class Timed(Board):
    """The simulated board, with more lamps on its timer."""

    def start_ticks(self, callback, period_ms=20):
        """Tick the node's own lamp, then the others."""

        def tick():
            now_us = ticks_us()
            if meter[TICK]:
                gap_us = ticks_diff(now_us, meter[TICK_US])
                if gap_us > meter[GAP_US]:
                    meter[GAP_US] = gap_us
            meter[TICK_US] = now_us
            meter[TICK] += 1
            callback()
            for lamp in lamps:
                lamp.tick()

        super().start_ticks(tick, period_ms)


def people():
    """For ever, and beside everything: come, stay a moment, go, and come again."""
    heap_lock()  # this thread's own: whatever asks for memory here would disturb the others
    dice = 20261112
    while True:
        time.sleep(PAUSE_S)
        for number in range(LAMPS):
            if wait[number] > 0:
                wait[number] -= 1
                continue
            dice = (dice * 1103 + 12345) & 0x3FFFFFF
            now = phase[number]
            if now == IDLE:
                tick = meter[TICK]
                raised_tick[number] = tick
                raised_us[number] = ticks_us()
                phase[number] = RAISED
                level[number] = 1
                if meter[TICK] != tick and phase[number] == RAISED:
                    meter[VOID] += 1
                    phase[number] = MOVED
            elif now == MOVED:
                level[number] = 0
                phase[number] = DOWN
                wait[number] = 45  # three ticks: down again, and seen to be
            elif now == DOWN and lamps[number].state == 1:
                phase[number] = IDLE
                wait[number] = dice >> 8 & 31


def report(name):
    """One line about a state that is over, and a new page."""
    counts = [str(count) for count in bins]
    words = ["state", name, "trials", meter[TRIALS], "void", meter[VOID]]
    words += ["worst_us", meter[WORST_US], "late_ticks", meter[LATE], "gap_us", meter[GAP_US]]
    words += ["blocked_ms", meter[BLOCKED_MS], "at_ms"] + counts
    say(*words)
    for number in range(BINS):
        bins[number] = 0
    for number in (GAP_US, WORST_US, LATE, TRIALS, VOID, BLOCKED_MS):
        meter[number] = 0


async def keep_time():
    """What the other tasks feel: the longest time that nobody let them run."""
    before = ticks_ms()
    while True:
        await asyncio.sleep_ms(10)
        now = ticks_ms()
        meter[BLOCKED_MS] = max(meter[BLOCKED_MS], ticks_diff(now, before) - 10)
        before = now


def compute(ms):
    """Let nobody else in the event loop run, as a handshake does on a board."""
    began = ticks_ms()
    rubbish = 0
    while ticks_diff(ticks_ms(), began) < ms:
        rubbish = pow(3, 65537 + (rubbish & 1), (1 << 521) - 1)
        gc.collect()


async def main():
    """Until the state is `end`."""
    log.info = log.warn = lambda text: None  # what befalls the network here is known
    board = make_board(folder, "lamp", port, Timed, plain=False)
    board.interval_s = 1
    node = make_node(board, wait_ms=20)
    life = asyncio.create_task(node.run())
    clock = asyncio.create_task(keep_time())
    while not node._hub.connected:
        await asyncio.sleep_ms(10)
    _thread.start_new_thread(people, ())
    say("ready")
    state = "start"
    wanted = sys.maxsize
    while state != "end":
        await asyncio.sleep_ms(20)
        with open(state_file) as file:
            now = file.read()
        if now and now != state:
            report(state)
            state = now
            wanted = int(enough)
        if meter[TRIALS] >= wanted:
            say("enough")
            wanted = sys.maxsize
        if state == "computes":
            compute(1000)
    life.cancel()
    clock.cancel()
    say("end")
    sys.exit(0)


asyncio.run(main())
