"""Mutants that change nothing that anybody could see: a reviewed list, each with its reason.

An entry of `equivalent.toml` names the class and function (`where`) and the lines `before` and
`after` as a survivor is printed, not the file nor the line's number: it survives a move.
"""

import tomllib
from pathlib import Path

LIST = Path(__file__).with_name("equivalent.toml")


def reasons(path: Path = LIST) -> dict[tuple[str, str, str], str]:
    """Why each of them is none, by the key of the mutant."""
    entries = tomllib.loads(path.read_text())["mutant"]
    return {(one["where"], one["before"], one["after"]): one["why"] for one in entries}
