"""Exceptions of a node: the three ways in which things go wrong."""


class TryAgain(Exception):
    """It may work later: a link that is down, a file that is busy."""


class BadData(Exception):
    """What came in cannot be read; the message names the thing and what was wrong with it."""


class Refused(Exception):
    """The other side said no; asking again at once would change nothing."""
