"""A transport that does what the world does: splits, delays, drops, doubles, half-closes, stalls.

`Proxy` stands between a node and a broker on loopback. What it does is set by plain attributes,
also while connections are open. Its dice are seeded, so a failure can be had again.
"""

import contextlib
import random
import select
import socket
import struct
import threading
import time

from tests.rigs.patience import limit_s

TO_NODE = "to node"
TO_BROKER = "to broker"
CONNACK, PUBLISH, PUBACK, SUBACK, PINGRESP = 2, 3, 4, 9, 13
SEED = 20261112
DEADLINE_S = limit_s()  # for its own threads to end


class Connection:
    """One node's connection and the one to the broker that belongs to it."""

    def __init__(self, number: int, node: socket.socket, broker: socket.socket | None):
        self.number = number
        self.node = node
        self.broker = broker
        self.sent_to_node = 0
        self.half_closed = False

    def sockets(self):
        """Both, or the node's alone when nothing was connected on."""
        return [one for one in (self.node, self.broker) if one is not None]

    def node_has_let_go(self) -> bool:
        """Whether the node has closed its end, as far as this machine's kernel knows."""
        if self.node.fileno() < 0:
            return True
        poller = select.poll()
        poller.register(self.node, select.POLLRDHUP)
        return bool(poller.poll(0))


class Proxy:
    """Listens on `port`, connects on to `target_port`. With `plain`, it reads the MQTT as well.

    chunk_bytes  send in pieces of so many bytes; 0 sends as it comes
    delay_s      wait at random up to so long before each piece
    silent       take new connections, but never connect them on nor say anything
    cuts         for each new connection in turn: break it after so many bytes to the node
    spoils       for each new connection in turn: turn a bit after so many bytes to the node
    swallow      plain: kinds of packet to the node that are lost, each as often as it stands there
    double       plain: kinds of packet to the node that come twice
    rewrite      plain: another packet in place of each of a kind to the node
    """

    def __init__(self, target_port: int, *, plain: bool = False):
        self.chunk_bytes = 0
        self.delay_s = 0.0
        self.silent = False
        self.cuts: list[int | None] = []
        self.spoils: list[int | None] = []
        self.swallow: list[int] = []
        self.double: set[int] = set()
        self.rewrite: dict[int, bytes] = {}
        self.packets: list[tuple[int, str, bytes]] = []  # (connection, direction, packet)
        self.accepted = 0
        self.overlaps = 0  # how often a node connected while it still held an older connection
        self._plain = plain
        self._target_port = target_port
        self._random = random.Random(SEED)
        self._flows = threading.Event()
        self._flows.set()
        self._stopped = False
        self._connections: list[Connection] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.1)
        self.port = self._listener.getsockname()[1]
        self._start(self._accept)

    def stall(self) -> None:
        """Let nothing through, and close nothing: the half-open link."""
        self._flows.clear()

    def flow(self) -> None:
        """Let things through again."""
        self._flows.set()

    def drop(self) -> None:
        """Reset every connection, on both sides."""
        for connection in self._connections:
            for one in connection.sockets():
                reset(one)

    def half_close(self) -> None:
        """Tell the node that nothing more will come, but go on listening to it."""
        for connection in self._connections:
            connection.half_closed = True
            _shut(connection.node, socket.SHUT_WR)

    def inject(self, data: bytes) -> None:
        """Send the node something that the broker never said, on its newest connection."""
        self._connections[-1].node.sendall(data)

    def seen(self, direction: str, kind: int) -> list[tuple[int, bytes]]:
        """The packets of a kind that came by, as (connection, packet); with `plain` only."""
        return [
            (number, packet)
            for number, way, packet in self.packets
            if way == direction and packet[0] >> 4 == kind
        ]

    def close(self) -> None:
        """End every connection and every thread."""
        self._stopped = True
        self._flows.set()
        self._listener.close()
        for connection in self._connections:
            for one in connection.sockets():
                _shut(one, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(DEADLINE_S)
            assert not thread.is_alive(), "a thread of the hostile transport did not end"
        for connection in self._connections:
            for one in connection.sockets():
                one.close()

    def _start(self, work, *arguments):
        thread = threading.Thread(target=work, args=arguments)
        self._threads.append(thread)
        thread.start()

    def _accept(self):
        while not self._stopped:
            try:
                node, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return  # closed
            self.overlaps += any(not one.node_has_let_go() for one in self._connections)
            self.accepted += 1
            node.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            broker = None
            if not self.silent:
                try:
                    broker = socket.create_connection(("127.0.0.1", self._target_port))
                except OSError:
                    reset(node)
            connection = Connection(self.accepted, node, broker)
            self._connections.append(connection)
            if broker:
                broker.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                cut = self.cuts.pop(0) if self.cuts else None
                spoil = self.spoils.pop(0) if self.spoils else None
                self._start(self._pump, connection, broker, node, TO_NODE, cut, spoil)
                self._start(self._pump, connection, node, broker, TO_BROKER, None, None)

    def _pump(self, connection, source, sink, direction, cut, spoil):
        held = b""
        try:
            while not self._stopped:
                self._flows.wait()
                if not _readable(source):
                    continue
                data = source.recv(65536)
                if not data or self._stopped:
                    break
                if self._plain:
                    packets, held = _split(held + data)
                    data = b"".join(self._mistreat(connection, packets, direction))
                if connection.half_closed and direction == TO_NODE:
                    continue
                if spoil is not None:
                    data, spoil = spoilt(data, spoil)
                if cut is not None and len(data) >= cut:
                    self._send(sink, data[:cut])
                    break
                if cut is not None:
                    cut -= len(data)
                self._send(sink, data)
        except (OSError, ValueError):
            pass  # one of both ends is gone; the other learns it below
        _shut(sink, socket.SHUT_RDWR)
        _shut(source, socket.SHUT_RDWR)

    def _mistreat(self, connection, packets, direction):
        for packet in packets:
            kind = packet[0] >> 4
            self.packets.append((connection.number, direction, packet))
            if direction == TO_BROKER:
                yield packet
            elif kind in self.swallow:
                self.swallow.remove(kind)
            else:
                yield from [self.rewrite.get(kind, packet)] * (2 if kind in self.double else 1)

    def _send(self, sink, data):
        step = self.chunk_bytes or len(data) or 1
        for at in range(0, len(data), step):
            if self.delay_s:
                time.sleep(self._random.uniform(0, self.delay_s))
            self._flows.wait()
            sink.sendall(data[at : at + step])


def spoilt(data: bytes, at: int) -> tuple[bytes, int | None]:
    """`data` with a bit of the byte at `at` turned, and how many bytes later it is, if not here."""
    if at >= len(data):
        return data, at - len(data)
    return data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :], None


def _split(data: bytes) -> tuple[list[bytes], bytes]:
    """Whole MQTT packets from the front of `data`, and what is left."""
    packets = []
    while True:
        length = at = 0
        for at in range(1, 5):
            if at >= len(data):
                return packets, data
            length |= (data[at] & 0x7F) << 7 * (at - 1)
            if not data[at] & 0x80:
                break
        end = at + 1 + length
        if len(data) < end:
            return packets, data
        packets.append(data[:end])
        data = data[end:]


def _readable(source) -> bool:
    """Whether there is something to read, after a moment of waiting.

    Not a blocking read: a socket that is closed under one stays alive until the read ends.
    """
    poller = select.poll()
    poller.register(source, select.POLLIN)
    return bool(poller.poll(20))


def _shut(one, how):
    with contextlib.suppress(OSError):  # it was closed already
        one.shutdown(how)


def reset(one):
    """Close a socket with RST instead of FIN: linger for no time at all."""
    with contextlib.suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        one.close()
