"""What several tests of the hub ask for."""

import asyncio
from contextlib import ExitStack
from typing import get_args

import pytest

from padlicht.intake.intake import Intake
from padlicht.ledger import Ledger
from padlicht.wire import UpMessage
from tests.hub.parts import Published, StoppedClock, acks_to, in_thread, park


@pytest.fixture
def take_in():
    """Call with a folder and batches of messages: what an intake published, and the ledger after.

    The ledgers are closed when the test has ended, or earlier by the test.
    """
    with ExitStack() as stack:

        def of(folder, *batches, ready=True):
            published = Published()
            published.ready = ready
            path = folder / "ledger.sqlite"
            if not path.exists():
                park(path).close()
            heard = []

            async def run():
                async with in_thread(Ledger.open(path)) as thread:
                    intake = Intake(thread, acks_to(published), StoppedClock())
                    intake.on_node_message(heard.append, *get_args(UpMessage))
                    for batch in batches:
                        await intake.handle(batch)

            asyncio.run(run())
            published.node_messages = heard
            return published, stack.enter_context(Ledger.open(path))

        yield of
