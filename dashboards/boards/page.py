"""A dashboard: a title, words on how to read it, rows of panels, and links to the others."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.models import dashboard as models

from dashboards.panels.frame import Placed, ask, source
from dashboards.panels.kinds import note
from dashboards.queries import light
from dashboards.queries.influxql import TZ, USAGE
from dashboards.words import Words

NAMES: Final = ("glance", "use", "lighting", "energy", "health", "public")
PUBLIC: Final = "public"
COLUMNS: Final = 24
ALL: Final = "$__all"  # what Grafana calls the choice of everything


@dataclass
class Row:
    """Panels under a heading; they flow from left to right."""

    title: str
    panels: list[Placed]


@dataclass
class Page:
    """What a dashboard is made of. `since` is how far back it looks at first."""

    name: str
    title: str
    description: str
    reading: str
    first: Placed  # beside the words on how to read it
    rows: list[Row]
    since: str
    variables: list[builders.CustomVariable | builders.TextBoxVariable] = field(
        default_factory=list
    )
    constants: dict[str, str] = field(default_factory=dict)
    settings_changes: bool = True


def uid(name: str, language: str) -> str:
    """The address of a dashboard, the same for ever."""
    return f"padlicht-{name}-{language}"


def build(page: Page, titles: dict[str, str], w: Words) -> models.Dashboard:
    """The dashboard of a page; `titles` are those of all pages, for the links."""
    public = page.name == PUBLIC
    made = (
        builders.Dashboard(page.title)
        .uid(uid(page.name, w.language))
        .description(page.description)
        .tags(["padlicht", w.language])
        .timezone(TZ)
        .week_start("monday")
        .time(page.since, "now")
        .refresh("15m")
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .readonly()
    )
    if public:  # whoever looks may not choose another time
        made.timepicker(builders.TimePicker().hidden(True))
    else:
        for variable in [*_places(w), *page.variables]:
            made.with_variable(variable)
        for name, value in page.constants.items():
            made.with_variable(builders.ConstantVariable(name).value(value))
        for name in NAMES:
            if name not in (page.name, PUBLIC):
                made.link(_link(titles[name], uid(name, w.language)))
        if page.settings_changes:
            made.annotation(_diary(w))
            made.annotation(_settings_changes(w))
    reading = note(w("How to read this"), page.description, page.reading)
    words = Placed(reading, COLUMNS - page.first.width, page.first.height)
    board = made.build()
    board.panels = [*_laid_out([words, page.first], page.rows)]
    return board


def _laid_out(top: list[Placed], rows: Iterable[Row]) -> Iterable[models.Panel | models.RowPanel]:
    """Everything with its place in the grid and a number of its own."""
    x = y = height = number = 0
    for row in [Row("", top), *rows]:
        if row.title:
            number += 1
            heading = builders.Row(row.title).build()
            heading.id_val = number
            heading.grid_pos = models.GridPos(h=1, w=COLUMNS, x=0, y=y)
            yield heading
            y += 1
        for placed in row.panels:
            if x + placed.width > COLUMNS:
                x, y, height = 0, y + height, 0
            number += 1
            panel = placed.panel.build()
            panel.id_val = number
            panel.grid_pos = models.GridPos(h=placed.height, w=placed.width, x=x, y=y)
            yield panel
            x += placed.width
            height = max(height, placed.height)
        x, y, height = 0, y + height, 0


def _places(w: Words) -> list[builders.CustomVariable]:
    """The variables for site and zone; `padlicht grafana` fills in the registry's names."""
    everything = models.VariableOption(selected=True, text=w("All"), value=ALL)
    return [
        builders.CustomVariable(name)
        .label(label)
        .values("")
        .include_all(True)
        .all_value(".*")
        .multi(False)
        .allow_custom_value(False)
        .options([everything])
        .current(everything)
        for name, label in (("site", w("Park")), ("zone", w("Zone")))
    ]


def _link(title: str, to: str) -> builders.DashboardLink:
    return (
        builders.DashboardLink(title)
        .type(models.DashboardLinkType.LINK)
        .icon("dashboard")
        .url(f"/d/{to}")
        .include_vars(True)
        .keep_time(False)
    )


def _diary(w: Words) -> builders.AnnotationQuery:
    return (
        builders.AnnotationQuery()
        .name(w("Diary"))
        .datasource(source(USAGE))
        .enable(True)
        .icon_color("#56B4E9")
        .target(ask("Diary", light.diary_marks()))
    )


def _settings_changes(w: Words) -> builders.AnnotationQuery:
    query = light.setting_marks()
    return (
        builders.AnnotationQuery()
        .name(w("Changes of settings"))
        .datasource(source(USAGE))
        .enable(True)
        .icon_color("#CC79A7")
        .target(ask("Settings", query))
    )
