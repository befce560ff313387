"""The sheet of eight on a phone: open to whoever has a code, bounded, and silent about others."""

import re

import pytest
from litestar.testing import TestClient

from padlicht.participation.store import open_participation
from padlicht.web.words import ask
from tests.browser.park import EVENING, make_park
from tests.participation.parts import ROUND, sheet
from tests.rigs.pages import app
from tests.web.participation.words_park import form, phone, stored


@pytest.fixture(name="folder")
def _folder(tmp_path):
    make_park(tmp_path / "ledger.sqlite")
    return tmp_path


@pytest.fixture(name="found")
def _found(folder):
    """A round that is open on the evening of the 12th of November."""
    with open_participation(folder / "participation.sqlite", make=True) as words:
        return words.survey.add_round(ROUND)


@pytest.fixture(name="hub")
def _hub(folder):
    with TestClient(app(folder / "ledger.sqlite", EVENING)) as client:
        client.follow_redirects = False
        yield client


def test_a_sheet_from_a_phone_is_kept_and_thanked_for(hub, folder, found):
    """With all that was ticked and written, under the park's own day."""
    values = {"often": "2", "role": "young", "age": "12-24", "good": "the trees", "code": "Uil 37"}
    answer = phone(hub, found, **{"now-5": "0"}, **values)
    assert answer.status_code == 303
    assert "Your sheet has come" in hub.get(answer.headers["location"]).text
    (sheet,), (text,) = stored(folder, found)
    assert (sheet.light, sheet.place, sheet.way) == ("dark", "spot", "phone")
    assert (str(sheet.day), sheet.answers) == ("2026-11-12", (5, 5, 5, 5, 0, 5))
    assert (sheet.often, sheet.role, sheet.age, text.text) == (2, "young", "12-24", "the trees")
    assert sheet.pair is not None


def test_the_sheet_mentions_no_light_and_shows_nothing_of_others(hub, folder, found):
    """Neither lamps nor counts nor what somebody else wrote, to anybody with the code."""
    phone(hub, found, good="the trees", code="uil37")
    for address in (f"/ask/en/{found.code}", f"/ask/en/{found.code}/thanks"):
        html = hub.get(address).text
        assert "the trees" not in html
        said = re.sub(r"<[^>]*>", " ", html.replace("A simulation.", ""))
        assert not re.search(r"lamp|light|lit\b|Padlicht|passage", said), address
        assert "<script" not in html


def test_the_light_is_proposed_by_the_sun(folder, found):
    """Dark at eight in the evening, day at noon, nothing in the twilight."""
    for ago_h, wanted in ((0, "dark"), (8, "day"), (3, "")):
        with TestClient(app(folder / "ledger.sqlite", EVENING - 3600 * ago_h)) as client:
            html = client.get(f"/ask/en/{found.code}").text
        checked = re.findall(r'name="light" value="(\w+)" checked', html)
        assert checked == ([wanted] if wanted else [])


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"light": "moon"}, "Is it day now, or dark?"),
        ({"code": "jantje"}, "The code needs letters and digits"),
        ({"code": "12031990"}, "The code needs letters and digits"),
        ({f"now-{number}": "9" for number in range(1, 7)}, "Nothing is filled in yet"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(hub, folder, found, values, said):
    """What was written is still in the form; nothing was stored."""
    answer = phone(hub, found, **{"change": "a bench"} if "code" in values else {}, **values)
    assert answer.status_code == 422
    assert said in answer.text
    assert "code" not in values or "a bench</textarea>" in answer.text
    assert stored(folder, found) == ([], [])


def test_at_home_one_form_is_both_halves(hub, folder, found):
    """By day and after dark, and a pair without a code."""
    marks = {f"{light}-{n}": "4" for light in ("day", "dark") for n in range(1, 7)}
    assert form(hub, f"/ask/nl/{found.letterbox_code}", **marks).status_code == 303
    sheets, _ = stored(folder, found)
    assert [(sheet.light, sheet.place) for sheet in sheets] == [
        ("dark", "letterbox"),
        ("day", "letterbox"),
    ]
    assert sheets[0].pair == sheets[1].pair is not None


def test_a_form_sent_twice_counts_once(hub, folder, found):
    """As by a finger that taps twice."""
    html = hub.get(f"/ask/en/{found.code}").text
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html))
    for _ in range(2):
        answer = hub.post(f"/ask/en/{found.code}", data=sent | {"light": "day", "now-1": "5"})
        assert answer.status_code == 303
    assert len(stored(folder, found)[0]) == 1


def test_nothing_is_taken_before_after_or_without_the_forms_token(folder, found):
    """Too early, too late, from elsewhere, or with another code: nothing is stored."""
    early = EVENING - 30 * 86_400
    late = EVENING + 30 * 86_400
    for now in (early, late):
        with TestClient(app(folder / "ledger.sqlite", now)) as client:
            assert "Now nothing can be handed in" in client.get(f"/ask/en/{found.code}").text
            assert client.get(f"/ask/en/{found.code}/thanks").status_code == 404
    with TestClient(app(folder / "ledger.sqlite", EVENING)) as client:
        assert client.get("/ask/en/zzzzzz").status_code == 404
        plain = client.post(f"/ask/en/{found.code}", data={"light": "day", "now-1": "5"})
        assert plain.status_code == 403
        assert phone(client, found, good="x" * 20_000).status_code == 413
        assert phone(client, found, once="../../etc").status_code == 403
    assert stored(folder, found)[0] == []


def test_an_address_hands_in_many_but_not_without_end(hub, folder, found):
    """Twenty at once, then ever slower; what was filled in stays in the form."""
    for _ in range(ask.FREE):
        assert phone(hub, found).status_code == 303
    answer = phone(hub, found, good="the trees")
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "1"
    assert "the trees</textarea>" in answer.text
    assert len(stored(folder, found)[0]) == ask.FREE


def test_without_a_login_nobody_sees_more_than_the_sheet(folder, found):
    """All other pages of people's words lead to the login."""
    with TestClient(app(folder / "ledger.sqlite", EVENING, login="on")) as client:
        client.follow_redirects = False
        assert client.get(f"/ask/en/{found.code}").status_code == 200
        for page in ("", f"/{found.code}", f"/{found.code}/type", f"/{found.code}/moderate",
                     f"/{found.code}/sheet", f"/{found.code}/sheets.csv"):  # fmt: skip
            answer = client.get(f"/en/park/words{page}")
            assert answer.status_code == 302, page
            assert "/login/" in answer.headers["location"]


def test_the_short_code_leads_to_the_sheet(hub, folder, found):
    """However it is written; one that no sheet has is said to be none."""
    assert 'name="code"' in hub.get("/ask/nl").text
    typed = f" {found.code[:3].upper()}-{found.code[3:]} "
    answer = hub.get("/ask/nl", params={"code": typed})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/ask/nl/{found.code}"
    assert "set-cookie" not in answer.headers
    for unknown in ("zzzzzz", "<b>0"):
        answer = hub.get("/ask/en", params={"code": unknown})
        assert answer.status_code == 404
        assert "No sheet has the code" in answer.text
        assert "<b>0" not in answer.text


def test_a_round_that_is_full_says_whom_to_tell(hub, folder, found, monkeypatch):
    """And the form keeps what was filled in; what is typed in from paper still goes in."""
    monkeypatch.setattr("padlicht.participation.survey.table.MOST_FROM_PHONES", 1)
    assert phone(hub, found).status_code == 303
    answer = phone(hub, found, good="the trees")
    assert answer.status_code == 403
    assert "Please tell Jantje Smit, 06 12345678." in answer.text
    assert "the trees</textarea>" in answer.text
    with open_participation(folder / "participation.sqlite") as words:
        assert words.survey.add_sheets(found.id, [sheet()], once=b"paper")
    assert len(stored(folder, found)[0]) == 2


def test_a_damaged_file_is_said_and_breaks_no_other_page(hub, folder, found):
    """What people say is apart from the ledger: the park's own pages go on."""
    (folder / "participation.sqlite").write_bytes(b"no database at all" * 100)
    answer = hub.get(f"/ask/en/{found.code}")
    assert answer.status_code == 503
    assert "The records are damaged" not in hub.get("/en/park").text
