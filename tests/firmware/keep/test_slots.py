"""boot.py starts the right application: the newest that works, an older one, or none."""

import sys
from os import mkdir, remove, rmdir

from scratch import Folder, raises, write

import boot
from node.keep.boot_state import Slots


class Root:
    """A board's flash with applications in the slots named, and a pointer."""

    def __init__(self, slots="ab", active=None):
        self._slots = slots
        self._active = active

    def __enter__(self):
        self._folder = Folder()
        self.path = self._folder.__enter__()
        for slot in self._slots:
            mkdir(self.path + "/" + slot)
            mkdir(self.path + "/" + slot + "/node")
            write(self.path + "/" + slot + "/node/app.py", b"")
        if self._active:
            write(self.path + "/active", self._active)
        return self.path

    def __exit__(self, *error):
        for slot in self._slots:
            remove(self.path + "/" + slot + "/node/app.py")
            rmdir(self.path + "/" + slot + "/node")
            rmdir(self.path + "/" + slot)
        self._folder.__exit__(*error)


POWER, ITSELF = 1, 3


class Machine:
    """A board's module `machine`, as far as it says why this start is: by power, or by itself."""

    PWRON_RESET = POWER

    def __init__(self, cause):
        self._cause = cause

    def __enter__(self):
        self._real = sys.modules.get("machine")
        sys.modules["machine"] = self

    def __exit__(self, *_):
        if self._real:
            sys.modules["machine"] = self._real
        else:
            del sys.modules["machine"]

    def reset_cause(self):
        return self._cause


def _caused(root, *causes):
    """Which slots starts with these causes choose, in the letters of `_starts`."""
    found = ""
    for cause in causes:
        with Machine(cause):
            found += _starts(root, 1)
    return found


def _starts(root, how_many):
    """Which slots so many starts choose; "-" for the lifeline, "." for the image's own."""
    names = []
    for _ in range(how_many):
        folder = boot.choose(root)
        names.append("-" if folder is boot.LIFELINE else folder[-1:] if folder else ".")
    return "".join(names)


def test_the_pointer_names_the_slot():
    """What `active` says is started, for as long as it is well."""
    with Root(active=b"b\n") as root:
        for _ in range(10):
            assert _starts(root, 1) == "b"
            Slots(root).confirm()


def test_a_new_version_that_is_not_well_is_left():
    """Three starts that nobody confirmed, and the old slot is back, with three of its own."""
    with Root(active=b"a\n") as root:
        Slots(root).start_trial("b", "a")
        assert _starts(root, 3) == "bbb"
        assert _starts(root, 3) == "aaa"
        assert not Slots(root).on_trial


def test_a_new_version_that_is_well_stays():
    """Confirmed once, it is on trial no longer: there is no way back from it but the image."""
    with Root(active=b"a\n") as root:
        slots = Slots(root)
        slots.start_trial("b", "a")
        assert slots.on_trial and _starts(root, 2) == "bb"
        slots.confirm()
        assert not slots.on_trial
        assert _starts(root, 4) == "bbb."


def test_an_update_of_an_image_goes_back_to_the_image():
    """The first slot that is filled has the image behind it, and so has one that went bad later."""
    with Root("a") as root:
        Slots(root).start_trial("a", "image")
        assert Slots(root).on_trial
        assert _starts(root, 4) == "aaa."
        assert not Slots(root).on_trial
        Slots(root).confirm()
        assert _starts(root, 3) == "...", "the slot was left for good"
        Slots(root).confirm()
        Slots(root).start_trial("a", "image")
        assert _starts(root, 1) == "a"
        Slots(root).confirm()
        assert _starts(root, 4) == "aaa."


def test_three_failures_call_the_lifeline_and_each_start_is_another_try():
    """Nothing is well, not even the image: the lifeline, and the image gets every second start."""
    with Root(active=b"a\n") as root:
        assert _starts(root, 11) == "aaa...-.-.-"
        Slots(root).confirm()
        assert _starts(root, 4) == "...-"


def test_who_cuts_the_power_says_nothing_about_the_application():
    """Nine returns of the power before anything was well, and it still starts; one that ended by
    itself in between does not change that."""
    with Root(active=b"a\n") as root:
        assert _caused(root, *[POWER] * 10) == "aaaaaaaaaa"
        Slots(root).confirm()
        assert _caused(root, POWER, POWER, ITSELF, POWER, POWER, ITSELF, POWER) == "aaaaaaa"


def test_what_ends_by_itself_is_told_from_a_return_of_the_power():
    """Three ends by themselves are too many, with or without power cuts between them."""
    for causes, starts in (
        ((POWER, ITSELF, ITSELF, ITSELF), "aaa."),
        ((POWER, ITSELF, POWER, ITSELF, POWER, ITSELF), "aaaaa."),
    ):
        with Root(active=b"a\n") as root:
            assert _caused(root, *causes) == starts


def test_a_supply_that_always_breaks_down_calls_the_lifeline():
    """An application that draws too much looks like power cuts: after ten it gives way as well."""
    with Root("") as root:
        assert _caused(root, *[POWER] * 11) == "..........-"
        assert _caused(root, POWER, ITSELF, ITSELF) == ".-."
    with Root() as root:
        Slots(root).start_trial("b", "a")
        assert _caused(root, *[POWER] * 11) == "bbbbbbbbbba"
        assert not Slots(root).on_trial


def test_the_end_of_the_lifeline_is_no_fault_of_the_application():
    """After the lifeline one try; only if that ends by itself, the lifeline again."""
    with Root("") as root:
        assert _caused(root, *[ITSELF] * 4) == "...-"
        assert _caused(root, ITSELF, POWER, ITSELF) == "..-"


def test_a_pointer_that_cannot_be_read_starts_what_is_there():
    """A pointer that is empty, junk or points nowhere costs nothing: the slot there is runs."""
    with Root("", b"b a\n") as root:
        assert _starts(root, 1) == "."
    for junk in (b"", b"c\n", b"\xff\xfe", b"a\n" * 200, b"../etc\n", b"  \n", b"b\n"):
        with Root("a", junk) as root:
            assert _starts(root, 1) == "a", junk
    with Root("b") as root:
        assert _starts(root, 1) == "b"


def test_a_node_without_slots_runs_what_lies_beside_boot_py():
    """On a PC, or on a board that was never updated: the code beside boot.py, or in the image."""
    with Root("") as root:
        assert _starts(root, 4) == "...-"


def test_a_count_that_cannot_be_read_is_none():
    """Junk in `tries` is no reason to keep an application from starting."""
    with Root(active=b"a\n") as root:
        for junk in (b"", b"x\n", b"\xff", b"3.5 1\n", b"3\n", b"9 9 9\n", b"9 x\n"):
            write(root + "/tries", junk)
            assert _starts(root, 1) == "a", junk


def test_a_flash_that_refuses_starts_the_application_all_the_same():
    """When no start can be counted, all are taken for the first."""
    with Root(active=b"a\n") as root:
        mkdir(root + "/tries.new")
        assert _starts(root, 5) == "aaaaa"
        rmdir(root + "/tries.new")


def test_a_slot_is_a_slot():
    """Nobody can be sent anywhere else, nor to where he is."""
    with Root() as root:
        for pair in (("c", "a"), ("a", "c"), ("a", "a"), ("../a", "b"), ("image", "a")):
            assert raises(ValueError, Slots(root).start_trial, *pair)
