"""The pages "At the path": sheets that are handed in, on screen and paper, and what they say."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from padlicht.ledger import Ledger
from padlicht.participation.store import open_participation
from tests.rigs.pages import client
from tests.rigs.year import END_UTC_S
from tests.web.pages.test_glance import SITE, said

TZ = ZoneInfo("Europe/Amsterdam")
DAY = "2026-11-05"
COUNTER = "counter-west"
WALK = {"day": DAY, "walk": "autumn", "point": "Bridge", "light": "dark", "lighting": "bad"}


def _send(pages, kind: str, once: str = "0123456789abcdef", as_json: bool = False, **fields: str):
    """Hand a sheet in as a browser does, with the token that the page gave."""
    address = f"/en/{SITE}/field/{kind}"
    token = re.search(r'name="_csrf_token" value="([^"]+)"', pages.get(address).text)[1]
    headers = {"Accept": "application/json"} if as_json else {}
    data = {"_csrf_token": token, "once": once, **fields}
    return pages.post(address, data=data, headers=headers, follow_redirects=False)


def _results(pages, language: str = "en") -> str:
    return said(pages.get(f"/{language}/{SITE}/field").text)


def test_a_sheet_that_is_handed_in_twice_is_one(make_copy):
    """By a form or by the script; the page says what the sheet says."""
    path = make_copy()
    with client(path, END_UTC_S) as pages:
        assert "No walk was handed in yet." in _results(pages)
        assert _send(pages, "walk", **WALK).status_code == 303
        answer = _send(pages, "walk", as_json=True, **WALK)
        assert (answer.status_code, answer.json()) == (200, {"kept": True, "new": False})
        told = _results(pages)
    assert "Bridge sheets: 0 by day, 1 in the dark" in told
    assert "1 bad" in told


def test_a_sheet_that_cannot_be_is_shown_again_with_the_reason(make_copy):
    """And what was typed is still in it; the script gets the reason alone."""
    with client(make_copy(), END_UTC_S) as pages:
        answer = _send(pages, "walk", **WALK | {"lighting": "", "point": "<b>"})
        assert answer.status_code == 422
        assert "nothing is said of the point" in said(answer.text)
        assert 'value="&lt;b&gt;"' in answer.text
        answer = _send(pages, "count", as_json=True, day=DAY, begins="20:00", place="nobody",
                       people_0="1")  # fmt: skip
        assert answer.status_code == 422
        assert "there is no counter nobody" in answer.json()["wrong"]


def test_a_hand_count_corrects_the_passages_of_its_counter_here_and_nowhere_else(make_copy):
    """With interval and assumption; under three hours it is said that it takes more."""
    path = make_copy()
    begin = int(datetime(2026, 11, 5, 16, 0, tzinfo=TZ).timestamp())
    with Ledger.open(path, read_only=True) as ledger:
        records = ledger.records.footfall(SITE, begin, begin + 16 * 900, node=COUNTER)
    passages = [each.n_in + each.n_out for each in records]
    assert len(passages) == 16
    assert sum(passages) >= 50
    # Every second person walked arm in arm: three people for two passages, more or less.
    people = {
        f"people_{n}": str(round(each * (1.4 + n % 2 / 5))) for n, each in enumerate(passages)
    }
    with client(path, END_UTC_S) as pages:
        before = said(pages.get(f"/en/{SITE}").text)
        few = dict(list(people.items())[:4])
        _send(pages, "count", day=DAY, begins="16:00", place=COUNTER, **few)
        assert "too few to correct by" in _results(pages)
        _send(pages, "count", day=DAY, begins="16:00", place=COUNTER, **people)
        told = _results(pages)
        assert said(pages.get(f"/en/{SITE}").text) == before
    ratio, low, high = map(
        int,
        re.search(
            r"(\d+) people for every 100 passages \(95% interval (\d+) to (\d+)\)", told
        ).groups(),
    )
    assert low < ratio < high
    assert 140 <= ratio <= 160
    assert "If as many passed unseen or together" in told


def test_the_results_are_small_where_the_numbers_are(make_copy):
    """Few half hours are called few; a share stands only of twenty."""
    with client(make_copy(), END_UTC_S) as pages:
        _send(pages, "observation", day=DAY, begins="20:00", light="lit", age_adult="6",
              groups_pair="3")  # fmt: skip
        told = _results(pages)
    assert "1 half hours on 1 days: 3 groups, 6 people. Few half hours" in told
    assert "adults 6," in told
    assert "no effect of the lamps" in told


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("kind", ["count", "observation", "walk"])
def test_paper_has_a_place_for_everything_that_the_sheet_asks(make_copy, kind, language):
    """Each label of the screen's form stands on the paper, too."""
    with client(make_copy(), END_UTC_S) as pages:
        sheet = pages.get(f"/{language}/{SITE}/field/{kind}").text
        paper = said(pages.get(f"/{language}/{SITE}/field/{kind}/paper").text)
    form = re.search(r"<form class=\"write\".*?</form>", sheet, re.DOTALL)[0]
    labels = re.findall(r"<label[^>]*>\s*(?:<input[^>]*type=\"radio\"[^>]*>)?\s*([^<]+)", form)
    labels += re.findall(r"<legend>([^<]+)", form)
    if kind == "count":
        labels = [label for label in labels if not label.startswith(("People", "Mensen"))]
    assert len(labels) > 5
    for label in labels:
        assert said(label).strip() in paper, label


def test_what_people_saw_is_behind_the_login(make_copy):
    """No page of it is open to all, and nothing of it is in the ledger."""
    path = make_copy()
    with client(path, END_UTC_S) as pages:
        _send(pages, "walk", **WALK | {"seen": "a broken lamp"})
        assert "a broken lamp" not in pages.get(f"/public/en/{SITE}").text
    with open_participation(path.parent / "participation.sqlite") as words:
        assert len(words.visits.of_site(SITE)) == 1
    assert b"a broken lamp" not in path.read_bytes()
