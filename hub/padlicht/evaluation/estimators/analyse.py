"""The whole analysis of a study: what a job runs, and runs again to the same last bit.

    StudyData → grid → tryout | installation (with control path, without) → clock_change → placebo

Nothing here reads a clock, draws by chance or depends on the order of what comes in.
"""

from collections.abc import Callable
from datetime import date

from padlicht.evaluation.estimators import placebo
from padlicht.evaluation.estimators.clock_change import between_years, clock_change
from padlicht.evaluation.estimators.data_rules import Sieved
from padlicht.evaluation.estimators.grid import Grid, grid_of
from padlicht.evaluation.estimators.installation import installation
from padlicht.evaluation.estimators.tryout import bedding_in, tryout
from padlicht.evaluation.estimators.types import (
    MOST_WEEKS,
    Analysis,
    Design,
    Estimate,
    LeftOut,
    Outcome,
    Place,
    Placebo,
    StudyData,
)

Progress = Callable[[str], None]
_YEAR_DAYS = (357, 371)  # from a clock change to the same one of the next year


def analyse(data: StudyData, progress: Progress = lambda _: None) -> Analysis:
    """Everything that the report of a study prints.

    `progress` hears one word for each step: load, estimate, clock_changes, and placebo for each
    date. ValueError when the data lack what their design needs.
    """
    progress("load")
    grid = grid_of(data.hours)
    progress("estimate")
    if data.design is Design.TRYOUT:
        estimates, left_out = _tryout(grid, data)
    else:
        estimates, left_out = _installation(grid, data)
    progress("clock_changes")
    beside = _clock_changes(grid, data)
    placebos = _placebos(grid, data, estimates, lambda: progress("placebo"))
    return Analysis(data.design, (*estimates, *beside), left_out, placebos)


def _tryout(grid: Grid, data: StudyData) -> tuple[tuple[Estimate, ...], tuple[LeftOut, ...]]:
    if not data.weeks:
        raise ValueError("a try-out needs its plan: weeks on and off, in pairs")
    estimate, sieved, weeks_out = tryout(grid, data.weeks)
    return (estimate,), _in_order(*weeks_out, *bedding_in(data.weeks), *_days(sieved))


def _installation(grid: Grid, data: StudyData) -> tuple[tuple[Estimate, ...], tuple[LeftOut, ...]]:
    if data.changes_on is None:
        raise ValueError("an installation needs its date: the first day of the weeks after")
    plain, sieved = installation(grid, data.changes_on, data.until)
    if grid.at_case_path.all():
        return (plain,), _in_order(*_days(sieved))
    controlled, sieved_too = installation(grid, data.changes_on, data.until, control_path=True)
    return (controlled, plain), _in_order(*{*_days(sieved), *_days(sieved_too)})


def _days(sieved: Sieved | None) -> tuple[LeftOut, ...]:
    return () if sieved is None else sieved.left_out


def _in_order(*left_out: LeftOut) -> tuple[LeftOut, ...]:
    return tuple(sorted(left_out, key=lambda left: (left.day, left.counter, left.reason)))


def _clock_changes(grid: Grid, data: StudyData) -> list[Estimate]:
    """The odds ratio of each clock change, at each path, and of years held against each other."""
    places = [Place.CASE] if grid.at_case_path.all() else [Place.CASE, Place.CONTROL]
    since = data.changes_on or (min(week.first for week in data.weeks) if data.weeks else None)
    found: list[Estimate] = []
    for place in places:
        ratios = {on: clock_change(grid, on, place) for on in sorted(data.clock_changes)}
        found += ratios.values()
        for on, with_lamps in ratios.items():
            without = [ratios[other] for other in ratios if _a_year_before(other, on, since)]
            found += [years for one in without if (years := between_years(one, with_lamps))]
    return found


def _a_year_before(other: date, on: date, since: date | None) -> bool:
    """Whether `other` is last year's clock change, and the lamps came in between."""
    years = _YEAR_DAYS[0] <= (on - other).days <= _YEAR_DAYS[1]
    return years and since is not None and other < since <= on


def _placebos(
    grid: Grid, data: StudyData, estimates: tuple[Estimate, ...], on_date: Callable[[], None]
) -> tuple[Placebo, ...]:
    """The registered methods on dates of the park's own past, as long as the study is."""
    if data.design is Design.TRYOUT:
        began = min(week.first for week in data.weeks)
        pairs = len({week.pair for week in data.weeks})
        past = grid.where(grid.day < began.toordinal())
        return (placebo.of_tryout(past, pairs, data.other_changes, on_date=on_date),)
    changes = [*data.other_changes, *([data.changes_on] if data.changes_on else [])]
    weeks = max((_weeks_a_side(estimate) for estimate in estimates), default=MOST_WEEKS)
    return tuple(
        placebo.of_installation(
            grid, weeks, changes, control_path=i == 0 and len(estimates) > 1, on_date=on_date
        )
        for i in range(len(estimates))
    )


def _weeks_a_side(estimate: Estimate) -> int:
    """How long the study was; as long as one may be when there are no blocks to tell."""
    if estimate.outcome in (Outcome.TOO_SHORT, Outcome.HARDLY_LIT) or not estimate.dots:
        return MOST_WEEKS
    return ((estimate.dots[-1].last - estimate.dots[0].first).days + 1) // 14
