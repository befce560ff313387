"""The page of one lamp or counter: how it is, where it was, and its self-tests to print and sign.

The route: app.py gives the request to `page`, which asks the ledger in a thread through
`PageContext.read`; `_query` is the question. node/selftest.py puts the tests into words,
park_view/live_view.py the settings, park_health what is wrong with it, and `PageContext.page`
renders node.html, which takes the mark of a state from park.html.
"""

from dataclasses import dataclass
from functools import partial

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from padlicht.control.settings_publisher import lacks_mount
from padlicht.ledger import Ledger, Node, NodeState, SelfTest, Site
from padlicht.ledger.timeline import Stretch
from padlicht.web import phrases
from padlicht.web.node import selftest
from padlicht.web.page import PageContext, Req
from padlicht.web.park_health.status import ParkHealth, park_health
from padlicht.web.park_health.troubles import judge
from padlicht.web.park_view import live_view, place_history, settings_in_force
from padlicht.web.park_view.settings_in_force import InForce
from padlicht.web.site_context import SiteContext

SHOWN_TESTS = 10  # of one node; `padlicht node tests` has them all


@dataclass(frozen=True)
class NodeView:
    """One node as of `now_utc_s`, with its last self-tests, newest first."""

    now_utc_s: int
    site: Site
    node: Node
    state: NodeState
    health: ParkHealth
    tests: tuple[SelfTest, ...]
    lacks_mount: bool
    in_force: InForce
    lines: dict[str, list[Stretch]]


def routes(pages: PageContext) -> list[HTTPRouteHandler]:
    """The page of one node."""

    @get("/{language:str}/{site:str}/node/{node:str}", include_in_schema=False)
    async def page(
        request: Req, language: FromPath[str], site: FromPath[str], node: FromPath[str]
    ) -> Response[str]:
        """One lamp or counter, and its self-tests."""
        t = pages.words(language)
        place, view = await pages.read(site, lambda ledger, place: _query(ledger, place, node))
        return await pages.page(
            request,
            t,
            "node.html",
            place,
            tab="path",
            view=view,
            settings=live_view.settings_status(t, view.state),
            in_force=view.in_force,
            names=phrases.setting_names(t),
            value=partial(phrases.setting_value, t),
            is_default=settings_in_force.is_default,
            wrong=judge(t, place, view.health).of_node(view.node.name),
            rows=lambda test: selftest.rows(t, test),
            occasion=lambda test: selftest.occasion(t, test),
            verdicts=selftest.verdict_words(t),
            history=place_history.history(t, view.lines, place.site.name),
        )

    return [page]


def _query(ledger: Ledger, place: SiteContext, name: str) -> NodeView:
    node = place.node(name)
    health = park_health(ledger, place)
    tests = tuple(ledger.selftests.of_node(name, SHOWN_TESTS))
    wanted = ledger.settings.log(name)
    lacking = lacks_mount(node, wanted[0].after if wanted else {})
    state = health.states[name]
    in_force = settings_in_force.of_node(node, state, wanted)
    lines = ledger.attributes.of_node(node.id)
    return NodeView(
        place.now_utc_s, place.site, node, state, health, tests, lacking, in_force, lines
    )
