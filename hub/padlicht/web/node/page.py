"""The page of one lamp or counter: how it is, and its self-tests to print and sign."""

from dataclasses import dataclass

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from padlicht.errors import Refused
from padlicht.ledger import Ledger, Node, NodeState, SelfTest, Site
from padlicht.web.node import selftest
from padlicht.web.page import PageContext, Req, SiteContext
from padlicht.web.park_view import sentences

SHOWN_TESTS = 10  # of one node; `padlicht node tests` has them all


@dataclass(frozen=True)
class NodeView:
    """One node as of `now_utc_s`, with its last self-tests, newest first."""

    now_utc_s: int
    site: Site
    node: Node
    state: NodeState
    tests: tuple[SelfTest, ...]


def routes(pages: PageContext) -> list[HTTPRouteHandler]:
    """The page of one node."""

    @get("/{language:str}/{site:str}/node/{node:str}", include_in_schema=False)
    async def page(
        request: Req, language: FromPath[str], site: FromPath[str], node: FromPath[str]
    ) -> Response[str]:
        """One lamp or counter, and its self-tests."""
        say = pages.words(language)
        place, view = await pages.read(site, lambda ledger, place: _look(ledger, place, node))
        return await pages.page(
            request,
            say,
            "node.html",
            place,
            tab="path",
            view=view,
            settings=sentences.settings(say, view.state),
            new_memory=sentences.new_memory(say, view.node) if view.state.new_memory else "",
            rows=lambda test: selftest.rows(say, test),
            occasion=lambda test: selftest.occasion(say, test),
            verdicts=selftest.verdict_words(say),
        )

    return [page]


def named(place: SiteContext, name: str) -> Node:
    """A node of the site, a retired one too; Refused when there is none."""
    for node in place.nodes:
        if node.name == name:
            return node
    raise Refused(f"there is no node {name!r} in the site {place.site.name!r}")


def _look(ledger: Ledger, place: SiteContext, name: str) -> NodeView:
    node = named(place, name)
    state = ledger.states.all(place.site.name)[name]
    tests = tuple(ledger.selftests.of_node(name, SHOWN_TESTS))
    return NodeView(place.now_utc_s, place.site, node, state, tests)
