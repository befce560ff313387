"""docs/reference/messages.md: every topic, message, field and command of the contract, no other."""

import ast
import json
import re
from functools import cache
from typing import Any, get_args

import msgspec
import pytest

from padlicht import wire
from padlicht.cli.command import DOES
from tests.docs.tables import REFERENCE, ROOT, codes, first_codes, sections, table

PAGE = (REFERENCE / "messages.md").read_text(encoding="utf-8")
GOLDEN = json.loads((ROOT / "tests/contract/golden.json").read_text(encoding="utf-8"))
LEAF = re.compile(r"(?:up|down)/[a-z]+")
TYPES = {
    "integer": "integer", "string": "text", "boolean": "true/false", "array": "list",
    "object": "object", "null": "null",
}  # fmt: skip


def strings_of(folder: str) -> set[str]:
    """Every string in the code of a folder."""
    return {
        node.value
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@cache
def structs() -> dict[str, set[Any]]:
    """By section of the page the messages that it tells of, as the golden ones are read."""
    found: dict[str, set[Any]] = {}
    for message in [*GOLDEN["up"], GOLDEN["last_will"]]:
        read = wire.decode_up(message["leaf"], json.dumps(message["payload"]).encode())
        found.setdefault(message["leaf"], set()).add(type(read))
        for record in read.recs if isinstance(read, wire.Records) else ():
            found.setdefault(record.__struct_config__.tag, set()).add(type(record))
    for message in GOLDEN["down"]:
        found.setdefault(message["leaf"], set()).add(getattr(wire, message["struct"]))
    return found


def described(kind: Any) -> dict[str, str]:
    """Each field of a message, and its type in the words of the page."""
    schema = msgspec.json.schema(kind)["$defs"][kind.__name__]
    needed = set(schema["required"])
    return {
        name: _words(one) + ("" if name in needed else ", may be absent")
        for name, one in schema["properties"].items()
    }


def _words(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return "text"
    kinds = [one["type"] for one in schema.get("anyOf", [schema]) if "type" in one]
    return ", ".join(TYPES[kind] for kind in kinds) or "any"


def test_every_topic_is_in_the_table():
    """Whatever leaf hub, firmware or the golden messages name, and none that they do not."""
    rows = table(PAGE, "leaf", "from")
    told = {row[0].strip("`"): row[1] for row in rows}
    golden = {one["leaf"] for part in ("up", "down") for one in GOLDEN[part]}
    for folder in ("hub/padlicht", "firmware/node"):
        leaves = {text for text in strings_of(folder) if LEAF.fullmatch(text)}
        assert leaves | {"hub"} == golden, folder
    assert told == {leaf: "node" if leaf.startswith("up/") else "hub" for leaf in golden}


def test_every_message_has_a_golden_one():
    """So that none is left out of what the other tests here compare."""
    known = {kind for kinds in structs().values() for kind in kinds}
    every = {*get_args(wire.UpMessage), *get_args(wire.DownMessage), *get_args(wire.Record)}
    assert known == every


@pytest.mark.parametrize("name", sorted(structs()))
def test_every_field_is_told_with_its_type(name):
    """The table of a message has its fields, each with its type, and no other."""
    level = 2 if "/" in name or name == "hub" else 3
    fields = {
        field: row[1]
        for row in table(sections(PAGE, level)[name], "field", "type", "what")
        for field in codes(row[0])
    }
    known: dict[str, str] = {}
    for kind in structs()[name]:
        known |= described(kind)
    assert fields == known


def test_there_is_no_section_of_another_message():
    """Headings of messages that nobody sends would mislead."""
    told = {name for level in (2, 3) for name in sections(PAGE, level)}
    assert told == set(structs())


def test_every_command_is_in_the_table():
    """What the firmware obeys, and what people and hub can ask for; both agree."""
    obeyed = {
        other.value
        for path in (ROOT / "firmware" / "node").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare) and getattr(node.left, "id", "") == "do"
        for other in node.comparators
        if isinstance(other, ast.Constant)
    }
    assert set(first_codes(table(PAGE, "do", "for"))) == obeyed == {*DOES, "watch"}
    assert "watch" in strings_of("hub/padlicht")
