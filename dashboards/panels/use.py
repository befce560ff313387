"""Panels about use: how many passages, when, and whether somebody watched."""

from grafana_foundation_sdk.models.common import BigValueTextMode
from grafana_foundation_sdk.models.dashboard import ValueMapping

from dashboards.panels.frame import (
    BAD,
    DARK_OFF,
    DARK_ON,
    DAY,
    DOUBTFUL,
    GOOD,
    GREY,
    PASSAGES_UNIT,
    RATE_UNIT,
    SHARE,
    TWILIGHT,
    Placed,
    Properties,
    Sheet,
    ask,
    fixed,
    in_range,
    mapped,
    no_data,
    steps,
    thresholds,
)
from dashboards.panels.kinds import bars, coverage_line, figures, lines, states
from dashboards.queries import use
from dashboards.words import Words

LIGHTS = (("day", DAY), ("twilight", TWILIGHT), ("dark_on", DARK_ON), ("dark_off", DARK_OFF))


def light_names(w: Words) -> dict[str, str]:
    """What the classes of light are called."""
    return {
        "day": w("by day"),
        "twilight": w("twilight"),
        "dark_on": w("dark, lamps on"),
        "dark_off": w("dark, lamps off"),
    }


def watched_figure() -> Properties:
    """How coverage stands beside a count: in percent, doubtful below 80."""
    return {
        "unit": SHARE,
        "decimals": 0,
        "thresholds": steps((None, BAD), (0.5, DOUBTFUL), (0.8, GOOD)),
    }


def measured_or_simulated(w: Words) -> Placed:
    """Is any of this made up?"""
    words = {0: (w("measured"), GOOD), 1: (w("SIMULATED: made-up figures"), BAD)}
    sheet = Sheet(
        w("Measured or simulated"),
        w(
            "Whether the figures were measured by counters in a park, or made up by a simulated"
            " one."
        ),
        [ask("A", use.simulated(), w("figures"))],
        no_data(w),
        refs={"A": {"mappings": mapped(words)}},
    )
    return Placed(figures(sheet, "none").text_mode(BigValueTextMode.VALUE), 6, 5)


def passages_of_a_week(w: Words, title: str, time: str) -> Placed:
    """How many passed in the dark while lamps were on in a week?"""
    sheet = Sheet(
        title,
        w(
            "Passages in the dark (the sun more than 6° below the horizon) in the lamps' hours, by"
            " their settings, and in what share of that time counters watched. Who passes twice"
            " counts twice. When nights grow longer this grows by itself: the rates below take that"
            " out."
        ),
        [
            ask("A", use.passages_in("dark_on", time), w("passages")),
            ask("B", use.watched_in("dark_on", time), w("watched")),
        ],
        no_data(w),
        refs={"B": watched_figure()},
    )
    return Placed(figures(sheet, PASSAGES_UNIT).decimals(0), 6, 6)


def passages_by(w: Words, light: str) -> Placed:
    """How many passed by that light, in all the time that is shown?"""
    name = light_names(w)[light]
    sheet = Sheet(
        f"{w('Passages')}: {name}",
        w(
            "Passages by that light in the whole time shown, and in what share of it counters"
            " watched. Nobody passed and nobody was watching are two things."
        ),
        [
            ask("A", use.passages_in(light), w("passages")),
            ask("B", use.watched_in(light), w("watched")),
        ],
        no_data(w),
        refs={"B": watched_figure()},
    )
    return Placed(figures(sheet, PASSAGES_UNIT).decimals(0), 8, 5)


def passages_each_day(w: Words) -> Placed:
    """How many passed each day, by day, in twilight, and with lamps on and off?"""
    names = light_names(w)
    sheet = Sheet(
        w("Passages each day, by light"),
        w(
            "A bar for each day, in four parts. The dashed line is the share of the time in which"
            " counters watched: where it drops, passages were missed; a day without a bar was not"
            " watched at all. Marks are changes of settings."
        ),
        [
            *(
                ask(ref, use.passages_of_days(light), names[light])
                for ref, (light, _) in zip("ABCD", LIGHTS, strict=True)
            ),
            ask("E", use.watched_of_days(), w("watched")),
        ],
        no_data(w),
        series={
            **{names[light]: {"color": fixed(colour)} for light, colour in LIGHTS},
            w("watched"): coverage_line(),
        },
    )
    return Placed(bars(sheet, PASSAGES_UNIT).decimals(0), 24, 10)


def who_watched(w: Words) -> Placed:
    """Was anybody watching?"""
    sheet = Sheet(
        w("Was anybody watching?"),
        w(
            "For each zone and day, in what share of the time its counters watched. Where it says"
            " nobody was watching, there is no count: it does not mean that nobody passed."
        ),
        [ask("A", use.watched_of_zones(), "$tag_zone")],
        no_data(w),
    )
    panel = states(sheet, SHARE)
    panel.thresholds(thresholds((None, GREY), (0.0001, BAD), (0.5, DOUBTFUL), (0.8, GOOD)))
    panel.mappings(watching_words(w))
    return Placed(panel, 24, 6)


def watching_words(w: Words) -> list[ValueMapping]:
    """Coverage in words: nobody, in part, or well enough to rely on."""
    return [
        in_range(0, 0, w("nobody was watching"), GREY, 0),
        in_range(0.0001, 0.8, w("watched in part"), DOUBTFUL, 1),
        in_range(0.8, 1.001, w("watched"), GOOD, 2),
    ]


def rate_each_day(w: Words) -> Placed:
    """How busy is it each day by each light?"""
    names = light_names(w)
    sheet = Sheet(
        w("Passages in a watched hour, day by day"),
        w(
            "Passages divided by the hours in which a counter watched, so that days which were"
            " watched less can be compared. The dashed line is the share watched."
        ),
        [
            *(
                ask(ref, use.rate_of_days(light), names[light])
                for ref, (light, _) in zip("ABCD", LIGHTS, strict=True)
            ),
            ask("E", use.watched_of_days(), w("watched")),
        ],
        no_data(w),
        series={
            **{names[light]: {"color": fixed(colour)} for light, colour in LIGHTS},
            w("watched"): coverage_line(),
        },
    )
    return Placed(lines(sheet, RATE_UNIT).decimals(1).min(0), 24, 9)
