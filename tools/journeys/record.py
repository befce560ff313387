"""A record's journey: from the broker's bytes to the disk, and back to the node and the broker.

A whole hub runs with its own mosquitto; the lamp is paho. The way ends with `down/ack` at the
lamp, after which the hub writes the PUBACK in the same turn of its loop.
"""

import asyncio
import json
import tempfile
from pathlib import Path

import paho.mqtt.client as paho

from tests.rigs.mqtt_client import context_of, retire
from tools.journeys.park import EVENING, IDLE_S, SITE, Park, hub, make_park, until
from tools.journeys.tracing import ROOT, Stop, Tracer, stops

TIMES = 3
LAMP = "lamp-1"


def trace() -> list[Stop]:
    """The files of the hub that a record passes."""
    tracer = Tracer(ROOT / "hub" / "padlicht")
    with tracer.installed(), tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_traced(tracer, make_park(Path(folder), LAMP)))


async def _traced(tracer: Tracer, park: Park) -> list[Stop]:
    async with hub(park):
        lamp = _Lamp(park)
        try:
            await until(lambda: lamp.subscribed, "the lamp's subscription")
            await lamp.hand_in(1)  # what is done once only is done
            with tracer.recording() as idle:
                await asyncio.sleep(IDLE_S)
            runs = []
            for time in range(TIMES):
                with tracer.recording() as calls:
                    await lamp.hand_in(2 + time)
                runs.append(calls)
        finally:
            lamp.close()
    return stops(runs, idle)


class _Lamp:
    """Hands in records, and waits for what the hub says to that."""

    def __init__(self, park: Park) -> None:
        self.subscribed = False
        self._acked: set[int] = set()
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=LAMP)
        self._client.tls_set_context(context_of(park.config.identity(LAMP)))
        topic = f"padlicht/v1/{SITE}/{LAMP}"
        self._topic = f"{topic}/up/records"
        self._client.on_connect = lambda *_: self._client.subscribe(f"{topic}/down/ack", 1)
        self._client.on_subscribe = lambda *_: setattr(self, "subscribed", True)
        self._client.on_message = lambda _, __, message: self._hear(message.payload)
        self._client.connect("127.0.0.1", park.config.broker_port)
        self._client.loop_start()

    def close(self) -> None:
        """Hang up."""
        self._client.disconnect()
        retire(self._client)

    async def hand_in(self, seq: int) -> None:
        """Publish a record; returns once the hub has it."""
        record = {
            **{"seq": seq, "kind": "lamp", "t": EVENING - 900, "dt": 900, "clock": 2},
            **{"obs_s": 900, "lit_s": 900, "boost_s": 122, "trig": 14, "trig_total": 14 * seq},
            **{"mwh": 1250, "mwh_total": 1250 * seq, "metered": True},
        }
        self._client.publish(self._topic, json.dumps({"boot": 1, "recs": [record]}), 1)
        await until(lambda: seq in self._acked, "the acknowledgement")

    def _hear(self, payload: bytes) -> None:
        for first, last in json.loads(payload)["seqs"]:
            self._acked.update(range(first, last + 1))
