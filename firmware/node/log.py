"""One line on the console for each thing that a technician may want to know.

Lines look like `W link: lost (timed out); trying again in 4 s`: a letter for the level, the part
that speaks, what happened. Levels: D debug, I information, W something went wrong.
"""

DEBUG = 0
INFO = 1
WARN = 2

level = INFO  # set by main.py from node.json


def debug(text: str) -> None:
    """Say what only somebody who looks for a fault wants to read."""
    if level <= DEBUG:
        print("D " + text)


def info(text: str) -> None:
    """Say what happened as it should."""
    if level <= INFO:
        print("I " + text)


def warn(text: str) -> None:
    """Say what went wrong and what happens next."""
    print("W " + text)
