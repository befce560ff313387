"""What the two radars would send: they see only so far, so wide and so well.

Byte layouts as the firmware's `node/sense` reads them; see there for their sources. Pure: all
chance comes from the `Random` that is handed in.
"""

from collections.abc import Iterable, Sequence
from math import atan2, degrees, hypot
from random import Random
from struct import pack
from typing import NamedTuple

LD2410_REACH_CM = 500
LD2450_REACH_MM = 6000
LD2450_HALF_FIELD_DEG = 60
LD2450_TARGETS = 3
LD2450_MERGE_MM = 450  # two people closer than this are one echo
FALSE_ALARM = 0.003  # share of an LD2410's quiet reports that a leaf or a cable causes
MISS = 0.02  # share of an LD2450's targets that one report leaves out

_LD2410_NOISE_CM = 6
_LD2450_NOISE_MM = 35
_LD2450_RESOLUTION_MM = 320


class Target(NamedTuple):
    """One echo in an LD2450's frame: mm to its right and ahead, cm/s away from it."""

    x_mm: int
    y_mm: int
    speed_cm_s: int


def ld2410_report(distances_cm: Iterable[float], dice: Random) -> bytes:
    """A normal LD2410 report, given how far everybody who moves is, in centimetres."""
    noisy_cm = [distance + dice.gauss(0, _LD2410_NOISE_CM) for distance in distances_cm]
    near_cm = [max(round(distance), 1) for distance in noisy_cm if distance <= LD2410_REACH_CM]
    if not near_cm and dice.random() < FALSE_ALARM:
        near_cm = [dice.randrange(30, LD2410_REACH_CM)]
    if not near_cm:
        return encode_ld2410(0, 0, 0)
    return encode_ld2410(1, min(near_cm), 60)


def encode_ld2410(state: int, moving_cm: int, energy: int) -> bytes:
    """The 23 bytes of a normal report; `state` bit 0 is moving, bit 1 still; energy 0 to 100."""
    body = pack("<BBBHBHBHBB", 2, 0xAA, state, moving_cm, energy, 0, 0, moving_cm, 0x55, 0)
    return b"\xf4\xf3\xf2\xf1" + pack("<H", len(body)) + body + b"\xf8\xf7\xf6\xf5"


def ld2450_targets(
    places_mm: Sequence[tuple[float, float]],
    velocities_mm_s: Sequence[tuple[float, float]],
    dice: Random,
) -> list[Target]:
    """The nearest three echoes of people at `places_mm`, in the radar's frame, nearest first.

    People outside its field or reach give none, two closer than `LD2450_MERGE_MM` give one
    between them, and one report in fifty leaves somebody out.
    """
    echoes: list[tuple[float, float, float, float]] = []
    in_view = [
        (x_mm, y_mm, speed_x, speed_y)
        for (x_mm, y_mm), (speed_x, speed_y) in zip(places_mm, velocities_mm_s, strict=True)
        if hypot(x_mm, y_mm) <= LD2450_REACH_MM
        and abs(degrees(atan2(x_mm, y_mm))) <= LD2450_HALF_FIELD_DEG
    ]
    for echo in sorted(in_view, key=lambda echo: hypot(echo[0], echo[1])):
        for index, other in enumerate(echoes):
            if hypot(echo[0] - other[0], echo[1] - other[1]) < LD2450_MERGE_MM:
                echoes[index] = _between(echo, other)
                break
        else:
            echoes.append(echo)
    return [_measured(echo, dice) for echo in echoes if dice.random() >= MISS][:LD2450_TARGETS]


def encode_ld2450(targets: Sequence[Target]) -> bytes:
    """The 30 bytes of a frame with up to three targets; empty slots are zeros."""
    slots = b"".join(
        pack(
            "<HHHH",
            _sign_magnitude(target.x_mm),
            _sign_magnitude(target.y_mm),
            _sign_magnitude(target.speed_cm_s),
            _LD2450_RESOLUTION_MM,
        )
        for target in targets[:LD2450_TARGETS]
    )
    return b"\xaa\xff\x03\x00" + slots.ljust(8 * LD2450_TARGETS, b"\0") + b"\x55\xcc"


def _sign_magnitude(value: int) -> int:
    """16 bits whose top bit set means *positive*, as this radar has it."""
    magnitude = min(abs(value), 0x7FFF)
    return magnitude | 0x8000 if value > 0 else magnitude


def _between(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    return (
        (one[0] + other[0]) / 2,
        (one[1] + other[1]) / 2,
        (one[2] + other[2]) / 2,
        (one[3] + other[3]) / 2,
    )


def _measured(echo: tuple[float, float, float, float], dice: Random) -> Target:
    x_mm, y_mm, speed_x, speed_y = echo
    away_mm_s = (x_mm * speed_x + y_mm * speed_y) / max(hypot(x_mm, y_mm), 1)
    return Target(
        round(x_mm + dice.gauss(0, _LD2450_NOISE_MM)),
        round(y_mm + dice.gauss(0, _LD2450_NOISE_MM)),
        round(away_mm_s / 10),
    )
