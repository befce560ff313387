"""A slow disk: the broker keeps what the hub cannot take yet, and the hub's memory stays small."""

import asyncio
import json
import selectors
import socket
import threading

import mqtt5
import pytest

from padlicht.clock import HubClock
from padlicht.intake import mqtt_connection as connection_module
from padlicht.intake.intake import Intake
from padlicht.intake.mqtt_connection import BUFFER_BYTES
from padlicht.intake.mqtt_login import MqttLogin
from padlicht.intake.mqtt_session import Session
from padlicht.ledger import LedgerThread
from tests.hub.parts import LAMP, park, topic, until
from tests.rigs.patience import limit_s, short_s

MESSAGES = 40_000
PAD = "x" * 1000  # 48 MB in all, far more than the hub may hold
# What the kernel takes for both ends of a connection, at the most.
KERNEL_BYTES = 16 << 20


def message(number):
    """A lamp's record, made big by a field that nobody knows."""
    recs = [LAMP | {"seq": number, "pad": PAD}]
    return mqtt5.PublishPacket(
        topic("lamp-1", "up/records"),
        json.dumps({"boot": 12, "recs": recs}).encode(),
        qos=mqtt5.QoS.AT_LEAST_ONCE,
        packet_id=number % 60_000 + 1,
    ).write()


class Flood:
    """A broker without manners: it sends all it has as fast as the hub lets it."""

    def __init__(self):
        self.sent_bytes = 0
        self.stuck = threading.Event()  # the hub has not taken a byte for a second
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def close(self):
        self._thread.join(limit_s())
        self._listener.close()

    def _run(self):
        link, _ = self._listener.accept()
        with link, selectors.DefaultSelector() as ready:
            link.recv(4096)
            granted = mqtt5.SubAckPacket(1, [mqtt5.SubAckReasonCode.GRANTED_QOS_AT_LEAST_ONCE])
            link.sendall(mqtt5.ConnAckPacket().write() + granted.write())
            link.setblocking(False)
            ready.register(link, selectors.EVENT_READ | selectors.EVENT_WRITE)
            rest, number = b"", 0
            while True:
                for _, events in ready.select(short_s(1)) or [(None, 0)]:
                    if events & selectors.EVENT_READ and not link.recv(1 << 16):
                        return
                    if not events:
                        self.stuck.set()
                    if events & selectors.EVENT_WRITE:
                        if len(rest) < 1 << 16 and number < MESSAGES:
                            rest += b"".join(map(message, range(number, number + 100)))
                            number += 100
                        if rest:
                            sent = link.send(rest)
                            self.sent_bytes += sent
                            rest = rest[sent:]
                        elif number == MESSAGES:
                            ready.modify(link, selectors.EVENT_READ)


class SlowDisk(LedgerThread):
    """A ledger whose disk does nothing until it is let."""

    def __init__(self, ledger):
        super().__init__(ledger)
        self.ready = asyncio.Event()
        self.asked = 0

    async def run(self, work):
        self.asked += 1
        await self.ready.wait()
        return await super().run(work)


@pytest.mark.long
def test_a_slow_disk_leaves_the_flood_with_the_broker(tmp_path):
    """While a batch waits for the disk the socket is not read; then all of it arrives."""
    flood = Flood()

    async def scenario():
        disk = SlowDisk(park(tmp_path / "ledger.sqlite"))
        session = Session(
            "127.0.0.1", flood.port, MqttLogin("Hub", ["#"]), tls=None, server_name=None
        )
        intake = Intake(disk, session.publish_qos0, HubClock())
        batches = []
        intake.on_batch(lambda messages, *_: batches.append(messages))
        task = asyncio.create_task(session.run(intake.handle))
        try:
            await until(lambda: flood.stuck.is_set() and disk.asked, "the broker to be stuck")
            # One batch being stored, one buffer filling up behind it, and the kernel's own.
            assert flood.sent_bytes < 4 * BUFFER_BYTES + KERNEL_BYTES
            assert disk.asked == 1
            disk.ready.set()
            await until(lambda: sum(batches) == MESSAGES, "all of it")
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            disk.close()
        return max(batches)

    try:
        most = asyncio.run(scenario())
    finally:
        flood.close()
    assert most <= 2 * connection_module.BUFFER_BYTES / 1000
