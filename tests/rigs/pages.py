"""The pages of a hub on a ledger of one's own or everybody's: every address, and what to ask.

Tests and figures take the addresses from here, so that a page that is new is not forgotten.
"""

import asyncio
import re
from pathlib import Path

from litestar import Litestar
from litestar.testing import TestClient

from padlicht.config import Config
from padlicht.control.live_state import LiveState
from padlicht.participation.field.sheets import KINDS
from padlicht.web.app import make_app
from padlicht.web.context import WebContext
from padlicht.web.i18n import LANGUAGES
from tests.browser.park import StoppedClock
from tests.participation.parts import CODE

# What stands for a part of an address, and which queries a page has besides none.
QUERIES = {
    "/{language}/{site}/use": ("", "?weeks=52&zone={zone}"),
    "/{language}/{site}/node/{node}/day": ("", "?date={date}"),
    "/{language}/{site}/health": ("", "?zone={zone}"),
    "/{language}/{site}/settings": ("", "?since=2026-05-14"),
    "/{language}/{site}/words/{code}/type": ("", "?place=letterbox"),
    "/{language}/{site}/words/{code}/sheet": ("", "?place=letterbox"),
}
# What stands for a part that a caller does not name.
ANY = {"code": CODE, "quarter": "2026-Q4"}
# With the login off, which is how these are looked at, its page only leads on.
NO_PAGE = ("/api", "/events", "/static", "/healthz", "/metrics", "/logout", "/login")


def app(ledger: Path, now_utc_s: int, login: str = "off") -> Litestar:
    """The hub's pages on `ledger`, at a time that stands still."""
    config = Config(data=ledger.parent, login=login)
    context = WebContext(ledger, LiveState(), StoppedClock(at=[now_utc_s]), config)
    return make_app(context, asyncio.Event())


def client(ledger: Path, now_utc_s: int) -> TestClient[Litestar]:
    """Asks the pages without a network; to be used with `with`."""
    return TestClient(app(ledger, now_utc_s))


def templates(pages: Litestar) -> list[str]:
    """Every address with an HTML page, with its parts as {names}."""
    found = []
    for route in pages.routes:
        if "GET" in getattr(route, "methods", ()) and not route.path.startswith(NO_PAGE):
            path = re.sub(r"\{(\w+):\w+\}", r"{\1}", route.path)
            if path != "/" and not path.endswith((".csv", ".pdf", ".js")):
                found.append(path)
    return sorted(found)


def addresses(pages: Litestar, nodes: tuple[str, ...] = (), **parts: str) -> list[str]:
    """Every page in every language, with these parts of a park; once for each of `nodes`.

    The page of a study is among them when there is one: `study` is its name.
    """
    found = []
    for template in templates(pages):
        if "{study}" in template and "study" not in parts:
            continue  # a park without a study has no page of one
        for query in QUERIES.get(template, ("",)):
            for language in LANGUAGES:
                for node in nodes or (parts.get("node", ""),):
                    for kind in KINDS:
                        values = {**ANY, **parts, "language": language, "node": node, "kind": kind}
                        found.append((template + query).format(**values))
    return list(dict.fromkeys(found))
