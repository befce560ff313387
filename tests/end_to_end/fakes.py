"""A hub and a world that are small enough to be told exactly what to do."""

import json
import socket
import ssl
import threading
import time
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import paho.mqtt.client as paho

from padlicht.simulate.world.radar_frames import Target, encode_ld2410, encode_ld2450
from tests.end_to_end.process import until
from tests.rigs.mqtt_client import retire
from tests.rigs.patience import limit_s

SITE = "molukkenplantsoen"
GRONINGEN = ZoneInfo("Europe/Amsterdam")
FRAME_S = 0.1


def evening_offset_s(local="18:00"):
    """How far ahead of the machine it is `local` time in Groningen on the last 12 November."""
    now = datetime.now(GRONINGEN)
    hour, minute = map(int, local.split(":"))
    evening = now.replace(month=11, day=12, hour=hour, minute=minute, second=0, microsecond=0)
    if evening > now:
        evening = evening.replace(year=now.year - 1)
    return round(evening.timestamp() - time.time())


class FakeHub:
    """Subscribes to every node, keeps what it hears, and acknowledges when `acks` is true.

    `utc_ms()` is the time it gives out, `offset_s` ahead of the machine's.
    """

    def __init__(self, broker, offset_s=0):
        self.offset_s = offset_s
        self.acks = True
        self.tells_time = True
        self.heard = defaultdict(list)  # leaf -> payloads, decoded
        self.arrivals = []  # (boot, record), each as often as it came
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="Hub")
        self._client.tls_set_context(broker.hub_context())
        self._client.on_connect = self._on_connect
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", broker.port)
        self._client.loop_start()

    def utc_ms(self):
        return int((time.time() + self.offset_s) * 1000)

    def close(self):
        self._client.disconnect()
        retire(self._client)

    def send(self, node, leaf, message, retain=False):
        """Publish to a node; returns when the broker has it."""
        topic = f"padlicht/v1/{SITE}/{node}/{leaf}"
        payload = message if isinstance(message, str) else json.dumps(message)
        self._client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(limit_s())

    def command(self, node, do, command_id, for_s=60):
        """Send a command that may be obeyed for so many seconds; returns the node's reply."""
        until_s = self.utc_ms() // 1000 + for_s
        message = {"id": command_id, "do": do, "until": until_s, "args": {}}
        self.send(node, "down/command", message)
        return until(
            f"a reply to {do}",
            lambda: next((r for r in list(self.heard["up/reply"]) if r["id"] == command_id), None),
        )

    def records(self, kind):
        """The records of a kind by (boot, seq); the same identity never comes differently."""
        found = {}
        for boot, rec in list(self.arrivals):
            if rec["kind"] == kind:
                assert found.setdefault((boot, rec["seq"]), rec) == rec
        return found

    def birth(self):
        """The last birth, or None."""
        births = [status for status in list(self.heard["up/status"]) if status["state"] == "ready"]
        return births[-1] if births else None

    def _on_connect(self, client, userdata, flags, reason, properties):
        client.subscribe("padlicht/v1/+/+/up/#", qos=1)

    def _on_message(self, client, userdata, message):
        _, _, _, node, *leaf = message.topic.split("/")
        leaf = "/".join(leaf)
        payload = json.loads(message.payload)
        if leaf == "up/records":
            assert len(message.payload) <= 2048
            self.arrivals += [(payload["boot"], rec) for rec in payload["recs"]]
            if self.acks:
                seqs = [[rec["seq"], rec["seq"]] for rec in payload["recs"]]
                self._publish(node, "down/ack", {"boot": payload["boot"], "seqs": seqs})
        elif payload.get("state") == "ready" and self.tells_time:
            self._publish(node, "down/time", {"utc_ms": self.utc_ms()})
        self.heard[leaf].append(payload)

    def _publish(self, node, leaf, message):
        # Inside a paho callback one must not wait for the broker.
        self._client.publish(f"padlicht/v1/{SITE}/{node}/{leaf}", json.dumps(message), qos=1)


class FakeWorld:
    """One radar and a person whom the test moves: `distance_cm` for a lamp, else `place_mm`."""

    def __init__(self):
        self.distance_cm = None
        self.place_mm = None
        self.duties = []  # every duty that the lamp reported
        self._way_mm = []
        self._open = True
        self._drops = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.2)
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def walk(self, way_mm):
        """From now on, be at the next of these places in each frame, and stay at the last."""
        self._way_mm = list(way_mm)

    def drop(self):
        """End the connection of every node; they may come again at once."""
        self._drops += 1

    def close(self):
        self._open = False
        for thread in self._threads:
            thread.join(limit_s())
        self._listener.close()

    def _accept(self):
        while self._open:
            try:
                line, _ = self._listener.accept()
            except TimeoutError:
                continue
            thread = threading.Thread(target=self._serve, args=(line,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, line):
        line.settimeout(FRAME_S)  # the pace of the radar, too
        heard = b""
        drops = self._drops
        with line:
            while self._open and drops == self._drops:
                try:
                    piece = line.recv(1000)
                    if not piece:
                        return
                    heard += piece
                    *lines, heard = heard.split(b"\n")
                    self.duties += [int(text[2:]) for text in lines if text.startswith(b"d ")]
                except TimeoutError:
                    pass
                except ConnectionError:
                    return
                try:
                    line.sendall(self._frame())
                except ConnectionError:
                    return

    def _frame(self):
        if self._way_mm:
            self.place_mm = self._way_mm.pop(0)
        if self.place_mm:
            return encode_ld2450([Target(*self.place_mm, 100)])
        moving = self.distance_cm is not None
        return encode_ld2410(1 if moving else 0, self.distance_cm or 0, 60 if moving else 0)


def hub_context(keys: Path) -> ssl.SSLContext:
    """TLS as the hub: `keys` holds ca.pem, hub.pem and hub.key."""
    context = ssl.create_default_context(cafile=keys / "ca.pem")
    context.load_cert_chain(keys / "hub.pem", keys / "hub.key")
    return context
