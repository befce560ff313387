"""`padlicht node list`: who is there."""

from dataclasses import asdict
from typing import Any

import click

from padlicht.config import Config, options
from padlicht.ledger import Ledger, NodeState
from padlicht.terminal import json_flag, moment, show, show_json


@click.command("list")
@json_flag
@options("data")
def node_list(as_json: bool, **values: Any) -> None:
    """Show every node: where it belongs, whether it is there, and its last word."""
    with Ledger.open(Config(**values).ledger_path, read_only=True) as ledger:
        nodes, states = ledger.nodes.all(), ledger.states.all()
    if as_json:
        show_json(
            [
                asdict(item)
                | asdict(states[item.name])
                | {"new_memory": states[item.name].new_memory}
                for item in nodes
            ]
        )
        return
    show(
        ("node", "role", "site", "zone", "state", "last word", "settings"),
        [
            (
                item.name + (" (simulated)" if item.simulated else ""),
                item.role,
                item.site,
                item.zone,
                "retired" if item.retired else _state_word(states[item.name]),
                moment(states[item.name].last_word_utc_s),
                _settings_word(
                    states[item.name].wanted_version, states[item.name].confirmed_version
                ),
            )
            for item in nodes
        ],
        "No nodes yet. Add one: padlicht node add lamp-1 --role lamp --site PARK --zone path",
    )


def _state_word(state: NodeState) -> str:
    return f"{state.state}, new memory: add it --again" if state.new_memory else state.state


def _settings_word(wanted: int | None, confirmed: int | None) -> str | None:
    if wanted is None or wanted == confirmed:
        return None if wanted is None else f"{wanted}"
    return f"{wanted} (node: {confirmed or 'none'})"
