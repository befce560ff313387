"""The watchdog is fed when everything moves, and only then."""

from array import array

from node.supervisor import CREDIT_S, TICKS_PER_MEAL, Watchdog


class Dog:
    """Counts its meals."""

    def __init__(self):
        self.meals = array("i", (0,))
        self.feed = self._feed

    def _feed(self):
        self.meals[0] += 1


def _armed(limits_s=None):
    dog = Dog()
    watchdog = Watchdog(limits_s or {"records": 90, "role": 5})
    watchdog.arm(dog.feed)
    return dog, watchdog


def _tick(watchdog, seconds):
    for _ in range(seconds * TICKS_PER_MEAL):
        watchdog.tick()


def test_it_is_fed_every_second():
    """While all parts move, the tick feeds once a second: eight times as often as it must."""
    dog, watchdog = _armed()
    for up_s in range(1000):
        watchdog.heartbeat("role", up_s)
        if up_s % 60 == 0:
            watchdog.heartbeat("records", up_s)
        assert watchdog.check(up_s)
        _tick(watchdog, 1)
    assert dog.meals[0] == 1000


def test_an_event_loop_that_stands_still_starves_it():
    """When nobody looks any more, the credit is eaten up, and then it bites."""
    dog, watchdog = _armed()
    watchdog.check(0)
    _tick(watchdog, 10 * CREDIT_S)
    assert dog.meals[0] == CREDIT_S


def test_a_pause_within_the_credit_is_forgiven():
    """A handshake that holds the event loop for half a minute does not restart the lamp."""
    dog, watchdog = _armed({"role": 90})
    for up_s in range(0, 3000, 30):
        watchdog.heartbeat("role", up_s)
        watchdog.check(up_s)
        _tick(watchdog, 30)
    assert dog.meals[0] == 3000


def test_a_part_that_stands_still_is_named():
    """One part that does not move within its time is enough, whatever the others do."""
    _dog, watchdog = _armed()
    for up_s in range(90):
        watchdog.heartbeat("role", up_s)
        assert watchdog.check(up_s), up_s
    watchdog.heartbeat("role", 91)
    assert not watchdog.check(91)
    assert watchdog.stuck == "records"
    watchdog.heartbeat("records", 91)
    assert watchdog.check(91) and watchdog.stuck is None


def test_no_part_is_stuck_before_it_could_move():
    """A part's time begins with the first look, however late after the start that is."""
    _dog, watchdog = _armed()
    assert watchdog.check(500)
    assert watchdog.check(505)
    assert not watchdog.check(506)
    assert watchdog.stuck == "role"


def test_parts_without_a_limit_do_not_matter():
    """The network may stand still for ever: it is no reason to restart a lamp."""
    _dog, watchdog = _armed({"role": 5})
    watchdog.heartbeat("hub", 0)
    watchdog.heartbeat("role", 900)
    assert watchdog.check(900)


def test_without_a_watchdog_nothing_is_fed():
    """A board that has none is supervised all the same."""
    watchdog = Watchdog({"role": 5})
    watchdog.arm(None)
    _tick(watchdog, 100)
    watchdog.heartbeat("role", 0)
    assert not watchdog.check(6)


def test_the_tick_allocates_nothing():
    """It runs in the lamp's timer, where there is no memory to be had."""
    try:
        from micropython import heap_lock, heap_unlock
    except ImportError:
        return  # CPython cannot lock its heap
    dog, watchdog = _armed()
    watchdog.check(0)
    heap_lock()
    try:
        for _ in range(70 * TICKS_PER_MEAL):
            watchdog.tick()
    finally:
        heap_unlock()
    assert dog.meals[0] == CREDIT_S
