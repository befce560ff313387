"""Checklist of a new park: registered, heard, self-test, signed; and what to do next at each node.

registered   `padlicht node add` made its identity
heard        it spoke to the hub
self-test    it tested itself, and nothing failed
signed       somebody at the post signed its table: on paper, the hub does not keep it yet
"""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from padlicht.config import Config
from padlicht.ledger import Ledger, Node, SelfTest
from padlicht.settings_schema import firmware_folder
from padlicht.web.i18n import Words
from padlicht.web.park_health.status import ParkHealth
from padlicht.web.site_context import SiteContext

MOST: Final = 60  # nodes that are told of one by one
_NEW_S: Final = 14 * 24 * 3600  # after it was registered, a node that did not pass is being set up
_FILES: Final = ("node.json", "ca.der", "cert.der", "key.der")


@dataclass(frozen=True)
class Setup:
    """How far a node has come. `test` is its newest self-test."""

    node: Node
    heard: bool
    test: SelfTest | None

    @property
    def passed(self) -> bool:
        """Whether it tested itself and nothing failed."""
        return self.test is not None and not self.test.failed


class Step(NamedTuple):
    """A step of the checklist; `done` is "yes", "no", "fail" or "paper"."""

    name: str
    done: str
    told: str


class Next(NamedTuple):
    """What to do next, and the command for it; without one the node's page is what it takes."""

    told: str
    command: str


def setups(ledger: Ledger, place: SiteContext, health: ParkHealth) -> tuple[Setup, ...]:
    """The nodes that are still being set up, by name; [] in a park that is.

    A node that was heard of is taken for set up once it passed its self-test or is no longer new.
    """
    found = []
    for node in health.nodes:
        heard = health.states[node.name].state != "never"
        if heard and place.now_utc_s - node.added_utc_s > _NEW_S:
            continue
        tests = ledger.selftests.of_node(node.name, 1)
        setup = Setup(node, heard, tests[0] if tests else None)
        if not (heard and setup.passed):
            found.append(setup)
    return tuple(sorted(found, key=lambda setup: (len(setup.node.name), setup.node.name)))


def steps(t: Words, place: SiteContext, setup: Setup) -> Sequence[Step]:
    """The four steps of a node, in order."""
    test = setup.test
    if test is None:
        tested = Step(t.text("self-test"), "no", "")
    elif test.failed:
        failed = t.texts("%(count)s line fails", "%(count)s lines fail", test.failed)
        tested = Step(t.text("self-test"), "fail", failed % {"count": t.number(test.failed)})
    else:
        when = t.moment(test.utc_s, place.now_utc_s, place.tz)
        tested = Step(t.text("self-test"), "yes", when)
    registered = t.moment(setup.node.added_utc_s, place.now_utc_s, place.tz)
    return (
        Step(t.text("registered"), "yes", registered),
        Step(t.text("heard"), "yes" if setup.heard else "no", ""),
        tested,
        Step(t.text("signed"), "paper", t.text("on paper")),
    )


def checklist(
    t: Words, config: Config, place: SiteContext, found: Sequence[Setup]
) -> list[tuple[Setup, Sequence[Step], Next]]:
    """What the page shows: at most MOST nodes, each with its steps and what comes next."""
    return [
        (setup, steps(t, place, setup), next_step(t, setup, config.identity(setup.node.name)))
        for setup in found[:MOST]
    ]


def next_step(t: Words, setup: Setup, folder: Path) -> Next:
    """What brings a node further; `folder` holds its identity on the hub's machine."""
    name = setup.node.name
    if not setup.heard and setup.node.simulated:
        firmware = firmware_folder()
        path = f"MICROPYPATH={shlex.quote(str(firmware))}:.frozen"
        run = shlex.join(["micropython", str(firmware / "main.py"), str(folder)])
        return Next(t.text("Run it on the hub's machine:"), f"{path} {run}")
    if not setup.heard:
        files = shlex.join(str(folder / file) for file in _FILES)
        return Next(
            t.text("Connect its board to the hub's machine by USB, and copy its identity:"),
            f"mpremote fs cp {files} : + reset",
        )
    if setup.test is None:
        return Next(t.text("Have it test itself:"), f"padlicht node selftest {name}")
    if setup.test.failed:
        return Next(t.text("Mend what fails, and test again:"), f"padlicht node selftest {name}")
    return Next(t.text("Print its table, and sign it at the post:"), "")
