"""The three ways in which things go wrong, and the one that is meant for a person at a terminal."""


class PadlichtError(Exception):
    """The parent of them all; its text names the thing, what was wrong, and what to do."""


class TryAgain(PadlichtError):
    """It may work later: a broker that is away, a port that is busy."""


class BadData(PadlichtError):
    """What came in cannot be read; the text names the thing and what was wrong with it."""


class Refused(PadlichtError):
    """The other side said no; asking again at once would change nothing."""
