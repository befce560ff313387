"""Claims in words: web/study_view alone says them; docs/evaluation.md has those of the demo."""

import ast
from datetime import date, timedelta
from html import escape
from itertools import product
from pathlib import Path
from typing import ClassVar

import pytest
from tools.figures.studies import claim_words, claims, demo_pages, demo_studies

from padlicht.evaluation.estimators.early_signal import Signal
from padlicht.evaluation.estimators.types import SURE, Analysis, Design, Estimate, Method, Outcome
from padlicht.evaluation.registration import Claim, Registration, Study
from padlicht.ledger.tables.studies import StudyRow
from padlicht.web.glance import hints
from padlicht.web.i18n import Words, words
from padlicht.web.study_view import verdict
from tests.rigs.year import TRUTH

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "hub" / "padlicht" / "web"
DOCS = (ROOT / "docs" / "evaluation.md").read_text()
SAYS_VERDICTS = {"study_view", "studies", "reports"}  # of a study that is over, by its words
CLOCK = (Method.CLOCK_CHANGE, Method.CLOCK_CHANGE_YEARS)
MONDAY = date(2026, 2, 2)


class Ear(Words):
    """Words that notes what it is asked for."""

    heard: ClassVar[list[str]] = []

    def text(self, message):
        self.heard.append(message)
        return message


@pytest.fixture
def ear():
    """English, and nothing heard yet."""
    t = words("en")
    Ear.heard = []
    return Ear(t.language, t.locale, t.translations)


def estimate(method, outcome):
    return Estimate(method, outcome, 12, 9, 1.2, 1.1, 1.3, on=MONDAY)


def study(claim):
    registration = Registration("?", claim, Design.INSTALLATION, MONDAY, 12, "lamps")
    return Study(StudyRow(1, "s", "park", 0, "who", {}, ()), registration, registration)


def said(page):
    """All that a module or a template has of words, on one line."""
    text = page.read_text()
    if page.suffix == ".py":
        found = [node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)]
        text = "\n".join(value for value in found if isinstance(value, str))
    return " ".join(text.split())


def test_the_list_of_verdicts_is_what_a_study_can_say_as_sure(ear):
    """By every method; a sentence that is added or put otherwise is put so in the list."""
    for method, outcome in product(set(Method) - set(CLOCK), SURE):
        verdict.estimate_text(ear, estimate(method, outcome))
    for claim, outcome in product(Claim, SURE):
        found = estimate(Method.TRYOUT, outcome)
        verdict.claim_text(ear, study(claim), found)
    for method in CLOCK:
        odds = estimate(method, Outcome.MORE)
        result = Analysis(Design.INSTALLATION, (odds, odds), ())
        list(verdict.beside(ear, result))
    places = {"on the path"}
    assert set(ear.heard) - places == set(claim_words.VERDICTS)


def test_the_sentence_of_a_hint_is_that_of_the_glance_page(ear):
    """So that none is overlooked, and none is taken for a verdict."""
    signal = Signal(MONDAY, 40, 0.4, 0.7)
    (told,) = hints.sentences(words("en"), {"east": signal})
    hints.sentences(ear, {"east": signal})
    assert claim_words.HINT in ear.heard
    text = claim_words.text_of(f"<p>{escape(told)}</p>")
    assert [zone for zone, _, _ in claim_words.hints(text)] == ["east"]
    assert claim_words.verdicts(text) == []


@pytest.mark.parametrize("method", [Method.TRYOUT, Method.INSTALLATION])
@pytest.mark.parametrize("outcome", [*sorted(SURE), Outcome.NO_SURE_DIFFERENCE])
def test_a_verdict_is_found_on_a_page_and_no_sure_difference_is_none(method, outcome):
    """As it stands there: with its numbers, within marks, among other sentences."""
    told = verdict.estimate_text(words("en"), estimate(method, outcome))
    page = f"<main>\n  <p>Before.\n {escape(told)}</p><p>After.</p></main>"
    text = claim_words.text_of(page)
    assert len(claim_words.verdicts(text)) == (outcome in SURE)
    assert claim_words.suspects(text), "an interval is never overlooked"


def test_no_page_but_those_of_studies_has_a_verdict_among_its_words():
    """Glance, use, public, settings and all others; neither the message nor the function."""
    pages = [page for kind in ("py", "html") for page in WEB.rglob(f"*.{kind}")]
    assert {"glance", "use", "public", "settings"} <= {page.parent.name for page in pages}
    for page in pages:
        words_of_it = said(page)
        place = page.relative_to(WEB).parts[0]
        if place not in SAYS_VERDICTS:
            assert not any(message in words_of_it for message in claim_words.VERDICTS), page
            assert "study_view" not in page.read_text(), page
    assert all(
        message in said(WEB / "study_view" / "verdict.py") for message in claim_words.VERDICTS
    )


def test_studies_of_the_demo_are_at_every_change_and_where_nothing_was_changed():
    """Each half with the other as control path and without; quiet ones span no change."""
    asked = demo_studies.studies(TRUTH)
    changes = demo_pages.changes_of(TRUTH)
    assert len(changes) == 3
    for on in changes:
        pairs = [(one.zone, one.control_zone) for one in asked if one.on == on]
        assert sorted(pairs) == [("east", ""), ("east", "west"), ("west", ""), ("west", "east")]
    quiet = [one for one in asked if one.did == "nothing"]
    assert len(quiet) >= 12
    for one in quiet:
        span = one.weeks * timedelta(weeks=1)
        assert not any(one.on - span < change < one.on + span for change in changes)
    # Lamps came on both halves, so beside the other one nothing is different.
    assert {one.truth for one in asked if one.on == changes[0]} == {TRUTH.effect, 1.0}


def test_a_row_of_the_table_has_the_truth_beside_the_claim():
    """A claim where nothing was changed is bold, and so is a truth outside the interval."""
    sure = demo_studies.Found(MONDAY, "west", "nothing", 1.0, estimate(Method.TRYOUT, Outcome.MORE))
    silent = Estimate(Method.INSTALLATION, Outcome.HARDLY_LIT, 0, 0)
    rows = list(claims.study_table([sure, sure._replace(estimate=silent, truth=1.25)]))[3:]
    assert rows == [
        "| 2026-02-02 | west | nothing | 0 % | +20 % (+10 % to +30 %) | **no** | **more** |",
        "| 2026-02-02 | west | nothing | +25 % | `hardly_lit` | – | none |",
    ]


def test_the_tables_of_the_docs_have_every_page_and_every_study():
    """What is measured is what is printed."""
    assert claims.OF_PAGES in DOCS
    assert claims.OF_STUDIES in DOCS
    for page in (*demo_pages.PAGES, demo_pages.SINCE):
        assert f"| {page} |" in DOCS, page
    for one in demo_studies.studies(TRUTH):
        assert f"| {one.on} | {demo_studies.called(one)} | {one.did} |" in DOCS, one
