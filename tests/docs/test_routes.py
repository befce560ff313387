"""docs/reference/routes.md: every address that the hub answers, its queries and whom it is for."""

import asyncio
import re
from pathlib import Path
from typing import Any, cast

import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from padlicht.config import Config
from padlicht.control.live_state import LiveState
from padlicht.operations.monitor import HubMonitor
from padlicht.operations.routes import make_routes
from padlicht.web import sse
from padlicht.web.app import make_app
from padlicht.web.context import WebContext
from tests.browser.park import StoppedClock
from tests.docs.tables import REFERENCE, codes, sections, table

PAGE = (REFERENCE / "routes.md").read_text(encoding="utf-8")
PAGES_PAGE = (REFERENCE.parent / "pages.md").read_text(encoding="utf-8")
HEAD = ("address", "method", "for", "query", "what")
PARTS = {
    **{"language": "LANG", "site": "SITE", "node": "NODE", "code": "CODE"},
    **{"version": "VERSION", "name": "NAME", "kind": "KIND", "study": "STUDY"},
    "quarter": "QUARTER",
    "study": "STUDY",
}
# Litestar answers these itself: what a browser asks first, and no page below the API's own.
NOT_OURS = ("OPTIONS", "/api/{path:str}")
Told = tuple[str, list[str]]  # whom it is for, and its queries


@pytest.fixture(scope="module")
def hub(tmp_path_factory) -> Litestar:
    """The application of a whole hub; nobody asks it anything here."""
    folder: Path = tmp_path_factory.mktemp("hub")
    beside = make_routes(cast(HubMonitor, None))
    config = Config(data=folder)
    context = WebContext(folder / "ledger.sqlite", LiveState(), StoppedClock(), config, beside)
    return make_app(context, asyncio.Event())


def answered(app: Litestar) -> dict[tuple[str, str], Told]:
    """Every address and method."""
    return {
        (_written(route.path), method): (
            "all" if handler.opt.get("open") else "accounts",
            sorted(_queries(handler)),
        )
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        for method in handler.http_methods
        if method not in NOT_OURS and route.path not in NOT_OURS
    }


def _written(path: str) -> str:
    return re.sub(r"\{(\w+):\w+\}", lambda part: PARTS[part[1]], path)


def _queries(handler: HTTPRouteHandler) -> set[str]:
    parameters: dict[str, Any] = handler.parsed_fn_signature.parameters
    return {
        name for name, one in parameters.items() if isinstance(one.kwarg_definition, QueryParameter)
    }


def rows() -> list[list[str]]:
    """Of all tables of the page."""
    return [row for text in sections(PAGE, 2).values() for row in table(text, *HEAD)]


def test_every_address_is_told(hub):
    """With its method, whom it is open to and what may be asked; none that does not answer."""
    told = {(codes(row[0])[0], row[1]): (row[2], sorted(codes(row[3]))) for row in rows()}
    assert told == answered(hub)
    assert len(told) == len(rows())


def test_every_address_says_what_it_is():
    """The last column is never empty."""
    assert all(row[4] for row in rows())


def test_every_event_is_told():
    """Names of server-sent events, as the stream lets them through."""
    (row,) = [row for row in rows() if row[0] == "`/events`"]
    assert set(codes(row[4])) == sse._EVENTS


def test_the_guide_to_the_pages_names_addresses_that_are_there(hub):
    """docs/pages.md is for readers, and leads nowhere else than this reference."""
    known = {path for path, _ in answered(hub)}
    named = [code for row in table(PAGES_PAGE, "address") for code in codes(row[0])]
    for address in named:
        path = re.sub(r"^(/public)?/nl", r"\1/LANG", address.rstrip("/"))
        assert path in known, address
