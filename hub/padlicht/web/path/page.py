"""The path now: its light, today's passages, and every lamp and counter, live."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from padlicht.ledger import Node, Site
from padlicht.usage.days import Passages
from padlicht.web.i18n import Words, text
from padlicht.web.page import PageContext, Req, Tab
from padlicht.web.park_view import sentences
from padlicht.web.park_view.picture import Picture, draw
from padlicht.web.park_view.snapshot import Snapshot
from padlicht.wire import LampLive

TAB = Tab("path", text("The path now"))
LOW_COVERAGE = 0.9  # below it a count is said to be of a part of the day only


@dataclass(frozen=True)
class Glow:
    """A lamp's light now: `level_pm` permille of full, None when it is not known."""

    level_pm: int | None = None
    state: str = ""

    @cached_property
    def lightness(self) -> float:
        """CIE lightness, 0 to 1: how bright that output looks, and how bright it is drawn."""
        share = (self.level_pm or 0) / 1000
        light = share * 9.033 if share <= 0.008856 else 1.16 * share ** (1 / 3) - 0.16
        return round(light, 3)


UNKNOWN = Glow()


@dataclass(frozen=True)
class Share:
    """Passages as the page shows them."""

    name: str
    passages: Passages
    simulated: bool = False

    @property
    def partial(self) -> bool:
        """Whether a good part of the time that was due went unwatched."""
        coverage = self.passages.coverage
        return coverage is not None and coverage < LOW_COVERAGE


def routes(pages: PageContext) -> list[HTTPRouteHandler]:
    """The page of one site."""

    @get("/{language:str}/{site:str}/path", include_in_schema=False)
    async def path(request: Req, language: FromPath[str], site: FromPath[str]) -> Response[str]:
        """Light, counts and nodes of this moment."""
        say = pages.words(language)
        place, _ = await pages.read(site, lambda *_: None)
        snapshot = await pages.looker.look(site)
        assert snapshot is not None  # noqa: S101 -- the site is there, as `place` shows
        seen = await asyncio.to_thread(
            living, say, snapshot, levels_now(pages), levels_asked=pages.context.config.live
        )
        return await pages.page(request, say, "path.html", place, tab=TAB.address, **seen)

    return [path]


def levels_now(pages: PageContext) -> dict[str, LampLive]:
    """How bright the lamps are; unless somebody watches, nobody asks them, and it is not known."""
    live = pages.context.live
    return dict(live.levels) if live.viewers else {}


def living(
    say: Words, snapshot: Snapshot, levels: Mapping[str, LampLive], *, levels_asked: bool
) -> dict[str, Any]:
    """What living.html and path.html show; `levels_asked`: lamps are asked while somebody looks."""
    pictures = [_picture(snapshot.site, snapshot.nodes, layout) for layout in ("wide", "tall")]
    return {
        "snapshot": snapshot,
        "pictures": [picture for picture in pictures if picture is not None],
        "glows": {
            lamp.name: Glow(levels[lamp.name].level_pm, levels[lamp.name].state)
            if lamp.name in levels
            else UNKNOWN
            for lamp in snapshot.lamps
        },
        "state_words": sentences.state_words(say),
        "light": sentences.light(say, snapshot),
        "total": Share("", snapshot.today.total),
        "counters": [
            Share(name, passages, snapshot.registered[name].simulated)
            for name, passages in snapshot.today.counters.items()
        ],
        "simulated": sum(node.simulated for node in snapshot.nodes),
        "reachable": sum(snapshot.states[lamp.name].state == "ready" for lamp in snapshot.lamps),
        "settings": lambda node: sentences.settings(say, snapshot.states[node.name]),
        "trouble": lambda node: sentences.trouble(say, snapshot, node),
        "levels_asked": levels_asked,
        "script_words": sentences.for_script(say),
    }


@lru_cache(maxsize=8)
def _picture(site: Site, nodes: tuple[Node, ...], layout: str) -> Picture | None:
    # Five hundred lamps take a tenth of a second to lay out, and stand where they stood.
    return draw(site, nodes, layout)
