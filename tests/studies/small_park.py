"""A small park for tests of studies: lamps that obey, or do not, and a clock to set."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from padlicht.control.settings_publisher import first_settings
from padlicht.evaluation.estimators.types import Design
from padlicht.evaluation.registration import Claim, Registration
from padlicht.evaluation.switching import switch_due
from padlicht.ledger import Footfall, Ledger, Node, Site
from tests.hub.use import add_up

PARK = "park"
TZ = "Europe/Amsterdam"
SITE = Site(PARK, "The park", TZ, 53.23, 6.576)
MONDAY = date(2026, 3, 2)  # the first day of the study
LAMPS = tuple(f"lamp-{number}" for number in range(1, 11))


def at(day: date, hour: int = 12, minute: int = 0) -> int:
    """A moment on the park's clock, in Unix seconds UTC."""
    return int(
        datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(TZ)).timestamp()
    )


ADDED = at(date(2025, 9, 1), 0)
NOW = at(date(2026, 2, 20))  # when studies are registered

TRYOUT = Registration(
    question="Is the path used more in the evening when the light is brighter?",
    claim=Claim.MORE,
    design=Design.TRYOUT,
    first_day=MONDAY,
    weeks=6,
    change="Base light of 20 % in weeks on, 5 % in weeks off.",
    zone="path",
    seed=7,
    on={"base_pct": 20},
    off={"base_pct": 5},
)
INSTALLATION = Registration(
    question="Is the path used more since the lamps came?",
    claim=Claim.MORE,
    design=Design.INSTALLATION,
    first_day=MONDAY,
    weeks=8,
    change="Ten lamps were hung.",
    zone="path",
    control_zone="pond",
)


def make(path: Path, lamps: Iterable[str] = LAMPS) -> Path:
    """A ledger with lamps and counters on a path, and a counter by the pond."""
    with Ledger.open(path) as ledger, ledger.transaction():
        ledger.sites.add(SITE)
        node = Node(0, "counter-1", PARK, "path", "counter", None, None, False, ADDED, False)
        ledger.nodes.add(node)
        ledger.nodes.add(replace(node, name="counter-2", zone="pond"))
        for name in lamps:
            lamp = replace(node, name=name, role="lamp")
            ledger.nodes.add(lamp)
            ledger.settings.request(
                name, first_settings(lamp, SITE, ADDED) | {"base_pct": 15}, "anna", "added", ADDED
            )
            ledger.settings.confirm(name, 1, {}, ADDED + 60)
    return path


def confirm(ledger: Ledger, utc_s: int, lamps: Iterable[str] = LAMPS) -> None:
    """These lamps say that they have what is wanted of them."""
    with ledger.transaction():
        for item in ledger.settings.unconfirmed():
            if item.node in set(lamps):
                ledger.settings.confirm(item.node, item.version, {}, utc_s)


def live(ledger: Ledger, first: date, last: date, effect: float = 1.0) -> None:
    """Let days pass: the hub switches, lamps confirm, a counter counts, all is added up.

    In hours of the dark `effect` times as many come while lamps have a base light of 20 %.
    """
    dice = random.Random(str(first))
    day = first
    while day <= last:
        switch_due(at(day), ledger)
        confirm(ledger, at(day, 13))
        bright = ledger.settings.wanted(PARK)["lamp-1"].after["base_pct"] >= 20
        mood = dice.gauss(1.0, 0.08)
        records = []
        for hour in range(24):
            t = at(day, hour)
            evening = hour >= 18
            mean = (12 if evening else 25 if 9 <= hour < 17 else 2) * mood
            mean *= effect if evening and bright else 1.0
            people = max(0, round(dice.gauss(mean, mean**0.5)))
            records.append(
                Footfall("counter-1", 1, t % 2**31, t, 3600, 2, 3600, 0, people, 0, 0, 0)
            )
        with ledger.transaction():
            ledger.records.add(records, at(day, 23) + 3600)
        day += timedelta(days=1)
    add_up(ledger, at(last + timedelta(days=1), 3))
