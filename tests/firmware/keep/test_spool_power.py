"""Power may go at any moment of writing to a real littlefs: what was promised is kept all the
same."""

from flash import Flash, Mounted, put

import boot
from node.errors import TryAgain
from node.keep.boot_state import Slots, next_boot
from node.keep.settings import Settings
from node.keep.spool import Spool
from node.keep.timekeeper import ClockFloor

INTERPRETERS = ("mp64", "mp32")

_T = 1795224600


def _record(number):
    return {
        "kind": "lamp",
        "t": _T + 900 * number,
        "dt": 900,
        "clock": 2,
        "trig_total": number,
    }


def _append(done):
    """An evening's records, two at a time, and the hub's word for some."""
    done["boot"] = next_boot("/flash")
    spool = Spool("/flash/spool", 2)
    for number in range(0, 8, 2):
        spool.extend([_record(100 + number), _record(101 + number)])
        done["made"] = number + 2


def _acknowledge(done):
    """The hub has most of the day before, in three answers; a file of the spool goes."""
    done["boot"] = next_boot("/flash")
    spool = Spool("/flash/spool", 2)
    for first, last in (1, 20), (21, 51), (53, 60):
        done["acking"] = last
        spool.ack(1, [(first, last)])


def _set(done):
    """New settings, and the time."""
    done["boot"] = next_boot("/flash")
    if Settings("/flash/settings.json").apply(2, {"base_pct": 10}) == {}:
        done["version"] = 2
    ClockFloor("/flash/floor").update(_T + 5000)
    done["floor"] = _T + 5000


def _switch(done):
    """A new version is tried and found well; a third is tried and is not."""
    slots = Slots("/flash")
    done["wants"] = "ab"
    slots.start_trial("b", "a")
    done["wants"] = "b"
    assert boot.choose("/flash")[-1] == "b"
    slots.confirm()
    done["wants"] = "ab"
    slots.start_trial("a", "b")
    for _ in range(boot.FAULTS + 1):
        boot.choose("/flash")  # the last one goes back to b


WORK = (_append, _acknowledge, _set, _switch)


def _before():
    """An image with a day's records of boot 1, settings and a slot."""
    flash = Flash()
    with Mounted(flash, fresh=True):
        assert next_boot("/flash") == 1
        assert Settings("/flash/settings.json").apply(1, {"base_pct": 5}) == {}
        ClockFloor("/flash/floor").update(_T)
        put("/flash/a/node/app.py", b"a")
        put("/flash/b/node/app.py", b"b")
        put("/flash/active", b"a\n")
        spool = Spool("/flash/spool", 1)
        for number in range(70):
            spool.append(_record(number))
    return flash.data


def _check(done, cut):
    """After the power is back: nothing that was promised is gone."""
    found = boot.choose("/flash")
    assert found in ("/flash/a", "/flash/b"), cut
    assert found[-1] in done.get("wants", "a"), (cut, found, done)
    assert next_boot("/flash") > done.get("boot", 1), cut
    settings = Settings("/flash/settings.json")
    assert settings.load() is None, cut
    assert settings.version in ((2,) if done.get("version") else (1, 2)), cut
    assert settings.values["base_pct"] == {1: 5, 2: 10}[settings.version], cut
    assert ClockFloor("/flash/floor").utc_s in (
        (done["floor"],) if "floor" in done else (_T, _T + 5000)
    )
    spool = Spool("/flash/spool", 3)
    made = done.get("made", 0)
    assert spool.bad == 0, cut
    assert spool.last("lamp")["trig_total"] in ((99 + made, 101 + made) if made else (69, 101)), cut
    left = set()
    while True:
        batch = spool.batch()
        if batch is None:
            break
        for record in batch[1]:
            identity = (batch[0], record["seq"])
            assert identity not in left, cut
            number = record["seq"] + (99 if batch[0] == 2 else -1)
            assert record == dict(_record(number), seq=record["seq"]), cut
            left.add(identity)
    for seq in range(1, 71):
        assert (1, seq) in left or (seq <= done.get("acking", 0) and seq != 52), (cut, seq)
    for seq in range(1, made + 1):
        assert (2, seq) in left, (cut, seq)
    if cut == "whole":
        # After a cut, what the hub has may come again, as the same record: that changes nothing.
        assert not [
            1 for one, seq in left if one == 1 and seq <= done.get("acking", 0) and seq != 52
        ]
    assert spool.append(_record(200)) == 1


def _cut(image, work):
    """Do `work` with power cut at each of its writes; how many states that made."""
    flash = Flash(image)
    done = {}
    with Mounted(flash):
        work(done)
    with Mounted(Flash(flash.data)):
        _check(done, "whole")
    writes = flash.writes
    assert writes >= 8, (work.__name__, writes)
    for torn in (False, True):
        for cut in range(writes):
            flash = Flash(image, cut, torn)
            done = {}
            try:
                with Mounted(flash):
                    work(done)
            except (OSError, TryAgain):
                pass
            with Mounted(Flash(flash.data)):
                _check(done, (work.__name__, cut, torn))
    return 2 * writes


def test_power_cut_at_every_write():
    """Whichever program or erase is the last, whole or torn, the node starts with the old or the
    new, nothing stored is lost, nothing is doubled and nothing unreadable."""
    image = _before()
    states = [_cut(image, work) for work in WORK]
    print("FIGURE power_states={}".format(sum(states)))
    for work, count in zip(WORK, states):
        print("FIGURE power_states{}={}".format(work.__name__, count))
