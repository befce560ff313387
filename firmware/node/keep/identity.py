"""Identity of the node: `node.json`, which the hub writes when the node is added."""

import json

from node.errors import BadData

_KEYS = ("node", "site", "zone", "role", "board", "broker_host", "broker_port", "broker_name")
ROLES = ("lamp", "counter")


def read(folder: str) -> dict:
    """What node.json in `folder` says; BadData with what is wrong and what to do about it.

    broker_name is what the broker's certificate must say, whatever its address, broker_host.
    first_boot, 1 where it is missing, is the number of the first boot of this memory.
    """
    path = folder + "/node.json"
    try:
        with open(path) as file:
            identity = json.load(file)
    except OSError:
        raise BadData(path + " is not there: `padlicht node add` writes it")
    except ValueError:
        raise BadData(path + " is not JSON: write it again with `padlicht node add`")
    missing = [key for key in _KEYS if key not in identity] if isinstance(identity, dict) else _KEYS
    if missing:
        raise BadData("{} lacks {}".format(path, ", ".join(missing)))
    if identity["role"] not in ROLES:
        raise BadData("{}: role {!r} is neither lamp nor counter".format(path, identity["role"]))
    first_boot = identity.get("first_boot", 1)
    if not isinstance(first_boot, int) or isinstance(first_boot, bool) or first_boot < 1:
        text = "{}: first_boot {!r} is not a whole number from 1 on: correct node.json"
        raise BadData(text.format(path, first_boot))
    return identity
