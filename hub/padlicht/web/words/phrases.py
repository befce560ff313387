"""Words of the sheet of eight: its questions, what may be answered, and sentences about results.

The order of each list is that of its constants in participation/survey/sheet.py, whose numbers
stand beside the boxes on paper.
"""

from typing import Final

from padlicht.participation.survey.results import Change, Group, Moved
from padlicht.participation.survey.sheet import AGES, ROLES, WAYS, Round
from padlicht.web.i18n import Words, text

QUESTIONS: Final = (
    text("I feel at ease walking here alone now"),
    text("I can see well around me"),
    text("I notice in time who comes towards me"),
    text("I could easily get away from here"),
    text("I would rather go another way"),
    text("The path is well kept"),
)
HOW_OFTEN: Final = text("How often were you here after dark in the last 7 days?")
OFTEN: Final = (text("not"), text("1 or 2 times"), text("3 to 5 times"), text("6 times or more"))
GOOD: Final = text("What goes well here?")
CHANGE: Final = text("What would you change?")
LIGHTS: Final = {"day": text("by day"), "dark": text("after dark")}
PLACES: Final = {"spot": text("On the path"), "letterbox": text("At home, by letterbox")}
_WAYS: Final = (text("on a phone"), text("on paper"), text("filled in with help"))
_ROLES: Final = (
    text("resident"),
    text("young person"),
    text("worker"),
    text("entrepreneur"),
    text("official"),
)
_AGES: Final = (text("12 to 24 years"), text("25 to 64 years"), text("65 years or older"))
REASONS: Final = {
    "name": text("it names or describes a person"),
    "group": text("it describes a group of people"),
    "insult": text("it insults"),
    "other": text("it is not about this place"),
}


def ways(t: Words) -> dict[str, str]:
    """How a sheet came."""
    return {way: t.text(word) for way, word in zip(WAYS, _WAYS, strict=True)}


def roles(t: Words) -> dict[str, str]:
    """Who people are here."""
    return {role: t.text(word) for role, word in zip(ROLES, _ROLES, strict=True)}


def ages(t: Words) -> dict[str, str]:
    """How old people are."""
    return {age: t.text(word) for age, word in zip(AGES, _AGES, strict=True)}


def full(t: Words, found: Round) -> str:
    """That a round takes no more sheets, and whom to tell."""
    told = t.text("This round has as many sheets as it takes. Please tell %(contact)s.")
    return told % {"contact": found.contact}


def respondents(t: Words, group: Group) -> str:
    """How many answered, of how many."""
    values = {"people": t.number(group.people), "asked": t.number(group.asked or 0)}
    if group.asked is None:
        told = t.texts(
            "%(people)s person answered; of how many is not written down.",
            "%(people)s people answered; of how many is not written down.",
            group.people,
        )
    else:
        told = t.texts(
            "%(people)s person answered, of %(asked)s who were asked.",
            "%(people)s people answered, of %(asked)s who were asked.",
            group.people,
        )
    return told % values


def counted(t: Words, counts: dict[str, int], names: dict[str, str]) -> str:
    """How many of each, the unsaid last: resident 12, worker 3, not said 4."""
    told = [f"{names[name]} {t.number(counts[name])}" for name in names if counts.get(name)]
    if unsaid := counts.get(""):
        told.append(f"{t.text('not said')} {t.number(unsaid)}")
    return ", ".join(told)


def difference(t: Words, group: Group) -> str:
    """What the pairs say, by the rules for small numbers."""
    found = group.difference
    if found is None:
        return t.texts(
            "%(count)s person answered both by day and after dark. From 10 on a mean is shown; "
            "until then there are answers and quotes only.",
            "%(count)s people answered both by day and after dark. From 10 on a mean is shown; "
            "until then there are answers and quotes only.",
            group.scored,
        ) % {"count": t.number(group.scored)}
    if not found.excludes_zero:
        told = t.text(
            "Between day and dark there is no sure difference in how people feel: %(mean)s points "
            "of 5 (between %(low)s and %(high)s), as %(count)s people said who answered both times."
        )
    elif found.mean > 0:
        told = t.text(
            "After dark people feel less at ease than by day: %(mean)s points of 5 (between %(low)s"
            " and %(high)s), as %(count)s people said who answered both times."
        )
    else:
        told = t.text(
            "After dark people feel more at ease than by day: %(mean)s points of 5 (between %(low)s"
            " and %(high)s), as %(count)s people said who answered both times."
        )
    return told % {
        "mean": points(t, found.mean),
        "low": points(t, found.low),
        "high": points(t, found.high),
        "count": t.number(found.n),
    }


def warnings(t: Words, group: Group) -> list[str]:
    """What has to be known beside the figures of a group."""
    found = []
    if group.difference is not None and group.scored < 20:
        found.append(
            t.text("With fewer than 20 such people it cannot be compared with another round.")
        )
    loose = sum(group.sheets.values()) - 2 * group.pairs
    if loose > 0:
        found.append(
            t.texts(
                "%(count)s sheet has no other half: it counts among the answers only.",
                "%(count)s sheets have no other half: they count among the answers only.",
                loose,
            )
            % {"count": t.number(loose)}
        )
    if group.clashes:
        found.append(
            t.texts(
                "%(count)s code is on sheets of more than one person: none of these is a pair.",
                "%(count)s codes are on sheets of more than one person: none of these is a pair.",
                group.clashes,
            )
            % {"count": t.number(group.clashes)}
        )
    if group.one_order_only:
        found.append(
            t.text("Nearly all began at the same time of day, so that the order may show, too.")
        )
    if group.check is not None:
        found.append(
            t.text(
                "The check question, whether the path is well kept, differs by %(mean)s points "
                "between day and dark (between %(low)s and %(high)s)."
            )
            % {
                "mean": points(t, group.check.mean),
                "low": points(t, group.check.low),
                "high": points(t, group.check.high),
            }
        )
    return found


def change(t: Words, found: Change, title: str) -> str:
    """How day − dark moved since an earlier round."""
    said = {
        Moved.TOO_FEW: text(
            "Since “%(title)s” nothing can be said yet: it takes 20 people who answered both times,"
            " in each of the two rounds."
        ),
        Moved.UNSURE: text(
            "Since “%(title)s” there is no sure difference: %(mean)s points (between %(low)s and "
            "%(high)s). With so few people that is what one should expect; it does not mean that "
            "nothing changed."
        ),
        Moved.HALO: text(
            "Since “%(title)s” the gap between day and dark moved by %(mean)s points (between "
            "%(low)s and %(high)s), but the check question moved as much: people judge the whole "
            "path otherwise, and not only how it is after dark."
        ),
        Moved.MAYBE_HALO: text(
            "Since “%(title)s” the gap between day and dark moved by %(mean)s points (between "
            "%(low)s and %(high)s). The check question may have moved as much, so this may be about"
            " the whole path."
        ),
        Moved.LESS: text(
            "Since “%(title)s” the gap between day and dark has become smaller: %(mean)s points "
            "(between %(low)s and %(high)s)."
        ),
        Moved.MORE: text(
            "Since “%(title)s” the gap between day and dark has become bigger: %(mean)s points "
            "(between %(low)s and %(high)s)."
        ),
    }[found.moved]
    values = {"title": title, "mean": "", "low": "", "high": ""}
    if found.difference is not None:
        values |= {
            "mean": points(t, found.difference.mean),
            "low": points(t, found.difference.low),
            "high": points(t, found.difference.high),
        }
    return t.text(said) % values


def points(t: Words, value: float) -> str:
    """A difference of scores with one decimal, never −0: 1.2, −0.4."""
    return t.number(round(value, 1) or 0.0).replace("-", "−")
