"""Where a node starts: settings → board → tasks. No logic here.

On a board the folder is `/`; on a PC it is the first argument:
`micropython firmware/main.py FOLDER`.
"""

import sys

from node import app, log
from node.errors import BadData
from node.keep import identity


def main() -> None:
    """Make the board that `node.json` names and run the node on it."""
    folder = (sys.argv[1] if len(sys.argv) > 1 else "/").rstrip("/")
    try:
        who = identity.read(folder)
    except BadData as error:
        log.warn("main: " + str(error))
        sys.exit(1)
    log.level = who.get("log_level", log.INFO)
    board = __import__("boards." + who["board"], None, None, ("make",))
    app.run(board.make(folder, who))


main()
