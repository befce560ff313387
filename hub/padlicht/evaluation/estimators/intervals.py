"""Intervals by t, from the logarithm of a ratio, and what may be said of one."""

from typing import NamedTuple

import numpy as np
from msgspec.structs import replace
from scipy import stats
from statsmodels.regression.linear_model import OLS

from padlicht.evaluation.estimators.grid import Floats
from padlicht.evaluation.estimators.types import Estimate, Outcome

CONFIDENCE = 0.95
_DIGITS = 9  # that are kept: below, machines differ


class Interval(NamedTuple):
    """A ratio with its 95 % interval."""

    ratio: float
    low: float
    high: float

    @property
    def outcome(self) -> Outcome:
        """More, fewer, or no difference that is sure."""
        if self.low > 1.0:
            return Outcome.MORE
        return Outcome.FEWER if self.high < 1.0 else Outcome.NO_SURE_DIFFERENCE


def told(estimate: Estimate, log_ratio: float, error: float, freedom: int) -> Estimate:
    """The estimate with a ratio, its interval, and what may be said of it."""
    found = t_interval(log_ratio, error, freedom)
    return replace(estimate, outcome=found.outcome, freedom=freedom, **found._asdict())


def t_interval(log_ratio: float, error: float, freedom: float) -> Interval:
    """The interval of exp(`log_ratio`), which has the standard error `error`."""
    reach = float(stats.t.ppf(0.5 + CONFIDENCE / 2, freedom)) * error
    ratio, low, high = (
        round(float(np.exp(log_ratio + sign * reach)), _DIGITS) for sign in (0, -1, 1)
    )
    return Interval(ratio, low, high)


def step_with_slope(r: Floats, after: Floats) -> tuple[float, float, int]:
    """The step of r between blocks before and `after`, its HC3 error, and degrees of freedom.

    A slope over the blocks goes along, so that a season that drifts is not taken for a step.
    """
    time = np.arange(len(r)) - (len(r) - 1) / 2
    of_three = np.column_stack([np.ones(len(r)), after, time])
    fit = OLS(r, of_three).fit(cov_type="HC3", use_t=True)
    return float(fit.params[1]), float(fit.bse[1]), len(r) - 3


def mean_with_error(differences: Floats) -> tuple[float, float, int]:
    """The mean of paired differences, its standard error, and degrees of freedom."""
    pairs = len(differences)
    error = float(differences.std(ddof=1)) / pairs**0.5
    return float(differences.mean()), error, pairs - 1
