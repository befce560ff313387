"""How a database keeps up, and how long to wait for it."""

import enum
from dataclasses import dataclass


class State(enum.Enum):
    """How a database keeps up, from good to bad."""

    CURRENT = "current"  # it has what the ledger has, but for the last moments
    BEHIND = "behind"  # more than a batch waits, and is being written
    AWAY = "away"  # it does not answer, or asks to wait: tried again, ever less often
    REFUSED = "refused"  # it says no until somebody mends something: tried again once a minute


@dataclass(frozen=True)
class RetryTimes:
    """How long to wait for what, in seconds."""

    first_s: float = 1.0  # after the first failure; doubled for each further one
    most_s: float = 60.0
    refused_s: float = 60.0  # what only a person can mend is not mended sooner
    cursor_s: float = 1.0  # between commits of cursors: each holds up the intake's a little


RETRY_TIMES = RetryTimes()
