"""Records that nobody acknowledges: how often they are sent again, and when at once.

A week is virtual time: `asyncio.sleep` and `wait_for` move the clock, and nothing waits.
"""

import asyncio

from node.link import repeats
from node.link.repeats import Repeats

INTERPRETERS = ("mp64", "mp32")
HOUR_S = 3600
WEEK_S = 7 * 24 * HOUR_S


class World:
    """A clock that moves by itself, and a hub that speaks, answers or is silent."""

    def __init__(self, seed=1):
        self.now_s = 0
        self._seed = seed
        self.events = []  # (at_s, what to do), in order

    def up_s(self):
        return self.now_s

    def random_int(self, low, high):
        self._seed = (self._seed * 1103515245 + 12345) % (1 << 30)
        return low + self._seed % (high - low + 1)

    async def wait_for(self, awaitable, limit_s):
        """As asyncio's, in no time: until an event at which what is awaited is done."""
        end_s = self.now_s + limit_s
        task = asyncio.create_task(awaitable)
        try:
            while True:
                for _ in range(3):
                    await asyncio.sleep(0)
                if task.done():
                    return
                if not self.events or self.events[0][0] > end_s:
                    self.now_s = end_s
                    raise asyncio.TimeoutError  # noqa: UP041 -- MicroPython has no other
                at_s, do = self.events.pop(0)
                self.now_s = max(self.now_s, at_s)
                do()
        finally:
            task.cancel()


def sends(world, work, until_s=WEEK_S):
    """When a batch was sent until it was answered or time was up; `work(repeats)` sets events."""
    found = []

    async def run():
        waiting = Repeats(world.up_s, world.random_int)
        work(waiting)
        while world.now_s < until_s:
            found.append(world.now_s)
            waiting.sent()
            if await waiting.wait():
                return

    real = repeats.asyncio.wait_for
    repeats.asyncio.wait_for = world.wait_for
    try:
        asyncio.run(run())
    finally:
        repeats.asyncio.wait_for = real
    return found


def nothing(waiting):
    pass


def test_a_weeks_absence_costs_a_handful_a_day():
    """The pause grows from 10 to 20 s to 3 to 6 h, with jitter, and stays there."""
    counts = []
    for seed in range(20):
        found = sends(World(seed), nothing)
        pauses = [found[at + 1] - found[at] for at in range(len(found) - 1)]
        assert 10 <= pauses[0] <= 20 and 20 <= pauses[1] <= 40
        assert all(3 * HOUR_S <= pause <= 6 * HOUR_S for pause in pauses[11:])
        counts.append(len(found))
    assert max(counts) <= 7 * 8, counts
    assert len(set([tuple(sends(World(seed), nothing)[:5]) for seed in range(5)])) == 5
    print("FIGURE absence_week_most={}".format(max(counts)))
    print("FIGURE absence_week_mean={}".format(sum(counts) // len(counts)))


def test_the_hubs_word_ends_the_pause_at_once():
    """After days of silence; and the pauses begin anew, should it be gone again."""
    back_s = 3 * 24 * HOUR_S + 12345
    world = World()
    found = sends(world, lambda waiting: world.events.append((back_s, waiting.hub_spoke)))
    after = [at_s for at_s in found if at_s >= back_s]
    assert after[0] == back_s and 10 <= after[1] - after[0] <= 20


def test_an_acknowledgement_ends_it():
    """Also of an earlier copy, which the broker had kept."""
    world = World()
    found = sends(world, lambda waiting: world.events.append((100000, waiting.answered)))
    assert found and world.now_s == 100000


def test_a_hub_that_talks_while_it_stores_is_not_sent_the_same_again():
    """In the first pause its words mean nothing: the answer is on its way."""
    world = World()
    found = sends(world, lambda waiting: world.events.append((5, waiting.hub_spoke)), 9)
    assert found == [0] and world.now_s >= 10


def test_a_connection_with_nothing_unanswered_sends_once():
    """The hub's answer to the birth comes after the first batch: that is no reason to repeat it."""
    world = World()

    def connected(waiting):
        waiting.connected()
        world.events.append((1, waiting.hub_spoke))

    assert sends(world, connected, 9) == [0]


def test_new_connections_send_no_more_often():
    """A link that breaks every minute, while nobody answers: the pause goes on across them."""
    world = World()
    found = []

    async def run():
        waiting = Repeats(world.up_s, world.random_int)
        for minute in range(24 * 60):
            world.now_s = minute * 60
            world.events = [(minute * 60 + 59, waiting.connected)]
            waiting.connected()
            link = asyncio.create_task(talk(waiting))
            while world.now_s < minute * 60 + 59 and not link.done():
                await asyncio.sleep(0)
            link.cancel()

    async def talk(waiting):
        while True:
            await waiting.wait()
            found.append(world.now_s)
            waiting.sent()

    real = repeats.asyncio.wait_for
    repeats.asyncio.wait_for = world.wait_for
    try:
        asyncio.run(run())
    finally:
        repeats.asyncio.wait_for = real
    assert 5 <= len(found) <= 20, found


def test_on_a_new_connection_the_hubs_first_word_is_enough():
    """What was sent over the link before may be lost: a hub that is there gets it at once."""
    world = World()

    async def run():
        waiting = Repeats(world.up_s, world.random_int)
        waiting.sent()
        waiting.connected()
        world.events.append((2, waiting.hub_spoke))
        assert not await waiting.wait()
        return world.now_s

    real = repeats.asyncio.wait_for
    repeats.asyncio.wait_for = world.wait_for
    try:
        assert asyncio.run(run()) == 2
    finally:
        repeats.asyncio.wait_for = real
