"""The memory of an emulated board from outside: MicroPython's heap, block by block."""

import struct

from elftools.elf.elffile import ELFFile

from tests.rigs.rp2040.chip import RAM, Board, image

BLOCK = 16  # bytes of a block of the heap; four have their two bits in a byte of its table


def symbol(name: str) -> int:
    """The address of a symbol of the image."""
    with (image() / "firmware.elf").open("rb") as file:
        table = ELFFile(file).get_section_by_name(".symtab")
        return int(table.get_symbol_by_name(name)[0]["st_value"])


class Heap:
    """Sees how much of the heap is free, and in how long a piece."""

    def __init__(self, board: Board):
        self._board = board
        start = symbol("__GcHeapStart")
        state = symbol("mp_state_ctx")
        # The heap's description begins with where its table is, which is where the heap begins.
        words = struct.unpack("<256I", self._read(state, 1024))
        at = words.index(start)
        self._table, self._bytes = words[at], words[at + 1]

    def _read(self, address: int, size: int) -> bytes:
        return bytes(self._board.chip.sram[address - RAM : address - RAM + size])

    def free(self) -> tuple[int, int]:
        """Bytes that are free, and of those the longest piece; what is rubbish is not free yet."""
        free = longest = piece = 0
        for byte in self._read(self._table, self._bytes):
            for shift in (0, 2, 4, 6):
                if byte >> shift & 3:
                    piece = 0
                else:
                    free += 1
                    piece += 1
                    longest = max(longest, piece)
        return free * BLOCK, longest * BLOCK
