"""A sheet on a phone without a connection: nothing is lost, and nothing is handed in twice."""

import re
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from padlicht.participation.store import open_participation
from tests.browser.walk import SIZES
from tests.rigs.chromium import new_context
from tests.rigs.patience import limit_s
from tests.rigs.year import END_UTC_S

SITE = "molukkenplantsoen"


@pytest.fixture(name="phone")
def _phone(chromium, park_with_year):
    """A phone, its clock that of the park, and what the park has of its sheets."""
    with ExitStack() as stack:
        context = new_context(chromium, *SIZES["phone"])
        stack.callback(context.close)
        path = park_with_year.ledger_path.parent / "participation.sqlite"
        path.unlink(missing_ok=True)
        page = context.new_page()
        page.clock.install(time=datetime.fromtimestamp(END_UTC_S, UTC))

        def kept(kind: str) -> list:
            if not path.exists():
                return []
            with open_participation(path) as words:
                return words.visits.of_site(SITE, kind)

        yield context, page, park_with_year.address + f"en/{SITE}/field/", kept


def _open(page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_text("also opens without a connection")).to_be_visible(
        timeout=1000 * limit_s(20)
    )


def _point(page, name: str) -> None:
    page.get_by_label(re.compile("^Point")).fill(name)
    page.get_by_label("in the dark", exact=True).check()
    page.get_by_role("group", name="How light it is").get_by_label("bad").check()
    page.get_by_role("button", name="Hand in").click()


def test_sheets_of_a_walk_without_a_connection_are_handed_in_later_once(phone):
    """Two points and a closed page off the net; on it again, each is kept once."""
    context, page, address, kept = phone
    _open(page, address + "walk")
    context.set_offline(True)
    _point(page, "bridge")
    expect(page.locator("[data-waiting] li")).to_have_count(1)
    page.goto(address + "count")
    page.goto(address + "walk")
    expect(page.locator("[data-waiting] li")).to_have_count(1)
    _point(page, "pond")
    expect(page.locator("[data-waiting] li")).to_have_count(2)
    assert kept("walk") == []
    context.set_offline(False)
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert [visit.place for visit in kept("walk")] == ["bridge", "pond"]
    page.reload()
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert len(kept("walk")) == 2


def test_an_answer_that_is_lost_on_the_way_doubles_nothing(phone):
    """The hub kept it and nobody heard: it is handed in again, and is the same sheet."""
    _, page, address, kept = phone
    _open(page, address + "walk")
    lost = []

    def lose(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/field/walk", lose)
    with page.expect_event("requestfailed"):
        _point(page, "bridge")
    assert (lost, len(kept("walk"))) == ([200], 1)
    expect(page.locator("[data-waiting] li")).to_have_count(1)
    page.clock.run_for(25_000)
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert len(kept("walk")) == 1


def test_a_tally_outlives_a_closed_page_and_fills_whole_quarters(phone):
    """Taps are by quarter of an hour; the one in which it is stopped is left out."""
    context, page, address, kept = phone
    _open(page, address + "count")
    context.set_offline(True)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("button", name="+1")).to_be_disabled()
    page.clock.fast_forward(900_000)
    for name in ("+1", "+2", "+3", "+3", "Undo"):
        page.get_by_role("button", name=name).click()
    expect(page.locator("[data-now]")).to_have_text("6")
    page.goto(address + "count")
    expect(page.locator("[data-now]")).to_have_text("6")
    page.clock.fast_forward(900_000)
    page.get_by_role("button", name="+1").click()
    page.get_by_role("button", name="Stop").click()
    assert page.locator("[name=people_0]").input_value() == "6"
    assert page.locator("[name=people_1]").input_value() == ""
    assert kept("count") == []
