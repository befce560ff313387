"""Whatever happens to the flash, the spool loses no more than what was hit."""

import os

from scratch import Folder, drain, fill, fill_files, raises, record, write

import node.keep.segments as segments
from node.errors import TryAgain
from node.keep import files
from node.keep.spool import Spool


def test_lost_state_only_costs_sending_again():
    """Without the file of acknowledgements, or with nonsense in it, everything comes again and
    nothing is lost."""
    for state in (None, b"", b"{", b"[]", b'{"acked":[[1]],"dropped":0,"bad":0}', b'{"acked":5}'):
        with Folder() as folder:
            spool = Spool(folder, 1)
            fill(spool, 5)
            spool.ack(1, [(1, 3)])
            os.remove(folder + "/state.json")
            if state is not None:
                write(folder + "/state.json", state)
            assert Spool(folder, 2).pending == 5, state


def test_power_cut_at_every_byte_of_the_last_record():
    """Wherever an append is cut off, the records before it survive and the next one is whole."""
    with Folder() as folder:
        fill(Spool(folder, 1), 3)
        name = folder + "/s00000001.log"
        whole = files.read(name)
        start = whole[:-1].rfind(b"\n") + 1
        for cut in range(start, len(whole) + 1):
            write(name, whole[:cut])
            spool = Spool(folder, 2)
            spool.append(record(99))
            # Where only the newline is missing the record is whole.
            expected = [(1, 1), (1, 2), (1, 3), (2, 1)]
            if cut < len(whole) - 1:
                expected.remove((1, 3))
            assert drain(spool) == expected, cut
            assert spool.bad == 0
            assert drain(Spool(folder, 3)) == expected, cut


def test_a_bad_line_is_set_aside():
    """A line that changed on flash is moved to bad.log and counted once; its neighbours are given
    out."""
    with Folder() as folder:
        fill(Spool(folder, 1), 3)
        name = folder + "/s00000001.log"
        lines = files.read(name).split(b"\n")
        lines[1] = lines[1].replace(b'"in":1', b'"in":9')
        write(name, b"\n".join(lines))
        spool = Spool(folder, 2)
        assert spool.bad == 1 and drain(spool) == [(1, 1), (1, 3)]
        assert files.read(folder + "/bad.log") == lines[1] + b"\n"
        assert Spool(folder, 3).bad == 1


def test_a_line_that_goes_bad_meanwhile():
    """A line that goes bad while the node runs holds nothing up and is not waited for."""
    with Folder() as folder:
        spool = Spool(folder, 1)
        fill(spool, 4)
        spool.ack(1, [(1, 1)])
        name = folder + "/s00000001.log"
        write(name, files.read(name).replace(b'"in":1,', b'"in":7,'))
        assert drain(spool) == [(1, 3), (1, 4)]
        assert spool.bad == 1 and spool.pending == 2
        assert Spool(folder, 2).bad == 1
        spool.append(record())
        spool.ack(1, [(3, 5)])
        assert spool.pending == 0


def test_a_file_that_cannot_be_read():
    """A file that the flash does not give back holds nothing up; a restart tries it again."""
    with Folder() as folder:
        spool = Spool(folder, 1)
        fill_files(spool, 120)
        name = folder + "/s00000002.log"
        os.rename(name, folder + "/hidden")
        assert len(drain(spool)) == 70
        spool.ack(1, [(1, 120)])
        assert spool.pending == 0
        os.rename(folder + "/hidden", name)
        assert drain(Spool(folder, 2)) == [(1, seq) for seq in range(51, 101)]


def test_any_damage_is_survived():
    """Whatever bytes stand in a segment, the spool opens, drains and goes on."""
    for junk in (
        b"",
        b"\n\n\n",
        b"\x00" * 3000,
        b"x" * 5000,
        b"00000000 \n",
        b"00000000 {}\n" * 9,
        b"\xff\xfe \n{}",
    ):
        with Folder() as folder:
            fill(Spool(folder, 1), 2)
            name = folder + "/s00000001.log"
            good = files.read(name)
            write(name, junk + b"\n" + good + junk)
            spool = Spool(folder, 2)
            spool.append(record())
            assert drain(spool) == [(1, 1), (1, 2), (2, 1)], junk
            assert Spool(folder, 3).pending == 3


def test_bad_log_is_bounded():
    """However much goes bad, what is kept of it stays small."""
    with Folder() as folder:
        write(folder + "/s00000001.log", b"nonsense of some length\n" * 2000)
        spool = Spool(folder, 1)
        assert spool.bad == 2000
        assert os.stat(folder + "/bad.log")[6] <= 4096


def test_full_flash():
    """When the flash is full the oldest file makes room; when it refuses even then, the record is
    not taken."""
    real = segments.Segment.append
    refusals = [1]

    def append(self, lines, boot, first):
        if refusals[0]:
            refusals[0] -= 1
            write(self.path, (files.read(self.path) or b"") + b"".join(lines)[:20])
            raise OSError(28)
        real(self, lines, boot, first)

    with Folder() as folder:
        spool = Spool(folder, 1)
        fill_files(spool, 60)
        segments.Segment.append = append
        try:
            assert spool.append(record()) == 61
            assert spool.dropped == 50 and spool.pending == 11
            refusals[0] = 2
            assert "cannot be written" in raises(TryAgain, spool.append, record())
            assert spool.append(record()) == 62
        finally:
            segments.Segment.append = real
        assert spool.dropped == 60
        assert drain(spool) == [(1, 61), (1, 62)]
        assert drain(Spool(folder, 2)) == [(1, 61), (1, 62)]
