"""docs/accounts.md is true: its commands can be typed, its numbers are the code's."""

import re
import shlex
from pathlib import Path

import pytest

from padlicht.accounts import login_throttle, passwords, sessions
from padlicht.cli.main import cli
from padlicht.usage.open_figures import LATE_S, STEP

ROOT = Path(__file__).resolve().parents[2]
PAGE = " ".join((ROOT / "docs" / "accounts.md").read_text().split())


def test_every_command_is_explained():
    """Each of `padlicht account` is there, and what is there exists with its options."""
    text = (ROOT / "docs" / "accounts.md").read_text()
    lines = re.findall(r"^padlicht account .*$", text, re.MULTILINE)
    typed = [shlex.split(line.split("#")[0])[2:] for line in lines]
    commands = cli.commands["account"].commands
    assert {words[0] for words in typed} == set(commands)
    for words in typed:
        known = {name for parameter in commands[words[0]].params for name in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (passwords.SHORTEST, "A password has {} characters or more"),
        (passwords.HASHER.memory_cost // 1024, "{} MiB, 3 passes, 4 lanes"),
        (sessions.IDLE_S // 3600, "ends after {} hours in which no page was loaded"),
        (sessions.LONGEST_S // 86_400, "after {} days in any case"),
        (sessions.MOST_SESSIONS, "has {} sessions at most"),
        (login_throttle.LONGEST_S["address"] / 60, "for an address up to {:.0f} minutes"),
        (LATE_S // 3600, "whole local days that ended {} hours ago"),
        (STEP, "An hour with fewer than {} passages"),
    ],
)
def test_numbers_are_those_of_the_code(number, sentence):
    """Whoever changes one finds where it is told."""
    assert sentence.format(number) in PAGE


def test_other_numbers_in_words():
    """Five, one minute, half a year: told so, and so they are."""
    assert "Five tries that fail are free" in PAGE
    assert login_throttle.FREE == 5
    assert "for an account up to one." in PAGE
    assert login_throttle.LONGEST_S["account"] == 60
    assert "within half a year" in PAGE
    assert sessions.REMEMBERED_S == 180 * 86_400


def test_what_the_log_says_is_said():
    """The quoted lines stand in the code."""
    code = "".join(path.read_text() for path in (ROOT / "hub/padlicht/web").rglob("*.py"))
    for quoted in re.findall(r"\| `(login: [^`]+)` \|", PAGE):
        assert quoted in code, quoted
