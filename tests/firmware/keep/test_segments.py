"""The spool's files at a start and under damage: what was not sent is not forgotten."""

import os

from scratch import Folder, drain, fill, fill_files, large, record, segment_names, write

import node.keep.segments as segments
from node import log
from node.keep import files
from node.keep.spool import Spool

FIRST = "/s00000001.log"


class Failing:
    """Flash that gives back so many lines of one segment and then fails (EIO)."""

    def __init__(self, name, after):
        self._name = name
        self._after = after

    def __enter__(self):
        self._real = segments._lines
        segments._lines = self._lines
        return self

    def __exit__(self, *_):
        segments._lines = self._real

    def _lines(self, path):
        left = self._after
        for found in self._real(path):
            if path.endswith(self._name):
                if not left:
                    raise OSError(5)
                left -= 1
            yield found


class Journal:
    """Remembers which records it was told of."""

    def __init__(self):
        self.told = []

    def made(self, boot, record):
        self.told.append((boot, record["seq"]))


def _warnings(work):
    """What `work` logs as warnings."""
    lines = []
    log.print = lines.append
    try:
        work()
    finally:
        del log.print
    return [line for line in lines if line.startswith("W ")]


def _hinder_mending(folder, name=FIRST):
    """Let no segment of this name be rewritten; returns what allows it again."""
    os.mkdir(folder + name + ".new")
    return lambda: os.rmdir(folder + name + ".new")


def test_a_segment_that_cannot_be_read_at_one_start_is_read_at_the_next():
    """Wherever the flash fails in it, its file stays and nothing in it counts as acknowledged."""
    for after in (0, 3):
        with Folder() as folder:
            fill_files(Spool(folder, 1), 120)
            with Failing("s00000002.log", after):
                spool = Spool(folder, 2)
                assert spool.pending == 70 and spool.bad == 1
                spool.ack(1, [(1, 120)])
                spool.append(record())
            assert "s00000002.log" in segment_names(folder), after
            assert drain(Spool(folder, 3)) == [(1, seq) for seq in range(51, 101)] + [(2, 1)]


def test_a_newest_segment_that_cannot_be_read_is_not_added_to():
    """Nobody knows how it ends, so the next record begins a file, and all comes back with it."""
    with Folder() as folder:
        fill(Spool(folder, 1), 3)
        with Failing("s00000001.log", 1):
            spool = Spool(folder, 2)
            spool.append(record())
            assert drain(spool) == [(2, 1)]
        assert len(segment_names(folder)) == 2
        assert drain(Spool(folder, 3)) == [(1, 1), (1, 2), (1, 3), (2, 1)]


def test_a_segment_that_can_be_read_again_is_as_any_other():
    """What failed while the node ran and is given back at the next start goes once acknowledged."""
    with Folder() as folder:
        fill_files(Spool(folder, 1), 60)
        with Failing("s00000001.log", 0):
            Spool(folder, 2)
        spool = Spool(folder, 3)
        spool.ack(1, [(1, 60)])
        assert segment_names(folder) == ["s00000002.log"]


def test_what_waits_is_counted_once_after_a_restart():
    """A record that is appended to a file of before adds one, under this boot or the same one."""
    for boot in (1, 2):
        with Folder() as folder:
            fill(Spool(folder, 1), 3)
            spool = Spool(folder, boot)
            for waiting in (4, 5):
                spool.append(record())
                assert spool.pending == waiting
            assert len(drain(spool)) == 5


def test_what_a_rewrite_left_behind_gets_into_no_file():
    """A `.new` of a rewrite that power cut off is begun anew beside a torn line."""
    with Folder() as folder:
        fill(Spool(folder, 1), 3)
        whole = files.read(folder + FIRST)
        write(folder + FIRST + ".new", whole)
        write(folder + FIRST, whole[:-5])
        spool = Spool(folder, 2)
        assert spool.pending == 2 and drain(spool) == [(1, 1), (1, 2)]
        assert files.read(folder + FIRST) == whole[: whole[:-1].rfind(b"\n") + 1]


def test_sound_files_are_not_written_at_a_start():
    """A start costs the flash no erase for a file that is whole; a torn one is written anew."""
    with Folder() as folder:
        fill(Spool(folder, 1), 60)
        before = [os.stat(folder + "/" + name)[1] for name in segment_names(folder)]
        Spool(folder, 2)
        assert [os.stat(folder + "/" + name)[1] for name in segment_names(folder)] == before
        whole = files.read(folder + FIRST)
        write(folder + FIRST, whole[:-1])
        before = os.stat(folder + FIRST)[1]
        assert Spool(folder, 3).bad == 0
        assert os.stat(folder + FIRST)[1] != before and files.read(folder + FIRST) == whole


def test_a_newest_segment_that_cannot_be_mended_is_not_added_to():
    """A file that may end in half a line gets no line more: the next record begins another."""
    with Folder() as folder:
        spool = Spool(folder, 1)
        fill(spool, 3)
        write(folder + FIRST, files.read(folder + FIRST)[:-5])
        allow = _hinder_mending(folder)
        assert drain(spool) == [(1, 1), (1, 2)]
        assert spool.append(record()) == 4
        assert drain(spool) == [(1, 4)]
        allow()
        assert drain(Spool(folder, 2)) == [(1, 1), (1, 2), (1, 4)]


def test_a_line_that_goes_bad_is_said_as_damage_of_the_flash():
    """`went_bad`, which raises `spool_bad`: of lines found at this start or since, and of no other
    boot's."""
    with Folder() as folder:
        spool = Spool(folder, 1)
        fill(spool, 3)
        assert not spool.went_bad and len(drain(spool)) == 3
        spool.rewind()
        write(folder + FIRST, files.read(folder + FIRST).replace(b'"in":1,', b'"in":7,'))
        assert drain(spool) == [(1, 1), (1, 3)] and spool.went_bad
        assert not Spool(folder, 2).went_bad
        write(folder + FIRST, files.read(folder + FIRST).replace(b'"in":2,', b'"in":8,'))
        assert Spool(folder, 3).went_bad
        assert not Spool(folder, 4).went_bad


def test_a_first_file_that_cannot_be_read_holds_up_no_batch():
    """The very batch that runs into it brings what stands behind it."""
    with Folder() as folder:
        spool = Spool(folder, 1)
        fill_files(spool, 60)
        os.rename(folder + FIRST, folder + "/hidden")
        assert [one["seq"] for one in spool.batch(9999, 20)[1]] == list(range(51, 61))


def test_a_full_spool_is_said_once():
    """Not for each record that goes: a console that scrolls shows nothing else."""
    with Folder() as folder:
        lines = _warnings(lambda: fill(Spool(folder, 1, 70), 90))
        assert lines == ["W spool: full; the oldest records are given up"]


def test_the_journal_hears_of_the_last_record_whatever_its_kind():
    """After a power cut: the newest boot's highest number, not the highest number of all."""
    with Folder() as folder:
        spool = Spool(folder, 1)
        for number in range(9):
            spool.append(record(number, "health"))
        spool = Spool(folder, 2)
        for kind in ("lamp", "footfall", "fault"):
            spool.append(record(1, kind))
        journal = Journal()
        Spool(folder, 3, 4000, journal)
        assert journal.told == [(2, 3)]


def test_what_is_no_json_is_not_sendable():
    """What stands behind a record, a number that is none, and text that is no UTF-8."""
    for body in (b'{"t":1}x', b'{"t":-}', b'{"t":"\xff"}', b'{"t":"\xc3"}'):
        assert not segments.is_sendable(b"00000000 " + body + b"\n"), body
    assert segments.is_sendable('00000000 {"t":"\xe9"}\n'.encode())


def test_of_what_is_bad_4096_bytes_are_kept():
    """A line more, and it begins anew with that one."""
    for lines, kept in ((64, 4096), (65, 64)):
        with Folder() as folder:
            write(folder + FIRST, (b"x" * 63 + b"\n") * lines)
            assert Spool(folder, 1).bad == lines
            assert os.stat(folder + "/bad.log")[6] == kept


def test_a_line_is_whole_in_every_part():
    """Its checksum, the space behind it, and the end of the line."""
    good = segments.encode(3, dict(record(), seq=7))
    assert segments.check(good) == (3, 7, "footfall")
    for bad in (good[:8] + b"x" + good[9:], good[:-1], good[:-1] + b" ", b"g" + good[1:]):
        assert segments.check(bad) is None


def test_a_file_holds_its_bytes_across_a_restart():
    """What was in it before counts, and a file that was full stays as it is."""
    with Folder() as folder:
        fill_files(Spool(folder, 1), 30)
        spool = Spool(folder, 2)
        fill_files(spool, 20)
        assert len(segment_names(folder)) == 1
        spool.append(large())
        assert len(segment_names(folder)) == 2


def test_what_is_no_segment_is_left_alone():
    """Whatever else lies in the folder, a name that nearly fits included."""
    with Folder() as folder:
        fill(Spool(folder, 1), 2)
        for name in ("s0000000x.log", "sx0000001.log", "t00000002.log", "s00000002.txt", "s2.log"):
            write(folder + "/" + name, b"mine")
        spool = Spool(folder, 2)
        assert drain(spool) == [(1, 1), (1, 2)] and spool.bad == 0
        assert [one.number for one in segments.find(folder)] == [1]


def test_a_line_without_end_is_read_in_pieces_of_a_line_and_a_byte():
    """No more than that of a damaged file has to fit into the memory; each piece counts once."""
    for size, pieces in ((1001, 1), (2002, 2), (2003, 3), (3003, 3)):
        with Folder() as folder:
            fill(Spool(folder, 1), 1)
            write(folder + "/s00000002.log", b"x" * size + b"\n")
            write(folder + "/s00000003.log", b"")
            assert Spool(folder, 2).bad == pieces + (size % 1001 == 0), size


def test_of_a_file_that_is_gone_nothing_is_kept():
    """A spool of years takes no more memory than one of a day, and asks for no file again."""
    with Folder() as folder:
        spool = Spool(folder, 1)
        for first in range(0, 180, 60):
            fill(spool, 60, first)
            spool.ack(1, [(1, first + 60)])
            assert [one.path for one in spool._segments] == [
                folder + "/" + name for name in segment_names(folder)
            ]
            assert len(spool._segments) == 1
