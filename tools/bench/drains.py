"""Those who drain a queue: a bare socket, Padlicht's intake, and scripts as people write them.

Each is called in a process of its own and returns (messages, seconds, seconds of processor).
"""

import asyncio
import json
import resource
import shutil
import socket
import sqlite3
import ssl
import tempfile
import threading
import time
from pathlib import Path

import mqtt5
import paho.mqtt.client as paho

from padlicht.broker.keys import ParkKeys
from padlicht.clock import HubClock
from padlicht.hub import tune_gc
from padlicht.intake.intake import Intake
from padlicht.intake.mqtt_login import MqttLogin
from padlicht.intake.mqtt_session import Session
from padlicht.ledger import Ledger, LedgerThread, Site
from padlicht.ledger.schema import COLUMNS
from tools.bench.queue import CLIENT, SITE, STARTED_UTC_S, TOPICS, node_name

LIMIT_S = 300
Drained = tuple[int, float, float]


def cpu_s() -> float:
    """Seconds of processor that this process has used, all its threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def bare(port: int, keys: str | None, messages: int) -> Drained:
    """Read, find each message's id, acknowledge: the least that any client must do."""
    link = socket.create_connection(("127.0.0.1", port), timeout=30)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if keys is not None:
        link = _tls(keys).wrap_socket(link, server_hostname="127.0.0.1")
    hello = mqtt5.ConnectPacket(
        CLIENT, clean_start=False, session_expiry_interval=3600, receive_max=20_000
    )
    began_s, began_cpu_s = time.perf_counter(), cpu_s()
    link.sendall(hello.write())
    done, rest = 0, b""
    while done < messages:
        data = rest + link.recv(1 << 18)
        out = bytearray()
        at, end = 0, len(data)
        while end - at >= 5:
            length, head = data[at + 1], 2
            if length & 0x80:
                length, head = (length & 0x7F) | (data[at + 2] << 7), 3
            if end - at < head + length:
                break
            if data[at] >> 4 == 3:
                topic = data[at + head] << 8 | data[at + head + 1]
                out += b"\x40\x02" + data[at + head + 2 + topic : at + head + 4 + topic]
                done += 1
            at += head + length
        rest = data[at:]
        if out:
            link.sendall(out)
    link.close()
    return done, time.perf_counter() - began_s, cpu_s() - began_cpu_s


def ours(port: int, keys: str | None, messages: int, nodes: int, warm: int = 0) -> Drained:
    """Padlicht's session and intake, into a ledger of its own; after `warm` messages it counts."""
    folder = Path(tempfile.mkdtemp(prefix="padlicht-bench-"))
    try:
        with Ledger.open(folder / "ledger.sqlite") as ledger:
            register(ledger, nodes)
            tune_gc()
            return asyncio.run(_drain(ledger, port, keys, messages, warm))
    finally:
        shutil.rmtree(folder)


def register(ledger: Ledger, nodes: int) -> None:
    """A site and so many lamps, without their certificates."""
    with ledger.transaction():
        ledger.sites.add(Site(SITE, "Park", "Europe/Amsterdam", 53.23, 6.57))
        ledger._db.executemany(
            "INSERT INTO nodes (name, site, zone, role, simulated, added_utc_s)"
            " VALUES (?, ?, 'path', 'lamp', 0, ?)",
            ((node_name(number), SITE, STARTED_UTC_S) for number in range(nodes)),
        )


async def _drain(ledger: Ledger, port: int, keys: str | None, messages: int, warm: int) -> Drained:
    thread = LedgerThread(ledger)
    session = Session(
        "127.0.0.1", port, MqttLogin(CLIENT, [TOPICS]), tls=None if keys is None else _tls(keys),
        server_name="127.0.0.1",
    )  # fmt: skip
    intake = Intake(thread, session.publish_qos0, HubClock())
    finished = asyncio.Event()
    done, began = 0, (0, time.perf_counter(), cpu_s())

    def count(stored: int, *_: object) -> None:
        nonlocal done, began
        done += stored
        if began[0] == 0 and warm and done >= warm:
            began = (done, time.perf_counter(), cpu_s())
        if done >= messages:
            finished.set()

    intake.on_batch(count)
    link = asyncio.create_task(session.run(intake.handle))
    try:
        async with asyncio.timeout(LIMIT_S):
            await finished.wait()
        ended = (done - began[0], time.perf_counter() - began[1], cpu_s() - began[2])
    finally:
        link.cancel()
        await asyncio.gather(link, return_exceptions=True)
        thread.close()
    return ended


def script(port: int, keys: str | None, messages: int, batch: int) -> Drained:
    """A plain paho script: decode in on_message, store a batch in SQLite, then acknowledge it.

    With `batch` 1 it commits every message, as most do; 1000 is what a careful person writes.
    """
    folder = Path(tempfile.mkdtemp(prefix="padlicht-bench-"))
    finished = threading.Event()
    waiting: list[paho.MQTTMessage] = []
    done = 0
    store = _store(folder / "records.sqlite")

    def on_message(client: paho.Client, _: object, message: paho.MQTTMessage) -> None:
        nonlocal done
        waiting.append(message)
        if len(waiting) < batch and done + len(waiting) < messages:
            return
        for one in waiting:
            node = one.topic.split("/")[3]
            said = json.loads(one.payload)
            for record in said["recs"]:
                table = record["kind"]
                values = [record.get(name) for name in COLUMNS[table]]
                store.execute(_INSERTS[table], (node, said["boot"], record["seq"], *values))
        store.commit()
        for one in waiting:
            client.ack(one.mid, one.qos)
        done += len(waiting)
        waiting.clear()
        if done >= messages:
            finished.set()

    client = paho.Client(
        paho.CallbackAPIVersion.VERSION2, CLIENT, protocol=paho.MQTTv5, manual_ack=True
    )
    client.on_message = on_message
    if keys is not None:
        client.tls_set_context(_tls(keys))
    properties = paho.Properties(paho.PacketTypes.CONNECT)
    properties.SessionExpiryInterval = 3600
    properties.ReceiveMaximum = 20_000
    began_s, began_cpu_s = time.perf_counter(), cpu_s()
    try:
        client.connect("127.0.0.1", port, clean_start=False, properties=properties)
        client.loop_start()
        if not finished.wait(LIMIT_S):
            raise RuntimeError(f"paho stored only {done} of {messages} messages")
        return done, time.perf_counter() - began_s, cpu_s() - began_cpu_s
    finally:
        client.loop_stop()
        store.close()
        shutil.rmtree(folder)


_INSERTS = {
    table: f"INSERT OR IGNORE INTO {table} VALUES (?, ?, ?{', ?' * len(columns)})"  # noqa: S608
    for table, columns in COLUMNS.items()
}


def _store(path: Path) -> sqlite3.Connection:
    """A database as a script has it: as durable as the ledger, and each record once."""
    store = sqlite3.connect(path, check_same_thread=False)  # paho's thread writes, ours closes
    store.execute("PRAGMA journal_mode = WAL")
    store.execute("PRAGMA synchronous = FULL")
    for table, columns in COLUMNS.items():
        store.execute(
            f"CREATE TABLE {table} (node TEXT, boot INTEGER, seq INTEGER, {', '.join(columns)},"
            " PRIMARY KEY (node, boot, seq))"
        )
    return store


def _tls(keys: str) -> ssl.SSLContext:
    return ParkKeys(Path(keys)).hub_tls()
