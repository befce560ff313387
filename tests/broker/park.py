"""A small park to test nodes in: keys, a real mosquitto, a hub in paho, nodes on MicroPython.

Everything has a deadline, and `close` ends what was started.
"""

import json
import queue
import socket
import ssl
import subprocess
import threading
import time
from pathlib import Path

import paho.mqtt.client as paho

from padlicht.broker.keys import ensure_park, node_identity
from padlicht.broker.mosquitto_setup import configure, program
from padlicht.simulate.run.run import free_port
from tests.rigs import micropython, patience
from tests.rigs.mqtt_client import retire

DEADLINE_S = patience.limit_s()
NODES = Path(__file__).parent / "nodes"


class Keys:
    """A park's keys as the hub makes them, and in the folder `node` the identity of lamp-1."""

    def __init__(self, folder: Path):
        self.park = ensure_park(folder / "park", "127.0.0.1")
        self.node = folder / "lamp-1"
        node_identity(self.park, "lamp-1", self.node)


class Broker:
    """A mosquitto of our own: as the hub configures it, or without keys open and plain."""

    def __init__(self, folder: Path, keys: Keys | None = None):
        self.port = free_port()
        self.log = folder / "mosquitto.log"
        self._conf = folder / "mosquitto.conf"
        if keys:
            configure(folder, keys.park, "127.0.0.1", self.port)
        else:
            folder.mkdir()
            self._conf.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\n")
        with self._conf.open("a") as conf:
            conf.write("log_type all\n")
        self.process = None
        self.start()

    def start(self) -> None:
        """Start it and wait until it accepts connections."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [program(), "-c", str(self._conf)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        wait_until(lambda: accepts(self.port) or self.process.poll() is not None, "mosquitto")
        assert self.process.poll() is None, self.log.read_text()

    def kill(self) -> None:
        """End it without a word to anybody."""
        self.process.kill()
        self.process.wait(DEADLINE_S)

    def close(self) -> None:
        """End it if it runs."""
        if self.process.poll() is None:
            self.kill()

    def has_logged(self, text: str, times: int = 1) -> bool:
        """Whether its log holds `text` so many times."""
        return self.log.read_text(errors="replace").count(text) >= times

    def wait_for_log(self, text: str, times: int = 1) -> None:
        """Wait until its log holds `text` so many times."""
        wait_until(lambda: self.has_logged(text, times), f"{text!r} in the broker's log")


class Hub:
    """A client by other hands that sees all and may send all."""

    def __init__(self, port: int, keys: Keys | None = None):
        self.messages: list[tuple[str, bytes, bool]] = []
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="Hub")
        if keys:
            self._client.tls_set(
                ca_certs=str(keys.park.ca),
                certfile=str(keys.park.certificate("hub")),
                keyfile=str(keys.park.key("hub")),
                tls_version=ssl.PROTOCOL_TLS_CLIENT,
            )
        self._subscribed = threading.Event()
        self._client.on_connect = lambda *_: self._client.subscribe("padlicht/#", 1)
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = lambda _, __, message: self.messages.append(
            (message.topic, message.payload, message.retain)
        )
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert self._subscribed.wait(DEADLINE_S), "the hub could not subscribe"

    def send(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None:
        """Publish and wait until the broker has it."""
        self._client.publish(topic, payload, qos, retain).wait_for_publish(DEADLINE_S)

    def payloads(self, topic: str) -> list[bytes]:
        """What has come on a topic, in order."""
        return [payload for name, payload, _ in self.messages if name == topic]

    def wait_for(self, topic: str, payload: bytes) -> None:
        """Wait for one message."""
        wait_until(lambda: payload in self.payloads(topic), f"{payload!r} on {topic}")

    def close(self) -> None:
        """Leave."""
        self._client.disconnect()
        retire(self._client)


class TalkingHub(Hub):
    """A hub that tells a node the time and acknowledges its batches."""

    def __init__(self, port: int, keys: Keys | None = None, name: str = "lamp-1"):
        super().__init__(port, keys)
        self._up = f"padlicht/v1/park/{name}/up/"
        self._down = f"padlicht/v1/park/{name}/down/"
        self._client.on_message = self._answer

    def _answer(self, client, _, message):
        self.messages.append((message.topic, message.payload, message.retain))
        if message.retain or not message.topic.startswith(self._up):
            return
        told = json.loads(message.payload)
        if message.topic == self._up + "records":
            seqs = [[rec["seq"], rec["seq"]] for rec in told["recs"]]
            ack = {"boot": told["boot"], "seqs": seqs}
            client.publish(self._down + "ack", json.dumps(ack), 1)
        elif message.topic == self._up + "status" and told["state"] == "ready":
            now = {"utc_ms": time.time_ns() // 1_000_000}
            client.publish(self._down + "time", json.dumps(now), 1)

    def births(self) -> int:
        """How often the node has said that it is there."""
        return sum(b"ready" in payload for payload in self.payloads(self._up + "status"))


class Node:
    """A script from `nodes/` in a MicroPython process; its lines can be waited for.

    firmware: the folder it is imported from; None for the one that is frozen into an image.
    """

    def __init__(
        self,
        script: str,
        *arguments,
        heap: str = "1M",
        bits: int = 64,
        firmware: Path | None = micropython.FIRMWARE,
    ):
        self.lines: list[str] = []
        self._more: queue.Queue[str | None] = queue.Queue()
        program = micropython.find(bits) if firmware else micropython.find_frozen()
        command = [program, "-X", f"heapsize={heap}", str(NODES / script)]
        self.process = subprocess.Popen(
            [*command, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=micropython.environment(
                MICROPYPATH=f"{firmware}:.frozen" if firmware else ".frozen",
                PADLICHT_RESPONSE_S=str(patience.whole_s(30)),
            ),
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self._more.put(line.rstrip("\n"))
        self._more.put(None)

    def wait_for(self, start: str, seconds: float = patience.HANG_S) -> str:
        """The next line that starts with `start`; lines before it are passed over."""
        end = time.monotonic() + patience.limit_s(seconds)
        while True:
            try:
                line = self._more.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                line = None
            assert line is not None, f"no line {start!r}; the node said:\n" + "\n".join(self.lines)
            self.lines.append(line)
            if line.startswith(start):
                return line

    def has_said(self, start: str) -> bool:
        """Whether a line that starts with `start` has come; lines before it are passed over."""
        while not self._more.empty():
            line = self._more.get()
            if line is None:
                self._more.put(None)
                return False
            self.lines.append(line)
            if line.startswith(start):
                return True
        return False

    def wait_for_end(self) -> list[str]:
        """Wait until the script has ended by itself, without an error; all that it said."""
        self.wait_for("end")
        assert self.process.wait(DEADLINE_S) == 0, self.lines
        return self.lines

    def close(self) -> None:
        """End it if it runs, the hard way."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(DEADLINE_S)
        self._reader.join(DEADLINE_S)
        self.process.stdout.close()


def accepts(port: int) -> bool:
    """Whether somebody listens on a port of this machine."""
    try:
        socket.create_connection(("127.0.0.1", port), DEADLINE_S).close()
    except OSError:
        return False
    return True


def wait_until(done, what: str, seconds: float = patience.HANG_S) -> None:
    """Wait for `done()` to become true."""
    patience.until(done, what, seconds)
