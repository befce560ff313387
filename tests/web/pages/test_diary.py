"""The diary's page: what is written there stands in every chart, and what is quiet stays quiet."""

import re
from datetime import date, timedelta

import pytest

from padlicht.evaluation.diary import write_entry
from padlicht.evaluation.targets import Agreement, agree
from padlicht.ledger import DiaryEntry, Ledger
from padlicht.usage.days import local_day
from tests.rigs.pages import client
from tests.rigs.year import END_UTC_S
from tests.web.pages.test_glance import SITE, said

TODAY = local_day(END_UTC_S, "Europe/Amsterdam")
SEEN = DiaryEntry(
    0, SITE, None, TODAY - timedelta(days=9), TODAY - timedelta(days=3), "bridge closed", True,
    END_UTC_S, "anna",
)  # fmt: skip
QUIET = SEEN._replace(text="talks with a family", public=False)
BASELINE = Agreement(
    SITE, None, "dark_on", TODAY - timedelta(days=70), TODAY - timedelta(days=43), TODAY,
    "quarter meeting", target_percent=20.0, due_day=TODAY + timedelta(days=90),
)  # fmt: skip


def _written(ledger: Ledger) -> None:
    ledger.diary.add(SEEN)
    ledger.diary.add(QUIET)


@pytest.fixture
def diary(make_copy):
    """The year with two entries, one of them quiet."""
    return make_copy(change=_written)


def _get(pages, address: str) -> str:
    answer = pages.get(address)
    assert answer.status_code == 200, address
    return answer.text


def _send(pages, **fields: str):
    """Send a form of the page as a browser does, with the token that the page gave."""
    page = _get(pages, f"/en/{SITE}/diary")
    token = re.search(r'name="_csrf_token" value="([^"]+)"', page)[1]
    return pages.post(
        f"/en/{SITE}/diary", data={"_csrf_token": token, **fields}, follow_redirects=False
    )


@pytest.mark.parametrize(
    "address",
    [f"/en/{SITE}", f"/en/{SITE}/use?weeks=4", f"/en/{SITE}/use?weeks=52",
     f"/en/{SITE}/node/lamp-1/day?date={TODAY - timedelta(days=4)}"],
)  # fmt: skip
def test_an_entry_stands_in_the_charts_of_its_days(diary, address):
    """Both entries for who is logged in, the quiet one said to be quiet."""
    with client(diary, END_UTC_S) as pages:
        told = said(_get(pages, address))
    assert "bridge closed" in told
    assert "talks with a family (kept quiet)" in told


@pytest.mark.parametrize("language", ["en", "nl"])
def test_what_is_kept_quiet_is_never_on_the_public_page(diary, language):
    """Its charts and their numbers have the public entry only, for every day that one may see."""
    with client(diary, END_UTC_S) as pages:
        addresses = [f"/public/{language}", f"/public/{language}/{SITE}"]
        addresses += [
            f"/public/{language}/{SITE}?day={SEEN.first_day + timedelta(days=n)}" for n in range(7)
        ]
        addresses += [
            f"/public/{language}/{SITE}/figures.csv?chart={name}" for name in ("weeks", "days")
        ]
        texts = [_get(pages, address) for address in addresses]
    assert "bridge closed" in texts[0]
    assert not any("talks with a family" in text for text in texts)


def test_an_entry_is_written_and_taken_back_on_the_page(make_copy):
    """Quiet unless it is said to be for everybody; taken back it stays, with the reason."""
    path = make_copy()
    with client(path, END_UTC_S) as pages:
        answer = _send(pages, form="entry", text="a match", first=str(TODAY), last="", zone="east")
        assert answer.status_code == 303
        told = said(_get(pages, answer.headers["location"]))
        assert "It is written down." in told
        assert "east · kept quiet a match" in told
        with Ledger.open(path, read_only=True) as ledger:
            [entry] = ledger.diary.of_site(SITE)
        assert (entry.first_day, entry.last_day, entry.public) == (TODAY, TODAY, False)
        form = {"form": "withdraw-entry", "number": str(entry.id)}
        assert "Say why it is taken back" in said(_send(pages, **form, why=" ").text)
        assert _send(pages, **form, why="a week later").status_code == 303
        assert "Taken back: a week later" in said(_get(pages, f"/en/{SITE}/diary"))


def test_what_cannot_be_written_comes_back_as_it_was_typed(make_copy):
    """With the reason beside it, and nothing is in the ledger."""
    path = make_copy()
    with client(path, END_UTC_S) as pages:
        answer = _send(pages, form="entry", text="works <b>", first="2026-10-09", last="2026-10-02")
        assert answer.status_code == 422
        assert "The last day is before the first." in said(answer.text)
        assert 'value="works &lt;b&gt;"' in answer.text
        answer = _send(pages, form="entry", text="works", first="2200-01-01", last="")
        assert "two years ahead" in said(answer.text)
    with Ledger.open(path, read_only=True) as ledger:
        assert ledger.diary.log(SITE) == []


def test_an_agreement_is_written_on_the_page_and_drawn_into_charts(make_copy):
    """Baseline and target as lines of their own, in the diary, at a glance and in use."""
    path = make_copy()
    with client(path, END_UTC_S) as pages:
        answer = _send(
            pages, form="target", light="dark_on", aim="+20%", by="quarter meeting", zone="",
            baseline_first=str(BASELINE.baseline_first), baseline_last=str(BASELINE.baseline_last),
            due=str(BASELINE.due_day), agreed=str(TODAY - timedelta(days=20)),
        )  # fmt: skip
        assert answer.status_code == 303, said(answer.text)
        with Ledger.open(path, read_only=True) as ledger:
            [target] = ledger.targets.of_site(SITE)
        assert target.target_rate_per_h == pytest.approx(1.2 * target.baseline_rate_per_h)
        for address in ("/diary", "", "/use?weeks=52"):
            page = _get(pages, f"/en/{SITE}{address}")
            assert 'class="baseline"' in page, address
            assert 'class="target"' in page, address
            assert "A week above or below a line says nothing about why" in page
        numbers = _get(pages, f"/en/{SITE}/diary.csv?chart=target-all-dark_on")
        assert f"{target.baseline_rate_per_h:.2f}"[:4] in numbers


def test_the_rules_below_refuse_the_same_on_the_page(make_copy):
    """A short baseline and a target without a day are refused in the reader's language."""
    path = make_copy()
    days = {"baseline_first": "2026-10-01", "baseline_last": "2026-10-10", "by": "all", "due": ""}
    with client(path, END_UTC_S) as pages:
        answer = _send(pages, form="target", light="dark_on", aim="", **days)
        assert "A baseline takes 28 days or more" in said(answer.text)
        days["baseline_first"] = "2026-09-01"
        answer = _send(pages, form="target", light="dark_on", aim="+10%", **days)
        assert "A target needs a day" in said(answer.text)


def test_a_day_is_of_an_entry_that_began_before_it(make_copy):
    """The rules give the same entry to the ledger as the page."""
    path = make_copy()
    with Ledger.open(path) as ledger:
        write_entry(ledger, SEEN, TODAY)
        agree(ledger, BASELINE, "anna", END_UTC_S, TODAY)
    with client(path, END_UTC_S) as pages:
        told = said(_get(pages, f"/nl/{SITE}/diary"))
    assert "bridge closed" in told
    assert "Afgesproken op" in told
    assert date(2026, 1, 1) < TODAY
