"""A hub as a process of its own, and a node that speaks to it."""

import json
import os
import queue
import subprocess
import sys
import threading
from collections import defaultdict
from pathlib import Path

import paho.mqtt.client as paho

from padlicht.config import environment_variable
from padlicht.simulate.run.run import free_port
from tests.broker.park import accepts, wait_until
from tests.hub.parts import topic
from tests.rigs.mqtt_client import context_of, retire
from tests.rigs.patience import limit_s

DEADLINE_S = limit_s()


class Hub:
    """`padlicht up` in a process of its own."""

    def __init__(self, config):
        self.config = config
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith("PADLICHT_")
        }
        environment |= {
            environment_variable(name): str(getattr(config, name))
            for name in ("data", "broker_port", "web_port", "influx_url", "influx_version")
            if getattr(config, name) is not None
        }
        environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        self.output = config.data.parent / f"output-{free_port()}.txt"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "padlicht", "up", "--log-level", "debug"],
                env=environment,
                stdout=output,
                stderr=output,
            )

    def ready(self):
        """Wait until it listens to its nodes and shows its page."""
        wait_until(
            lambda: (
                self.process.poll() is not None
                or ("broker link: ready" in self.said() and accepts(self.config.web_port))
            ),
            "the hub",
        )
        assert self.process.poll() is None, self.said()
        return self

    def said(self):
        return self.output.read_text()

    def broker_pid(self):
        return int((self.config.broker_folder / "mosquitto.pid").read_text())

    def end(self, number):
        self.process.send_signal(number)
        return self.process.wait(DEADLINE_S)


def is_gone(pid):
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True


class Node:
    """paho as a lamp with an identity that `padlicht node add` made."""

    def __init__(self, config, name):
        self.heard = defaultdict(queue.Queue)  # by leaf, because leaves keep no order among them
        folder = config.identity(name)
        self._subscribed = threading.Event()
        self._name = name
        self.client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=name)
        self.client.tls_set_context(context_of(folder))
        self.client.on_connect = lambda *_: self.client.subscribe(topic(name, "down/#"), 1)
        self.client.on_subscribe = lambda *_: self._subscribed.set()
        self.client.on_message = lambda _, __, message: self.heard[
            message.topic.rpartition("/")[2]
        ].put(json.loads(message.payload))
        self.client.connect("127.0.0.1", config.broker_port)
        self.client.loop_start()
        assert self._subscribed.wait(DEADLINE_S)

    def say(self, leaf, payload, *, retain=False):
        payload = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        self.client.publish(topic(self._name, leaf), payload, 1, retain)

    def hears(self, leaf):
        """The next message on a leaf."""
        return self.heard[leaf].get(timeout=DEADLINE_S)

    def close(self):
        self.client.disconnect()
        retire(self.client)
