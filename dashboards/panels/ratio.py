"""The arithmetic of comparisons, in the words of Grafana's server.

The same as `padlicht.usage.compare`: the ratio of two rates, and the range in which it lies with
95 % certainty, exp(ln r ± 1.96 · sqrt(φ (1/n1 + 1/n2))) with φ = 3, because people come in company.
A ratio stands for nothing when either count is under 20. Grafana knows neither exp nor sqrt; both
are powers.
"""

from dataclasses import dataclass
from typing import Final

from dashboards.panels.frame import Target, math

_E: Final = "2.718281828459045"
LEAST: Final = 20  # passages in a cell
SPREAD: Final = 3  # φ
UNLIKE: Final = 0.1  # by how much the shares watched before and after may differ
OTHER_HOURS: Final = 0.05  # by what share of them the hours due before and after may differ
TOO_FEW, FEWER, SAME, MORE, NO_DATA, UNMATCHED = range(6)


@dataclass(frozen=True)
class Pair:
    """Expressions for before and after: passages, seconds watched, seconds due."""

    n1: str
    s1: str
    d1: str
    n2: str
    s2: str
    d2: str

    @property
    def ratio(self) -> str:
        """Rate after by rate before; a count or time of 0 is taken for 1, and judged elsewhere."""
        n1, s1, n2, s2 = (_at_least_one(x) for x in (self.n1, self.s1, self.n2, self.s2))
        return f"(({n2} / {s2}) / ({n1} / {s1}))"

    @property
    def noise(self) -> str:
        """What the two counts bring to the spread: 1/n1 + 1/n2."""
        return f"(1 / {_at_least_one(self.n1)} + 1 / {_at_least_one(self.n2)})"

    @property
    def enough(self) -> str:
        """1 when both counts say something, else 0."""
        return f"(({self.n1} >= {LEAST}) * ({self.n2} >= {LEAST}))"

    @property
    def seen(self) -> str:
        """1 when somebody watched before and after, else 0."""
        return f"(({self.s1} > 0) * ({self.s2} > 0))"

    @property
    def alike(self) -> str:
        """1 when about the same hours were due before and after, and watched as well, else 0.

        Hours that are dark on one side only are other hours; and where a busy counter was covered,
        the quieter ones alone would read as fewer people.
        """
        d1, d2 = _at_least_one(self.d1), _at_least_one(self.d2)
        watched = f"(abs({self.s2} / {d2} - {self.s1} / {d1}) < {UNLIKE})"
        return f"({watched} * (abs({d2} / {d1} - 1) < {OTHER_HOURS}))"


def _at_least_one(count: str) -> str:
    return f"({count} + ({count} == 0))"


def outcome(*pairs: Pair) -> list[Target]:
    """The verdict, the change, and the range in which it lies: verdict, change, low and high.

    Of two pairs it is the change of the first beyond that of the second.
    """
    ratio = " / ".join(pair.ratio for pair in pairs)
    noise = " + ".join(pair.noise for pair in pairs)
    enough = " * ".join(f"{pair.enough} * {pair.alike}" for pair in pairs)
    seen = " * ".join(pair.seen for pair in pairs)
    alike = " * ".join(pair.alike for pair in pairs)
    more, fewer = "($low > 1)", "($high < 1)"
    judged = f"({SAME} + {more} * {MORE - SAME} - {fewer} * {SAME - FEWER})"
    known = f"((1 - ({alike})) * {UNMATCHED} + ({enough}) * {judged})"
    # 0 / 0 is no number, and shows as a dash: nothing is claimed of too few.
    return [
        math("ratio", ratio, hide=True),
        math("spread", f"{_E} ** (1.96 * (({SPREAD} * ({noise})) ** 0.5))", hide=True),
        math("low", "$ratio / $spread", hide=True),
        math("high", "$ratio * $spread", hide=True),
        math("sure", f"({enough}) * ({seen})", hide=True),
        math("verdict", f"(1 - ({seen})) * {NO_DATA} + ({seen}) * {known}"),
        *(
            math(shown, f"($sure * (${of} - 1)) / $sure")
            for shown, of in (("change", "ratio"), ("lowest", "low"), ("highest", "high"))
        ),
    ]
