"""Which application starts: slot `a` or `b`, the code beside this file, or none. Never raises.

MicroPython runs this file before main.py; only main.py calls what is in it. Like lifeline.py it
is never updated over the air, imports nothing of the application, and formats nothing.

`active` holds one line: the slot to start, and while it is on trial the slot to go back to ("b a").
`tries` counts the starts since an application last said that it was well (node/keep/slots.py). A
slot on trial that was not well in three starts is left; an application without another one to go
back to gives way to the lifeline, and gets one more try at each start after that.
"""

import os
import sys
import time

TRIES = 3
LIFELINE = None  # instead of a folder: no application can be trusted


def choose(root: str) -> "str | None":
    """Count this start and return the folder of the application, or LIFELINE.

    root: the folder of `active`, `tries`, `a` and `b`; "" on a board. The folder of this file, as
    "", is for a node without slots.
    """
    pointer = _read(root + "/active").split()
    slot = _first(root, pointer + ["a", "b"])
    try:
        tries = int(_read(root + "/tries") or "0")
    except ValueError:
        tries = 0
    if tries < TRIES:
        _write(root + "/tries", str(tries + 1))
        return slot
    back = _first(root, pointer[1:2])
    if back:
        # In this order: power that goes in between gives the new slot more starts, not none.
        _write(root + "/tries", "1")
        _write(root + "/active", pointer[1])
        print(
            "W boot: slot {} was not well in {} starts; back to {}".format(
                pointer[0], tries, pointer[1]
            )
        )
        return back
    _write(root + "/tries", str(TRIES - 1))
    print("W boot: not well in {} starts; the lifeline takes over".format(tries))
    return LIFELINE


def note(root: str, error) -> None:
    """Keep what ended this boot for the next birth; two lines, the first for its number."""
    try:
        _write(root + "/last_error", "\n" + repr(error)[:200])
    except Exception:
        pass  # an error whose repr fails


def restart() -> None:
    """Start the board anew; on a PC, end the process."""
    time.sleep(1)  # long enough to read the console, too short to matter
    try:
        import machine

        machine.reset()  # type: ignore[attr-defined]  # a PC's has none
    except (ImportError, AttributeError):
        sys.exit(1)


def _first(root, names):
    """The folder of the first of these slots that holds an application, else ""."""
    for name in names:
        if name in ("a", "b"):
            for leaf in ("/node/app.mpy", "/node/app.py"):
                try:
                    os.stat(root + "/" + name + leaf)
                    return root + "/" + name
                except OSError:
                    pass
    return ""


def _read(path):
    try:
        with open(path) as file:
            return file.read(300)
    except Exception:  # unreadable, or not text
        return ""


def _write(path, text):
    try:
        with open(path + ".new", "w") as file:
            file.write(text + "\n")
            file.flush()
        os.rename(path + ".new", path)
    except OSError as error:
        # A full or worn flash must not keep the application from starting.
        print("W boot: {} not written ({})".format(path, error))
