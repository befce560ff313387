"""People's words typed in, read by a moderator, and shown by the rules for small numbers."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from litestar.testing import TestClient

from padlicht.participation.store import open_participation
from padlicht.web.words.printed import qr_svg
from tests.browser.park import EVENING, make_park
from tests.participation.parts import ROUND, persons
from tests.rigs.pages import app
from tests.web.participation.words_park import form, phone, stored
from tests.web.pdf_parts import page_count


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


def test_a_round_is_begun_on_its_page(hub, folder):
    """With who asks, who decides, and when sheets are deleted; without one of them it is told."""
    values = {"title": "Autumn", "contact": "Jantje", "decides": "The council, in March."}
    days = {"first_day": "2026-11-12", "last_day": "2026-12-09", "delete_after": "2028-11-11"}
    refused = form(hub, "/en/park/words", **values | days | {"contact": " "})
    assert refused.status_code == 422
    assert "who asks" in refused.text
    assert 'value="Autumn"' in refused.text
    wrong = form(hub, "/en/park/words", **values | days | {"last_day": "2026-11-01"})
    assert "comes after the first" in wrong.text
    made = form(hub, "/en/park/words", **values | days)
    assert made.status_code == 303
    assert "Autumn" in hub.get(made.headers["location"]).text


def typed(hub, found, place="spot", **values):
    """A sheet from paper."""
    address = f"/en/park/words/{found.code}/type?place={place}"
    known = {"day": "2026-11-10", "way": "paper", "light": "2", "answers": "543261"}
    return form(hub, address, **known | values)


def test_a_sheet_is_typed_in_digit_by_digit(hub, folder, found):
    """Each digit stands beside its box on paper; the pile keeps its day and way."""
    answer = typed(hub, found, answers="5 4-0 61", often="3", role="1", age="3", code="uil37")
    assert answer.status_code == 303
    (sheet,), _ = stored(folder, found)
    assert (sheet.light, sheet.answers) == ("dark", (5, 4, None, 0, 6, 1))
    assert (str(sheet.day), sheet.way, sheet.place) == ("2026-11-10", "paper", "spot")
    assert (sheet.often, sheet.role, sheet.age) == (3, "resident", "65+")
    html = hub.get(answer.headers["location"]).text
    assert 'value="2026-11-10"' in html
    assert "Stored last:" in html
    deleted = form(hub, answer.headers["location"])  # its first hidden fields are the big form's
    assert deleted.status_code == 422


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"answers": "54326"}, "There are 5 now"),
        ({"answers": "543267"}, "Type 6 signs"),
        ({"light": "n"}, "Type 1 for day, or 2 for dark"),
        ({"role": "6"}, "“6” is none of the numbers"),
        ({"age": "0"}, "“0” is none of the numbers"),
        ({"day": "12 nov"}, "written as 2026-11-05"),
        ({"day": "2026-11-13"}, "yet to come"),
    ],
)
def test_a_typing_mistake_is_said_and_nothing_is_stored(hub, folder, found, values, said):
    """The rest of what was typed is still there."""
    answer = typed(hub, found, good="the trees", **values)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="the trees"' in answer.text
    assert stored(folder, found) == ([], [])


def test_a_full_round_takes_no_paper_either_and_says_so(hub, folder, found, monkeypatch):
    """With what was typed still in the boxes."""
    monkeypatch.setattr("padlicht.participation.survey.table.MOST_SHEETS", 0)
    answer = typed(hub, found, good="the trees")
    assert answer.status_code == 422
    assert "Please tell Jantje Smit, 06 12345678." in answer.text
    assert 'value="the trees"' in answer.text


def test_sheets_are_deleted_singly_by_code_and_as_a_round(hub, folder, found):
    """Whoever typed wrongly, whoever asks for it, and all that was said."""
    address = f"/en/park/words/{found.code}/delete"
    token = {"_csrf_token": re.search(
        r'name="_csrf_token" value="(\w+)"', hub.get(f"/en/park/words/{found.code}/type").text
    )[1]}  # fmt: skip
    for code in ("uil37", "uil37", "boom12"):
        typed(hub, found, code=code)
    sheets, _ = stored(folder, found)
    other = next(s for s in sheets if sum(s.pair == each.pair for each in sheets) == 1)
    hub.post(address, data=token | {"sheet": str(other.id)})
    assert len(stored(folder, found)[0]) == 2
    gone = hub.post(address, data=token | {"code": "UIL-37"})
    assert "2 sheets deleted" in hub.get(gone.headers["location"]).text
    hub.post(address, data=token | {"title": "another"})
    assert hub.get(f"/en/park/words/{found.code}").status_code == 200
    hub.post(address, data=token | {"title": found.title})
    assert hub.get(f"/en/park/words/{found.code}").status_code == 404


def test_a_text_is_shown_by_role_only_after_somebody_read_it(hub, folder, found):
    """Until then it is counted; what is taken away leaves its reason."""
    phone(hub, found, good="the trees", change="Piet shouts", role="young")
    page = f"/en/park/words/{found.code}"
    assert "the trees" not in hub.get(page).text
    assert "2 texts wait to be read" in hub.get(page).text
    texts = {text.text: str(text.id) for text in stored(folder, found)[1]}
    at = f"{page}/moderate"
    assert form(hub, at, text_id=texts["Piet shouts"], do="remove").status_code == 422
    form(hub, at, text_id=texts["Piet shouts"], do="remove", why="name")
    form(hub, at, text_id=texts["the trees"], do="show", text="the trees")
    html = hub.get(page).text
    assert re.search(r'<q>the trees</q> <span class="who">young person</span>', html)
    assert re.search(r"1 text was taken away:\s+it names or describes a person\.", html)
    assert "Piet" not in html + hub.get(at).text + hub.get(f"{page}/sheets.csv").text
    assert "the trees" in hub.get(f"{page}/sheets.csv").text


@pytest.mark.parametrize(("count", "said"), [(9, "From 10 on a mean is shown"),
                                             (10, "people feel less at ease")])  # fmt: skip
def test_a_mean_is_shown_from_ten_people_on(hub, folder, found, count, said):
    """And with fewer than twenty it says that it cannot be compared."""
    fill(folder, found, persons([0.4 + 0.2 * (i % 4) for i in range(count)]))
    html = hub.get(f"/en/park/words/{found.code}").text
    assert said in html
    assert ("cannot be compared with another round" in html) == (count == 10)


def test_two_rounds_are_compared_from_twenty_people_a_side_on(hub, folder, found):
    """No sure difference is said, and not that nothing changed."""
    with open_participation(folder / "participation.sqlite") as words:
        year = timedelta(days=365)
        days = {"first_day": ROUND.first_day - year, "last_day": ROUND.last_day - year}
        before = words.survey.add_round(replace(ROUND, title="Last year", **days))
    gaps = [0.2 * (i % 7) for i in range(20)]
    fill(folder, before, persons(gaps))
    fill(folder, found, persons(gaps[:19]))
    page = f"/en/park/words/{found.code}"
    assert "nothing can be said yet: it takes 20 people" in hub.get(page).text
    fill(folder, found, persons([0.0] * 20)[38:])
    assert "it does not mean that nothing changed" in hub.get(page).text


def test_of_how_many_and_who_is_missing(hub, folder, found):
    """As somebody wrote it down, beside who did not say to be there."""
    fill(folder, found, persons([0.2] * 3, role="resident", age="65+"))
    page = f"/en/park/words/{found.code}"
    assert "3 people answered, of 60 who were asked" in hub.get(page).text
    form(hub, page, asked="", missing="Nobody under 18 came.", happened="A quarrel in May.")
    html = hub.get(page).text
    assert "of how many is not written down" in html
    assert "Nobody under 18 came." in html
    assert "A quarrel in May." in html
    assert re.search(r"one of these: young person, worker, entrepreneur, official, 12 to 24", html)


def test_a_round_is_of_its_own_park_only(hub, found):
    """At another park's address it is not there."""
    assert hub.get(f"/en/elsewhere/words/{found.code}").status_code == 404
    assert hub.get("/en/park/words/zzzzzz").status_code == 404


def test_the_paper_sheet_leads_to_the_phone(hub, found):
    """One QR code and a short code; a hub that no phone reaches says so."""
    html = hub.get(f"/en/park/words/{found.code}/sheet").text
    assert html.count('class="qr"') == 1
    assert qr_svg(f"http://testserver.local/ask/en/{found.code}") in html
    assert "<code>testserver.local/ask/en</code>" in html
    assert f'<code class="short">{found.code}</code>' in html
    assert "No phone reaches" not in html
    here = hub.get(f"/en/park/words/{found.code}/sheet", headers={"host": "127.0.0.1:8080"}).text
    assert "No phone reaches http://127.0.0.1:8080/ask/en/" in here
    at_home = hub.get(f"/en/park/words/{found.code}/sheet?place=letterbox").text
    assert qr_svg(f"http://testserver.local/ask/en/{found.letterbox_code}") in at_home
    assert hub.get(f"/en/park/words/{found.code}/sheet?place=nowhere").status_code == 404


def test_the_paper_sheet_is_a_file_of_two_sides(programs, hub, folder):
    """Also when whoever asks has much to say: it is set smaller, and nothing is cut off."""
    with open_participation(folder / "participation.sqlite", make=True) as words:
        long = replace(ROUND, contact="Jantje Smit, 06 12 " * 10, decides="The team advises. " * 33)
        found = words.survey.add_round(long)
    answer = hub.get(f"/nl/park/words/{found.code}/sheet.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert page_count(answer.content) == 2


def fill(folder, found, sheets):
    """Sheets into the round, each pair with a code of its own."""
    with open_participation(folder / "participation.sqlite") as words:
        for sheet in sheets:
            words.survey.add_sheets(
                found.id,
                [sheet],
                once=sheet.pair + sheet.light.encode(),
                code=f"uil{int.from_bytes(sheet.pair)}",
            )
