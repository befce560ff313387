"""The firmware's own tests on a Cortex-M0 with a Pico W's heap and stack: the quickest of them."""

import re

import pytest

from tests.rigs import cortex_m0

pytestmark = [pytest.mark.usefixtures("programs"), pytest.mark.long]

QUICK = (
    "tests/firmware/app/test_backoff.py",
    "tests/firmware/app/test_counter.py",
    "tests/firmware/app/test_log.py",
    "tests/firmware/image/test_ticks.py",
)


@pytest.mark.parametrize("name", QUICK)
def test_a_file_of_tests_passes_with_the_memory_of_a_board(name):
    """Each of its functions, on words of 32 bits, 206 KB of heap and 12 KiB of stack."""
    there = re.findall(r"^def (test_\w+)", (cortex_m0.ROOT / name).read_text(), re.MULTILINE)
    lines, said = cortex_m0.run(name, 120)
    assert lines == [f"ok {function}" for function in sorted(there)], said[-2000:]
