"""PDF: made by a process of its own, of what stands in static/ alone, on the sheets that it has."""

import asyncio
import re

import pytest

from padlicht.web import pdf
from padlicht.web.page import asset
from tests.web.pdf_parts import objects, page_count

LINE = "<p>Een regel die over een half blad loopt, want er staat nogal wat in.</p>"


def made(body: str, most_pages: int = 1) -> bytes:
    page = (
        '<!doctype html><html lang="nl"><head><title>Blad</title><link rel="stylesheet"'
        f' href="{asset("paper.css")}"></head><body>{body}</body></html>'
    )
    return asyncio.run(pdf.make_pdf(page, most_pages))


def test_a_page_becomes_a_sheet_that_a_reader_for_the_blind_can_read(programs):
    """One sheet, with its language, and tagged as PDF/UA says."""
    sheet = made("<h1>Blad</h1>" + LINE)
    assert page_count(sheet) == 1
    assert b"/Lang (nl)" in objects(sheet)
    assert b"/StructTreeRoot" in objects(sheet)
    assert b"pdfuaid" in objects(sheet)


def test_what_is_too_long_is_set_smaller_and_then_gets_another_sheet(programs):
    """Nothing is cut off, however much there is."""
    assert page_count(made(LINE * 38)) == 1
    assert page_count(made(LINE * 60)) > 1


def test_it_asks_nobody_and_reads_no_file(programs, tmp_path):
    """Only files of static/ are taken: neither the network nor the disk is in the document."""
    secret = tmp_path / "secret.css"
    secret.write_text("p { color: #123456 }")
    body = (
        f'<link rel="stylesheet" href="{secret.as_uri()}">'
        '<link rel="stylesheet" href="/static/0/../../../secret.css">'
        '<img src="http://127.0.0.1:9/picture.png" alt="none"><p>Hier.</p>'
    )
    sheet = made(body)
    assert page_count(sheet) == 1
    assert b".070588" not in objects(sheet)  # 0x12 of 255


def test_a_chart_is_drawn_in_papers_colours(programs):
    """A drawing knows neither the page's styles nor its patterns: both are put inside it."""
    page = (
        '<svg class="patterns"><defs><pattern id="p-gap"/></defs></svg><svg class="drawing wide">'
    )
    inside = pdf.with_inner_styles(page)
    assert inside.endswith('</style><defs><pattern id="p-gap"/></defs>')
    style = re.search("<style>(.*)</style>", inside, re.DOTALL)[1]
    assert "var(" not in style
    assert re.search(r"\.dark_on, \.after, \.boost \{ fill: #000; \}", style)


@pytest.mark.parametrize(
    ("stub", "said"),
    [
        ("raise ModuleNotFoundError('no', name='weasyprint')", "pip install 'padlicht[pdf]'"),
        ("raise OSError('cannot load library libpango')", "apt install libpango-1.0-0"),
        ("raise RuntimeError('it fell over')", "it fell over"),
    ],
)
def test_what_is_missing_is_said_with_what_to_do(programs, monkeypatch, tmp_path, stub, said):
    """Without the extra, without its libraries, or when it breaks: a sentence, and no PDF."""
    (tmp_path / "weasyprint.py").write_text(stub)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(pdf.PdfError, match=re.escape(said)):
        made(LINE)


def test_what_takes_too_long_is_ended(programs, monkeypatch, tmp_path):
    """A document that would take for ever keeps no process behind."""
    (tmp_path / "weasyprint.py").write_text("import time; time.sleep(600)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(pdf, "LIMIT_S", 0.5)
    with pytest.raises(pdf.PdfError, match="try it again"):
        made(LINE)
