"""Radar checks: what an LD2410 and an LD2450 keep in their own flash, and what it must be. Pure.

Replies and commands are laid out as ESPHome's `ld2410` and `ld2450` components have them. A check
is (ask, its data, judge, must know). `judge(reply)` gives what is wrong: (why in words, what to
tell the radar, its data, whether that takes a restart). `must know`: a radar that does not know the
question is not set up; otherwise it lacks the thing, and nothing is wrong with it.
"""

_BLIND = 100  # a gate of this sensitivity sees nobody: so its maker has gates switched off
# The maker's sensitivities, gates 0 to 8. Those of gates 0 and 1 for who stands still are fixed.
_MOVING = (50, 50, 40, 30, 20, 15, 15, 15, 15)
_STILL = (0, 0, 40, 40, 30, 30, 20, 20, 20)
_FIRST_STILL = 2
_PARAMS_BYTES = 24


def ld2410(gate: int) -> tuple:
    """For a lamp that is interested in gates 0 to this one."""
    return (
        (0x61, b"", lambda data: _gates(data, gate), True),
        # Firmware 1.x does not know the question: its gates are 0.75 m, as they must be.
        (0xAB, b"", _resolution, False),
        _BLUETOOTH,
    )


def _gates(data: bytes, gate: int) -> list:
    # Gates that are surely beyond reach are off, so that nobody there hides who is within; up to
    # that the lamp compares centimetres itself. "Nobody" is said after 1 s instead of 5: the lamp
    # does its own holding.
    whole = len(data) >= _PARAMS_BYTES and data[0] == 0xAA
    wrong = []
    if not whole or data[2:4] != bytes((gate, gate)) or data[22:24] != b"\x01\x00":
        wanted = _numbers(gate, gate, 1)
        wrong.append(("gates or time-out are not {} and 1 s".format(gate), 0x60, wanted, False))
    if not whole:
        return wrong
    # Somebody's own sensitivities stay, as long as they see.
    for at in range(gate + 1):
        moving, still = data[4 + at], data[13 + at]
        blind = at >= _FIRST_STILL and still >= _BLIND
        if moving >= _BLIND or blind:
            wanted = _numbers(
                at, _MOVING[at] if moving >= _BLIND else moving, _STILL[at] if blind else still
            )
            why = "sensitivity of gate {} is {}".format(at, moving if moving >= _BLIND else still)
            wrong.append((why, 0x64, wanted, False))
    return wrong


def _numbers(*values: int) -> bytes:
    """Numbered parameters of 32 bits, as 0x60 and 0x64 take them."""
    data = b""
    for number in range(len(values)):
        data += bytes((number, 0, values[number], 0, 0, 0))
    return data


def _resolution(data: bytes) -> list:
    # Gates of 0.2 m would end before two metres.
    return (
        [] if data[:2] == b"\x00\x00" else [("its gates are not 0.75 m", 0xAA, b"\x00\x00", True)]
    )


def _bluetooth(data: bytes) -> list:
    # A radar whose Bluetooth is off gives the first address; one that has none, no address at all.
    off = data[:6] in _NO_ADDRESS or len(data) < 6
    return [] if off else [("its Bluetooth is on", 0xA4, b"\x00\x00", True)]


def _several(data: bytes) -> list:
    return [] if data[:2] == b"\x02\x00" else [("it reports one person only", 0x90, b"", False)]


def _zones(data: bytes) -> list:
    # Kind 1 reports only who is within its zones, kind 2 hides them. What is counted is the
    # counter's line to say, which the hub knows of.
    return [("a zone filter hides people", 0xC2, bytes(26), False)] if any(data[:2]) else []


_NO_ADDRESS = (b"\x08\x05\x04\x03\x02\x01", bytes(6), b"\xff" * 6)
# Through it any passer-by could change all this. One that does not know the question has none.
_BLUETOOTH = (0xA5, b"\x01\x00", _bluetooth, False)
LD2450 = (
    (0x91, b"", _several, True),
    (0xC1, b"", _zones, False),
    _BLUETOOTH,
)
