"""Two-way Poisson model: how busy each block of weeks was, whatever hours were watched in it.

What was counted in a cell (counter × hour of week × light) and a block is Poisson with the mean
watched time × rate of the cell × level of the block. The likelihood is greatest where the sums of
each cell and of each block are met, so both are fitted in turn until they stay (iterative fitting).
A GLM finds the same levels to ten digits, with a matrix as wide as there are cells.
"""

import numpy as np

from padlicht.evaluation.estimators.grid import CASE, CONTROL, Bools, Floats, Grid, Ints

_CLOSE = 1e-12  # of the logarithm of a level, from one round to the next
_MOST_ROUNDS = 20_000


def levels(cell: Ints, block: Ints, count: Floats, watched_s: Floats, blocks: int) -> Floats:
    """The natural logarithm of each block's level; their mean is 0.

    NaN for a block in which nothing was counted, and for one that shares no cell with the others
    (nothing tells how busy it was beside them).
    """
    log_level = np.full(blocks, np.nan)
    kinds = int(cell.max()) + 1 if len(cell) else 0
    at = cell * blocks + block
    counted = np.bincount(at, count, kinds * blocks).reshape(kinds, blocks)
    watched = np.bincount(at, watched_s, kinds * blocks).reshape(kinds, blocks)
    counted[watched == 0.0] = 0.0
    if not counted.any():
        return log_level
    there = _linked(watched[counted.sum(axis=1) > 0.0] > 0.0) & (counted.sum(axis=0) > 0.0)
    if not there.any():
        return log_level
    counted, watched = counted[:, there], watched[:, there]
    used = counted.sum(axis=1) > 0.0
    counted, watched = counted[used], watched[used]
    of_cells, of_blocks = counted.sum(axis=1), counted.sum(axis=0)
    level = np.ones(there.sum())
    for _ in range(_MOST_ROUNDS):
        before = level
        rate = of_cells / (watched @ level)
        level = of_blocks / (rate @ watched)
        level = level / np.exp(np.log(level).mean())
        if np.abs(np.log(level / before)).max() < _CLOSE:
            break
    log_level[there] = np.log(level)
    return log_level


def _linked(watched: Bools) -> Bools:
    """The blocks that hang together by cells watched in both; of several groups the greatest."""
    shared = watched.astype(np.int64)
    reach = shared.T @ shared > 0
    for _ in range(len(reach).bit_length()):
        reach = reach.astype(np.int64) @ reach > 0
    return np.asarray(reach[reach.sum(axis=1).argmax()], np.bool_)


def log_ratios(grid: Grid, block: Ints, blocks: int) -> Floats:
    """r of each block: ln(level of case hours) − ln(level of control hours).

    `block` gives each row its block. What makes more people come at any hour (summer, a feast, a
    new path) is in both, and falls out.
    """
    cell = grid.cell
    parts = [
        levels(cell[rows], block[rows], grid.count[rows], grid.watched_s[rows], blocks)
        for rows in (grid.part == CASE, grid.part == CONTROL)
    ]
    return np.asarray(parts[0] - parts[1], np.float64)
