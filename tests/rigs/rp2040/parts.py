"""What hangs on an emulated board: a clock chip, a radar's words, and a wire to a real broker."""

import select
import socket
import struct
from datetime import UTC, datetime

from tests.rigs.rp2040.chip import RAM, Board
from tests.rigs.rp2040.memory import symbol

DS3231 = 0x68


def ds3231(board: Board, when: datetime) -> None:
    """A clock on I2C 0 that shows `when`, and stands still: nobody tests it here."""
    moment = when.astimezone(UTC)
    parts = (moment.second, moment.minute, moment.hour, 1, moment.day, moment.month)
    registers = bytearray(0x13)
    for place, part in enumerate((*parts, moment.year % 100)):
        registers[place] = part // 10 << 4 | part % 10
    bus, pointer, is_first = board.chip.i2c[0], 0, True

    def connected(address: int, mode: object) -> None:
        nonlocal is_first
        is_first = True
        bus.complete_connect(address == DS3231)

    def written(value: int) -> None:
        nonlocal pointer, is_first
        if is_first:
            pointer, is_first = value, False
        else:
            registers[pointer] = value
            pointer += 1
        bus.complete_write(True)

    def read(_: bool) -> None:
        nonlocal pointer
        value = registers[pointer]
        pointer = (pointer + 1) % len(registers)
        bus.complete_read(value)

    bus.on_connect, bus.on_write_byte, bus.on_read_byte = connected, written, read


def ld2410(moving_cm: int | None) -> bytes:
    """A report of an LD2410: somebody who moves so far away, or nobody."""
    state = 0 if moving_cm is None else 1
    target = struct.pack("<HB", moving_cm or 0, 100 if state else 0)
    body = bytes([0x02, 0xAA, state]) + target + bytes(3) + struct.pack("<H", moving_cm or 0)
    return b"\xf4\xf3\xf2\xf1\x0d\x00" + body + b"\x55\x00\xf8\xf7\xf6\xf5"


def ld2450(*targets: tuple[int, int, int]) -> bytes:
    """A report of an LD2450: up to three targets, as x and y in mm, and speed in cm/s."""

    def signed(value: int) -> int:
        return value | 0x8000 if value >= 0 else -value

    frame = b"\xaa\xff\x03\x00"
    for x, y, speed in targets:
        frame += struct.pack("<HHHH", signed(x), signed(y), signed(speed), 360)
    return frame.ljust(28, b"\0") + b"\x55\xcc"


class Wire:
    """Joins the board's stream (board/wire.c) with a TCP connection to loopback."""

    SIZE = 4096
    LOOK_S = 0.005  # of the board's time, between two looks

    def __init__(self, board: Board, port: int):
        self._at = symbol("padlicht_wire") - RAM
        self._board, self._port = board, port
        self._socket: socket.socket | None = None
        self.connections = 0
        self.bytes_in = self.bytes_out = 0
        board.at(self.LOOK_S, self._look)

    def _word(self, number: int, value: int | None = None) -> int:
        """One of wanted, is, out_begin, out_end, in_begin, in_end; set when a value is given."""
        sram, at = self._board.chip.sram, self._at + 4 * number
        if value is not None:
            sram[at : at + 4] = struct.pack("<I", value & 0xFFFFFFFF)
        return int(struct.unpack("<I", bytes(sram[at : at + 4]))[0])

    def _look(self) -> None:
        wanted = self._word(0)
        if wanted and self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=5)
            self.connections += 1
            self._word(1, 1)
        elif not wanted and self._socket is not None:
            self._close()
        if self._socket is not None:
            self._carry(self._socket)
        self._board.at(self.LOOK_S, self._look)

    def _close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = None
        self._word(1, 0)

    def _carry(self, line: socket.socket) -> None:
        sram, out, into = self._board.chip.sram, self._at + 24, self._at + 24 + self.SIZE
        begin, end = self._word(2), self._word(3)
        data = bytes(sram[out + at % self.SIZE] for at in range(begin, end))
        if data:
            line.sendall(data)
            self.bytes_out += len(data)
            self._word(2, end)
        room = self.SIZE - (self._word(5) - self._word(4))
        if room and select.select([line], [], [], 0)[0]:
            data = line.recv(room)
            if not data:
                self._close()
                return
            at = self._word(5)
            for place, byte in enumerate(data, at):
                sram[into + place % self.SIZE] = byte
            self.bytes_in += len(data)
            self._word(5, at + len(data))
