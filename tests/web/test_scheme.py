"""Colours: both schemes have all of them, and each can be read on what it stands on (WCAG AA)."""

import re
from pathlib import Path

import pytest

import padlicht.web

STATIC = Path(padlicht.web.__file__).parent / "static"
TEXT, GRAPHIC = 4.5, 3.0
GROUNDS = ("night", "panel")
WORDS = ("text", "soft", "amber", "amber-soft", "cool", "alarm", "tag-text")
MARKS = ("well", "control", "by-dark", "by-twilight", "cool", "mark-before")
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b")


def schemes() -> dict[str, dict[str, str]]:
    """The colours of each scheme by name."""
    text = (STATIC / "scheme.css").read_text()
    dark, light = text.split("@media (prefers-color-scheme: light)")
    return {
        name: dict(re.findall(r"--([\w-]+): (#\w{6}|transparent);", part))
        for name, part in (("dark", dark), ("light", light))
    }


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_both_schemes_have_the_same_colours():
    """None of the dark scheme shines through in the light one."""
    assert schemes()["dark"].keys() == schemes()["light"].keys()


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_words_and_marks_can_be_told_from_their_ground(scheme):
    """Words by 4.5, marks of charts and edges of controls by 3; words of a heat map, too."""
    colours = schemes()[scheme]
    pairs = [
        *((word, ground, TEXT) for word in WORDS for ground in GROUNDS),
        *((mark, "night", GRAPHIC) for mark in MARKS),
        *(("text", shade, TEXT) for shade in ("shade-dark", "shade-twilight", "shade-window")),
        *(("text", f"level-{number}", TEXT) for number in range(3)),
        *(("on-light", f"level-{number}", TEXT) for number in (3, 4)),
        *(("on-level-5", "level-5", TEXT), ("on-amber", "amber", TEXT)),
    ]
    pale = {
        (one, other): round(found, 2)
        for one, other, least in pairs
        if (found := contrast(colours[one], colours[other])) < least
    }
    assert pale == {}


def test_no_other_style_has_colours_of_its_own():
    """But the picture of the path, which is of an evening, and paper."""
    for path in STATIC.glob("*.css"):
        if path.name not in ("scheme.css", "park.css", "print.css"):
            assert COLOUR.findall(path.read_text()) == [], path.name
