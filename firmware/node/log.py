"""Log on the console: one line for each thing that a technician may want to know.

Lines look like `W link: lost (timed out); trying again in 4 s`: a letter for the level, the part
that speaks, what happened. Levels: D debug, I information, W something went wrong.
"""

DEBUG = 0
INFO = 1
WARN = 2

MAX_CHARS = 400  # of a line: what came over the wire may be long

level = INFO  # set by main.py from node.json


def _line(text: str) -> str:
    """Bounded and printable: what came over the wire must not forge a second line."""
    if len(text) > MAX_CHARS:
        text = text[:MAX_CHARS] + "..."
    for char in text:
        if char < " " or "\x7f" <= char < "\xa0":
            return "".join([_shown(char) for char in text])
    return text


def _shown(char: str) -> str:
    if char < " " or "\x7f" <= char < "\xa0":
        return "\\x{:02x}".format(ord(char))
    return char


def debug(text: str) -> None:
    """Say what only somebody who looks for a fault wants to read."""
    if level <= DEBUG:
        print("D " + _line(text))


def info(text: str) -> None:
    """Say what happened as it should."""
    if level <= INFO:
        print("I " + _line(text))


def warn(text: str) -> None:
    """Say what went wrong and what happens next."""
    print("W " + _line(text))
