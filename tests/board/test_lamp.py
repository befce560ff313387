"""Our image on an emulated RP2040: a lamp's evening in the chip's own registers and cycles."""

import itertools

import pytest

from tests.rigs.rp2040 import chip, nodes
from tests.rigs.rp2040.parts import ld2410

pytestmark = [pytest.mark.usefixtures("programs"), pytest.mark.long]

TOP = 62499  # 125 MHz at 2 kHz
DUTIES = (12501, 62500)  # 20 % and full light
TICK_CYCLES = chip.HZ // 50
SHARE = 10  # % of its 20 ms that a tick may take at most
STACK_SHARE = 25  # % of the stack that must never have been used
WALKER_S = 2.0  # when somebody comes


@pytest.fixture(scope="module")
def evening(programs):
    """A lamp's first three seconds in the evening; after two somebody walks by at one metre."""
    board = nodes.start()
    duties = []
    nodes.see(board, lambda s: ld2410(100 if s > WALKER_S else None))

    def noted() -> None:
        duties.append((board.seconds, board.duty))
        board.at(0.02, noted)

    noted()
    board.run_for(3.2)
    return board, duties


def at(duties, moment_s):
    """The duty at a moment."""
    return next(duty for when, duty in duties if when >= moment_s)


def test_a_blank_flash_gets_its_file_system_and_nothing_else(programs):
    """The first start of a board from the factory makes its files, and then asks for node.json."""
    board = chip.Board(chip.blank())
    board.run(lambda: "node.json" in board.console, 1.0)
    assert board.console.startswith("I boot: the flash is blank; its first file system is made")
    assert board.files().listdir("/") == ["tries"]
    assert board.duty[0] == 0


def test_it_is_dark_until_its_evening_begins_and_then_fades_in(evening):
    """The PWM of GPIO 15 counts to 2 kHz; from dark it rises to 20 % without a jump."""
    board, duties = evening
    compares = [compare for when, (compare, _) in duties if when < WALKER_S]
    assert board.duty[1] == TOP
    assert compares[0] == 0 and compares[-1] == DUTIES[0]
    assert max(b - a for a, b in itertools.pairwise(compares)) < TOP // 20


def test_somebody_whom_the_radar_sees_has_full_light_within_a_second(evening):
    """Bytes into the UART at 256000 baud, two frames, a fade of half a second: full light."""
    _, duties = evening
    assert at(duties, WALKER_S)[0] == DUTIES[0]
    assert at(duties, WALKER_S + 0.3)[0] > DUTIES[0]
    assert at(duties, WALKER_S + 1.0)[0] == DUTIES[1]


def test_no_tick_is_lost_and_none_takes_a_tenth_of_its_time(evening):
    """From the first on there is one every 20 ms, and the slowest leaves nine tenths of it."""
    board, _ = evening
    when, cycles = zip(*board.ticks, strict=True)
    assert when[0] < 0.4
    gaps = [b - a for a, b in itertools.pairwise(when)]
    assert len(when) >= (board.seconds - when[0]) * 50 - 1
    assert max(gaps) < 0.0205
    assert max(cycles) * 100 <= SHARE * TICK_CYCLES
    print(f"FIGURE board_tick_median_cycles={sorted(cycles)[len(cycles) // 2]}")
    print(f"FIGURE board_tick_worst_cycles={max(cycles)}")


def test_a_quarter_of_the_stack_was_never_used(evening):
    """Main program and tick share it; one call too deep would end the ticks."""
    board, _ = evening
    size = chip.STACK[1] - chip.STACK[0]
    print(f"FIGURE board_stack_left={board.stack_left()}")
    assert board.stack_left() * 100 >= STACK_SHARE * size


def test_it_asks_its_radar_for_its_settings(evening):
    """What it sends to the radar's UART begins with the way into its configuration."""
    board, _ = evening
    assert bytes(board.to_radar).startswith(bytes.fromhex("fdfcfbfa0400ff00010004030201"))


def test_the_motion_pin_lights_the_lamp_of_a_silent_radar(programs):
    """A level on GPIO 6 that stays is somebody, while no radar says otherwise."""
    board = nodes.start(motion="radar")
    board.run(lambda: board.duty[0] == DUTIES[0], 2.0)
    board.motion(True)
    board.run(lambda: board.duty[0] == DUTIES[1], 1.0)
