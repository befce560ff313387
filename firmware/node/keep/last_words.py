"""What ended the boot before, kept for the next birth.

Two lines in one small file: the number of the boot that tells it (empty until one has), and the
exception. It is told through that whole boot, however often the link breaks, and never again.
"""

import os

from node.keep import files

MAX_CHARS = 200


def leave(path: str, error) -> None:
    """This boot ends with `error`, an exception or a sentence.

    A flash that refuses costs the words, nothing else.
    """
    words = _plain(error if isinstance(error, str) else repr(error))
    try:
        files.replace(path, ("\n" + words + "\n").encode())
    except OSError:
        pass


def hear(path: str, boot: int) -> "str | None":
    """What ended the boot before this one, or None."""
    data = files.read(path)
    if data is None:
        return None
    try:
        number, words = data.decode().split("\n", 1)
        words = _plain(words.strip())
        if number in ("", str(boot)) and words:
            if not number:
                files.replace(path, "{}\n{}\n".format(boot, words).encode())
            return words
        os.remove(path)
    except (OSError, ValueError):
        pass  # nothing of this is worth a start
    return None


def _plain(text):
    """Printable and short, as it goes into a message of 2 KiB."""
    return "".join([char for char in text[:MAX_CHARS] if " " <= char < "\x7f"])
