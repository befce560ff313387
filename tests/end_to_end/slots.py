"""The application in a slot of a node's folder, as it is or with a fault put into it."""

import shutil

from tests.rigs.micropython import FIRMWARE


def application(folder, **files):
    """A copy of the application in `folder`; files: path, "/" as "__", -> (old, new) text in it."""
    for part in ("node", "boards"):
        shutil.copytree(FIRMWARE / part, folder / part)
    for name, (old, new) in files.items():
        path = folder / (name.replace("__", "/") + ".py")
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
    return folder


def text_of(node, name):
    """What a file in the node's folder holds; "" while it is not there."""
    path = node.folder / name
    return path.read_text() if path.exists() else ""
