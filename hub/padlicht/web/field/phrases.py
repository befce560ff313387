"""Words of the sheets, in the visitor's language: on a phone, on paper and in results."""

from typing import Final, NamedTuple

from padlicht.web.i18n import Words, text

KINDS: Final = {
    "count": text("Hand count"),
    "observation": text("Half-hour observation"),
    "walk": text("Evening walk"),
}
ABOUT: Final = {
    "count": text(
        "Count the people who pass a counter, by quarter of an hour. Three hours a season tell how"
        " many people stand behind its passages."
    ),
    "observation": text(
        "Half an hour at one place, the same place and hour each week: who is there, and what do"
        " they do? You count; you write nobody down."
    ),
    "walk": text(
        "Walk together, by day and by dark, and stop at the same points. What do you see, how is"
        " it, and what should be done?"
    ),
}
FIELDS: Final = {
    "groups_alone": text("alone"),
    "groups_pair": text("in pairs"),
    "groups_family": text("families"),
    "groups_friends": text("groups of friends"),
    "age_child": text("children"),
    "age_young": text("young people"),
    "age_adult": text("adults"),
    "age_older": text("older people"),
    "doing_walking": text("walking"),
    "doing_running": text("running"),
    "doing_cycling": text("cycling"),
    "doing_dog": text("with a dog"),
    "doing_staying": text("sitting or talking"),
    "doing_sport": text("sport at a place"),
    "lighting": text("How light it is"),
    "sight": text("Sight lines and shrubs"),
    "surface": text("Surface of the path"),
    "company": text("Others near by"),
    "exits": text("Ways out"),
    "feel": text("How it feels"),
    "good": text("good"),
    "middling": text("middling"),
    "bad": text("bad"),
    "day": text("by day"),
    "lit": text("in the dark, lamps on"),
    "unlit": text("in the dark, lamps off"),
    "dark": text("in the dark"),
}


class Part(NamedTuple):
    """A part of the observation: its question, and the fields that are counted in it."""

    title: str
    names: tuple[str, ...]


PARTS: Final = (
    Part(
        text("Groups: how do they come?"),
        ("groups_alone", "groups_pair", "groups_family", "groups_friends"),
    ),
    Part(text("People by age, roughly"), ("age_child", "age_young", "age_adult", "age_older")),
    Part(
        text("People by what they do"),
        (
            "doing_walking",
            "doing_running",
            "doing_cycling",
            "doing_dog",
            "doing_staying",
            "doing_sport",
        ),
    ),
)


def field_words(t: Words) -> dict[str, str]:
    """Every field's and mark's words."""
    return {name: t.text(words) for name, words in FIELDS.items()}


def script_words(t: Words) -> dict[str, str]:
    """What the script says; the rest stands in the templates."""
    return {
        "waiting": t.text("On this phone, not handed in yet:"),
        "done": t.text("Handed in."),
        "kept": t.text(
            "Kept on this phone. It is handed in by itself when there is a connection: keep this"
            " page open, or open it again later."
        ),
        "login": t.text("Log in once more, then what waits here is handed in."),
        "refused": t.text("The hub could not keep this sheet:"),
        "again": t.text("Back into the form"),
        "drop": t.text("Throw away"),
        "sure": t.text("Throw this sheet away for good?"),
        "ready": t.text("This page also opens without a connection on this phone."),
        "not_ready": t.text(
            "Keep this page open on your way: without a connection it may not open again."
        ),
        "starts": t.text("Counting starts with the quarter of an hour, at"),
        "counting": t.text("People in this quarter of an hour, which ends at"),
        "full": t.text("Four hours are full: stop, and hand this in."),
        "none": t.text("No whole quarter of an hour was counted, so nothing was filled in."),
        "less": t.text("one less"),
        "more": t.text("one more"),
    }
