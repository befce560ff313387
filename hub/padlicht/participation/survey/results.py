"""Survey results: what a round allows to say, by the rules for small numbers. Pure.

results_of   sheets and texts of a round → RoundResult, one Group for each of PLACES
change_of    two results → Change: whether day − dark moved, and whether the check question did, too
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from padlicht.participation.survey.scoring import (
    ANSWER_ROUNDING_VARIANCE,
    SCORE_ROUNDING_VARIANCE,
    Interval,
    change,
    interval,
    pair_up,
)
from padlicht.participation.survey.sheet import (
    AGES,
    LIGHTS,
    PLACES,
    QUESTIONS,
    ROLES,
    Round,
    Sheet,
    Text,
)

LEAST_PAIRS = 10  # from here on a mean difference with its interval
LEAST_A_SIDE = 20  # pairs in each of two rounds, from where on their difference


class Says(StrEnum):
    """What a group of pairs allows to say."""

    ANSWERS = "answers"  # answers and quotes only
    DIFFERENCE = "difference"  # the mean of day − dark
    CHANGE = "change"  # and, beside another such round, whether it moved


@dataclass(frozen=True)
class Group:
    """Whoever answered in one of PLACES, on the path or at home; the two are never put together.

    `asked` is of how many, None when nobody wrote it down. `people` counts a code once, and each
    sheet without a code as somebody else. `ways` counts sheets; `roles` and `ages` count people,
    with "" for who did not say. `counts` has, by light and question, how many gave each answer,
    from "don't know" (0) to 6. `difference` is the mean of day − dark of the scores; `check` that
    of the check question.
    """

    place: str
    asked: int | None
    people: int
    sheets: dict[str, int]
    ways: dict[str, int]
    roles: dict[str, int]
    ages: dict[str, int]
    often: tuple[int, ...]
    counts: dict[str, list[list[int]]]
    pairs: int
    scored: int
    clashes: int
    day_first: int
    dark_first: int
    difference: Interval | None
    check: Interval | None

    @property
    def says(self) -> Says:
        """By the number of pairs with a score on both sheets."""
        if self.scored < LEAST_PAIRS:
            return Says.ANSWERS
        return Says.DIFFERENCE if self.scored < LEAST_A_SIDE else Says.CHANGE

    @property
    def one_order_only(self) -> bool:
        """Whether nearly all began by day, or nearly all after dark: the order may show, then."""
        known = self.day_first + self.dark_first
        return known >= LEAST_PAIRS and min(self.day_first, self.dark_first) * 5 < known


@dataclass(frozen=True)
class RoundResult:
    """What a round gave. `good` and `change` are the texts that are shown, `waiting` how many
    nobody has read yet, `removed` those of which only the reason is left. `deleted`: the term is
    over, and there are no texts any more.
    """

    round: Round
    spot: Group
    letterbox: Group
    good: tuple[Text, ...] = ()
    change: tuple[Text, ...] = ()
    waiting: int = 0
    removed: tuple[Text, ...] = ()
    deleted: bool = False

    @property
    def groups(self) -> tuple[Group, Group]:
        """On the path, and at home."""
        return self.spot, self.letterbox

    @property
    def missing_roles(self) -> tuple[str, ...]:
        """Roles of which nobody said to be one."""
        return tuple(r for r in ROLES if not any(group.roles.get(r) for group in self.groups))

    @property
    def missing_ages(self) -> tuple[str, ...]:
        """Ages of which nobody said to be."""
        return tuple(a for a in AGES if not any(group.ages.get(a) for group in self.groups))


class Moved(StrEnum):
    """What two rounds say together."""

    TOO_FEW = "too few"  # fewer than LEAST_A_SIDE in one of them
    UNSURE = "unsure"  # no sure difference, which is never "no effect"
    HALO = "halo"  # a sure one, but the check question moved as much
    MAYBE_HALO = "maybe halo"  # a sure one, and the check question may have moved as much
    LESS = "less"  # dark is less unlike day than before: what one hopes for
    MORE = "more"


@dataclass(frozen=True)
class Change:
    """How day − dark moved from one round to another; below zero is what one hopes for."""

    moved: Moved
    difference: Interval | None = None
    check: Interval | None = None


class _Summary(msgspec.Struct):
    groups: list[Group]


def results_of(round: Round, sheets: Iterable[Sheet], texts: Sequence[Text]) -> RoundResult:
    """What a round gave, or what is left of it when its sheets are deleted."""
    if round.summary is not None:
        spot, letterbox = msgspec.json.decode(round.summary, type=_Summary).groups
        return RoundResult(round, spot, letterbox, deleted=True)
    every = list(sheets)
    spot, letterbox = (
        group_of(place, round.asked_at(place), [s for s in every if s.place == place])
        for place in PLACES
    )
    shown = [text for text in texts if text.state == "shown"]
    return RoundResult(
        round,
        spot,
        letterbox,
        good=tuple(text for text in shown if text.kind == "good"),
        change=tuple(text for text in shown if text.kind == "change"),
        waiting=sum(text.state == "waiting" for text in texts),
        removed=tuple(text for text in texts if text.state == "removed"),
    )


def summary_of(round: Round, sheets: Iterable[Sheet]) -> str:
    """What is kept of a round when its term is over: sums, no sheet, no text, no code."""
    result = results_of(round, sheets, ())
    return msgspec.json.encode(_Summary([*result.groups])).decode()


def group_of(place: str, asked: int | None, sheets: Sequence[Sheet]) -> Group:
    """The sheets of one place."""
    found = pair_up(sheets)
    often = Counter(sheet.often for sheet in sheets)
    return Group(
        place=place,
        asked=asked,
        people=found.people,
        sheets={light: sum(sheet.light == light for sheet in sheets) for light in LIGHTS},
        ways=dict(Counter(sheet.way for sheet in sheets)),
        roles=_by_person((sheet.pair, sheet.role) for sheet in sheets),
        ages=_by_person((sheet.pair, sheet.age) for sheet in sheets),
        often=tuple(often[answer] for answer in range(4)),
        counts={light: _counts(sheets, light) for light in LIGHTS},
        pairs=found.pairs,
        scored=len(found.differences),
        clashes=found.clashes,
        day_first=found.day_first,
        dark_first=found.dark_first,
        difference=interval(found.differences, SCORE_ROUNDING_VARIANCE),
        check=interval(found.checks, ANSWER_ROUNDING_VARIANCE),
    )


def change_of(before: Group, after: Group) -> Change:
    """Whether day − dark moved between two rounds that were asked in the same place."""
    if before.place != after.place:
        raise ValueError("who is asked at home is not who walks on the path")
    few = min(before.scored, after.scored) < LEAST_A_SIDE
    if few or before.difference is None or after.difference is None:
        return Change(Moved.TOO_FEW)
    moved = change(before.difference, after.difference)
    check = change(before.check, after.check) if before.check and after.check else None
    if not moved.excludes_zero:
        return Change(Moved.UNSURE, moved, check)
    if check is not None and moved.mean * check.mean > 0 and abs(check.mean) >= abs(moved.mean):
        return Change(Moved.HALO, moved, check)
    if check is None or check.low <= moved.mean <= check.high:
        return Change(Moved.MAYBE_HALO, moved, check)
    return Change(Moved.LESS if moved.mean < 0 else Moved.MORE, moved, check)


def _by_person(said: Iterable[tuple[bytes | None, str | None]]) -> dict[str, int]:
    """How many people said what of themselves; who has a code says it on one sheet or on both."""
    of_codes: dict[bytes, str] = {}
    others = []
    for pair, what in said:
        if pair is None:
            others.append(what or "")
        else:
            of_codes[pair] = of_codes.get(pair) or what or ""
    return dict(Counter([*of_codes.values(), *others]))


def _counts(sheets: Sequence[Sheet], light: str) -> list[list[int]]:
    found = [[0] * 7 for _ in range(QUESTIONS)]
    for sheet in sheets:
        if sheet.light == light:
            for number, answer in enumerate(sheet.answers):
                if answer is not None:
                    found[number][answer] += 1
    return found
