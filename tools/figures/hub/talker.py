"""A node in a thread: paho with the node's own certificate, and a clock that the hub alone sets."""

import json
import ssl
import threading
import time
from tempfile import NamedTemporaryFile
from typing import Any

import paho.mqtt.client as paho
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from padlicht.config import Config
from tests.rigs.mqtt_client import retire

INTERVAL_S = 10
NEAR_S = 2.0


class Talker:
    """Says that it is there, keeps the time that it is told, and reports until acknowledged."""

    def __init__(self, config: Config, site: str, name: str, role: str) -> None:
        self.name = name
        self.sent = 0
        self._role = role
        self._port = config.broker_port
        self._base = f"padlicht/v1/{site}/{name}"
        self._offset_s: float | None = None  # of UTC to the monotonic clock
        self._waiting: dict[int, dict[str, Any]] = {}
        self._lock = threading.Lock()
        client = paho.Client(
            paho.CallbackAPIVersion.VERSION2, client_id=name, clean_session=False,
            protocol=paho.MQTTv311,
        )  # fmt: skip
        client.tls_set_context(_tls(config, name))
        client.will_set(f"{self._base}/up/status", b'{"state":"lost"}', qos=1, retain=True)
        client.on_connect = self._on_connect
        client.on_message = self._on_message
        self._client = client

    def connect(self) -> None:
        """Connect, and stay so in a thread."""
        self._client.connect("127.0.0.1", self._port, keepalive=30)
        self._client.loop_start()

    def close(self) -> None:
        """Say goodbye."""
        self._client.disconnect()
        retire(self._client)

    def knows_the_time(self) -> bool:
        """Whether its clock is the machine's, to about a second."""
        return self._offset_s is not None and abs(self._utc_s() - time.time()) <= NEAR_S

    def unacknowledged(self) -> int:
        """How many records the hub has not said to have."""
        with self._lock:
            return len(self._waiting)

    def report(self) -> None:
        """One more interval, and again all of which the hub has said nothing."""
        if self._offset_s is None:
            return
        with self._lock:
            self.sent += 1
            self._waiting[self.sent] = self._record(self.sent, int(self._utc_s()) - INTERVAL_S)
            records = [*self._waiting.values()][-8:]
        self._publish("up/records", {"boot": 1, "recs": records})

    def _record(self, seq: int, t: int) -> dict[str, Any]:
        common = {"seq": seq, "t": t, "dt": INTERVAL_S, "clock": 2, "obs_s": INTERVAL_S}
        if self._role == "counter":
            totals = {"in_total": seq, "out_total": seq}
            return {"kind": "footfall", **common, "sat_s": 0, "in": 1, "out": 1, **totals}
        use = {"lit_s": 1, "boost_s": 0, "trig": 1, "trig_total": seq}
        return {"kind": "lamp", **common, **use, "mwh": 1, "mwh_total": seq, "metered": False}

    def _utc_s(self) -> float:
        return time.monotonic() + (self._offset_s or 0.0)

    def _publish(self, leaf: str, message: dict[str, Any], *, retain: bool = False) -> None:
        self._client.publish(f"{self._base}/{leaf}", json.dumps(message), qos=1, retain=retain)

    def _on_connect(self, *_: Any) -> None:
        self._client.subscribe(f"{self._base}/down/#", qos=1)
        birth = {
            "state": "ready", "role": self._role, "boot": 1, "fw": "0.1.0", "board": "sim",
            "reset": "power", "clock": 2,
        }  # fmt: skip
        self._publish("up/status", birth, retain=True)

    def _on_message(self, _client: Any, _data: Any, message: paho.MQTTMessage) -> None:
        told = json.loads(message.payload)
        if message.topic.endswith("/down/time"):
            self._offset_s = told["utc_ms"] / 1000 - time.monotonic()
        elif message.topic.endswith("/down/ack"):
            with self._lock:
                for first, last in told["seqs"]:
                    for seq in range(first, last + 1):
                        self._waiting.pop(seq, None)


def _tls(config: Config, name: str) -> ssl.SSLContext:
    """The identity of the node, as Python's TLS wants it."""
    folder = config.identity(name)
    key = load_der_private_key((folder / "key.der").read_bytes(), password=None)
    certificate = x509.load_der_x509_certificate((folder / "cert.der").read_bytes())
    context = ssl.create_default_context(cadata=(folder / "ca.der").read_bytes())
    context.check_hostname = False
    with NamedTemporaryFile() as pem:
        pem.write(certificate.public_bytes(Encoding.PEM))
        pem.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        pem.flush()
        context.load_cert_chain(pem.name)
    return context
