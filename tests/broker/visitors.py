"""Who stands at the fence in the tests: a park as `padlicht up` makes it, and paho as a visitor."""

import queue
import socket
import ssl
import subprocess
import threading

import paho.mqtt.client as paho

from padlicht.broker.keys import ensure_park, node_identity
from padlicht.broker.mosquitto_setup import configure, program
from padlicht.simulate.run.run import free_port
from tests.broker.park import accepts, wait_until
from tests.rigs import mqtt_client
from tests.rigs.mqtt_client import retire
from tests.rigs.patience import limit_s

DEADLINE_S = limit_s()


class Park:
    """Keys, fence and broker exactly as `padlicht up` makes them."""

    def __init__(self, folder):
        self.folder = folder
        self.keys = ensure_park(folder / "keys", "127.0.0.1")
        self.port = free_port()
        configure(folder / "broker", self.keys, "127.0.0.1", self.port)
        self.log = folder / "mosquitto.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [program(), "-c", folder / "broker" / "mosquitto.conf"], stdout=log, stderr=log
            )
        wait_until(lambda: accepts(self.port) or self.process.poll() is not None, "mosquitto")
        assert self.process.poll() is None, self.log.read_text()

    def node(self, name):
        """Certificate and key of a node as one PEM file."""
        return pem_of(self.keys, name, self.folder / "nodes" / name)

    def hub(self):
        pem = self.folder / "hub-both.pem"
        pem.write_bytes(
            self.keys.certificate("hub").read_bytes() + self.keys.key("hub").read_bytes()
        )
        return pem

    def close(self):
        self.process.terminate()
        self.process.wait(DEADLINE_S)


def pem_of(keys, name, folder):
    if not folder.exists():
        node_identity(keys, name, folder)
    return mqtt_client.pem_of(folder)


class Client:
    """paho as somebody with a certificate, or without one."""

    def __init__(self, park, pem, *, name="", will=None, user=None):
        self.heard = queue.Queue()
        self.topics = []
        self._connected = queue.Queue()
        self._subscribed = threading.Event()
        self.client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=name)
        context = ssl.create_default_context(cafile=str(park.keys.ca))
        if pem is not None:
            context.load_cert_chain(pem)
        self.client.tls_set_context(context)
        if user is not None:
            self.client.username_pw_set(user, "guess")
        if will is not None:
            self.client.will_set(will, "will", 1)
        self.client.on_connect = lambda _, __, ___, code, ____: self._connected.put(code)
        self.client.on_message = self._on_message
        self.client.on_subscribe = lambda *_: self._subscribed.set()
        self.client.connect("127.0.0.1", park.port)
        self.client.loop_start()
        code = self._connected.get(timeout=DEADLINE_S)
        assert not code.is_failure, code

    def _on_message(self, _, __, message):
        self.topics.append(message.topic)
        self.heard.put(message.payload)

    def subscribe(self, topic):
        self._subscribed.clear()
        self.client.subscribe(topic, 1)
        assert self._subscribed.wait(DEADLINE_S)

    def publish(self, topic, payload, *, retain=False):
        self.client.publish(topic, payload, 1, retain).wait_for_publish(DEADLINE_S)

    def hears_until(self, payload):
        """All that is heard before `payload`, which must come."""
        before = []
        while (heard := self.heard.get(timeout=DEADLINE_S)) != payload:
            before.append(heard)
        return before

    def close(self, *, politely=True):
        if politely:
            self.client.disconnect()
        else:
            self.client.socket().shutdown(socket.SHUT_RDWR)
        retire(self.client)
