"""The beams are looked at in a timer callback, where there is no memory to be had."""

from array import array

from micropython import heap_lock, heap_unlock

from node.count.beams import Beams

INTERPRETERS = ("mp64", "mp32")  # CPython cannot lock its heap


def test_nothing_is_allocated_in_a_tick():
    """Passages both ways, a blocked beam and the wrap of the counters ask for no memory."""
    broken = array("i", (0, 0))
    beams = Beams(lambda: broken[0], lambda: broken[1])
    beams._watched = beams._crowded = 0x3FFFFFFF - 50  # a word more would need memory
    heap_lock()
    try:
        for tick in range(20000):
            at = tick % 200
            broken[0] = 1 if 20 <= at < 40 or 120 <= at < 150 or tick > 15000 else 0
            broken[1] = 1 if 30 <= at < 50 or 110 <= at < 140 or 12000 < tick < 12100 else 0
            beams.tick()
    finally:
        heap_unlock()
    assert beams.n_in > 50 and beams.n_out > 50 and beams.blocked
