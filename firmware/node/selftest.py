"""Self-test: what a technician looks at before going down the ladder, as a table to sign.

Rows are [what, value, unit, verdict]. Verdicts: "ok"; "look" when it works and may not stay so;
"fail"; "see" for what only eyes can judge; "none" for what this node does not have.
"""

import asyncio
import json
import os

from node import log
from node.keep import files
from node.link import wire

FULL = 65535
STEPS_PCT = (25, 50, 75, 100)
FADE_STEPS = 60  # from dark to full light, no flash
FADE_MS = 20
SETTLE_MS = 200  # the meter averages over 140 ms
RADAR_MS = 2000  # a radar reports ten times a second
HUB_S = 15  # how long the hub may take for its answer
WEAK_DBM = -75  # below this a link breaks now and then
DEAF_DBM = -85
POWER_OFF_PCT = 25  # what a lamp may differ from its rating
FREE_LOW_KB = 64  # of flash: settings and an update need room
GAP_MS = 100  # between two ticks of the lamp; a handshake on an ESP32 is longer
HEAP_LOW_KB = 30  # TLS takes 20 KB in one piece


class SelfTest:
    """Runs one self-test at a time, on command and at a board's first start.

    radar_bytes: how many came in so far. has_radar: whether any ever should. hub_answered: the hub
    told the time since the test asked. output: the LampOutput, None without a lamp.
    """

    def __init__(self, board, clock, hub, recorder, output) -> None:
        self._board = board
        self._hub = hub
        self._running = False
        self.clock = clock
        self.recorder = recorder
        self.output = output
        self.radar_bytes = 0
        self.has_radar = True
        self.hub_answered = False
        self.faults = None  # a callable: code -> whether it is there

    def begin(self, faults, answer) -> None:
        """On command: `answer(why, detail)` gets the table, or why there is none."""
        if self._running:
            answer("a self-test is running already: wait for its answer")
        else:
            self._running = True
            asyncio.create_task(self._answer(faults, answer))

    async def _answer(self, faults, answer):
        try:
            answer(None, await self._run(faults))
        except Exception as error:
            answer("the self-test failed: {!r}".format(error)[:200])

    async def first(self, faults) -> None:
        """Once in a board's life, when it is well for the first time."""
        path = self._board.folder + "/selftest.json"
        if not self._board.tests_itself or files.read(path) is not None:
            return
        rows = await self._run(faults)
        files.replace(path, json.dumps(rows).encode())
        self._hub.send_reply(wire.FIRST_START, rows)

    async def _run(self, faults):
        self._running = True
        self.faults = faults
        try:
            rows = await run(self._board, self)
        finally:
            self._running = False
        log_rows(rows)
        log.info("selftest: " + ("passed" if passed(rows) else "not passed"))
        return rows

    def ask_hub(self) -> None:
        """Say the birth again: the hub answers it with the time."""
        self.hub_answered = False
        self._hub.send_status()

    def round_trip_ms(self) -> "int | None":
        """How long the hub's last answer took."""
        return self._hub.round_trip_ms


async def run(board, node) -> list:
    """Test everything, for about ten seconds; the rows.

    node: clock, recorder, output, has_radar, radar_bytes, faults(), ask_hub(), hub_answered,
    round_trip_ms().
    """
    rows = [["node", board.identity["node"], "", "ok"], ["boots", node.recorder.boot, "", "ok"]]
    node.ask_hub()
    heard = node.radar_bytes
    if board.identity["role"] == "lamp":
        await _lamp(board, node.output, rows)
    await asyncio.sleep_ms(RADAR_MS)
    rate = (node.radar_bytes - heard) * 1000 // RADAR_MS
    if node.has_radar:
        rows.append(["radar", "reports" if rate else "silent", "", "ok" if rate else "fail"])
    gap_ms = board.tick_gap_ms
    verdict = "ok" if gap_ms <= GAP_MS else "look"
    rows.append(["longest tick gap", gap_ms, "ms", verdict])
    _sensors(board, node, rows)
    _clock(board, node, rows)
    _storage(board, node, rows)
    await _link(board, node, rows)
    return rows


def log_rows(rows: list) -> None:
    """The table, line by line, on the console."""
    for what, value, unit, verdict in rows:
        log.info("selftest: {} {} {}: {}".format(what, value, unit, verdict))


def passed(rows: list) -> bool:
    """Whether nothing failed."""
    return not any(row[3] == "fail" for row in rows)


async def _lamp(board, output, rows):
    """Up in steps and down again, never below what the path is lit with now."""
    try:
        level = output.duty
        for pct in STEPS_PCT:
            goal = max(output.duty, FULL * pct // 100)
            await _fade(output, level, goal)
            level = goal
            await asyncio.sleep_ms(SETTLE_MS)
            found = board.sensors.measure()
            if found is None:
                continue
            mv, ma = found
            wanted_mw = board.rated_mw * level // FULL
            off_mw = abs(mv * ma // 1000 - wanted_mw)
            verdict = "ok" if off_mw * 100 <= wanted_mw * POWER_OFF_PCT else "look"
            if ma <= 0:
                verdict = "fail"
            rows.append(
                ["lamp at {} %".format((level * 100 + FULL // 2) // FULL), ma, "mA", verdict]
            )
        await _fade(output, level, output.duty)
    finally:
        output.release()
    rows.append(["lamp up and down", "shown", "", "see"])


async def _fade(output, start, goal):
    steps = abs(goal - start) * FADE_STEPS // FULL + 1
    for step in range(1, steps + 1):
        output.override(start + (goal - start) * step // steps)
        await asyncio.sleep_ms(FADE_MS)


def _sensors(board, node, rows):
    for what, value, unit in (
        ("light", board.lux_dl(), "0.1 lx"),
        ("supply", board.mv(), "mV"),
        ("temperature", board.dc(), "0.1 °C"),
    ):
        rows.append([what, value, unit, "none" if value is None else "ok"])
    for code, on in node.faults().items():
        if on:
            rows.append(["fault", code, "", "fail"])


def _clock(board, node, rows):
    clock = node.clock
    trust = ("not known", "own", "hub")[clock.trust]
    rows.append(["clock", trust, "", "ok" if clock.trust else "look"])
    rtc_utc_ms, utc_ms = board.rtc_utc_ms(), clock.utc_ms()
    if rtc_utc_ms is None or utc_ms is None:
        rows.append(["own clock", None, "ms", "none"])
    else:
        off_ms = rtc_utc_ms - utc_ms
        rows.append(["own clock off by", off_ms, "ms", "ok" if abs(off_ms) < 5000 else "look"])


def _storage(board, node, rows):
    path = board.folder + "/selftest.tmp"
    try:
        files.replace(path, b"selftest")
        whole = files.read(path) == b"selftest"
        os.remove(path)
        whole = whole and files.read(path) is None
    except OSError:
        whole = False
    rows.append(["flash", "writes" if whole else "refuses", "", "ok" if whole else "fail"])
    free_kb = files.flash_kb(board.folder)[1]
    rows.append(["flash free", free_kb, "KB", "ok" if free_kb >= FREE_LOW_KB else "look"])
    spool = node.recorder.spool
    if spool is not None:
        rows.append(["records waiting", spool.pending, "", "ok"])
        rows.append(["records given up", spool.dropped, "", "look" if spool.dropped else "ok"])
        rows.append(["lines gone bad", spool.bad, "", "look" if spool.bad else "ok"])
    free_kb = board.free() // 1024
    rows.append(["memory free", free_kb, "KB", "ok" if free_kb >= HEAP_LOW_KB else "look"])


async def _link(board, node, rows):
    rssi = board.rssi()
    if rssi is None:
        verdict = "none"
    elif rssi >= WEAK_DBM:
        verdict = "ok"
    else:
        verdict = "look" if rssi >= DEAF_DBM else "fail"
    rows.append(["wifi", rssi, "dBm", verdict])
    for _ in range(HUB_S * 10):
        if node.hub_answered:
            break
        await asyncio.sleep_ms(100)
    if node.hub_answered:
        rows.append(["hub and back", node.round_trip_ms(), "ms", "ok"])
    else:
        rows.append(["hub and back", None, "ms", "fail"])
