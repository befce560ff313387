"""Pages of the demo's year, read at noon of each of its days, for sentences that are verdicts."""

import asyncio
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from zoneinfo import ZoneInfo

from litestar.testing import TestClient

from padlicht.config import Config
from padlicht.control.live_state import LiveState
from padlicht.simulate.history.scenario import Scenario
from padlicht.simulate.world.park import SITE, TZ
from padlicht.web.app import make_app
from padlicht.web.context import WebContext
from tests.browser.park import StoppedClock
from tools.figures.studies import claim_words

PAGES = {
    "glance": "/en/{site}",
    "use": "/en/{site}/use",
    "public": "/public/en/{site}",
    "settings": "/en/{site}/settings",
    "day of counter-east": "/en/{site}/node/counter-east/day?date={yesterday}",
    "day of counter-west": "/en/{site}/node/counter-west/day?date={yesterday}",
}
SINCE = "settings since a change"
_SINCE = "/en/{site}/settings?since={since}"
_SAY_EVERY_S = 20.0


@dataclass
class Walk:
    """What was read: pages by name, and what stood on them.

    `verdicts` and `suspects`: (page, day, what it says). `hints`: the days on which each was there.
    """

    days: int = 0
    read: Counter[str] = field(default_factory=Counter)
    verdicts: list[tuple[str, date, str]] = field(default_factory=list)
    suspects: list[tuple[str, date, str]] = field(default_factory=list)
    hints: defaultdict[tuple[str, str, str], list[date]] = field(
        default_factory=lambda: defaultdict(list)
    )


def days_of(truth: Scenario) -> list[date]:
    """All days of which there is a noon."""
    zone = ZoneInfo(TZ)
    first, last = (
        datetime.fromtimestamp(utc_s, zone).date() for utc_s in (truth.begin_utc_s, truth.end_utc_s)
    )
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def changes_of(truth: Scenario) -> list[date]:
    """The days on which the light was changed: lamps came, or had other settings."""
    moments = [truth.lamps_utc_s, *(change.utc_s for change in truth.settings)]
    return [datetime.fromtimestamp(utc_s, ZoneInfo(TZ)).date() for utc_s in moments]


def walk(ledger: Path, truth: Scenario, days: Sequence[date]) -> Walk:
    """Read the pages at noon of each day; RuntimeError when one cannot be had."""
    found = Walk()
    clock = StoppedClock(at=[0])
    config = Config(data=ledger.parent, login="off")
    app = make_app(WebContext(ledger, LiveState(), clock, config), asyncio.Event())
    began_s = said_s = time.monotonic()
    with TestClient(app) as client:
        for day in days:
            noon = datetime.combine(day, time_of_day(12), ZoneInfo(TZ))
            clock.at[0] = int(noon.timestamp())
            for name, address in _addresses(truth, day):
                answer = client.get(address)
                if answer.status_code != 200:
                    raise RuntimeError(f"{address} on {day}: {answer.status_code}")
                _look(found, name, day, answer.text)
            found.days += 1
            if time.monotonic() - said_s > _SAY_EVERY_S:
                said_s = time.monotonic()
                left_s = (said_s - began_s) / found.days * (len(days) - found.days)
                print(
                    f"figures: claims: {found.days} of {len(days)} days read, "
                    f"about {left_s:.0f} s left",
                    file=sys.stderr,
                )
    return found


def _addresses(truth: Scenario, day: date) -> Iterator[tuple[str, str]]:
    """The name and the address of each page of a day."""
    yesterday = max(day - timedelta(days=1), days_of(truth)[0])
    for name, address in PAGES.items():
        yield name, address.format(site=SITE, yesterday=yesterday)
    for since in changes_of(truth):
        if since < day:
            yield SINCE, _SINCE.format(site=SITE, since=since)


def _look(found: Walk, name: str, day: date, page: str) -> None:
    """Note what a page says."""
    found.read[name] += 1
    text = claim_words.text_of(page)
    found.verdicts += ((name, day, told) for told in claim_words.verdicts(text))
    found.suspects += ((name, day, told) for told in claim_words.suspects(text))
    for hint in claim_words.hints(text):
        found.hints[hint].append(day)
