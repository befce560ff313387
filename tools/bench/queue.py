"""A mosquitto with messages waiting for a hub, which is what a hub finds after an outage."""

import contextlib
import json
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import mqtt5

from padlicht.broker.keys import ParkKeys, ensure_park
from padlicht.broker.mosquitto_setup import program

CLIENT = "Hub"
SITE = "park"
TOPICS = "padlicht/v1/+/+/up/#"
DEADLINE_S = 30.0
STARTED_UTC_S = 1_795_224_000
_LAMP = {
    "kind": "lamp", "dt": 900, "clock": 2, "obs_s": 900, "lit_s": 900, "boost_s": 122, "trig": 14,
    "mwh": 1250, "metered": True,
}  # fmt: skip
_HEALTH = {
    "kind": "health", "dt": 900, "clock": 2, "rssi": -67, "mv": 12050, "dc": 84, "free": 61234,
    "spool": 2, "dropped": 0, "lux_dl": 3,
}  # fmt: skip
# A hub of its own would bring a fence, which costs the broker time and is none of the intake's.
_CONFIGURATION = """\
listener {port} 127.0.0.1
{tls}
allow_anonymous true
persistence false
max_queued_messages 0
max_queued_bytes 0
max_inflight_messages 20000
max_inflight_bytes 0
set_tcp_nodelay true
sys_interval 0
log_type error
"""


@dataclass(frozen=True)
class Load:
    """What waits: so many messages of so many records each, the nodes in turn."""

    messages: int
    records: int = 2
    nodes: int = 1000

    def payload(self, number: int) -> bytes:
        """The message of that number: what a lamp sends, its intervals in order."""
        first = number // self.nodes * self.records
        recs = []
        for seq in range(first, first + self.records):
            t = STARTED_UTC_S + seq // 2 * 900
            if seq % 2:
                recs.append(_HEALTH | {"seq": seq, "t": t, "up_s": seq * 450})
            else:
                totals = {"trig_total": 5120 + seq * 7, "mwh_total": 812_345 + seq * 625}
                recs.append(_LAMP | {"seq": seq, "t": t} | totals)
        return json.dumps({"boot": 12, "recs": recs}, separators=(",", ":")).encode()


def node_name(number: int) -> str:
    """The name of a node by its number."""
    return f"lamp-{number}"


class Broker:
    """A mosquitto on loopback, plain or with TLS; `keys` are the park's when it has TLS."""

    def __init__(self, folder: Path, *, tls: bool = False) -> None:
        self.port = _free_port()
        self.keys: ParkKeys | None = ensure_park(folder / "keys", "127.0.0.1") if tls else None
        lines = ""
        if self.keys is not None:
            lines = f"cafile {self.keys.ca}\ncertfile {self.keys.certificate('broker')}\n"
            lines += f"keyfile {self.keys.key('broker')}\ntls_version tlsv1.2\nuser root"
        conf = folder / "mosquitto.conf"
        conf.write_text(_CONFIGURATION.format(port=self.port, tls=lines))
        self._process = subprocess.Popen(
            [program(), "-c", str(conf)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + DEADLINE_S
        while True:
            with contextlib.suppress(OSError), self._dial():
                return
            if time.monotonic() > deadline or self._process.poll() is not None:
                self.close()
                raise RuntimeError(f"mosquitto does not listen on port {self.port}")
            time.sleep(0.02)

    def close(self) -> None:
        """Kill it."""
        self._process.kill()
        self._process.wait()

    def fill(self, load: Load) -> None:
        """Leave the messages of `load` waiting for the hub, and nothing else."""
        self.await_hub()
        self.publish(load)

    def await_hub(self) -> None:
        """From now on keep for the hub what is published; forget what was."""
        hub = self.connect(CLIENT, clean=True)
        topic = mqtt5.TopicFilter(TOPICS, max_qos=mqtt5.QoS.AT_LEAST_ONCE)
        hub.sendall(mqtt5.SubscribePacket(1, [topic]).write())
        hub.recv(1000)
        hub.sendall(mqtt5.DisconnectPacket().write())
        hub.close()

    def publish(self, load: Load) -> None:
        """Publish the messages of `load` as fast as the broker takes them."""
        publisher = self.connect("publisher", clean=True)
        acknowledged = threading.Thread(target=_count, args=(publisher, load.messages))
        acknowledged.start()
        frames, payload = [], b""
        for number in range(load.messages):
            if number % load.nodes == 0:  # all nodes say the same in the same turn
                payload = load.payload(number)
            topic_of = f"padlicht/v1/{SITE}/{node_name(number % load.nodes)}/up/records"
            frames.append(
                mqtt5.PublishPacket(
                    topic_of,
                    payload,
                    qos=mqtt5.QoS.AT_LEAST_ONCE,
                    packet_id=number % 65_000 + 1,
                ).write()
            )
            if len(frames) == 200 or number + 1 == load.messages:
                publisher.sendall(b"".join(frames))
                frames.clear()
        acknowledged.join()
        publisher.close()

    def connect(self, client: str, *, clean: bool, receive_max: int = 20_000) -> socket.socket:
        """A socket that has said CONNECT and read the answer."""
        connection = self._dial()
        hello = mqtt5.ConnectPacket(
            client, clean_start=clean, session_expiry_interval=3600, receive_max=receive_max
        )
        connection.sendall(hello.write())
        head = _exactly(connection, 2)
        _exactly(connection, head[1])
        return connection

    def _dial(self) -> socket.socket:
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=DEADLINE_S)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.keys is None:
            return plain
        return trusting(self.keys).wrap_socket(plain, server_hostname="127.0.0.1")


def trusting(keys: ParkKeys) -> ssl.SSLContext:
    """TLS as the hub speaks it."""
    return keys.hub_tls()


@contextlib.contextmanager
def broker(*, tls: bool = False) -> Iterator[Broker]:
    """A broker for as long as the block lasts."""
    folder = Path(tempfile.mkdtemp(prefix="padlicht-bench-"))
    try:
        running = Broker(folder, tls=tls)
        try:
            yield running
        finally:
            running.close()
    finally:
        shutil.rmtree(folder)


def _count(connection: socket.socket, messages: int) -> None:
    """Read the broker's pubacks, so that it never waits for us: 4 or 5 bytes each."""
    got, rest = 0, b""
    while got < messages:
        data = rest + connection.recv(1 << 16)
        at = 0
        while len(data) - at >= 2 and len(data) - at >= 2 + data[at + 1]:
            at += 2 + data[at + 1]
            got += 1
        rest = data[at:]


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        data += connection.recv(count - len(data))
    return data


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
