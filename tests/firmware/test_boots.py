"""A boot's number never comes twice."""

from scratch import Folder, write

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
