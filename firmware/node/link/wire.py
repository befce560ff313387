"""Topics and messages between node and hub, contract version 1, as a node writes and reads them.

The twin of the hub's `padlicht/wire.py`; both agree on the golden messages in `tests/contract/`.
Pure: bytes and dicts in, bytes and tuples out. What cannot be read raises BadData with a sentence.
Times are Unix seconds UTC unless a name says `_ms`.
"""

import json

from node.errors import BadData

ROOT = "padlicht/v1/"
HUB_STATUS = "padlicht/v1/hub/+"  # of whichever hubs there are
FIRST_START = "first-start"  # the id of the self-test that no command asked for
LOST = b'{"state":"lost"}'  # the last will: the broker says it when the node cannot
MAX_PAYLOAD = 2048  # bytes; a node has to hold it whole while it is being sent
_MAX_INT = 1 << 53  # beyond it, JSON numbers are not the same to everybody
_MAX_NAME = 64  # characters of a command's id, which comes back in its reply, and of its name
_MAX_DEPTH = 8  # the contract's messages are nested three deep


def topic(site: str, node: str, leaf: str) -> str:
    """The full topic of one of this node's leaves, such as `up/records`."""
    return ROOT + site + "/" + node + "/" + leaf


def leaf_of(full_topic: str) -> str:
    """The leaf of a topic, such as `down/ack` or `hub`; BadData when it is none of ours."""
    parts = full_topic.split("/")
    if len(parts) == 4 and full_topic.startswith(HUB_STATUS[:-1]):
        return "hub"
    if len(parts) != 6 or parts[0] != "padlicht" or parts[1] != "v1":
        raise BadData("topic {} is not padlicht/v1/SITE/NODE/LEAF".format(full_topic))
    return parts[4] + "/" + parts[5]


def _compact(message: dict) -> bytes:
    # Both Pythons put a space after comma and colon when not told otherwise.
    return json.dumps(message, separators=(",", ":")).encode()


def encode_status(
    state: str, role: str, boot: int, fw: str, board: str, reset: str, clock: int, error=None
) -> bytes:
    """The birth, `up/status`: who woke up, how often it has, and why it restarted.

    `error`: the exception that ended the boot before, if one did.
    """
    status = {
        "state": state,
        "role": role,
        "boot": boot,
        "fw": fw,
        "board": board,
        "reset": reset,
        "clock": clock,
    }
    if error is not None:
        status["error"] = error
    return _compact(status)


def encode_records(boot: int, recs: list) -> bytes:
    """A batch for `up/records`; every record carries its `seq` and `kind`."""
    return _compact({"boot": boot, "recs": recs})


def encode_settings(version: int, refused: dict) -> bytes:
    """`up/settings`: the version in force, and each refused key with its reason."""
    return _compact({"version": version, "refused": refused})


def encode_reply(command_id: str, ok: bool, why: str | None = None, detail=None) -> bytes:
    """`up/reply`: the answer to a command; `why` says what went wrong, `detail` what was found."""
    reply = {"id": command_id, "ok": ok}
    if why is not None:
        reply["why"] = why
    if detail is not None:
        reply["detail"] = detail
    return _compact(reply)


def encode_lamp_live(level_pm: int, state: str) -> bytes:
    """`up/live` of a lamp: light output now, in permille of full, and the state it is in."""
    return _compact({"level_pm": level_pm, "state": state})


def encode_counter_live(seen: int, n_in: int, n_out: int) -> bytes:
    """`up/live` of a counter: how many it sees now, and what the open interval holds so far."""
    return _compact({"seen": seen, "in": n_in, "out": n_out})


def _is_whole(payload: bytes) -> bool:
    """Whether every bracket is closed by its own kind, and none is open too deep.

    MicroPython's json takes `{"utc_ms":1795` for an object whose time is 1795, and `[1}` for a
    list: half a message would set the clock. CPython's refuses both. What is nested deep cannot
    be printed on a board's small stack.
    """
    open_ = []
    in_string = escaped = False
    for byte in payload:
        if in_string:
            if escaped:
                escaped = False
            elif byte == 0x5C:  # backslash
                escaped = True
            elif byte == 0x22:
                in_string = False
        elif byte == 0x22:
            in_string = True
        elif byte == 0x7B or byte == 0x5B:  # { [
            open_.append(byte + 2)  # the closing bracket comes two places later in ASCII
            if len(open_) > _MAX_DEPTH:
                return False
        elif byte == 0x7D or byte == 0x5D:  # } ]
            if not open_ or open_.pop() != byte:
                return False
    return not open_ and not in_string and len(payload) > 1


def _object(leaf: str, payload: bytes) -> dict:
    if not _is_whole(payload):
        raise BadData(leaf + " is cut off or not JSON")
    try:
        message = json.loads(payload)
    except ValueError:  # a UnicodeError is one, on MicroPython too
        raise BadData(leaf + " is not JSON")
    if not isinstance(message, dict):
        raise BadData(leaf + " is not a JSON object")
    return message


def _field(leaf: str, message: dict, key: str, kind: type):
    if key not in message:
        raise BadData("{} has no {}".format(leaf, key))
    value = message[key]
    # bool passes for int in Python; nobody means "true" where a number is wanted.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise BadData("{}: {} is {}, not {}".format(leaf, key, repr(value)[:40], kind.__name__))
    if isinstance(value, int) and not -_MAX_INT < value < _MAX_INT:
        raise BadData("{}: {} is too large a number".format(leaf, key))
    if isinstance(value, str) and len(value) > _MAX_NAME:
        raise BadData("{}: {} has {} characters, not up to 64".format(leaf, key, len(value)))
    if isinstance(value, str) and any(char < " " for char in value):
        raise BadData("{}: {} has control characters".format(leaf, key))  # they forge log lines
    return value


def decode_ack(payload: bytes) -> tuple:
    """`down/ack` → (boot, [(first_seq, last_seq), …]): these are on the hub's disk."""
    message = _object("down/ack", payload)
    boot = _field("down/ack", message, "boot", int)
    ranges = []
    for pair in _field("down/ack", message, "seqs", list):
        if (
            not isinstance(pair, list)
            or len(pair) != 2
            or not all(isinstance(seq, int) and not isinstance(seq, bool) for seq in pair)
            or not -_MAX_INT < pair[0] <= pair[1] < _MAX_INT
        ):
            raise BadData("down/ack: seqs has {}, not [first, last]".format(repr(pair)[:40]))
        ranges.append((pair[0], pair[1]))
    return boot, ranges


def decode_replies(payload: bytes) -> list:
    """`down/ack` → ids of replies that are on the hub's disk; a hub of before says of none."""
    message = _object("down/ack", payload)
    replies = _field("down/ack", message, "replies", list) if "replies" in message else []
    return [reply_id for reply_id in replies if isinstance(reply_id, str)]


def decode_hub_status(payload: bytes) -> bool:
    """`hub` → whether that hub is there: born, and neither ended nor lost since."""
    return _field("hub", _object("hub", payload), "state", str) == "ready"


def decode_time(payload: bytes) -> int:
    """`down/time` → the hub's clock, Unix milliseconds UTC."""
    return _field("down/time", _object("down/time", payload), "utc_ms", int)


def decode_settings(payload: bytes) -> tuple:
    """`down/settings` → (version, {key: value}); the values are checked later."""
    message = _object("down/settings", payload)
    version = _field("down/settings", message, "version", int)
    return version, _field("down/settings", message, "set", dict)


def decode_command(payload: bytes) -> tuple:
    """`down/command` → (id, do, until, args); `until` is when it is too late to obey, Unix s."""
    message = _object("down/command", payload)
    return (
        _field("down/command", message, "id", str),
        _field("down/command", message, "do", str),
        _field("down/command", message, "until", int),
        _field("down/command", message, "args", dict),
    )
