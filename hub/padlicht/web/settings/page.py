"""The page "Settings": what is in force, who changed what and why, and what the nodes said to it.

The route: app.py gives the request to `page`, which asks the ledger in a thread through
`PageContext.read`; `query` is the question. `of_park` (park_view/settings_in_force.py) says what
nodes go by now. `entries` (settings/entries.py) puts changes together, `before_after`
(settings/before_after.py) holds the weeks before and after one beside each other, phrases.py has
the words, and `PageContext.page` renders settings.html. All changes as a file leave through
`PageContext.csv`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery

from padlicht.ledger import Ledger, NodeState, SettingsChange
from padlicht.ledger.timeline import Said
from padlicht.usage.compare import Comparison
from padlicht.usage.days import local_day
from padlicht.web import phrases
from padlicht.web.charts import Chart, Column, Format, Table
from padlicht.web.i18n import Words, text
from padlicht.web.page import PageContext, Req, Tab, find_chart, parse_day
from padlicht.web.park_view import place_history, settings_in_force
from padlicht.web.park_view.place_history import PlaceChange
from padlicht.web.settings.before_after import before_after
from padlicht.web.settings.entries import Entry, entries
from padlicht.web.site_context import SiteContext

TAB = Tab("settings", text("Settings"))
PAGE: Final = 40  # changes on one page
NAMED: Final = 12  # nodes that are named; of more, only how many


@dataclass(frozen=True)
class SettingsHistory:
    """What the ledger knows: all changes oldest first, and the comparison if one was asked for."""

    changes: Sequence[SettingsChange]
    states: dict[str, NodeState]
    comparison: Comparison | None
    said: Mapping[str, Sequence[Said]]  # of the park and of each of its nodes, by name


def routes(pages: PageContext) -> list[HTTPRouteHandler]:
    """The page, and all changes as a file."""

    @get("/{language:str}/{site:str}/settings", include_in_schema=False)
    async def page(
        request: Req,
        language: FromPath[str],
        site: FromPath[str],
        since: FromQuery[str] = "",
        page: FromQuery[str] = "1",
    ) -> Response[str]:
        """The changes, newest first; with `since` the weeks before and after that day."""
        t = pages.words(language)
        place, log = await pages.read(site, lambda ledger, place: query(ledger, place, since))
        every = entries(log.changes, log.states)
        number, page_count = _numbered(page, len(every))
        shown = every[(number - 1) * PAGE : number * PAGE]
        return await pages.page(
            request,
            t,
            "settings.html",
            place,
            tab=TAB.address,
            entries=shown,
            number=number,
            pages=page_count,
            names=phrases.setting_names(t),
            value=partial(phrases.setting_value, t),
            in_force=settings_in_force.of_park(place.nodes, log.states, log.changes),
            is_default=settings_in_force.is_default,
            many=lambda nodes: how_many(t, place, nodes),
            named=NAMED,
            day_of=lambda entry: local_day(entry.utc_s, place.tz),
            day_at=lambda utc_s: local_day(utc_s, place.tz),
            confirmation=lambda entry: confirmation(t, place, entry),
            comparable=lambda entry: comparable(place, entry),
            reason=lambda entry: phrases.reason(t, entry.who, entry.why),
            before_after=before_after(t, log.comparison) if log.comparison else None,
            present={node.name for node in place.nodes},
            places=place_changes(t, place, log) if number == 1 else [],
        )

    @get("/{language:str}/{site:str}/settings.csv", include_in_schema=False)
    async def numbers(
        language: FromPath[str], site: FromPath[str], chart: FromQuery[str] = "changes"
    ) -> Response[str]:
        """Every change of every setting of every node, oldest first."""
        t = pages.words(language)
        place, log = await pages.read(site, lambda ledger, place: query(ledger, place, ""))
        return pages.csv(place, "settings", find_chart([table(t, place, log)], chart))

    return [page, numbers]


def query(ledger: Ledger, place: SiteContext, since: str) -> SettingsHistory:
    """Ask the ledger; NotFoundException for a day that is none."""
    name = place.site.name
    comparison = None
    if since:
        day = parse_day(since, place.today)
        comparison = place.results.compare_before_after(ledger, name, day, place.today)
    been = {stay.node_id for stay in ledger.attributes.places(site=name)}
    said = {name: ledger.attributes.said_of_site(name)} | {
        node.name: ledger.attributes.said_of_node(node.id)
        for node in ledger.nodes.all()
        if node.id in been
    }
    return SettingsHistory(ledger.settings.of_site(name), ledger.states.all(name), comparison, said)


def place_changes(t: Words, place: SiteContext, log: SettingsHistory) -> list[PlaceChange]:
    """What changed of the park and of its nodes beside settings, the newest first."""
    return place_history.newest_first(
        change
        for name, said in log.said.items()
        for change in place_history.changes(t, name, said, place.site.name)
    )


def comparable(place: SiteContext, entry: Entry) -> bool:
    """Whether a change can have changed the use of a park: a clock that stays right has not."""
    if (entry.who, entry.why) == phrases.OF_THE_CLOCK:
        return False
    return not entry.added or has_lamp(place, entry.nodes)


def has_lamp(place: SiteContext, nodes: Sequence[str]) -> bool:
    """Whether any of the nodes is a lamp: that there is light now may change the use of a park."""
    return any(node.role == "lamp" and node.name in nodes for node in place.nodes)


def how_many(t: Words, place: SiteContext, nodes: Sequence[str]) -> str:
    """How many lamps and counters these are: 8 lamps and 2 counters."""
    roles = {node.name: node.role for node in place.nodes}
    lamps = sum(roles.get(name) == "lamp" for name in nodes)
    counters = len(nodes) - lamps
    told = []
    if lamps:
        told.append(
            t.texts("%(count)s lamp", "%(count)s lamps", lamps) % {"count": t.number(lamps)}
        )
    if counters:
        told.append(
            t.texts("%(count)s counter", "%(count)s counters", counters)
            % {"count": t.number(counters)}
        )
    return ", ".join(told)


def confirmation(t: Words, place: SiteContext, entry: Entry) -> tuple[str, str]:
    """Whether the nodes have it: "yes", "look" or "wait", and the sentence."""
    count = len(entry.confirmed)
    values = {"count": t.number(count), "all": t.number(len(entry.nodes))}
    if count:
        last = max(entry.confirmed.values())
        values["when"] = t.moment(last, place.now_utc_s, place.tz)
    if count == len(entry.nodes):
        if count == 1:
            return "yes", t.text("Confirmed %(when)s.") % values
        return "yes", t.text("Confirmed by all %(all)s, the last one %(when)s.") % values
    verdict = "look" if entry.refused or entry.waiting else "wait"
    if not count:
        return verdict, t.text("Not confirmed by any of %(all)s.") % values
    return verdict, t.text("Confirmed by %(count)s of %(all)s, the last one %(when)s.") % values


def table(t: Words, place: SiteContext, log: SettingsHistory) -> Chart:
    """All changes, a row for each setting of each node."""
    zone = ZoneInfo(place.tz)
    made_up = {node.name: node.simulated for node in place.nodes}
    rows = []
    for change in log.changes:
        when = datetime.fromtimestamp(change.utc_s, UTC).astimezone(zone)
        confirmed = change.confirmed_utc_s
        for key, before, after in phrases.settings_differences(change.before, change.after):
            rows.append(
                (
                    when,
                    change.node,
                    change.version,
                    change.who,
                    change.why,
                    key,
                    phrases.setting_cell(before),
                    phrases.setting_cell(after),
                    phrases.setting_unit(key),
                    _utc(confirmed),
                    made_up.get(change.node, False),
                )
            )
    columns = (
        Column("moment", t.text("When"), Format.MOMENT),
        *(
            Column(key, "")
            for key in ("node", "version", "who", "why", "setting", "from", "to", "unit")
        ),
        Column("confirmed_utc", ""),
        Column("simulated", "", Format.FLAG),
    )
    return Chart(
        "changes",
        t.text("History of settings"),
        "",
        (),
        Table(columns, tuple(rows)),
        simulated=place.simulated != "none",
    )


def _utc(utc_s: int | None) -> str | None:
    if utc_s is None:
        return None
    return datetime.fromtimestamp(utc_s, UTC).isoformat().replace("+00:00", "Z")


def _numbered(asked: str, count: int) -> tuple[int, int]:
    """The number of the page that is asked for, and how many there are."""
    pages = max(1, -(-count // PAGE))
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:9]) <= pages):
        raise NotFoundException(f"page={asked[:20]} is none of the {pages}")
    return int(asked), pages
