"""Result cache: what is kept between two pages is never older than what it rests on."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Event

import pytest

from padlicht.ledger import Ledger
from padlicht.ledger.usage.sums import UseSums
from padlicht.usage.compare import (
    compare_before_after,
    compare_last_weeks,
)
from padlicht.web.site_context import ResultCache
from tests.hub.use import DAY, HOUR, NOON, add_up, count, park, store
from tests.rigs.patience import limit_s

TODAY = date(2026, 10, 25)
SINCE = TODAY - timedelta(weeks=2)


@pytest.fixture(name="ledger")
def _ledger(tmp_path):
    """Three weeks of a counter that counts two an hour."""
    with park(tmp_path / "ledger.sqlite") as ledger:
        store(ledger, *(count(NOON - HOUR * back, 2) for back in range(1, 21 * 24)))
        add_up(ledger)
        yield ledger


def answers(results: ResultCache, ledger: Ledger) -> list[object]:
    return [
        results.compare_last_weeks(ledger, "park", TODAY),
        results.compare_before_after(ledger, "park", SINCE, TODAY),
    ]


def worked_out(ledger: Ledger) -> list[object]:
    return [
        compare_last_weeks(ledger, "park", TODAY),
        compare_before_after(ledger, "park", SINCE, TODAY),
    ]


def test_what_has_not_changed_is_not_worked_out_again(ledger, monkeypatch):
    """The second query gives the same without reading a counter's hours."""
    results = ResultCache()
    first = answers(results, ledger)
    monkeypatch.setattr(UseSums, "counter_cells", None)
    assert answers(results, ledger) == first


def test_a_record_that_comes_late_is_in_the_next_answer(ledger):
    """One passage of last week, arrived now, changes both comparisons."""
    results = ResultCache()
    before = answers(results, ledger)
    store(ledger, count(NOON - 8 * DAY - 900, 40, node="bridge", boot=9))
    add_up(ledger)
    after = answers(results, ledger)
    assert after == worked_out(ledger)
    assert all(a != b for a, b in zip(before, after, strict=True))


def test_a_week_is_another_once_it_ended_a_day_ago(ledger):
    """What was said on a Sunday and a Monday of the week before ends with the Tuesday."""
    results = ResultCache()
    sunday, monday, tuesday = (
        results.compare_last_weeks(ledger, "park", TODAY + timedelta(days)).after
        for days in range(3)
    )
    assert sunday == monday
    assert tuesday.first == monday.first + timedelta(7)


def test_new_settings_are_known_at_once(ledger):
    """Another version of a node's settings is read with the next query."""
    results = ResultCache()
    assert results.settings(ledger, "park") == []
    with ledger.transaction():
        ledger.settings.request("lamp-1", {"end_at": "21:00"}, "anna", "bats", NOON)
    assert [change.who for change in results.settings(ledger, "park")] == ["anna"]


def test_it_does_not_grow_for_ever(ledger):
    """Days that nobody asks for again are let go of."""
    results = ResultCache()
    for number in range(1000):
        results.get_or_make(f"{number}", 0, lambda: number)  # noqa: B023 -- called at once
    assert len(results._known) <= 200


def test_those_who_ask_at_once_get_one_answer():
    """While one thread makes it, the others wait for it, and none makes it again."""
    results = ResultCache()
    made, begun, go_on = [], Event(), Event()

    def make() -> object:
        made.append(object())
        begun.set()
        assert go_on.wait(limit_s())
        return made[-1]

    def ask() -> object:
        return results.get_fresh("snapshot", 3600.0, make)

    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(ask) for _ in range(4)]
        assert begun.wait(limit_s())
        go_on.set()
        assert {answer.result() for answer in asked} == {made[0]}
    assert len(made) == 1


def test_an_answer_stays_fresh_for_so_long_and_for_what_it_rests_on():
    """After its seconds, and as soon as it rests on something else, it is made anew."""
    results = ResultCache()
    answers = iter(range(9))

    def ask(fresh_s: float, rests_on: object) -> int:
        return results.get_fresh("open figures", fresh_s, lambda: next(answers), rests_on)

    assert [ask(3600.0, TODAY), ask(3600.0, TODAY)] == [0, 0]
    assert ask(3600.0, TODAY + timedelta(1)) == 1
    assert ask(0.0, TODAY + timedelta(1)) == 2


def test_what_could_not_be_made_is_tried_again():
    """A ledger that could not be read just now is asked by the next one, and nobody waits."""
    results = ResultCache()
    with pytest.raises(ZeroDivisionError):
        results.get_fresh("snapshot", 3600.0, lambda: 1 // 0)
    assert results.get_fresh("snapshot", 3600.0, lambda: 1) == 1
