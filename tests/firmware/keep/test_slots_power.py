"""boot.py at its edges: a roll-back that the power cuts short, a restart, and what it says."""

import os
import sys
from os import mkdir

from scratch import Folder, write

import boot
from node.keep import files
from node.keep.boot_state import Slots


class _PowerCut(Exception):
    """The power went."""


def _park(root):
    """Slots a and b, b on trial."""
    for slot in "ab":
        mkdir(root + "/" + slot)
        mkdir(root + "/" + slot + "/node")
        write(root + "/" + slot + "/node/app.py", b"")
    write(root + "/active", b"a\n")
    Slots(root).start_trial("b", "a")


def _start(root, writes=9):
    """Which slot a start chooses; "" when the power went after so many writes of it."""
    real = boot._write
    left = [writes]

    def cut(path, text):
        if not left[0]:
            raise _PowerCut
        left[0] -= 1
        real(path, text)

    boot._write = cut
    try:
        return boot.choose(root)[-1]
    except _PowerCut:
        return ""
    finally:
        boot._write = real


def test_a_power_cut_in_a_roll_back_costs_the_old_slot_nothing():
    """Cut before, between or after its two writes, the slot of before still gets three starts: the
    new one may get some more, but the image is not called for."""
    for writes, expected in ((0, "aaa"), (1, "bbaaa"), (2, "aaa")):
        with Folder() as root:
            _park(root)
            assert [_start(root) for _ in range(3)] == ["b"] * 3
            chosen = _start(root, writes)
            assert chosen == ("a" if writes == 2 else ""), writes
            # The start of the roll-back itself is the first of the old slot's.
            expected = expected[len(chosen) :]
            assert "".join([_start(root) for _ in expected]) == expected, writes


class _Board:
    """What boot.py does to a board: `done` is the order of it."""

    def __init__(self):
        self.done = []

    def reset(self):
        self.done.append("reset")

    def sleep(self, seconds):
        self.done.append(seconds)

    def exit(self, code):
        self.done.append("exit " + str(code))


def _does(work, has_machine):
    """What `work` does on a board, or on a PC, which has no module `machine`."""
    board, kept = _Board(), (boot.time, boot.sys, sys.modules.get("machine"))
    boot.time = boot.sys = board
    if has_machine:
        sys.modules["machine"] = board
    try:
        work()
    finally:
        boot.time, boot.sys = kept[:2]
        if kept[2]:
            sys.modules["machine"] = kept[2]
        elif has_machine:
            del sys.modules["machine"]
    return board.done


def test_a_restart_resets_a_board_and_ends_a_process():
    """A second to read the console, the reset; where there is none, a second and the end."""
    assert _does(boot.reset, True) == [1, "reset"]
    assert _does(boot.restart, True) == [1, "reset", 1, "exit 1"]
    assert _does(boot.reset, False) == []
    assert _does(boot.restart, False) == [1, "exit 1"]


def test_what_ended_a_boot_is_noted_with_200_characters():
    """And an empty first line, for the number of the boot that tells it."""
    with Folder() as root:
        boot.note(root, ValueError("x" * 500))
        assert files.read(root + "/last_error") == b"\nValueError('" + b"x" * 188 + b"\n"


def test_only_the_second_word_is_gone_back_to():
    """What else stands in the pointer names no slot."""
    with Folder() as root:
        _park(root)
        write(root + "/active", b"b c a\n")
        assert [boot.choose(root)[-1:] for _ in range(4)] == ["b", "b", "b", ""]


def test_it_says_how_often_it_tried():
    """Three starts of the slot before it went back; of an image, the lifeline after three."""
    lines = []
    boot.print = lines.append
    try:
        with Folder() as root:
            _park(root)
            for _ in range(4):
                boot.choose(root)
        with Folder() as root:
            for _ in range(4):
                boot.choose(root)
    finally:
        del boot.print
    assert lines == [
        "W boot: slot b was not well in 3 starts; back to a",
        "W boot: not well in 3 starts; the lifeline takes over",
    ]


class _Files:
    """An `os` whose / is as large as told; None: nothing is mounted."""

    def __init__(self, block_bytes):
        self._block_bytes = block_bytes

    def statvfs(self, path):
        assert path == "/"
        if self._block_bytes is None:
            raise OSError(19)
        return [self._block_bytes] + [0] * 9

    def __getattr__(self, name):
        return getattr(os, name)


def test_without_a_file_system_the_lifeline_takes_over():
    """Where nothing is mounted, or something without a block; one block of a byte would do."""
    for block_bytes, lifeline in ((None, True), (0, True), (1, False)):
        with Folder() as root:
            boot.os = _Files(block_bytes)
            try:
                assert (boot.choose(root) is boot.LIFELINE) is lifeline
            finally:
                boot.os = os


def test_of_a_pointer_300_characters_are_read():
    """More than any that was ever written; what stands behind them names no slot."""
    for spaces, chosen in ((299, "b"), (300, "a")):
        with Folder() as root:
            _park(root)
            write(root + "/active", b" " * spaces + b"b")
            assert boot.choose(root)[-1:] == chosen
