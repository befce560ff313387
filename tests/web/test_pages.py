"""Every page there is: it answers, in both languages, with nothing from elsewhere."""

import re

import pytest

from padlicht.ledger import Ledger, Site
from padlicht.web.app import PAGES
from padlicht.web.i18n import LANGUAGES
from tests.browser.park import EVENING, make_park, node
from tests.rigs.pages import addresses, app, client, templates
from tests.rigs.year import END_UTC_S

PARTS = {"site": "molukkenplantsoen", "zone": "west", "date": "2026-11-05"}
NODES = ("lamp-1", "counter-east")
# In the head of a page, or as the first line of one that is handed over on paper.
SIMULATED = (
    r"<strong>(A simulation|Een simulatie)\.</strong>"
    r'|<p class="simulated">(A simulation|Een simulatie): '
)


def test_every_page_answers_in_both_languages(year):
    """Each address of the application, with the parts of a real park; none holds inline code."""
    with client(year, END_UTC_S) as pages:
        for address in addresses(pages.app, NODES, **PARTS):
            answer = pages.get(address)
            assert answer.status_code == 200, address
            assert answer.headers["content-type"] == "text/html; charset=utf-8", address
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            html = answer.text
            assert not re.search(
                r'\sstyle="|\son\w+="|<style|<script>|(src|href)="(https?:)?//', html
            ), address
            language = re.search(r'<html lang="(\w+)">', html)[1]
            assert language in address


def test_every_chart_has_its_numbers_and_its_file(year):
    """A title, a finding, two drawings, a table and a CSV that is there."""
    with client(year, END_UTC_S) as pages:
        for address in addresses(pages.app, NODES, **PARTS):
            html = pages.get(address).text
            for name, figure in re.findall(
                r'<figure class="chart" id="([\w-]+)">(.*?)</figure>', html, re.DOTALL
            ):
                assert figure.count('role="img"') == 2, (address, name)
                assert f'id="{name}-caption">' in figure
                assert "<th scope=" in figure
                link = re.search(r'class="csv" href="([^"]+)"', figure)[1].replace("&amp;", "&")
                answer = pages.get(link)
                assert answer.status_code == 200, link
                head = answer.text.splitlines()[0].split(",")
                assert len(head) == len(set(head)) > 2, link
                # What is public is told in shares: seconds would let small counts be worked out.
                if "passages" in head and not address.startswith("/public"):
                    assert {"watched_s", "due_s", "coverage", "simulated"} <= set(head), link


def test_every_page_marks_what_is_simulated(year):
    """The year is made up, and no page of the park leaves that unsaid."""
    with client(year, END_UTC_S) as pages:
        for address in addresses(pages.app, NODES, **PARTS):
            html = pages.get(address).text
            if re.fullmatch(r"/ask/\w+", address):
                continue  # the code that is typed there says of which park the sheet is
            assert 'class="simulated"' in html, address
            assert re.search(SIMULATED, html), address


def test_the_other_language_is_the_same_page(year):
    """The switch keeps page and choice, and what it leads to is there."""
    with client(year, END_UTC_S) as pages:
        for address in addresses(pages.app, NODES, **PARTS):
            html = pages.get(address).text
            links = dict(re.findall(r'<a href="([^"]+)" hreflang="(\w+)"', html))
            assert sorted(links.values()) == sorted(LANGUAGES), address
            for link in links:
                assert pages.get(link.replace("&amp;", "&")).status_code == 200, link


def test_the_navigation_leads_to_pages_that_are_there(year):
    """Each tab of a page answers; the page that is shown is marked, and only it."""
    with client(year, END_UTC_S) as pages:
        html = pages.get("/en/").text
        tabs = re.search(r'<nav class="tabs".*?</nav>', html, re.DOTALL)[0]
        links = re.findall(r'href="([^"]+)"', tabs)
        assert len(links) == sum(hasattr(page, "TAB") for page in PAGES) >= 3
        for link in links:
            shown = re.search(r'<nav class="tabs".*?</nav>', pages.get(link).text, re.DOTALL)[0]
            assert re.findall(r'href="([^"]+)" aria-current="page"', shown) == [link]


def test_another_park_is_one_link_away(tmp_path):
    """With two parks, each page leads to the same page of the other."""
    make_park(tmp_path / "ledger.sqlite")
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger, ledger.transaction():
        ledger.sites.add(Site("zuiderpark", "Zuiderpark", "Europe/Amsterdam", 53.2, 6.5))
    with client(tmp_path / "ledger.sqlite", EVENING) as pages:
        for address in ("/en/park", "/en/park/use", "/en/park/path"):
            other = address.replace("/park", "/zuiderpark", 1)
            assert f'href="{other}"' in pages.get(address).text
            assert "Zuiderpark" in pages.get(other).text


@pytest.mark.parametrize("address", ["/nl/nowhere", "/nl/nowhere/use", "/nl/nowhere/path", "/de/"])
def test_what_is_not_there_is_a_page_that_says_so(year, address):
    """An unknown site or language: 404, in words, with a way back."""
    with client(year, END_UTC_S) as pages:
        answer = pages.get(address)
    assert answer.status_code == 404
    assert "<h1>" in answer.text


def test_a_node_may_be_called_like_a_page(tmp_path):
    """Nodes have their own part of the address, so that "use" is a good name for one."""
    make_park(tmp_path / "ledger.sqlite")
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger, ledger.transaction():
        ledger.nodes.add(node("use", "lamp", None))
    with client(tmp_path / "ledger.sqlite", EVENING) as pages:
        assert "<h1>use</h1>" in pages.get("/en/park/node/use").text
        assert "When is the park used" in pages.get("/en/park/use").text


def test_the_list_of_pages_is_that_of_the_application(year):
    """What tests and figures walk holds the pages that everybody knows of."""
    known = {"/{language}", "/{language}/{site}", "/{language}/{site}/use"}
    assert known <= set(templates(app(year, END_UTC_S)))
