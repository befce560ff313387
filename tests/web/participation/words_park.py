"""A park in which people are asked, and forms as a browser sends them."""

import re

from padlicht.participation.store import open_participation


def form(client, address, **values):
    """A form as a browser sends it: its hidden fields, and what somebody filled in."""
    html = client.get(address).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html))
    return client.post(address.partition("?")[0], data=hidden | values)


def phone(client, found, **values):
    """A sheet from a phone on the path; dark, and fully at ease, unless told otherwise."""
    marks = {f"now-{number}": "5" for number in range(1, 7)}
    return form(client, f"/ask/en/{found.code}", **{"light": "dark", **marks} | values)


def stored(folder, found):
    """All sheets and texts of the round."""
    with open_participation(folder / "participation.sqlite") as words:
        return words.survey.sheets(found.id), words.texts.of_round(found.id)
