"""A boot's number never comes twice, and a crash reason is told by the boot after it."""

from scratch import Folder, write

import boot
from node.keep import boot_state
from node.keep.boot_state import next_boot


def test_boots_count_up():
    """Every boot has a number of its own, from 1 on."""
    with Folder() as folder:
        assert [next_boot(folder) for _ in range(5)] == [1, 2, 3, 4, 5]


def test_a_damaged_boot_counter_repeats_no_number():
    """Whichever of the two files goes bad, with whatever in it, the next number is a new one."""
    for name in ("boot.0", "boot.1"):
        for junk in (b"", b"x", b"1", b"-5\n", b"\xff\n", b"0\n"):
            for boots in (2, 3):
                with Folder() as folder:
                    for _ in range(boots):
                        next_boot(folder)
                    write(folder + "/" + name, junk)
                    assert next_boot(folder) > boots, (name, junk, boots)
                    assert next_boot(folder) > boots + 1


def test_a_node_that_was_added_again_begins_where_it_is_told():
    """With an empty memory it begins at `first_boot`, and counts on from there."""
    with Folder() as folder:
        assert [next_boot(folder, 41) for _ in range(3)] == [41, 42, 43]


def test_a_memory_that_has_counted_further_goes_on():
    """Where both files tell of more boots than `first_boot`, the next number is still a new one."""
    with Folder() as folder:
        for _ in range(5):
            next_boot(folder)
        assert [next_boot(folder, 3) for _ in range(2)] == [6, 7]


def test_a_damaged_counter_never_falls_below_where_it_began():
    """Whichever of the two files goes bad, no boot before or at the first comes again."""
    for name in ("boot.0", "boot.1"):
        with Folder() as folder:
            numbers = [next_boot(folder, 41) for _ in range(3)]
            write(folder + "/" + name, b"x")
            assert next_boot(folder, 41) > max(numbers)


def test_a_crash_reason_is_told_by_one_boot():
    """What ended a boot is told by the next, however often it is asked, and by no other."""
    with Folder() as root:
        path = root + "/last_error"
        assert boot_state.take_crash_reason(path, 4) is None
        boot_state.store_crash_reason(path, ValueError("no\nlamp \xe9" + "x" * 500))
        words = boot_state.take_crash_reason(path, 5)
        assert words == boot_state.take_crash_reason(path, 5)
        assert words.startswith("ValueError('no") and 100 < len(words) <= 200
        assert all([" " <= char < "\x7f" for char in words])
        assert boot_state.take_crash_reason(path, 6) is None
        assert boot_state.take_crash_reason(path, 5) is None


def test_the_crash_reason_of_the_start_itself():
    """What boot.py notes before any boot has a number is told by the next one, too."""
    with Folder() as root:
        boot.note(root, ImportError("no module named 'node'"))
        assert "no module named" in boot_state.take_crash_reason(root + "/last_error", 7)
        assert boot_state.take_crash_reason(root + "/last_error", 8) is None


def test_a_crash_reason_that_cannot_be_read_is_nothing():
    """Junk is thrown away instead of told."""
    for junk in (b"", b"\n", b"\n\n", b"x", b"\xff\xff\n\xff", b"12\n"):
        with Folder() as root:
            write(root + "/last_error", junk)
            assert boot_state.take_crash_reason(root + "/last_error", 12) is None, junk
