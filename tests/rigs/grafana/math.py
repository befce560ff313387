"""What Grafana's server makes of a math expression, in its grammar and with its rules.

Written after pkg/expr/mathexp of Grafana: no exp and no sqrt, powers bind before products, a number
with NaN is NaN (but for `0 && x`), division by zero is infinite, series meet where their times do,
and with a query that has no data everything has none.
"""

import math
import operator
import re
from collections.abc import Callable, Mapping

NO_DATA = None
Series = dict[int, float | None]
Value = float | Series | None

_TOKEN = re.compile(
    r"\s*(\d+\.?\d*(?:e-?\d+)?|\$\{?\w+\}?|[a-z_]+(?=\()|\*\*|[=!<>]=|&&|\|\||[-+*/%<>!(),])"
)
_FUNCTIONS: dict[str, Callable[..., float]] = {
    "abs": abs,
    "log": lambda x: math.log(x) if x > 0 else (-math.inf if x == 0 else math.nan),
    "round": lambda x: math.floor(abs(x) + 0.5) * math.copysign(1, x),
    "nan": lambda: math.nan,
}
# From what binds least to what binds most.
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("||",), ("&&",), ("==", "!=", ">", ">=", "<", "<="), ("+", "-"), ("*", "/", "%"), ("**",),
)  # fmt: skip


class NotMath(Exception):
    """Grafana would refuse it."""


def evaluate(expression: str, values: Mapping[str, Value]) -> Value:
    """The value of an expression; `values` has the results it names, NO_DATA for an empty one."""
    tokens = _tokens(expression)
    result, rest = _level(0, tokens, values)
    if rest:
        raise NotMath(f"{' '.join(rest)} is left over in {expression}")
    return result


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise NotMath(f"{text[at:]!r} in {text}")
        found.append(token[1])
        at = token.end()
    return found


def _level(level: int, tokens: list[str], values: Mapping[str, Value]) -> tuple[Value, list[str]]:
    if level == len(_LEVELS):
        return _factor(tokens, values)
    left, tokens = _level(level + 1, tokens, values)
    while tokens and tokens[0] in _LEVELS[level]:
        sign = tokens[0]
        right, tokens = _level(level + 1, tokens[1:], values)
        left = _each(lambda a, b, sign=sign: _binary(sign, a, b), left, right)
    return left, tokens


def _factor(tokens: list[str], values: Mapping[str, Value]) -> tuple[Value, list[str]]:
    if not tokens:
        raise NotMath("the expression ends too soon")
    first, *rest = tokens
    if first == "(":
        inner, rest = _level(0, rest, values)
        if not rest or rest[0] != ")":
            raise NotMath("a ) is missing")
        return inner, rest[1:]
    if first in ("-", "!"):
        inner, rest = _factor(rest, values)
        return _each(lambda a: -a if first == "-" else float(a == 0), inner), rest
    if first.startswith("$"):
        name = first.strip("${}")
        if name not in values:
            raise NotMath(f"there is no query {name}")
        return values[name], rest
    if first in _FUNCTIONS:
        return _call(_FUNCTIONS[first], rest[1:], values)
    try:
        return float(first), rest
    except ValueError:
        raise NotMath(f"{first} is no number, function or query") from None


def _call(
    function: Callable[..., float], tokens: list[str], values: Mapping[str, Value]
) -> tuple[Value, list[str]]:
    if tokens and tokens[0] == ")":
        return function(), tokens[1:]
    inner, tokens = _level(0, tokens, values)
    if not tokens or tokens[0] != ")":
        raise NotMath("a ) is missing")
    return _each(function, inner), tokens[1:]


def _each(function: Callable[..., float], *values: Value) -> Value:
    """A function of numbers, or at each time that all its series have."""
    if any(value is NO_DATA for value in values):
        return NO_DATA
    series = [value for value in values if isinstance(value, dict)]
    if not series:
        return function(*values)
    times = set(series[0]).intersection(*series[1:])
    return {
        time: None if None in at else function(*at)
        for time in sorted(times)
        if (at := [value[time] if isinstance(value, dict) else value for value in values])
    }


def _binary(sign: str, a: float, b: float) -> float:
    if sign == "||" and a != 0:
        return 1.0
    if sign == "&&" and a == 0:
        return 0.0
    if math.isnan(a) or math.isnan(b):
        return math.nan
    if sign == "/":
        return a / b if b else (math.nan if a == 0 else math.copysign(math.inf, a))
    if sign == "**":
        try:
            return math.pow(a, b)
        except OverflowError:
            return math.inf
    return float(_OPERATORS[sign](a, b))


_OPERATORS: dict[str, Callable[[float, float], float | bool]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "%": math.fmod,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "&&": lambda a, b: a != 0 and b != 0,
    "||": lambda a, b: a != 0 or b != 0,
}
