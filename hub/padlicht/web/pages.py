"""Turns a snapshot into a page: gathers what the templates arrange."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from padlicht.usage.today import Passages
from padlicht.web import selftest, sentences
from padlicht.web.picture import draw
from padlicht.web.snapshot import NodeView, Snapshot
from padlicht.web.words import LANGUAGES, words
from padlicht.wire import LampLive

LOW_COVERAGE = 0.9  # below it a count is said to be of a part of the day only


@dataclass(frozen=True)
class Glow:
    """A lamp's light now: `level_pm` permille of full, None when it is not known."""

    level_pm: int | None = None
    state: str = ""

    @property
    def lightness(self) -> float:
        """CIE lightness, 0 to 1: how bright that output looks, and how bright it is drawn."""
        share = (self.level_pm or 0) / 1000
        light = share * 9.033 if share <= 0.008856 else 1.16 * share ** (1 / 3) - 0.16
        return round(light, 3)


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


def page(
    language: str,
    snapshot: Snapshot | None,
    levels: Mapping[str, LampLive],
    *,
    levels_asked: bool = True,
    clock_moved: bool = False,
) -> str:
    """The whole page in one of LANGUAGES; without a snapshot, how to make a first site.

    `levels_asked`: lamps are asked for their level while somebody looks. `clock_moved`: the hub's
    clock is not that of the world, as in a demo.
    """
    say = words(language)
    template = _environment(language).get_template("page.html" if snapshot else "empty.html")
    common = {"say": say, "languages": LANGUAGES, "asset": _asset, "snapshot": snapshot}
    if snapshot is None:
        return template.render(common, site_path="")
    glows = {
        lamp.name: Glow(levels[lamp.name].level_pm, levels[lamp.name].state)
        if lamp.name in levels
        else Glow()
        for lamp in snapshot.lamps
    }
    pictures = [draw(snapshot.site, snapshot.nodes, layout) for layout in ("wide", "tall")]
    return template.render(
        common,
        site_path="" if snapshot.site == snapshot.sites[0] else snapshot.site.name,
        pictures=[picture for picture in pictures if picture is not None],
        glows=glows,
        state_words=sentences.state_words(say),
        light=sentences.light(say, snapshot),
        total=Share("", snapshot.today.total),
        counters=[
            Share(name, passages, snapshot.registered[name].simulated)
            for name, passages in snapshot.today.counters.items()
        ],
        simulated=sum(node.simulated for node in snapshot.nodes),
        reachable=sum(snapshot.states[lamp.name].state == "ready" for lamp in snapshot.lamps),
        settings=lambda node: sentences.settings(say, snapshot.states[node.name]),
        trouble=lambda node: sentences.trouble(say, snapshot, node),
        levels_asked=levels_asked,
        clock_moved=clock_moved,
        script_words=sentences.for_script(say),
    )


def node_page(language: str, view: NodeView) -> str:
    """The page of one node, with its self-tests to read, print and sign."""
    say = words(language)
    return (
        _environment(language)
        .get_template("node.html")
        .render(
            say=say,
            languages=LANGUAGES,
            asset=_asset,
            site_path=f"{view.site.name}/{view.node.name}",
            view=view,
            settings=sentences.settings(say, view.state),
            new_memory=sentences.new_memory(say, view.node) if view.state.new_memory else "",
            rows=lambda test: selftest.rows(say, test),
            occasion=lambda test: selftest.occasion(say, test),
            verdicts=selftest.verdict_words(say),
        )
    )


def missing(language: str) -> str:
    """The page that says that there is no such page."""
    template = _environment(language).get_template("missing.html")
    return template.render(say=words(language), languages=LANGUAGES, asset=_asset, site_path="")


@cache
def assets() -> dict[str, bytes]:
    """The files of the page by name; read once."""
    folder = files("padlicht.web") / "static"
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()}


def _asset(name: str) -> str:
    # The name changes with the content, so that a browser may keep it for ever.
    return f"/static/{sha256(assets()[name]).hexdigest()[:12]}/{name}"


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("padlicht.web"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["ext.i18n.trimmed"] = True
    say = words(language)
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        say.text, say.texts, newstyle=True
    )
    return environment
