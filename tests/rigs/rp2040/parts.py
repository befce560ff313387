"""What hangs on an emulated board: a clock chip, a radar's words, and a wire to a real broker."""

import socket
import ssl
import struct
from collections.abc import Callable
from datetime import UTC, datetime

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from tests.broker.park import Keys
from tests.rigs.patience import HANG_S, limit_s
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
    """Carries the bytes of the board's stream (board/wire.c) to a `line` and back."""

    SIZE = 4096
    LOOK_S = 0.005  # of the board's time, between two looks

    def __init__(self, board: Board, answer: Callable[[], "Line"]):
        self._at = symbol("padlicht_wire") - RAM
        self._board, self._answer = board, answer
        self._line: Line | None = None
        self._over = False  # the other side has left, and the board does not know yet
        self.connections = self.bytes_in = self.bytes_out = 0
        board.at(self.LOOK_S, self._look)

    def _word(self, number: int, value: int | None = None) -> int:
        """One of wanted, is, out_begin, out_end, in_begin, in_end; set when a value is given."""
        sram, at = self._board.chip.sram, self._at + 4 * number
        if value is not None:
            sram[at : at + 4] = struct.pack("<I", value & 0xFFFFFFFF)
        return int(struct.unpack("<I", bytes(sram[at : at + 4]))[0])

    def _look(self) -> None:
        wanted = self._word(0)
        if not wanted:
            self._hang_up()
            self._over = False
        elif self._line is None and not self._over:
            self._line = self._answer()
            self.connections += 1
            self._word(1, 1)
        if self._line is not None:
            self._carry(self._line)
        self._board.at(self.LOOK_S, self._look)

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None
        self._word(1, 0)

    def _carry(self, line: "Line") -> None:
        sram, out, into = self._board.chip.sram, self._at + 24, self._at + 24 + self.SIZE
        begin, end = self._word(2), self._word(3)
        sent = bytes(sram[out + at % self.SIZE] for at in range(begin, end))
        self._word(2, end)
        self.bytes_out += len(sent)
        room = self.SIZE - (self._word(5) - self._word(4))
        came = line.swap(sent, room)
        if came is None:
            self._over = True
            self._hang_up()
            return
        at = self._word(5)
        for place, byte in enumerate(came, at):
            sram[into + place % self.SIZE] = byte
        self.bytes_in += len(came)
        self._word(5, at + len(came))


class Line:
    """The broker's end of TLS, and behind it a connection to the broker as the same node.

    mosquitto ends a handshake that takes 90 s of real time, and an emulated one may. So this one
    takes place here, with the broker's own key; it asks for the node's certificate as the broker
    does, and only a node that has passed is passed on.
    """

    def __init__(self, keys: Keys, port: int):
        park = keys.park
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(park.certificate("broker"), park.key("broker"))
        context.load_verify_locations(park.ca)
        context.verify_mode = ssl.CERT_REQUIRED
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        self._keys, self._port = keys, port
        self._from_board, self._to_board = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._from_board, self._to_board, server_side=True)
        self._broker: ssl.SSLSocket | None = None
        self._rest = b""

    def swap(self, sent: bytes, room: int) -> bytes | None:
        """Takes what the board sent; what it is to get, at most `room` bytes; None at the end."""
        self._from_board.write(sent)
        try:
            if self._broker is None:
                self._tls.do_handshake()
                self._broker = self._as_the_node()
            self._pass_on(self._broker)
        except ssl.SSLWantReadError:
            pass
        except (ssl.SSLError, OSError):
            return None
        self._rest += self._to_board.read()
        came, self._rest = self._rest[:room], self._rest[room:]
        return came

    def _pass_on(self, broker: ssl.SSLSocket) -> None:
        try:
            data = broker.recv(2048)
            if not data:
                raise OSError("the broker has left")
            self._tls.write(data)
        except ssl.SSLWantReadError:
            pass  # nothing, or what only TLS itself wants to know
        data = self._tls.read(4096)
        if not data:
            raise OSError("the board has left")
        broker.sendall(data)

    def _as_the_node(self) -> ssl.SSLSocket:
        folder = self._keys.node
        certificate = ssl.DER_cert_to_PEM_cert((folder / "cert.der").read_bytes())
        key = load_der_private_key((folder / "key.der").read_bytes(), None).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        both = folder / "node.pem"
        both.write_bytes(certificate.encode() + key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self._keys.park.ca)
        context.load_cert_chain(both)
        plain = socket.create_connection(("127.0.0.1", self._port), timeout=limit_s(HANG_S))
        broker = context.wrap_socket(plain, server_hostname="127.0.0.1")
        broker.setblocking(False)
        return broker

    def close(self) -> None:
        """Leave the broker, if it was reached."""
        if self._broker is not None:
            self._broker.close()
