"""Time zone: local time from a POSIX string such as `CET-1CEST,M3.5.0,M10.5.0/3`.

Pure, and in whole numbers throughout: boards have 32-bit floats. A date is `days_2000`, the days
since 2000-01-01; an instant is Unix seconds UTC. The string is what IEEE 1003.1 calls TZ, with
the extension of RFC 8536 that the hour of a change may run from -167 to 167.
"""

from node.errors import BadData

_DAY_S = 86400
_UNIX_2000 = 10957  # Unix day of 2000-01-01


def days(year: int, month: int, day: int) -> int:
    """Return the days from 2000-01-01 to a date of the Gregorian calendar; negative before it."""
    if month < 3:  # count years from March, so that the leap day is the last of its year
        year -= 1
        month += 12
    leap_days = year // 4 - year // 100 + year // 400
    return year * 365 + leap_days + (month * 153 - 457) // 5 + day - 730426


def civil(days_2000: int) -> tuple:
    """Return the (year, month, day) of a day number; the reverse of `days`."""
    n = days_2000 + 730425  # days since 0000-03-01
    era = n // 146097
    n -= era * 146097
    year = (n - n // 1460 + n // 36524 - n // 146096) // 365
    n -= year * 365 + year // 4 - year // 100
    month = (n * 5 + 2) // 153
    day = n - (month * 153 + 2) // 5 + 1
    if month < 10:
        return era * 400 + year, month + 3, day
    return era * 400 + year + 1, month - 9, day


class Zone:
    """A time zone. Raises BadData, naming what is wrong, when `posix_tz` cannot be read."""

    def __init__(self, posix_tz: str):
        if not isinstance(posix_tz, str):
            raise BadData("time zone {!r} is not a text such as 'UTC0'".format(posix_tz))
        text = _Text(posix_tz)
        text.name()
        self._std_s = -text.time("offset", 24)  # POSIX counts westward
        self._dst_s = self._std_s
        self._rules = None
        self._year = None  # the year whose two changes are at hand, in UTC
        self._starts = self._ends = 0
        if text.left():
            text.name()
            self._dst_s += 3600
            if text.left() and text.peek() != ",":
                self._dst_s = -text.time("offset", 24)
            text.comma("says that there is summer time, but not from when")
            start = text.rule()
            text.comma("says when summer time starts, but not when it ends")
            self._rules = (start, text.rule())
        text.end()

    def offset_s(self, utc_s: int) -> int:
        """Return the seconds to add to UTC to get local time at that instant."""
        if self._rules is None:
            return self._std_s
        year = civil((utc_s + self._std_s) // _DAY_S - _UNIX_2000)[0]
        if year != self._year:
            start, end = self._rules
            self._starts = _change_s(year, start) - self._std_s
            self._ends = _change_s(year, end) - self._dst_s
            self._year = year
        if self._starts < self._ends:
            summer = self._starts <= utc_s < self._ends
        else:  # south of the equator summer runs over the new year
            summer = not self._ends <= utc_s < self._starts
        return self._dst_s if summer else self._std_s

    def local(self, utc_s: int) -> tuple:
        """Return the local (days_2000, second_of_day) of an instant."""
        local_s = utc_s + self.offset_s(utc_s)
        return local_s // _DAY_S - _UNIX_2000, local_s % _DAY_S

    def utc(self, days_2000: int, second_of_day: int) -> int:
        """Return the instant of a local time.

        A time that the clocks skip in spring moves forward by what they skip; of a time that
        comes twice in autumn the first is meant.
        """
        local_s = (days_2000 + _UNIX_2000) * _DAY_S + second_of_day
        first = local_s - max(self._std_s, self._dst_s)
        later = local_s - min(self._std_s, self._dst_s)
        return first if first + self.offset_s(first) == local_s else later


def _change_s(year: int, rule: tuple) -> int:
    """Return when a rule falls in a year: local seconds, counted as Unix seconds are."""
    kind, month, week, weekday, second = rule
    if kind == "M":
        day = days(year, month, 1)
        day += (weekday - (day + 6)) % 7  # 2000-01-01 was a Saturday
        day += (week - 1) * 7
        if week == 5 and civil(day)[1] != month:
            day -= 7
    elif kind == "J":  # 1 to 365, never the leap day
        day = days(year, 1, 1) + weekday - 1
        if weekday > 59 and days(year, 3, 1) - days(year, 2, 1) == 29:
            day += 1
    else:  # 0 to 365
        day = days(year, 1, 1) + weekday
    return (day + _UNIX_2000) * _DAY_S + second


class _Text:
    """The string, and how far it has been read."""

    def __init__(self, text: str):
        self._text = text
        self._at = 0

    def left(self) -> bool:
        return self._at < len(self._text)

    def peek(self) -> str:
        return self._text[self._at] if self.left() else ""

    def wrong(self, what: str):
        return BadData("time zone {!r} {}".format(self._text, what))

    def end(self) -> None:
        if self.left():
            raise self.wrong("has {!r} left over at its end".format(self._text[self._at :]))

    def comma(self, without: str) -> None:
        if self.peek() != ",":
            raise self.wrong(without)
        self._at += 1

    def take(self, wanted) -> str:
        """Return the characters from here on that are `wanted`, and step over them."""
        start = self._at
        while self.left() and wanted(self.peek()):
            self._at += 1
        return self._text[start : self._at]

    def name(self) -> None:
        if self.peek() == "<":
            self._at += 1
            name = self.take(lambda c: c != ">")
            if self.peek() != ">":
                raise self.wrong("has a '<' without its '>'")
            self._at += 1
            good = all(_letter(c) or c in "+-" or "0" <= c <= "9" for c in name)
        else:
            name = self.take(_letter)
            good = True
        if len(name) < 3 or not good:
            raise self.wrong("has the name {!r}, which takes three letters or more".format(name))

    def number(self, what: str, low: int, high: int) -> int:
        digits = self.take(lambda c: "0" <= c <= "9")
        if not digits or len(digits) > 3 or not low <= int(digits) <= high:
            raise self.wrong("needs a {} from {} to {}, not {!r}".format(what, low, high, digits))
        return int(digits)

    def time(self, what: str, most_h: int) -> int:
        """Read [+-]h[:mm[:ss]] and return it in seconds."""
        sign = -1 if self.peek() == "-" else 1
        if self.peek() in ("+", "-"):
            self._at += 1
        seconds = self.number("number of hours in its " + what, 0, most_h) * 3600
        for unit_s, unit in ((60, "minutes"), (1, "seconds")):
            if self.peek() != ":":
                break
            self._at += 1
            seconds += self.number("number of " + unit + " in its " + what, 0, 59) * unit_s
        return sign * seconds

    def rule(self) -> tuple:
        """Read one date rule and return (kind, month, week, day, second_of_day)."""
        kind = self.peek()
        month = week = 0
        if kind == "M":
            self._at += 1
            month = self.number("month", 1, 12)
            self.dot()
            week = self.number("week of the month", 1, 5)
            self.dot()
            day = self.number("day of the week", 0, 6)
        elif kind == "J":
            self._at += 1
            day = self.number("day of the year", 1, 365)
        else:
            day = self.number("day of the year", 0, 365)
        second = 7200
        if self.peek() == "/":
            self._at += 1
            second = self.time("hour of change", 167)
        return kind, month, week, day, second

    def dot(self) -> None:
        if self.peek() != ".":
            raise self.wrong("needs month, week and day with dots between them, as in M3.5.0")
        self._at += 1


def _letter(c: str) -> bool:
    return "a" <= c <= "z" or "A" <= c <= "Z"
