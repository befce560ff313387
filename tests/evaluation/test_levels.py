"""How busy blocks of weeks were, whatever hours were watched in them."""

import numpy as np
from statsmodels.api import GLM, families

from padlicht.evaluation.estimators.levels import levels


def test_levels_are_those_of_a_poisson_glm_to_ten_digits():
    """Fitted in turn, they meet what statsmodels finds with a matrix of all cells and blocks."""
    dice = np.random.default_rng(7)
    cells, blocks = 30, 8
    cell, block = (a.ravel() for a in np.meshgrid(range(cells), range(blocks), indexing="ij"))
    watched_s = dice.uniform(600, 3600, cells * blocks) * (dice.random(cells * blocks) > 0.2)
    busy = dice.normal(0, 0.5, cells)[cell] + dice.normal(0, 0.3, blocks)[block]
    mean = watched_s / 300 * np.exp(busy)
    count = dice.poisson(mean).astype(float)
    seen = watched_s > 0
    matrix = np.column_stack([np.eye(cells)[cell], np.eye(blocks)[block][:, 1:]])[seen]
    offset = np.log(watched_s[seen])
    fit = GLM(count[seen], matrix, families.Poisson(), offset=offset).fit(tol=1e-14, maxiter=100)
    theirs = np.concatenate([[0.0], fit.params[cells:]])
    ours = levels(cell, block, count, watched_s, blocks)
    assert np.abs(ours - (theirs - theirs.mean())).max() < 1e-10


def test_an_hour_that_nobody_watched_in_a_block_is_no_gap_in_use():
    """The busy hour was watched in the first block alone, and use was the same in both."""
    cell, block = np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1])
    found = levels(cell, block, np.array([90.0, 10, 0, 10]), np.array([3600.0, 3600, 0, 3600]), 2)
    assert np.allclose(found, 0.0)


def test_a_block_in_which_nothing_was_counted_has_no_level():
    """There is no logarithm of nothing, and the other blocks keep theirs."""
    found = levels(np.zeros(3, int), np.arange(3), np.array([10.0, 0, 20]), np.full(3, 3600.0), 3)
    assert np.isnan(found[1])
    assert np.isclose(found[2] - found[0], np.log(2))


def test_blocks_that_share_no_hour_are_not_compared():
    """Nothing tells how busy a week of mornings was beside weeks of evenings."""
    cell, block = np.array([0, 0, 1]), np.array([0, 1, 2])
    found = levels(cell, block, np.full(3, 10.0), np.full(3, 3600.0), 3)
    assert np.isnan(found[2])
    assert np.allclose(found[:2], 0.0)
