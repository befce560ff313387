"""What an address asks for, read strictly: what is none of ours is not found."""

from datetime import date
from typing import Final

from litestar.exceptions import NotFoundException

FIRST: Final = date(2020, 1, 1)  # before the first lamp of any park


def parse_day(asked: str, today: date) -> date:
    """The day that an address asks for, today without one; NotFoundException for none of ours."""
    if not asked:
        return today
    try:
        day = date.fromisoformat(asked)
    except ValueError as error:
        raise NotFoundException(f"{asked[:20]!r} is no date: write it as 2026-11-12") from error
    if not FIRST <= day <= today:
        raise NotFoundException(f"{day} is before {FIRST} or yet to come")
    return day
