"""Commands to nodes: each has an id and an end, and gets an answer."""

import asyncio
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from padlicht.clock import STEP_S, ClockStep, ClockWatch
from padlicht.control.publisher import Publisher
from padlicht.intake.messages import NodeMessage, table
from padlicht.ledger import Command as Asked
from padlicht.ledger import Ledger, LedgerThread
from padlicht.wire import FIRST_START, Command, Reply

log = logging.getLogger(__name__)

POLL_S = 1.0  # how soon a command that another process asks for is sent
MAX_OPEN = 10_000  # commands whose answer is awaited; the oldest are given up first
ANSWER_S = 60  # after the last moment to obey: a self-test, the slowest of them, takes 25 s
UNSENT = "its time was up before it could be sent: the node was away, or the broker was"
UNANSWERED = "no answer came: it may have been obeyed all the same"


def new_id() -> str:
    """An id that no other command has."""
    return f"c-{secrets.token_hex(6)}"


class Commands:
    """Sends commands and matches the answers to them."""

    def __init__(self, post: Publisher, watch: ClockWatch) -> None:
        self._post = post
        self._watch = watch
        self._clock = watch.clock
        self._steps: list[ClockStep] = []
        watch.on_step(self._steps.append)
        self._open: dict[str, tuple[str, str]] = {}

    def issue(
        self, site: str, node: str, do: str, args: Mapping[str, Any], for_s: int
    ) -> str | None:
        """Tell a node to `do` something within `for_s` seconds; the command's id.

        None when there is no link to the broker. The broker drops the command when its time is up,
        and the node refuses it when it comes too late all the same.
        """
        command = Command(new_id(), do, self._clock.utc_s() + for_s, dict(args))
        return command.id if self._send(site, node, command, for_s) else None

    async def run(self, ledger: LedgerThread) -> None:
        """Send what other processes asked for in the ledger, until cancelled.

        A command waits for its node and for the broker as long as it may be obeyed; what became of
        one that nobody answered is noted. Answers to what a hub before this one sent are awaited.
        """
        for known in await ledger.run(lambda ledger: ledger.commands.unanswered()):
            if known.sent_utc_s is not None:
                self._await(known.id, known.node, known.do)
        while True:
            self._watch.look()
            steps = [*self._steps]
            to_send, expired = await ledger.run(partial(self._look, steps, self._watch.utc_s))
            del self._steps[: len(steps)]
            for item in expired:
                log.warning("command: %s of %s (%s): %s", item.do, item.node, item.id, item.why)
            for site, item in to_send:
                command = Command(item.id, item.do, item.until_utc_s, dict(item.args))
                for_s = item.until_utc_s - self._watch.utc_s
                if for_s > 0 and self._send(site, item.node, command, for_s):
                    await ledger.run(partial(self._note, item.id))
            await asyncio.sleep(POLL_S)

    @staticmethod
    def _look(
        steps: Sequence[ClockStep], utc_s: int, ledger: Ledger
    ) -> tuple[list[tuple[str, Asked]], list[Asked]]:
        """What to send, and what nobody waits for any more."""
        _follow_the_clock(ledger, steps, utc_s)
        expired = [
            replace(item, why=UNSENT if item.sent_utc_s is None else UNANSWERED)
            for item in ledger.commands.unanswered()
            if item.until_utc_s + (0 if item.sent_utc_s is None else ANSWER_S) <= utc_s
        ]
        if expired:
            with ledger.transaction():
                for item in expired:
                    ledger.commands.expire(item.id, str(item.why))
        return ledger.commands.to_send(utc_s), expired

    def _note(self, sent: str, ledger: Ledger) -> None:
        with ledger.transaction():
            ledger.commands.mark_sent(sent, self._clock.utc_s())

    def _send(self, site: str, node: str, command: Command, for_s: int) -> bool:
        if not self._post.send(site, node, "down/command", command, expiry_s=for_s):
            return False
        self._await(command.id, node, command.do)
        return True

    def _await(self, command_id: str, node: str, do: str) -> None:
        while len(self._open) >= MAX_OPEN:
            del self._open[next(iter(self._open))]
        self._open[command_id] = (node, do)

    def on_reply(self, item: NodeMessage) -> None:
        """A node answered: a refusal is worth a line, and so is a table that nobody can read."""
        assert isinstance(item.said, Reply)  # noqa: S101 -- what it is registered for
        reply = item.said
        unasked = "selftest" if reply.id == FIRST_START else "a command that this hub did not send"
        node, do = self._open.pop(reply.id, (item.node.name, unasked))
        if not reply.ok:
            log.warning("command: %s refused %s: %s", node, do, reply.why or "without a reason")
        elif do == "selftest" and table(reply) is None:
            log.warning("command: %s tested itself, and its table cannot be read: update it", node)


def _follow_the_clock(ledger: Ledger, steps: Sequence[ClockStep], utc_s: int) -> None:
    """A command lasts as long as it was given, whatever the clock says meanwhile."""
    ahead = any(item.utc_s > utc_s + STEP_S for item in ledger.commands.unanswered())
    if steps or ahead:
        with ledger.transaction():
            for step in steps:
                ledger.commands.follow_step(step.from_utc_s, step.to_utc_s)
            ledger.commands.begin_anew(utc_s, STEP_S)
