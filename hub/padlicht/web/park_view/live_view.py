"""Live view: what pages show of a park as it is now, in sentences, lights and numbers of today.

`live_view` is what park.html needs: the picture, the light tonight, today's passages, and of every
lamp and counter its light, its settings and its trouble.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any

from padlicht.control.live_state import LiveState
from padlicht.ledger import Node, NodeState, Site
from padlicht.usage.coverage.watching import is_enough
from padlicht.usage.days import Passages
from padlicht.usage.lamp_nights import LightWindow
from padlicht.web import phrases
from padlicht.web.i18n import Words
from padlicht.web.park_health.troubles import HealthVerdict, judge
from padlicht.web.park_view.picture import Picture, draw
from padlicht.web.park_view.snapshot import Snapshot
from padlicht.wire import LampLive

LOW_COVERAGE = 0.9  # below it a count is said to be of a part of the day only


@dataclass(frozen=True)
class LampLight:
    """A lamp's light now: `level_pm` permille of full, None when it is not known."""

    level_pm: int | None = None
    state: str = ""

    @cached_property
    def lightness(self) -> float:
        """CIE lightness, 0 to 1: how bright that output looks, and how bright it is drawn."""
        share = (self.level_pm or 0) / 1000
        light = share * 9.033 if share <= 0.008856 else 1.16 * share ** (1 / 3) - 0.16
        return round(light, 3)


UNKNOWN = LampLight()


@dataclass(frozen=True)
class PassagesView:
    """Passages as the page shows them."""

    name: str
    passages: Passages
    simulated: bool = False
    ways: tuple[str, str] = ("", "")

    @property
    def partial(self) -> bool:
        """Whether a good part of the time that was due went unwatched."""
        coverage = self.passages.coverage
        return coverage is not None and coverage < LOW_COVERAGE


def levels_now(live: LiveState) -> dict[str, LampLive]:
    """How bright the lamps are; unless somebody watches, nobody asks them, and it is not known."""
    return dict(live.levels) if live.viewers else {}


def live_view(
    t: Words, snapshot: Snapshot, levels: Mapping[str, LampLive], *, levels_asked: bool
) -> dict[str, Any]:
    """What park.html and path.html show; `levels_asked`: lamps are asked while somebody looks."""
    verdict = judge(t, snapshot.place, snapshot.health)
    pictures = [_picture(snapshot.site, snapshot.nodes, layout) for layout in ("wide", "tall")]
    return {
        "snapshot": snapshot,
        "pictures": [picture for picture in pictures if picture is not None],
        "glows": {
            lamp.name: LampLight(levels[lamp.name].level_pm, levels[lamp.name].state)
            if lamp.name in levels
            else UNKNOWN
            for lamp in snapshot.lamps
        },
        "state_words": state_words(t),
        "light": light_sentence(t, snapshot, levels),
        "total": PassagesView("", snapshot.today.total),
        "counters": [
            PassagesView(name, passages, node.simulated, phrases.ways(t, node.way_in, node.way_out))
            for name, passages in snapshot.today.counters.items()
            for node in (snapshot.registered[name],)
        ],
        "visits": visits(t, snapshot),
        "simulated": sum(node.simulated for node in snapshot.nodes),
        "reachable": snapshot.health.count("ready", "lamp"),
        "unheard": snapshot.health.count("never", "lamp"),
        "verdict": verdict,
        "settings": lambda node: settings_status(t, snapshot.states[node.name]),
        "trouble": lambda node: trouble_sentences(verdict, node.name),
        "levels_asked": levels_asked,
        "script_words": script_words(t),
    }


def visits(t: Words, snapshot: Snapshot) -> str:
    """How many walks along the path today's passages stand for, with what is assumed; or why not.

    Passages of two counters make no people: who passed both is in the sum twice, who passed one is
    in the highest once. What lies between is all that can be said. "" with fewer than two counters.
    """
    counted = [
        passages
        for name, passages in snapshot.today.counters.items()
        if snapshot.registered[name].simulated == snapshot.today.simulated
    ]
    if len(counted) < 2:
        return ""
    if not all(is_enough(passages.coverage) for passages in counted):
        return t.text("How many walks that were is not estimated: a counter watched too little.")
    least, most = max(one.count for one in counted), sum(one.count for one in counted)
    return t.text(
        "Estimated: from %(least)s to %(most)s walks along the path. %(least)s if everybody passed"
        " every counter, %(most)s if nobody passed more than one. Whoever walks back makes two."
    ) % {"least": t.number(least), "most": t.number(most)}


@lru_cache(maxsize=8)
def _picture(site: Site, nodes: tuple[Node, ...], layout: str) -> Picture | None:
    # Five hundred lamps take a tenth of a second to lay out, and stand where they stood.
    return draw(site, nodes, layout)


@dataclass(frozen=True)
class Light:
    """When the path is lit. `phase` is none, empty, day, lit or night; `window` 16:42 – 22:00."""

    phase: str
    sentence: str = ""
    window: str = ""


def light_sentence(
    t: Words, snapshot: Snapshot, levels: Mapping[str, LampLive] = MappingProxyType({})
) -> Light:
    """When the path is lit by the wanted settings, tonight or else tomorrow.

    That it is lit now is only said as far as lamps have confirmed it: by what they told of this
    evening, or by their `levels`. The phase is "none" without lamps, "empty" when every window of
    tonight is.
    """
    now, tz = snapshot.now_utc_s, snapshot.site.tz
    if not snapshot.lamps:
        return Light("none")
    tonight, tomorrow = _span(snapshot.tonight), _span(snapshot.tomorrow)
    if tonight is None:
        return Light("empty", _unlit(t, snapshot))

    def told(phase: str, sentence: str, span: tuple[int, int]) -> Light:
        start, end = t.clock(span[0], tz), t.clock(span[1], tz)
        return Light(phase, sentence % {"start": start, "end": end}, f"{start} – {end}")

    if now < tonight[0]:
        sentence = t.text("As planned, the path is lit tonight from %(start)s to %(end)s.")
        return told("day", sentence, tonight)
    if now < tonight[1]:
        return told("lit", _lit_sentence(t, snapshot, levels), tonight)
    if tomorrow is None:
        return Light("night", t.text("Tomorrow the path stays unlit, as planned."))
    sentence = t.text("As planned, the path is lit again tomorrow from %(start)s.")
    return told("night", sentence, tomorrow)


def _lit_sentence(t: Words, snapshot: Snapshot, levels: Mapping[str, LampLive]) -> str:
    """That the path is lit, and how many of the lamps that should be lit now have said so."""
    due = [name for name, window in snapshot.tonight.items() if window.holds(snapshot.now_utc_s)]
    confirmed = 0
    for name in due:
        newest, start = snapshot.health.newest.get(name), snapshot.tonight[name].start_utc_s
        level = levels.get(name)
        confirmed += (
            snapshot.states[name].state == "ready"
            and newest is not None
            and newest.lit_s > 0
            and newest.t + newest.dt > (start or 0)
        ) or (level is not None and level.level_pm > 0)
    if confirmed and confirmed == len(due):
        return t.text("The path is lit until %(end)s.")
    if confirmed:
        count, every = t.number(confirmed), t.number(len(due))
        sentence = t.text("The path is lit until %(end)s: %(count)s of %(all)s lamps confirm it.")
        return sentence % {"end": "%(end)s", "count": count, "all": every}
    return t.text("As planned, the path is lit until %(end)s. No lamp has confirmed it yet.")


def state_words(t: Words) -> dict[str, str]:
    """What a lamp is doing, by the name that its firmware gives it."""
    return {
        "off": t.text("off"),
        "base": t.text("soft"),
        "rising": t.text("brightening"),
        "boost": t.text("full"),
        "hold": t.text("full"),
        "falling": t.text("dimming"),
        "grace": t.text("about to go out"),
    }


def settings_status(t: Words, state: NodeState) -> str:
    """Which settings are in force, as far as the node has said."""
    wanted = state.wanted_version or 0
    version = {"wanted": wanted}
    if state.refused:
        return t.text("version %(wanted)s refused") % version
    if not wanted:
        return t.text("as delivered")
    if state.confirmed_version == wanted:
        return t.text("version %(wanted)s, confirmed") % version
    return t.text("version %(wanted)s on its way") % version


def trouble_sentences(verdict: HealthVerdict, node: str) -> list[str]:
    """What is wrong with a node, in sentences; its state has a mark of its own."""
    return [
        f"{trouble.heading}: {case.told or trouble.do.replace('NAME', node)}"
        for trouble, case in verdict.of_node(node)
        if trouble.kind not in ("silent", "never", "refused")
    ]


def script_words(t: Words) -> dict[str, Any]:
    """The few words that the script itself sets."""
    return {
        "locale": str(t.locale).replace("_", "-"),
        "states": state_words(t),
        "unknown": t.text("not known"),
        "live": t.text("Live"),
        "lost": t.text("Connection lost, trying again"),
        "still": t.text("Hold still"),
        "move": t.text("Let it move"),
    }


def _unlit(t: Words, snapshot: Snapshot) -> str:
    """Why no lamp comes on tonight."""
    starts = [window.start_utc_s for window in snapshot.tonight.values()]
    if None in starts:
        return t.text("Tonight the path stays unlit: no dusk.")
    start = min(start for start in starts if start is not None)
    end = max(window.end_utc_s for window in snapshot.tonight.values())
    tz = snapshot.site.tz
    return t.text(
        "Tonight the path stays unlit: light would begin at %(start)s, and ends at %(end)s."
    ) % {"start": t.clock(start, tz), "end": t.clock(end, tz)}


def _span(windows: Mapping[str, LightWindow]) -> tuple[int, int] | None:
    """From the first lamp that comes on to the last that goes out; None when none does."""
    lit = [
        (window.start_utc_s, window.end_utc_s)
        for window in windows.values()
        if window.start_utc_s is not None and not window.is_empty
    ]
    return (min(start for start, _ in lit), max(end for _, end in lit)) if lit else None
