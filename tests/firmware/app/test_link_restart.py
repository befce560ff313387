"""The supervisor and a link that stays away: when it restarts the board, and when it does not."""

import asyncio

from scratch import Folder

from node import log
from node.link.recovery import QUIET_S
from node.supervisor import Supervisor, Watchdog

INTERPRETERS = ("mp64", "mp32")
HOUR_S = 3600


class Restart(Exception):
    """The board was restarted."""


class Wifi:
    """A radio by its ladder's count."""

    in_vain = 1


class Bench:
    """Board, clock, hub and role in one: what the supervisor looks at, second by second."""

    connected = False
    wifi = None
    step_s = 60  # for each second that the supervisor sleeps: it is about hours here

    def __init__(self, folder):
        self.folder = folder
        self.now_s = 0
        self.rest_s = 10 * HOUR_S
        self.resets = []
        self.watchdog = Watchdog({})

    def up_s(self):
        return self.now_s

    def utc_ms(self):
        return 1795224600000

    def rests_s(self):
        return self.rest_s

    def reset(self, utc_ms=None):
        self.resets.append(utc_ms)
        raise Restart

    def restart(self):
        raise Restart

    def run(self, seconds):
        """Let so many seconds pass; when it was restarted, in seconds from now, or None."""
        supervisor = Supervisor(self, self, self.watchdog, self, self.rests_s, self.restart)
        began_s = self.now_s

        async def sleep_ms(ms):
            if self.now_s - began_s >= seconds:
                raise asyncio.CancelledError
            self.now_s += self.step_s * ms // 1000

        said, warn = [], log.warn
        sleep, asyncio.sleep_ms, log.warn = asyncio.sleep_ms, sleep_ms, said.append
        try:
            asyncio.run(supervisor.run())
        except Restart:
            self.said = said
            return self.now_s - began_s
        except asyncio.CancelledError:
            return None
        finally:
            asyncio.sleep_ms, log.warn = sleep, warn

    def reason(self):
        with open(self.folder + "/last_error") as file:
            return file.read()


def benches(wifi=Wifi):
    folder = Folder()
    bench = Bench(folder.__enter__())
    bench.wifi = wifi and wifi()
    return folder, bench


def test_an_hour_without_an_answer_restarts_a_board_that_nobody_needs():
    """It says so, and the next birth will tell why."""
    folder, bench = benches()
    with folder:
        after_s = bench.run(2 * HOUR_S)
        assert HOUR_S <= after_s <= HOUR_S * 5 // 4 + 60
        words = "no link for {} min".format(after_s // 60)
        assert bench.said == ["app: {}; restarting".format(words)]
        assert bench.reason() == "\n" + words + "\n"


def test_the_next_restart_comes_after_a_longer_silence():
    """The count outlives the restart: two hours at least, and then four."""
    folder, bench = benches()
    with folder:
        for hours in (1, 2, 4):
            bench.now_s = 0
            after_s = bench.run(6 * HOUR_S)
            assert hours * HOUR_S <= after_s <= hours * HOUR_S * 5 // 4 + 60


def test_no_restart_while_the_light_is_needed_or_soon_will_be():
    """It waits out the evening and the hour before it, and comes when that is over."""
    folder, bench = benches()
    with folder:
        for rest_s in (0, 1, QUIET_S - 1):
            bench.rest_s = rest_s
            assert bench.run(3 * HOUR_S) is None
        bench.now_s, bench.rest_s = 0, QUIET_S
        assert bench.run(2 * HOUR_S) <= HOUR_S * 5 // 4 + 60


def test_no_restart_while_somebody_answers():
    """Be it with a refusal: tries in vain begin anew with each answer."""
    folder, bench = benches()
    with folder:
        bench.wifi.in_vain = 0
        assert bench.run(30 * HOUR_S) is None


def test_no_restart_of_a_board_without_a_radio():
    """A simulated board has none that could be at fault."""
    folder, bench = benches(None)
    with folder:
        assert bench.run(30 * HOUR_S) is None


def test_no_restart_when_the_flash_refuses_the_count():
    """It would come each hour, for ever."""
    bench = Bench("/nowhere")
    bench.wifi = Wifi()
    assert bench.run(30 * HOUR_S) is None


def test_a_part_that_stands_still_restarts_at_once_and_keeps_the_time():
    """Else a lamp without a clock chip would be dark for the rest of the evening."""
    folder, bench = benches()
    with folder:
        bench.rest_s, bench.step_s = 0, 1
        bench.watchdog = Watchdog({"records": 90})
        assert bench.run(HOUR_S) == 92
        assert bench.resets == [1795224600000]
        assert bench.reason() == "\nrecords stood still\n"
