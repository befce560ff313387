"""The alert rules: what is asked, when it is too much, and what to look at first. Pure data.

Each rule has a heading of the same words in RUNBOOK.md. Queries use no variables, because Grafana's
alerting has none. What cannot be known is chosen on purpose: nothing new and no answer at all are
the one rule `padlicht-influx-late`; all others keep the state they had, so that a database that is
away is told once and not seven times.
"""

from dataclasses import dataclass
from typing import Final

RAW: Final = "padlicht-raw"
USAGE: Final = "padlicht-usage"

HOUR_S: Final = 3600
DAY_S: Final = 24 * HOUR_S
RAW_DAYS: Final = 90  # how long the database of records keeps them: faults further back are gone

INTERVAL_S: Final = 300  # how often Grafana looks
KEEP: Final = "KeepLast"
ALERTING: Final = "Alerting"


@dataclass(frozen=True)
class Query:
    """One InfluxQL query over the last `range_s`, and the one number that each series gives."""

    datasource: str
    influxql: str
    range_s: int
    reducer: str = "last"


@dataclass(frozen=True)
class Rule:
    """Fires for each series whose number is `compare` (lt, gt) `limit`, for `pending` on end.

    Of two queries the numbers are multiplied, series by series where the labels agree: what only
    one of them knows is left out.
    `titles`, `summaries` and `firsts` (what to do first) are per language; {{ .Labels.node }} is
    filled in by Grafana. It is written without the dollar that Grafana's files would take for a
    variable of the environment in some places and not in others.
    """

    uid: str
    titles: dict[str, str]
    summaries: dict[str, str]
    firsts: dict[str, str]
    queries: tuple[Query, ...]
    compare: str
    limit: float
    pending: str
    severity: str = "warning"
    no_data: str = KEEP
    error: str = KEEP

    @property
    def anchor(self) -> str:
        """The heading of RUNBOOK.md that says what to do, as a link names it."""
        return self.titles["en"].lower().replace(" ", "-")


_NODE = "{{ .Labels.node }} ({{ .Labels.site }}, {{ .Labels.zone }})"
_ZONE = "{{ .Labels.zone }} ({{ .Labels.site }})"

RULES: Final = (
    Rule(
        "padlicht-node-silent",
        {"en": "Lamp or counter silent", "nl": "Lamp of teller zwijgt"},
        {
            "en": f"{_NODE} has not been heard of for half an hour. A lamp goes on by itself; "
            "records wait in it.",
            "nl": f"{_NODE} heeft zich al een half uur niet gemeld. Een lamp gaat vanzelf door; "
            "de gegevens wachten erin.",
        },
        {
            "en": "Is its neighbour silent, too? Then it is the Wi-Fi or the power of the path.",
            "nl": "Zwijgt de buurman ook? Dan is het de wifi of de stroom van het pad.",
        },
        (
            # Every node that was ever heard of has a line each hour, whether it is there or not.
            Query(
                RAW,
                'SELECT last("online") AS "online" FROM "presence" WHERE $timeFilter '
                'GROUP BY "site", "zone", "node"',
                3 * HOUR_S,
            ),
        ),
        "lt", 1, "30m",
    ),
    Rule(
        "padlicht-counter-silent",
        {"en": "Counter does not watch", "nl": "Teller meet niet"},
        {
            "en": f"{_NODE} reports, but watched less than a tenth of the last three hours. "
            "Its counts are no counts: nobody was watching.",
            "nl": f"{_NODE} meldt zich, maar mat minder dan een tiende van de laatste drie uur. "
            "Zijn aantallen zeggen dus niets: er is niet gemeten.",
        },
        {
            "en": "Look at the radar: is it covered, turned away, or its cable loose?",
            "nl": "Kijk naar de radar: is hij afgedekt, weggedraaid, of zit de kabel los?",
        },
        (
            Query(
                RAW,
                'SELECT sum("obs_s") / sum("dt") AS "watched" FROM "footfall" '
                'WHERE "dt" > 0 AND $timeFilter GROUP BY "site", "zone", "node"',
                3 * HOUR_S,
            ),
        ),
        "lt", 0.1, "1h",
    ),
    Rule(
        "padlicht-coverage-low",
        {"en": "Too little watched", "nl": "Te weinig gemeten"},
        {
            "en": f"In {_ZONE} counters watched less than 80 % of the last day. "
            "Do not compare its counts.",
            "nl": f"In {_ZONE} hebben tellers minder dan 80 % van de laatste dag gemeten. "
            "Vergelijk de tellingen niet.",
        },
        {
            "en": "Which counter is silent or does not watch? Technical health shows it.",
            "nl": "Welke teller zwijgt of meet niet? Technische staat toont het.",
        },
        (
            Query(
                USAGE,
                'SELECT sum("obs_s") / sum("due_s") AS "coverage" FROM "usage_1h" '
                'WHERE "due_s" > 0 AND $timeFilter GROUP BY "site", "zone"',
                DAY_S,
            ),
        ),
        "lt", 0.8, "1h",
    ),
    Rule(
        "padlicht-fault",
        {"en": "Fault reported", "nl": "Storing gemeld"},
        {
            "en": f"{_NODE} reports {{{{ .Labels.code }}}}.",
            "nl": f"{_NODE} meldt {{{{ .Labels.code }}}}.",
        },
        {
            "en": "The table below says what each code means.",
            "nl": "De tabel hieronder zegt wat elke code betekent.",
        },
        (
            Query(
                RAW,
                'SELECT last("active") AS "active" FROM "fault" WHERE $timeFilter '
                'GROUP BY "site", "zone", "node", "code"',
                RAW_DAYS * DAY_S,
            ),
            # A node that was taken out of service has no line here: its faults end with it.
            Query(
                RAW,
                'SELECT count("online") AS "points" FROM "presence" WHERE $timeFilter '
                'GROUP BY "site", "zone", "node"',
                3 * HOUR_S,
            ),
        ),
        "gt", 0, "15m",
    ),
    Rule(
        "padlicht-lamp-outside",
        {"en": "Lamp on outside its window", "nl": "Lamp brandt buiten de lichttijd"},
        {
            "en": f"In {_ZONE} a lamp was lit between midnight and 15:00. "
            "No setting allows that: animals were promised their night.",
            "nl": f"In {_ZONE} brandde een lamp tussen middernacht en 15.00 uur. "
            "Geen instelling staat dat toe: de dieren is hun nacht beloofd.",
        },
        {
            "en": "Find the lamp on Technical health, and look at its clock.",
            "nl": "Zoek de lamp op Technische staat, en kijk naar de klok van de lamp.",
        },
        (
            # The latest end that settings allow is 23:00, and no lamp starts before sunset. Half an
            # hour is left for a technician who makes lamps show themselves.
            Query(
                USAGE,
                'SELECT sum("lit_s") AS "lit_s" FROM "usage_1h" '
                'WHERE "hour" =~ /^(0[0-9]|1[0-4])$/ AND $timeFilter GROUP BY "site", "zone"',
                DAY_S,
            ),
        ),
        "gt", 1800, "0s",
    ),
    Rule(
        "padlicht-influx-late",
        {"en": "InfluxDB lags behind", "nl": "InfluxDB loopt achter"},
        {
            "en": "Nothing new has come into InfluxDB for three hours. The hub keeps everything; "
            "what Grafana shows is old.",
            "nl": "Er is drie uur niets nieuws in InfluxDB gekomen. De hub bewaart alles; "
            "wat Grafana toont is oud.",
        },
        {
            "en": "On the hub: padlicht influx status.",
            "nl": "Op de hub: padlicht influx status.",
        },
        (
            # Both are written every hour, whatever happens in the park.
            Query(
                RAW,
                'SELECT count("online") AS "points" FROM "presence" WHERE $timeFilter',
                3 * HOUR_S,
            ),
            Query(
                USAGE,
                'SELECT count("due_s") AS "points" FROM "usage_1h" WHERE $timeFilter',
                3 * HOUR_S,
            ),
        ),
        "lt", 1, "15m",
        no_data=ALERTING, error=ALERTING,
    ),
    Rule(
        "padlicht-spool-grows",
        {"en": "Records pile up", "nl": "Gegevens stapelen zich op"},
        {
            "en": f"{_NODE} has had more than 24 records waiting for two hours, although it is "
            "there: the hub does not confirm them.",
            "nl": f"{_NODE} heeft al twee uur meer dan 24 gegevens in de wachtrij, terwijl hij er "
            "is: de hub bevestigt ze niet.",
        },
        {
            "en": "On the hub: is its disk full, what says its log? Otherwise the Wi-Fi is weak.",
            "nl": "Op de hub: is de schijf vol, wat zegt het log? Anders is de wifi zwak.",
        },
        (
            Query(
                RAW,
                'SELECT min("spool") AS "spool" FROM "health" WHERE $timeFilter '
                'GROUP BY "site", "zone", "node"',
                2 * HOUR_S,
            ),
        ),
        "gt", 24, "30m",
    ),
)  # fmt: skip
