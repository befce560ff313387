"""Rows of the self-test: what a technician looks at before going down the ladder, to be signed.

Every verdict rests on a value that was understood, never on mere activity: a radar's frames, not
its bytes; a clock that moves on; what was read back from flash; an answer that made sense.

Rows are [what, value, unit, verdict]. Verdicts: "ok"; "look" when it works and may not stay so;
"fail"; "see" for what only eyes can judge; "none" for what this node does not have.
"""

import asyncio
import os
import time

from node import log
from node.keep import files
from node.sense import radar_sample

FULL = 65535
STEPS_PCT = (25, 50, 75, 100)
FADE_STEPS = 60  # from dark to full light, no flash
FADE_MS = 20
SETTLE_MS = 200  # the meter averages over 140 ms
RADAR_MS = 2000  # a radar reports ten times a second
FRAMES_S = (5, 20)  # fewer are lost on their way, more are not those of one radar
FEW_S = 2  # fewer still, and a lamp takes its radar for silent: chance among noise brings as many
BROKEN_PCT = 10
MOSTLY_PCT = 50
HUB_S = 15  # how long the hub may take for its answer
WEAK_DBM = -75  # below this a link breaks now and then
DEAF_DBM = -85
POWER_OFF_PCT = 25  # what a lamp may differ from its rating
SUPPLY_MV = (4500, 26000)  # a board's least, and what the meter is made for
RTC_OFF_MS = 1500  # it tells whole seconds
OLDEST_MS = 1700000000000  # November 2023: no clock that was set tells less
FLASH_BYTES = 4096  # a whole block: less is kept beside its name
FREE_LOW_KB = 64  # of flash: settings and an update need room
GAP_MS = 100  # between two ticks of the lamp; a handshake on an ESP32 is longer
HEAP_LOW_KB = 30  # TLS takes 20 KB in one piece


async def run(board, node) -> list:
    """Test everything, for about ten seconds; the rows.

    node: a SelfTest.
    """
    rows = [["node", board.identity["node"], "", "ok"], ["boots", node.recorder.boot, "", "ok"]]
    node.ask_hub()
    rtc_ms, began_ms = board.rtc_utc_ms(), time.ticks_ms()
    if board.identity["role"] == "lamp":
        await _lamp(board, node.output, rows)
    await _radar(board, node, rows)
    gap_ms = board.tick_gap_ms
    verdict = "ok" if gap_ms <= GAP_MS else "look"
    rows.append(["longest tick gap", gap_ms, "ms", verdict])
    _sensors(board, node, rows)
    _clock(board, node, rows, rtc_ms, began_ms)
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


async def _radar(board, node, rows):
    """Frames that were understood; without any, what the bytes are instead."""
    if not node.has_radar:
        await asyncio.sleep_ms(RADAR_MS)
        return
    radar = node.radar
    frames, broken = (radar.frames, radar.bad) if radar else (0, 0)
    node.sample = b""
    began_ms = time.ticks_ms()
    await asyncio.sleep_ms(RADAR_MS)
    sample, node.sample = node.sample, None
    if radar is None or radar.frames == frames:
        is_lamp = board.identity["role"] == "lamp"
        rows.append(["radar", radar_sample.likely(sample, is_lamp), "", "fail"])
        return
    frames, broken = radar.frames - frames, radar.bad - broken
    rate = (frames * 1000 + 500) // max(1, time.ticks_diff(time.ticks_ms(), began_ms))
    rows.append(["radar", "reports", "", "ok"])
    verdict = "ok" if FRAMES_S[0] <= rate <= FRAMES_S[1] else "look" if rate >= FEW_S else "fail"
    rows.append(["radar frames", rate, "/s", verdict])
    broken_pct = broken * 100 // (frames + broken)
    verdict = "ok" if broken_pct <= BROKEN_PCT else "look" if broken_pct < MOSTLY_PCT else "fail"
    rows.append(["radar frames broken", broken_pct, "%", verdict])


async def _lamp(board, output, rows):
    """Up in steps and down again, never below what the path is lit with now."""
    try:
        level = output.duty
        drawn = []
        for pct in STEPS_PCT:
            goal = max(output.duty, FULL * pct // 100)
            await _fade(output, level, goal)
            level = goal
            await asyncio.sleep_ms(SETTLE_MS)
            found = board.sensors.measure()
            step = "lamp at {} %".format((level * 100 + FULL // 2) // FULL)
            if found is None:
                if "power" in board.sensors.saturated():
                    rows.append([step, "beyond the meter", "", "fail"])
                elif board.sensors.reversed():
                    rows.append([step, "the meter is in reverse", "", "fail"])
                continue
            mv, ma = found
            drawn.append((level, ma))
            wanted_mw = board.rated_mw * level // FULL
            off_mw = abs(mv * ma // 1000 - wanted_mw)
            verdict = "ok" if off_mw * 100 <= wanted_mw * POWER_OFF_PCT else "look"
            if ma <= 0:
                verdict = "fail"
            rows.append([step, ma, "mA", verdict])
        if drawn and drawn[-1][0] >= 2 * drawn[0][0] and drawn[-1][1] * 3 < drawn[0][1] * 4:
            rows.append(["meter", "does not follow the lamp", "", "fail"])
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
    ends = board.sensors.saturated()
    lux_dl, mv, dc = board.lux_dl(), board.mv(), board.dc()
    if "light" in ends:  # in the sun it may be; in the shade it is broken
        rows.append(["light", "as bright as it can say", "", "see"])
    else:
        rows.append(["light", lux_dl, "0.1 lx", "none" if lux_dl is None else "ok"])
    if mv is None:
        verdict = "fail" if "power" in ends else "none"
    else:
        verdict = "ok" if SUPPLY_MV[0] <= mv <= SUPPLY_MV[1] else "look"
    rows.append(["supply", mv, "mV", verdict])
    rows.append(["temperature", dc, "0.1 °C", "none" if dc is None else "ok"])
    for code, on in node.faults().items():
        if on:
            rows.append(["fault", code, "", "fail"])


def _clock(board, node, rows, before_ms, began_ms):
    clock = node.clock
    trust = ("not known", "own", "hub")[clock.trust]
    rows.append(["clock", trust, "", "ok" if clock.trust else "look"])
    rtc_utc_ms, utc_ms = board.rtc_utc_ms(), clock.utc_ms()
    if rtc_utc_ms is None or before_ms is None:
        rows.append(["own clock", None, "ms", "none"])
        return
    passed_ms = time.ticks_diff(time.ticks_ms(), began_ms)
    if abs(rtc_utc_ms - before_ms - passed_ms) > RTC_OFF_MS:
        rows.append(["own clock", "does not run", "", "fail"])
    elif rtc_utc_ms < OLDEST_MS:
        rows.append(["own clock", "was never set", "", "look"])
    elif utc_ms is None:
        rows.append(["own clock", None, "ms", "none"])
    else:
        off_ms = rtc_utc_ms - utc_ms
        rows.append(["own clock off by", off_ms, "ms", "ok" if abs(off_ms) < 5000 else "look"])


def _storage(board, node, rows):
    path = board.folder + "/selftest.tmp"
    try:
        # Not what a test before this one wrote.
        data = (os.urandom(8) * (FLASH_BYTES // 8 + 1))[: FLASH_BYTES + 1]
        files.replace(path, data)
        whole = files.read(path) == data
        os.remove(path)
        whole = whole and files.read(path) is None
    except OSError:
        whole = False
    rows.append(["flash", "writes" if whole else "refuses", "", "ok" if whole else "fail"])
    try:
        free_kb = files.flash_kb(board.folder)[1]
        verdict = "ok" if free_kb >= FREE_LOW_KB else "look"
    except OSError:
        free_kb, verdict = None, "fail"
    rows.append(["flash free", free_kb, "KB", verdict])
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
        took_ms = node.round_trip_ms()
        rows.append(["hub and back", took_ms, "ms", "look" if took_ms is None else "ok"])
    else:
        rows.append(["hub and back", None, "ms", "fail"])
