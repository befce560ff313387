"""Python's garbage collector, told what a hub is like."""

import gc

# A batch of ten thousand messages from as many nodes is sixty thousand young objects, and none of
# them is in a cycle: looking at them after every 700, as Python does, was a sixth of the cost of a
# record.
YOUNG = 100_000


def tune_gc() -> None:
    """Let what is there now stay unlooked at, and look at what comes less often.

    It holds for the whole process: only whoever starts one calls it, once all is imported.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
