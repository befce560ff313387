"""Boot loader: which application starts, slot `a` or `b`, the image's own, or none. Never raises.

MicroPython runs this file before main.py; only main.py calls what is in it. Like lifeline.py it
is never updated over the air, imports nothing of the application, and formats nothing. The
image's own application is frozen in beside this file; on a PC it is in the same folder.

`active` holds one line: what to start, and while that is on trial what to go back to ("b a",
"a image"). Without a line, a slot that is there goes before the image.
`tries` holds two numbers about the starts since an application last said that it was well
(node/keep/boot_state.py): how many there were, and how many of them ended by themselves. Somebody
who cuts the power says nothing about the application, so such starts may be many. A slot that was
not well is left for what is named to go back to, else for the image; an image's application that
was not well gives way to the lifeline, and gets one more try after that.
"""

import os
import sys
import time

FAULTS = 3  # starts that ended by themselves before anything was well
STARTS = 10  # and with those that the power ended: at full light a weak supply may cut itself off
IMAGE = "image"
LIFELINE = None  # instead of a folder: no application can be trusted


def choose(root: str) -> "str | None":
    """Count this start and return the folder of the application, or LIFELINE.

    root: the folder of `active`, `tries`, `a` and `b`; "" on a board. The image's own application
    is "".
    """
    if not _has_files():
        print("W boot: no file system; the lifeline takes over")
        return LIFELINE
    pointer = _read(root + "/active").split()
    name = _first(root, pointer + ["a", "b"])
    starts, faults = _tries(root)
    if starts and not _power_returned():
        faults += 1  # the start before this one
    if faults < FAULTS and starts < STARTS:
        _write(root + "/tries", "{} {}".format(starts + 1, faults))
        return _folder(root, name)
    starts = max(starts, faults)
    if name != IMAGE:
        back = _first(root, pointer[1:2])
        # In this order: power that goes in between gives the new slot more starts, not none.
        _write(root + "/tries", "1 0")
        _write(root + "/active", back)
        print("W boot: slot {} was not well in {} starts; back to {}".format(name, starts, back))
        return _folder(root, back)
    _write(root + "/tries", "0 {}".format(FAULTS - 1))
    print("W boot: not well in {} starts; the lifeline takes over".format(starts))
    return LIFELINE


def note(root: str, error) -> None:
    """Keep what ended this boot for the next birth; two lines, the first for its number."""
    try:
        _write(root + "/last_error", "\n" + repr(error)[:200])
    except Exception:
        pass  # an error whose repr fails


def restart() -> None:
    """Start the board anew; on a PC, end the process."""
    reset()
    time.sleep(1)  # whoever starts it again need not be asked too often
    sys.exit(1)


def reset() -> None:
    """Start the board anew; on a PC, nothing."""
    try:
        import machine

        again = machine.reset  # type: ignore[attr-defined]  # a PC's has none
    except (ImportError, AttributeError):
        return
    time.sleep(1)  # long enough to read the console, too short to matter
    again()


def _has_files():
    """Whether anything is mounted at /; a PC always has something there."""
    try:
        return os.statvfs("/")[0] > 0
    except OSError:
        return False


def _power_returned():
    """Whether this start is one of somebody who plugs it in, not one that the board made itself."""
    try:
        import machine

        return machine.reset_cause() == machine.PWRON_RESET  # type: ignore[attr-defined]
    except (ImportError, AttributeError):
        return False  # a PC


def _tries(root):
    try:
        starts, faults = _read(root + "/tries").split()
        return int(starts), int(faults)
    except ValueError:  # missing, or junk
        return 0, 0


def _first(root, names):
    """The first of these that holds an application, else IMAGE."""
    for name in names:
        if name == IMAGE:
            break
        if name in ("a", "b"):
            for leaf in ("/node/app.mpy", "/node/app.py"):
                try:
                    os.stat(root + "/" + name + leaf)
                    return name
                except OSError:
                    pass
    return IMAGE


def _folder(root, name):
    return "" if name == IMAGE else root + "/" + name


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
