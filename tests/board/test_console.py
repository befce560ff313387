"""Somebody at the console of an emulated board: what Ctrl-C, a soft reset and the watchdog do."""

import pytest

from tests.rigs.rp2040 import nodes

pytestmark = [pytest.mark.usefixtures("programs"), pytest.mark.long]

INTERRUPT, RAW, SOFT_RESET = b"\x03", b"\x01", b"\x04"
FEEDING = (
    b"import machine; dog = machine.WDT(timeout=8000)\n"
    b"timer = machine.Timer(-1, period=4000, callback=lambda _: dog.feed())\n"
)


@pytest.fixture
def board(programs):
    """A lamp that has begun, and was interrupted."""
    board = nodes.start()
    board.run(lambda: "records: boot 1" in board.console, 1.0)
    board.types(INTERRUPT)
    board.run(lambda: ">>>" in board.console, 1.0)
    assert "app: interrupted; restarting in a minute, 8 s after a soft reset" in board.console
    return board


def test_after_a_soft_reset_the_watchdog_restarts_the_board(board):
    """As mpremote does it: into the raw REPL, a soft reset; 8 s later the lamp is back."""
    board.types(RAW + SOFT_RESET)
    board.run(lambda: "soft reboot" in board.console, 1.0)
    began_s = board.seconds
    board.run(lambda: board.resets, 9.0)
    assert board.seconds - began_s > 7.0
    board.run(lambda: "records: boot 2" in board.console, 1.0)


def test_a_session_may_feed_the_watchdog_itself(board):
    """With the two lines of the firmware's README, nothing restarts a board that is worked on."""
    board.types(RAW + SOFT_RESET)
    board.run(lambda: "soft reboot" in board.console, 1.0)
    board.types(FEEDING + SOFT_RESET)
    board.run_for(20.0)
    assert board.resets == 0
