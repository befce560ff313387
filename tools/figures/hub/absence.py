"""A hub that is away for a week: what its nodes say meanwhile, and what the broker keeps of it.

How often a node sends is the firmware's, in virtual time on both MicroPythons; the broker is a real
mosquitto with the hub's own configuration, given a week of ten nodes at once.
"""

import signal
import ssl
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as paho

from tests.broker.park import wait_until
from tests.broker.visitors import Client, Park
from tests.rigs.mqtt_client import retire
from tools.figures.figure import Figure, on_micropython

TESTS = "tests/firmware/link/test_repeats.py"
NODES, DAYS = 10, 7
BATCH_BYTES = 2000  # as full as a node makes one
OTHERS = 3  # the birth, the settings in force, the last will: of one loss of the link a week
SAVES_A_DAY = 48  # `autosave_interval` of mosquitto.conf, while something comes
MOST_A_DAY = 8  # a handful


def measure() -> Iterator[Figure]:
    """Messages of a node, and memory and disk of the broker."""
    most = 0
    for bits in (64, 32):
        found = dict(on_micropython(TESTS, bits))
        most = max(most, int(found["absence_week_most"]))
    how = f"{TESTS}: 20 weeks of virtual time on each MicroPython"
    a_day = round(most / DAYS, 1)
    yield Figure(
        "absence_messages_a_day", a_day, "messages of a node", f"<= {MOST_A_DAY}", how,
        a_day <= MOST_A_DAY,
    )  # fmt: skip
    messages = NODES * (most + OTHERS)
    yield Figure(
        "absence_week_messages", messages, f"messages of {NODES} nodes",
        f"<= {NODES * DAYS * MOST_A_DAY}", how, messages <= NODES * DAYS * MOST_A_DAY,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        memory, disk, queued = _broker(Path(folder), messages)
    how = f"mosquitto with the hub's configuration; {messages} messages of {BATCH_BYTES} bytes"
    yield Figure("absence_queued", queued, "messages kept", f"{messages}", how, queued == messages)
    yield Figure("absence_memory", round(memory / 1e6, 1), "MB more", "< 10", how, memory < 10e6)
    yield Figure("absence_disk", round(disk / 1e6, 2), "MB of queue", "< 5", how, disk < 5e6)
    written = disk * SAVES_A_DAY
    yield Figure(
        "absence_written_a_day", round(written / 1e6), "MB a day at the end of the week", "< 200",
        how, written < 200e6,
    )  # fmt: skip


def _broker(folder: Path, messages: int) -> tuple[int, int, int]:
    """Memory and disk in bytes that the queue of an absent hub takes, and how many it got later."""
    park = Park(folder)
    try:
        _hub(park, listen=0)
        before = _resident(park.process.pid)
        node = Client(park, park.node("lamp-1"), name="lamp-1")
        for number in range(messages):
            payload = b"%08d" % number + bytes(BATCH_BYTES - 8)
            node.publish("padlicht/v1/park/lamp-1/up/records", payload)
        memory = _resident(park.process.pid) - before
        node.close()
        park.process.send_signal(signal.SIGUSR1)  # "save now"
        database = folder / "broker" / "mosquitto.db"
        wait_until(lambda: database.exists() and database.stat().st_size > 0, "the database")
        size = -1
        while size != (size := database.stat().st_size):
            time.sleep(0.2)
        return memory, size, _hub(park, listen=messages)
    finally:
        park.close()


def _hub(park: Park, listen: int) -> int:
    """The hub's session, which outlives it; how many messages it gets before it goes again."""
    got: list[int] = []
    subscribed: list[int] = []
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="Hub", clean_session=False)
    client.tls_set_context(_context(park))
    client.max_inflight_messages_set(1000)
    client.on_connect = lambda *_: client.subscribe("padlicht/v1/+/+/up/#", 1)
    client.on_subscribe = lambda *_: subscribed.append(1)
    client.on_message = lambda *_: got.append(1)
    client.connect("127.0.0.1", park.port)
    client.loop_start()
    wait_until(lambda: subscribed and len(got) >= listen, "the hub's session")
    client.disconnect()
    retire(client)
    return len(got)


def _context(park: Park) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(park.keys.ca))
    context.load_cert_chain(park.hub())
    return context


def _resident(pid: int) -> int:
    """Memory of a process, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"process {pid} has no memory")
