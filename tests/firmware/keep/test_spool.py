"""The spool gives out what it took until the hub has it, across restarts."""

import json
from os import listdir

from scratch import Folder, T, drain, fill, fill_files, large, raises, record, segment_names

from node.errors import BadData
from node.keep.segments import encode
from node.keep.spool import Spool


class Journal:
    """Remembers what it was told."""

    def __init__(self):
        self.told = []

    def made(self, boot, record):
        self.told.append(("made", boot, record["seq"]))

    def acked(self, boot, first, last):
        self.told.append(("acked", boot, first, last))


def test_gives_out_what_it_took():
    """A record comes out as it went in, with its seq, and without the node's private fields."""
    with Folder() as folder:
        spool = Spool(folder, 12)
        assert spool.batch() is None and spool.pending == 0
        assert spool.append(record(7)) == 1
        assert spool.append(record(8)) == 2
        expected = [dict(record(7), seq=1), dict(record(8), seq=2)]
        assert spool.batch() == (12, expected)
        assert spool.pending == 2


def test_nothing_twice_until_rewind():
    """What was given out is not given out again before a rewind, and then all that is not
    acknowledged is."""
    with Folder() as folder:
        spool = Spool(folder, 1)
        fill(spool, 5)
        assert len(drain(spool, 2)) == 5 and spool.batch() is None
        spool.append(record())
        assert drain(spool) == [(1, 6)]
        spool.ack(1, [(1, 2), (4, 4)])
        spool.rewind()
        assert drain(spool) == [(1, 3), (1, 5), (1, 6)]


def test_order_and_limits():
    """Batches come oldest first, within the record limit and the message's size."""
    with Folder() as folder:
        spool = Spool(folder, 1)
        fill(spool, 130)
        seqs = []
        while True:
            batch = spool.batch(1000, 20)
            if batch is None:
                break
            assert len(batch[1]) <= 20
            assert len(json.dumps({"boot": 1, "recs": batch[1]}, separators=(",", ":"))) <= 1000
            seqs += [record["seq"] for record in batch[1]]
        assert seqs == list(range(1, 131))


def test_one_boot_per_batch():
    """Records of two boots never share a batch, even in one file."""
    with Folder() as folder:
        fill(Spool(folder, 3), 2)
        spool = Spool(folder, 4)
        fill(spool, 2)
        assert [record["seq"] for record in spool.batch()[1]] == [1, 2]
        boot, records = spool.batch()
        assert boot == 4 and [record["seq"] for record in records] == [1, 2]


def test_acknowledged_files_go():
    """When all of a file is acknowledged it is removed; the newest stays."""
    with Folder() as folder:
        spool = Spool(folder, 1)
        fill_files(spool, 120)
        assert len(segment_names(folder)) == 3
        spool.ack(1, [(1, 49), (51, 120)])
        assert spool.pending == 1 and len(segment_names(folder)) == 2
        spool.ack(1, [(50, 50)])
        assert spool.pending == 0 and segment_names(folder) == ["s00000003.log"]


def test_only_what_is_named_is_forgotten():
    """An acknowledgement of another boot, or of records to come, forgets nothing."""
    with Folder() as folder:
        spool = Spool(folder, 5)
        fill(spool, 3)
        spool.ack(4, [(1, 3)])
        spool.ack(5, [(4, 1000), (9, 2), (0, 0), (-7, -1)])
        assert spool.pending == 3
        spool.append(record())
        assert spool.pending == 4
        spool.ack(5, [(-5, 10**12)])
        assert spool.pending == 0
        spool.append(record())
        assert spool.pending == 1 and drain(spool) == [(5, 5)]


def test_survives_a_restart():
    """After a restart exactly the unacknowledged records come again, under the same numbers."""
    with Folder() as folder:
        spool = Spool(folder, 1)
        fill(spool, 60)
        spool.ack(1, [(1, 20), (30, 55)])
        again = Spool(folder, 2)
        assert again.pending == 14
        expected = [(1, seq) for seq in list(range(21, 30)) + list(range(56, 61))]
        assert drain(again) == expected
        again.append(record())
        assert drain(again) == [(2, 1)]


def test_a_boot_number_that_comes_again_goes_on_counting():
    """Should the same boot number come twice, numbers go on from the last, so that no identity is
    used twice."""
    with Folder() as folder:
        fill(Spool(folder, 1), 3)
        assert Spool(folder, 1).append(record()) == 4


def test_the_oldest_go_when_it_is_full():
    """A full spool gives up its oldest records, counts them, and never holds more than it may."""
    with Folder() as folder:
        spool = Spool(folder, 1, 70)
        fill(spool, 100)
        assert spool.pending == 70 and spool.dropped == 30
        assert drain(spool)[0] == (1, 31)
        fill(spool, 100)
        assert spool.pending == 70 and spool.dropped == 130
        again = Spool(folder, 2, 70)
        assert again.pending == 70 and again.dropped == 130
        assert drain(again)[0] == (1, 131)


def test_newest_record_of_a_kind_outlives_everything():
    """Totals can be read back after a restart although the record is acknowledged and its file is
    full."""
    with Folder() as folder:
        spool = Spool(folder, 1)
        assert spool.last("lamp") is None
        spool.append(large(5, "lamp"))
        for number in range(120):
            spool.append(large(number, "health"))
        spool.ack(1, [(1, 121)])
        assert len(segment_names(folder)) == 2
        again = Spool(folder, 2)
        assert again.pending == 0
        assert again.last("lamp")["in_total"] == 5 and again.last("lamp")["seq"] == 1
        assert again.last("health")["in_total"] == 119
        again.append(record(6, "lamp"))
        assert again.last("lamp")["in_total"] == 6


def test_undated_records_wait_for_the_clock():
    """A record of this boot without a date waits until it can be dated, and hides its uptime."""
    with Folder() as folder:
        spool = Spool(folder, 1)
        spool.append({"kind": "footfall", "t": 0, "up": 50, "dt": 10, "clock": 0})
        assert spool.batch() is None
        spool.date = lambda up_s: None
        assert spool.batch() is None and spool.pending == 1
        spool.date = lambda up_s: T + up_s
        assert spool.batch() == (
            1,
            [{"kind": "footfall", "t": T + 50, "dt": 10, "clock": 0, "seq": 1}],
        )


def test_undated_records_of_an_earlier_boot():
    """What an earlier boot could never date is sent with t 0; dated records behind it are not held
    up."""
    with Folder() as folder:
        Spool(folder, 1).append({"kind": "footfall", "t": 0, "up": 50, "dt": 10, "clock": 0})
        spool = Spool(folder, 2)
        spool.append(record())
        assert spool.batch() == (1, [{"kind": "footfall", "t": 0, "dt": 10, "clock": 0, "seq": 1}])
        assert spool.batch()[0] == 2


def test_journal_hears_of_everything():
    """The journal is told of each record once it is stored, and of each acknowledgement that did
    something."""
    with Folder() as folder:
        journal = Journal()
        spool = Spool(folder, 1, 4000, journal)
        fill(spool, 3)
        spool.ack(1, [(2, 9)])
        spool.ack(1, [(2, 3)])
        assert journal.told == [("made", 1, 1), ("made", 1, 2), ("made", 1, 3), ("acked", 1, 2, 3)]


def test_journal_hears_of_the_last_record_again_after_a_restart():
    """If power went between storing a record and saying so, the next boot says so."""
    with Folder() as folder:
        fill(Spool(folder, 1), 3)
        journal = Journal()
        Spool(folder, 2, 4000, journal)
        assert journal.told == [("made", 1, 3)]


def test_a_record_that_cannot_be_sent_is_not_taken():
    """A record too long for a message is refused at once, by name, instead of stopping the
    stream."""
    with Folder() as folder:
        spool = Spool(folder, 1)
        assert "1000" in raises(BadData, spool.append, dict(record(), code="x" * 1000))
        assert spool.append(record()) == 1


def test_a_batch_fits_a_message():
    """Unless told otherwise at most 20 records, and 2000 bytes of a node's 2 KiB."""
    with Folder() as folder:
        spool = Spool(folder, 1)
        for _ in range(25):
            spool.append({"kind": "fault", "t": T, "dt": 0})
        assert [len(spool.batch()[1]), len(spool.batch()[1])] == [20, 5]


def test_a_batch_is_as_long_as_a_message_may_be():
    """2000 bytes with 40 around the records, and 12 for the date that each may still get."""
    for more, fitting in ((0, 10), (1, 9)):
        with Folder() as folder:
            spool = Spool(folder, 1)
            for seq in range(1, 11):
                one = dict(record(), code="")
                missing = 196 - 12 - len(encode(1, dict(one, seq=seq)))
                spool.append(dict(one, code="x" * (missing + (more if seq == 10 else 0))))
            assert len(spool.batch()[1]) == fitting


def test_the_state_is_written_when_a_file_goes():
    """Giving records up costs a write for each file, not for each record, and is known after a
    restart."""
    with Folder() as folder:
        spool = Spool(folder, 1, 70)
        fill_files(spool, 119)
        assert spool.dropped == 49 and len(segment_names(folder)) == 3
        assert "state.json" not in listdir(folder)
        spool.append(large())
        assert segment_names(folder) == ["s00000002.log", "s00000003.log"]
        with open(folder + "/state.json") as file:
            assert json.load(file)["dropped"] == 50
        assert Spool(folder, 2, 70).dropped == 50


def test_records_that_come_together_are_numbered_in_their_order():
    """One write, and the number of the last."""
    with Folder() as folder:
        spool = Spool(folder, 1)
        spool.append(record())
        assert spool.extend([record(1), record(2), record(3)]) == 4
        assert [one["in"] for one in spool.batch()[1]] == [0, 1, 2, 3]
        assert [one[1] for one in drain(Spool(folder, 2))] == [1, 2, 3, 4]


def test_any_boot_number_that_comes_again_goes_on_counting():
    """Also one that is no record's number."""
    with Folder() as folder:
        fill(Spool(folder, 5), 3)
        assert Spool(folder, 5).append(record()) == 4
        assert Spool(folder, 6).append(record()) == 1


def test_a_line_of_a_thousand_bytes_is_the_longest():
    """One byte more is refused."""
    with Folder() as folder:
        spool = Spool(folder, 1)
        one = dict(record(), code="")
        missing = 1000 - len(encode(1, dict(one, seq=1)))
        raises(BadData, spool.append, dict(one, code="x" * (missing + 1)))
        assert spool.append(dict(one, code="x" * missing)) == 1


def test_a_new_spool_makes_its_folder_and_holds_four_thousand():
    """The oldest go beyond that, unless told otherwise."""
    with Folder() as folder:
        spool = Spool(folder + "/new", 1)
        assert spool.append(record()) == 1
        assert (spool.dropped, spool.bad, spool._max) == (0, 0, 4000)


def test_an_acknowledgement_of_nothing_writes_nothing():
    """The hub may say again what is known; that costs the flash no erase."""
    with Folder() as folder:
        spool = Spool(folder, 1)
        fill(spool, 3)
        spool.ack(1, [(7, 9)])
        spool.ack(2, [(1, 3)])
        assert "state.json" not in listdir(folder)
        spool.ack(1, [(1, 1)])
        assert "state.json" in listdir(folder)
