"""How long a Pico W's flash lives under a year of records, and how many it holds; real littlefs."""

from flash import Flash, Mounted

from node import log
from node.keep.boot_state import next_boot
from node.keep.spool import Spool
from node.keep.timekeeper import ClockFloor
from node.recorder import record_room

INTERPRETERS = ("mp32",)

_T = 1795224600
_BLOCKS = 212  # 848 KiB, what a Pico W leaves to its file system
_TAKEN_KB = 320  # by two application slots and what else does not move
_CYCLES = 100000  # erases that a block of the flash chips in question is specified for
_YEARS = 20
_DAYS = 6
_MORE = {"stack": 4096, "ticks_lost": 0}  # what a board's health says beside


def _lamp(number):
    record = {"kind": "lamp", "t": _T + 900 * number, "dt": 900, "clock": 2, "obs_s": 900}
    record.update(
        {"lit_s": 900, "boost_s": 122, "near_s": 41, "trig": 14, "trig_total": 512000 + number}
    )
    record.update({"mwh": 1250, "mwh_total": 81234500 + number, "metered": False})
    return record


def _health(number):
    record = {"kind": "health", "t": _T + 900 * number, "dt": 900, "clock": 2, "rssi": -67}
    record.update({"mv": 12050, "dc": 84, "free": 61234, "spool": 2, "dropped": 0})
    record.update({"up_s": 12345600 + number, "lux_dl": 3})
    return record


def _live(days, with_hub):
    """Erases, programs and erases of the most worn block for so many days of a lamp's writing."""
    flash = Flash(blocks=_BLOCKS)
    with Mounted(flash, fresh=True):
        with open("/flash/slots", "wb") as file:
            for _ in range(_TAKEN_KB):
                file.write(bytes(1024))
        boot = next_boot("/flash")
        spool = Spool("/flash/spool", boot)
        floor = ClockFloor("/flash/floor")
        flash.erases = flash.programs = 0
        flash.worn = [0] * _BLOCKS
        for number in range(days * 96):
            last = spool.extend([_lamp(number), _health(number)])
            floor.update(_T + 900 * number)
            if with_hub:
                records = spool.batch()[1]
                spool.ack(boot, [(records[0]["seq"], last)])
    return flash.erases, flash.programs, max(flash.worn)


def test_flash_lives_twenty_years():
    """At a record a quarter of an hour, acknowledged one by one, the flash is erased far less often
    in twenty years than it may be."""
    erases, programs, worst = _live(_DAYS, True)
    alone, _, worst_alone = _live(_DAYS, False)
    free = _BLOCKS - _TAKEN_KB // 4
    # littlefs spreads its writing over the blocks that are free: what lies still wears nothing.
    years = free * _CYCLES * _DAYS // (erases * 365)
    years_worst = _CYCLES * _DAYS // (worst * 365)
    print("FIGURE flash_erases_a_day={}".format(erases // _DAYS))
    print("FIGURE flash_programs_a_day={}".format(programs // _DAYS))
    print("FIGURE flash_erases_a_day_alone={}".format(alone // _DAYS))
    print("FIGURE flash_years_spread={}".format(years))
    print("FIGURE flash_years_worst_block={}".format(years_worst))
    print("FIGURE flash_worst_block_in_days={}".format(worst))
    assert years >= _YEARS
    assert worst_alone


def test_one_write_for_what_comes_together():
    """The records of an interval cost one write, not one each: half of the erases."""
    costs = []
    for together in (True, False):
        flash = Flash(blocks=60)
        with Mounted(flash, fresh=True):
            spool = Spool("/flash/spool", 1)
            spool.append(_lamp(0))
            flash.erases = 0
            for number in range(1, 200):
                if together:
                    spool.extend([_lamp(number), _health(number)])
                else:
                    spool.append(_lamp(number))
                    spool.append(_health(number))
        costs.append(flash.erases)
    print("FIGURE flash_erases_together_per_100={}".format(100 * costs[0] // costs[1]))
    assert costs[0] * 100 < costs[1] * 65


def test_a_pico_w_keeps_its_records_for_eleven_days():
    """As many intervals as it is told to keep lie on its flash, and the flash has refused none."""
    lines, say = [], log.warn
    log.warn = lines.append
    try:
        with Mounted(Flash(blocks=_BLOCKS), fresh=True):
            with open("/flash/slots", "wb") as file:
                for _ in range(_TAKEN_KB):
                    file.write(bytes(1024))
            room = record_room("/flash")
            spool = Spool("/flash/spool", 1, room)
            for number in range(room // 2 + 200):
                spool.extend([dict(_lamp(number), near_s=900), dict(_health(number), **_MORE)])
            intervals = spool.pending // 2
    finally:
        log.warn = say
    print("FIGURE spool_intervals={}".format(intervals))
    assert lines == ["spool: full; the oldest records are given up"]
    assert intervals == room // 2
    assert 11 * 96 <= intervals < 12 * 96
