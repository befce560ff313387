"""Registering a study and amending it: what can be refused is refused here, with what to do."""

import re
import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from padlicht.errors import BadData, Refused
from padlicht.evaluation.estimators.types import (
    FEWEST_PAIRS,
    LEAST_WEEKS,
    MOST_WEEKS,
    PLAN_MOST_WEEKS,
    Design,
)
from padlicht.evaluation.registration import (
    AMENDABLE,
    LAMPS,
    WEEK,
    Registration,
    Study,
    amendment,
    stored,
)
from padlicht.ledger import Ledger, Node
from padlicht.settings_schema import schema, validate
from padlicht.wire import NAME

MOST_TEXT: Final = 500  # characters of a question, a change, a reason
SEEDS: Final = 1_000_000
# The almanac window, and with it which hours are compared, is made of these.
WINDOW_KEYS: Final = frozenset({"start_at", "start_offset_min", "end_at"})
# A setting that says where a lamp is, or how it hangs, is nobody's to try out.
NOT_TRIED: Final = frozenset({"lat_e4", "lon_e4", "tz", "mount_cm", "without_clock", "pwm_hz"})
_HOURS = re.compile(r"(1[5-9]|2[0-3])-(1[6-9]|2[0-4])")


def register(
    ledger: Ledger, site: str, name: str, registration: Registration, who: str, utc_s: int
) -> Study:
    """Register a study for ever, in a transaction of its own.

    Raises BadData when it cannot be so, Refused when its name is taken or its lamps are.
    """
    with ledger.transaction():
        today = ledger.sites.clock(site).day(utc_s)
        if not NAME.fullmatch(name):
            raise BadData(
                f"{name!r} is no name for a study: use lower-case letters, digits and hyphens, "
                "at most 31"
            )
        if ledger.studies.get(name) is not None:
            raise Refused(f"there is a study {name} already: give this one another name")
        if registration.design is Design.TRYOUT and registration.seed is None:
            registration = _with(registration, seed=secrets.randbelow(SEEDS))
        _check(ledger, site, registration, today)
        if registration.design is Design.TRYOUT:
            if registration.first_day <= today:
                raise BadData(
                    f"the first day {registration.first_day} does not lie ahead: a try-out begins "
                    "on a Monday to come"
                )
            _check_lamps_are_free(ledger, site, registration)
        ledger.studies.register(name, site, stored(registration), who, utc_s)
        row = ledger.studies.get(name)
        if row is None:
            raise AssertionError("a study that was just registered is not there")
        return Study.of(row)


def amend(
    ledger: Ledger, study: Study, changes: Mapping[str, Any], who: str, why: str, utc_s: int
) -> Study:
    """Amend a study, in a transaction of its own; BadData or Refused when that cannot be."""
    if strange := sorted(changes.keys() - set(AMENDABLE)):
        raise BadData(
            f"{', '.join(strange)} cannot be amended, only {', '.join(AMENDABLE)}: stop this "
            "study and register another one"
        )
    _check_text("why", why)
    with ledger.transaction():
        row = ledger.studies.get(study.name)
        if row is None:
            raise Refused(f"there is no study {study.name}")
        current = Study.of(row)
        told = stored(current.now)
        changes = {key: value for key, value in changes.items() if told[key] != value}
        if not changes:
            raise BadData("nothing would change: an amendment says something new")
        if ledger.studies.results(row):
            raise Refused(f"{study.name} has its verdict: what comes now is another study")
        if current.now.stopped:
            raise Refused(f"{study.name} was stopped: register another one")
        today = ledger.sites.clock(row.site).day(utc_s)
        if today > current.now.last_day:
            raise Refused(
                f"{study.name} is over since {current.now.last_day}: only its verdict is to come"
            )
        amended = _with(current.now, **changes)
        if not amended.stopped:
            _check(ledger, row.site, amended, today)
            if amended.last_day < today:
                raise BadData(
                    f"so it would have ended on {amended.last_day} already: an end is said before "
                    "it has come"
                )
            if amended.design is Design.TRYOUT:
                _check_lamps_are_free(ledger, row.site, amended, but=study.name)
        ledger.studies.amend(row, amendment(changes, who, why.strip(), utc_s))
        again = ledger.studies.get(study.name)
        return study if again is None else Study.of(again)


def lamps_of(ledger: Ledger, site: str, zone: str) -> list[Node]:
    """The lamps in service that a try-out switches, by name."""
    return [
        node
        for node in ledger.nodes.all(site)
        if node.role == "lamp" and not node.retired and zone in ("", node.zone)
    ]


def find_study(ledger: Ledger, name: str, site: str | None = None) -> Study:
    """The study of that name (of a site); Refused when there is none."""
    row = ledger.studies.get(name)
    if row is None or site not in (None, row.site):
        raise Refused(f"there is no study {name!r}: `padlicht study list` shows all of them")
    return Study.of(row)


def _with(registration: Registration, **changes: Any) -> Registration:
    values = {field: getattr(registration, field) for field in Registration.__struct_fields__}
    return Registration(**values | changes)


def _check(ledger: Ledger, site: str, asked: Registration, today: date) -> None:
    _check_text("question", asked.question)
    _check_text("change", asked.change)
    zones = {zone.name for zone in ledger.sites.zones(site)}
    for zone in filter(None, (asked.zone, asked.control_zone)):
        if zone not in zones:
            raise BadData(f"there is no zone {zone}: there are {', '.join(sorted(zones))}")
    if asked.control_zone and not asked.zone:
        raise BadData("a control path lies beside a zone: say which zone the study is about")
    if asked.control_zone and asked.control_zone == asked.zone:
        raise BadData("the control path is the path itself: name another zone, or none")
    if asked.case_hours != LAMPS:
        found = _HOURS.fullmatch(asked.case_hours)
        if found is None or int(found[1]) >= int(found[2]):
            raise BadData(
                f"case hours {asked.case_hours!r} are neither {LAMPS!r} nor hours of the evening, "
                "as in '20-22'"
            )
    if asked.design is Design.TRYOUT:
        _check_tryout(ledger, site, asked)
    else:
        _check_installation(asked, today)


def _check_tryout(ledger: Ledger, site: str, asked: Registration) -> None:
    least = 2 * FEWEST_PAIRS
    if asked.weeks % 2 or not least <= asked.weeks <= PLAN_MOST_WEEKS:
        raise BadData(
            f"{asked.weeks} weeks: a try-out has pairs of weeks, {least} to {PLAN_MOST_WEEKS} weeks"
        )
    if asked.first_day.weekday() != 0:
        raise BadData(f"{asked.first_day} is no Monday: weeks of a try-out begin on one")
    if asked.seed is None or not 0 <= asked.seed < SEEDS:
        raise BadData(f"a seed is a whole number from 0 to {SEEDS - 1}")
    rows = schema()
    if not asked.on or asked.on.keys() != asked.off.keys():
        raise BadData("on and off are two values of the same settings: give both of each")
    for key in asked.on:
        if key not in rows or rows[key]["role"] != "lamp" or key in NOT_TRIED:
            raise BadData(f"{key} is no setting of a lamp that can be tried")
        if asked.on[key] == asked.off[key]:
            raise BadData(f"{key} is the same on and off: there would be nothing to see")
    for values in (asked.on, asked.off):
        if refused := validate(values):
            raise BadData("; ".join(refused.values()))
    if WINDOW_KEYS & asked.on.keys() and asked.case_hours == LAMPS:
        raise BadData(
            "the hours of the lamps themselves are tried: say which hours of the clock are "
            "compared, as in '20-22', or each week would count other ones"
        )
    if asked.control_zone:
        raise BadData(
            "a try-out needs no control path: chance decides which weeks are on, so what changes "
            "evenings everywhere falls on both alike"
        )
    if not lamps_of(ledger, site, asked.zone):
        raise Refused(f"there is no lamp in {asked.zone or site}: nothing could be switched")


def _check_installation(asked: Registration, today: date) -> None:
    if not LEAST_WEEKS <= asked.weeks <= MOST_WEEKS:
        raise BadData(
            f"{asked.weeks} weeks a side: before and after are {LEAST_WEEKS} to {MOST_WEEKS} weeks "
            "each, for a longer one takes in another season"
        )
    if asked.on or asked.off or asked.seed is not None:
        raise BadData("the hub switches nothing of an installation: no settings and no seed")
    if not today - timedelta(days=730) <= asked.first_day <= today + timedelta(days=730):
        raise BadData(f"{asked.first_day} is more than two years away: is the year right?")


def _check_text(what: str, text: str) -> None:
    if not text.strip():
        raise BadData(f"{what} is empty: say it in a sentence")
    if len(text) > MOST_TEXT:
        raise BadData(f"{what} has {len(text)} characters: at most {MOST_TEXT} are printed")


def _check_lamps_are_free(ledger: Ledger, site: str, asked: Registration, but: str = "") -> None:
    """Refused while another try-out switches one of the same lamps in the same weeks."""
    mine = {lamp.name for lamp in lamps_of(ledger, site, asked.zone)}
    for row in ledger.studies.all(site):
        other = Study.of(row)
        if other.now.design is not Design.TRYOUT or other.now.stopped or row.name == but:
            continue
        # A week apart, so that lamps have their own settings again before the next one begins.
        apart = asked.first_day > other.now.last_day or other.now.first_day >= (
            asked.first_day + asked.weeks * WEEK
        )
        if not apart and mine & {lamp.name for lamp in lamps_of(ledger, site, other.now.zone)}:
            raise Refused(
                f"study {row.name} switches lamps of the same place until {other.now.last_day}: "
                "begin after it, or stop it"
            )
