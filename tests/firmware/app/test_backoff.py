"""Waits grow, stop growing, differ between neighbours, and start over."""

from node.tasks import Backoff


def longest(low, high):
    """The dice that always fall on the longest wait."""
    return high


def shortest(low, high):
    """The dice that always fall on the shortest wait."""
    return low


def test_waits_double_to_a_minute_and_stay_there():
    """1, 2, 4 … 60 s at most."""
    backoff = Backoff(longest)
    waits = [backoff.next_ms() for _ in range(9)]
    assert waits == [1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000]


def test_chance_takes_off_half_at_most():
    """A node never hammers the broker, however the dice fall."""
    backoff = Backoff(shortest)
    waits = [backoff.next_ms() for _ in range(8)]
    assert waits == [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]


def test_after_a_reset_it_starts_from_a_second():
    """What worked in between is forgotten trouble."""
    backoff = Backoff(longest)
    for _ in range(6):
        backoff.next_ms()
    backoff.reset()
    assert [backoff.next_ms(), backoff.next_ms()] == [1000, 2000]
