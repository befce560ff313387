"""How long nobody must have answered before the radio, and then the board, is restarted."""

import os

from scratch import Folder

from node.link.recovery import ANEW, BOARD_MOST_S, OFF_AND_ON, REST, BoardLadder, RadioLadder

HOUR_S = 3600


def shortest(low, high):
    """A chance that never adds anything."""
    return low


def longest(low, high):
    """One that always adds the most."""
    return high


def test_the_radio_s_ladder_grows():
    """Off and on after 5 tries in vain, anew after 15, 35 and 75, and then each 60 more."""
    ladder = RadioLadder()
    steps = []
    for _ in range(300):
        in_vain = ladder.in_vain
        step = ladder.begin()
        if step != REST:
            steps.append((in_vain, step))
    assert steps[0] == (5, OFF_AND_ON)
    assert steps[1:] == [(n, ANEW) for n in (15, 35, 75, 135, 195, 255)]


def test_an_answer_takes_the_ladder_away():
    """After it, whatever was done before, the next trouble begins with five tries again."""
    ladder = RadioLadder()
    for _ in range(100):
        ladder.begin()
    ladder.answered()
    assert (ladder.in_vain, ladder.restarts) == (0, 0)
    assert [ladder.begin() for _ in range(6)] == [REST] * 5 + [OFF_AND_ON]


def test_silence_is_counted_from_the_last_answer():
    """While somebody answers there is none, however long ago the start was."""
    ladder = BoardLadder("/nowhere/link_restarts", shortest)
    assert ladder.silent_s(100, 1) == 100
    assert ladder.silent_s(5000, 0) == 0
    assert ladder.silent_s(5000 + HOUR_S - 1, 7) == HOUR_S - 1
    assert not ladder.due(HOUR_S - 1)
    assert ladder.due(HOUR_S)


def test_the_pauses_of_the_board_grow_over_its_restarts():
    """An hour, then 2, 4, 8, 16, and a day from then on: each start reads how many there were."""
    with Folder() as folder:
        path = folder + "/link_restarts"
        for hours in (1, 2, 4, 8, 16, 24, 24, 24):
            for chance, most_s in ((shortest, hours * HOUR_S), (longest, hours * HOUR_S * 5 // 4)):
                ladder = BoardLadder(path, chance)
                assert not ladder.due(most_s - 1), hours
                assert ladder.due(most_s), hours
            assert ladder.note()
        assert ladder.restarts == 8


def test_an_answer_forgets_the_restarts():
    """The file goes, and the next trouble begins with an hour again, now and after a start."""
    with Folder() as folder:
        path = folder + "/link_restarts"
        ladder = BoardLadder(path, shortest)
        for _ in range(3):
            assert ladder.note()
        assert ladder.silent_s(10, 0) == 0
        assert os.listdir(folder) == []
        for again in (ladder, BoardLadder(path, shortest)):
            assert again.restarts == 0
            assert again.due(HOUR_S)


def test_a_flash_that_refuses_the_note_allows_no_restart():
    """It would come again each hour, for ever; and it is not asked again each second."""
    ladder = BoardLadder("/nowhere/link_restarts", shortest)
    assert ladder.due(HOUR_S)
    assert not ladder.note()
    assert not ladder.due(HOUR_S)


def test_a_note_that_is_junk_is_none():
    """Whatever is in the file, the ladder stands, and never waits longer than its longest."""
    with Folder() as folder:
        path = folder + "/link_restarts"
        for junk in (b"", b"\n", b"x\n", b"-1\n", b"7", b"7x", b"1\xff", b"\xff\xfe\n", b"99999\n"):
            with open(path, "wb") as file:
                file.write(junk)
            assert BoardLadder(path, longest).due(BOARD_MOST_S * 5 // 4), junk
