"""The sheet of eight on paper: two sides of A4, folded once, with one QR code and a short code.

Outside: what it is, who asks, who decides, and the person's own code; inside: the questions. Beside
each box stands the digit by which it is typed in (typed.py). The page is printed by the browser,
or comes as a PDF (web/pdf.py).
"""

import io
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

import segno
from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery

from padlicht.participation.survey.sheet import PLACES
from padlicht.web.page import PageContext, Req
from padlicht.web.words.ask import form_words
from padlicht.web.words.rounds import TAB, Rounds

SIDES: Final = 2


def routes(pages: PageContext, rounds: Rounds) -> list[HTTPRouteHandler]:
    """…/sheet, to print, and …/sheet.pdf."""

    async def values_for(
        request: Req, language: str, site: str, code: str, at: str
    ) -> tuple[Any, dict[str, Any]]:
        if at not in PLACES:
            raise NotFoundException(f"sheets are for {' or '.join(PLACES)}, not for {at[:20]!r}")
        place, found = await rounds.ask(site, code, lambda asked: asked.round)
        words = form_words(pages.words(language), found, at)
        # As whoever prints it reached this page, so a phone reaches the other.
        base = f"{request.url.scheme}://{request.url.netloc}{pages.context.config.page_path}"
        address = f"{base}/ask/{language}/{words['code']}"
        return place, {
            **words,
            "tab": TAB.address,
            "at": at,
            "address": address,
            "enter": f"{base}/ask/{language}".partition("://")[2],
            "qr": qr_svg(address),
            "only_here": is_only_here(address),
        }

    @get("/{language:str}/{site:str}/words/{code:str}/sheet", include_in_schema=False)
    async def sheet(
        request: Req,
        language: FromPath[str],
        site: FromPath[str],
        code: FromPath[str],
        place: FromQuery[str] = "spot",
    ) -> Response[str]:
        """Both sides, as they come out of a printer."""
        context, values = await values_for(request, language, site, code, place)
        return await pages.page(
            request, pages.words(language), "words_sheet.html", context, **values
        )

    @get("/{language:str}/{site:str}/words/{code:str}/sheet.pdf", include_in_schema=False)
    async def file(
        request: Req,
        language: FromPath[str],
        site: FromPath[str],
        code: FromPath[str],
        place: FromQuery[str] = "spot",
    ) -> Response[Any]:
        """The same as a file to print, or to have printed."""
        context, values = await values_for(request, language, site, code, place)
        return await pages.pdf(
            request,
            pages.words(language),
            "words_sheet.html",
            context,
            f"sheet-{values['code']}",
            most_pages=SIDES,
            **values,
        )

    return [sheet, file]


def qr_svg(address: str) -> str:
    """A QR code that is read from a creased sheet (level Q), as a drawing in the page."""
    out = io.BytesIO()
    code = segno.make(address, error="q", micro=False)
    code.save(out, kind="svg", xmldecl=False, svgns=True, border=4, omitsize=True, svgclass="qr")
    return out.getvalue().decode()


def is_only_here(address: str) -> bool:
    """Whether no phone reaches this address: it is the loopback of this machine."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
