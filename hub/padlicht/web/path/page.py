"""The page "The path now": its light, today's passages, and every lamp and counter, live.

The route: app.py gives the request to `path`, which asks the ledger in a thread through
`PageContext.read`; `read_snapshot` (park_view/snapshot.py) is the question, one answer a second for
all who look. `live_view` (park_view/live_view.py) puts it into sentences, and `PageContext.page`
renders path.html, which takes the picture from park.html.
"""

import asyncio

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from padlicht.web.i18n import text
from padlicht.web.page import PageContext, Req, Tab
from padlicht.web.park_view.live_view import levels_now, live_view
from padlicht.web.park_view.snapshot import read_snapshot

TAB = Tab("path", text("The path now"))


def routes(pages: PageContext) -> list[HTTPRouteHandler]:
    """The page of one site."""

    @get("/{language:str}/{site:str}/path", include_in_schema=False)
    async def path(request: Req, language: FromPath[str], site: FromPath[str]) -> Response[str]:
        """Light, counts and nodes of this moment."""
        t = pages.words(language)
        _, snapshot = await pages.read(site, read_snapshot)
        shown = await asyncio.to_thread(
            live_view,
            t,
            snapshot,
            levels_now(pages.context.live),
            levels_asked=pages.context.config.live,
        )
        return await pages.page(request, t, "path.html", snapshot.place, tab=TAB.address, **shown)

    return [path]
