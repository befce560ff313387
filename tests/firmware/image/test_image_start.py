"""How a board with an image starts: `_boot.py`, then the frozen main.py, whatever the flash holds.

On the board-like interpreter with the firmware frozen in, and a littlefs in memory at /. A board
looks for a frozen main.py before one in flash (pyexec_file_if_exists); here an import does it.
"""

import json
import os
import sys

import vfs
from flash import BLOCK, Bare, Flash, put

INTERPRETERS = ("frozen",)

BLANK = b"\xff" * BLOCK * 24
POWER, ITSELF = 1, 3
OURS = ("main", "boot", "lifeline", "storage", "node", "boards")
SOURCES = {}
for _port in ("rp2", "esp32"):
    with open("firmware/ports/{}/_boot.py".format(_port)) as _file:
        SOURCES[_port] = _file.read()


class Reset(BaseException):
    """The board starts anew here."""


class Ran(BaseException):
    """The application of a test ran, and tells what it saw."""


class Machine:
    """A board's module `machine`."""

    PWRON_RESET = POWER

    def __init__(self, cause):
        self._cause = cause

    def reset_cause(self):
        return self._cause

    def reset(self):
        raise Reset


class Rp2:
    """The module `_rp2` of a Pico with this flash."""

    def __init__(self, flash):
        self.Flash = lambda: flash


class Esp32:
    """The module `esp32` with this flash in its partition "vfs"."""

    TYPE_DATA = 1

    def __init__(self, flash):
        self.Partition = self
        self._flash = flash

    def find(self, kind, label):
        return [self._flash] if (kind, label) == (1, "vfs") and self._flash else []


class Sleepless:
    """A module `time` in which a second before a restart takes none."""

    def sleep(self, s):
        pass


class Board:
    """An image on a board with some flash; knows what became of a start.

    live: (lifeline, folder) when the lifeline got its turn.
    """

    def __init__(self, flash, port="rp2", cause=POWER):
        self._modules = {"machine": Machine(cause), "_rp2": Rp2(flash), "esp32": Esp32(flash)}
        self._source = SOURCES[port]
        self.live = None

    def start(self):
        """Start once; gives what ended it, and leaves the flash mounted for a look at it."""
        path, real = sys.path[:], {}
        for name in list(sys.modules):
            if name.split(".")[0] in OURS:
                del sys.modules[name]
        for name, module in self._modules.items():
            real[name] = sys.modules.get(name)
            sys.modules[name] = module
        sys.path[:] = ["", ".frozen", "/lib"]  # as the interpreter of a board begins
        argv = sys.argv[:]
        sys.argv[:] = []
        try:
            exec(self._source, {"__name__": "__main__"})  # noqa: S102 -- as the board does
            self._watch()
            __import__("main")
        except BaseException as error:
            return error
        finally:
            sys.path[:] = path
            sys.argv[:] = argv
            for name, module in real.items():
                if module:
                    sys.modules[name] = module
                else:
                    del sys.modules[name]

    def _watch(self):
        import boot
        import lifeline

        assert hasattr(boot, "FAULTS") and hasattr(lifeline, "UNTOLD"), "from the flash"
        boot.time = Sleepless()
        lifeline.this_board = lambda: "pico_w"
        lifeline.Hardware = Lamp
        lifeline.live = lambda line, hardware, folder, utc_s: setattr(self, "live", (line, folder))


class Lamp:
    """The lifeline's hardware, without any."""

    kept_power = False

    def __init__(self, pins, machine):
        pass

    def rtc_utc_s(self):
        return None


def flash_with(**files):
    """A flash with these files; "__" in a name stands for "/", "_py" for ".py"."""
    flash = Flash(BLANK)
    vfs.VfsLfs2.mkfs(flash, progsize=256)
    with Bare():
        vfs.mount(vfs.VfsLfs2(flash, progsize=256), "/")
        for name, text in files.items():
            for word, sign in (("__", "/"), ("_py", ".py"), ("_json", ".json")):
                name = name.replace(word, sign)
            put("/" + name, text.encode())
    return flash


def test_both_ports_mount_the_flash_before_anything_else():
    """A Pico's flash and an ESP32's partition `vfs`: the application finds its files at /."""
    node = json.dumps({"node": "lamp-1"})
    for port in ("rp2", "esp32"):
        flash = flash_with(node_json=node, tries="0 0")
        with Bare():
            error = Board(flash, port).start()
            assert isinstance(error, Reset), repr(error)  # node.json lacks the rest
            with open("/tries") as file:
                assert file.read() == "1 0\n", port


def test_a_board_from_the_factory_gets_as_far_as_its_identity():
    """A blank flash is made ready; without a node.json three starts fail, and it is the lifeline's
    turn, which knows its board from the image."""
    flash = Flash(BLANK)
    for cause in (POWER, ITSELF, ITSELF):
        with Bare():
            board = Board(flash, cause=cause)
            assert isinstance(board.start(), Reset)
            assert board.live is None
    with Bare():
        board = Board(flash, cause=ITSELF)
        assert isinstance(board.start(), Reset)
        assert board.live[0].base == 13107


def test_without_a_file_system_the_lifeline_lights_at_once():
    """Damage that cannot be mounted, or no flash: not a byte is written, and at each start there is
    light at dusk all the same."""
    image = flash_with(node_json="{}").data
    image[: 2 * BLOCK] = bytes(2 * BLOCK)
    for port, flash in (("rp2", Flash(image)), ("esp32", Flash(image)), ("esp32", None)):
        for cause in (POWER, ITSELF):
            with Bare():
                board = Board(flash, port, cause)
                assert isinstance(board.start(), Reset)
                assert os.statvfs("/")[0] == 0
            line, folder = board.live
            assert folder == ""
            lux = [501] * 10 + [0] * 100
            assert [line.duty(up_s, lux_dl) for up_s, lux_dl in enumerate(lux)][-1] == 13107
        assert not flash or flash.writes == 0


DECOY = "raise ValueError('from the flash')\n"


def test_files_in_flash_do_not_stand_in_for_the_image():
    """What an older installation or a stock image left at / is not what starts."""
    names = ("boot_py", "main_py", "lifeline_py", "storage_py", "asyncio_py", "node__app_py")
    flash = flash_with(**dict([(name, DECOY) for name in names]), lib__json_py=DECOY)
    for cause in (POWER, ITSELF, ITSELF, ITSELF):
        with Bare():
            board = Board(flash, cause=cause)
            assert isinstance(board.start(), Reset)
    assert board.live


def test_a_slot_comes_before_the_image():
    """What is newer than the image runs instead of it, whole; what starts it stays the image's."""
    slot = {
        "a__node__app_py": "import boot, sys, test_image_start\n"
        "from node import words\n"
        "def start(folder):\n"
        "    raise test_image_start.Ran(words.SAYS, folder, boot.FAULTS, sys.path[:])\n",
        "a__node__words_py": "SAYS = 'slot a'\n",
        "a__boot_py": DECOY,
        "a__lifeline_py": DECOY,
        "b__node__app_py": DECOY,
    }
    flash = flash_with(active="a\n", **slot)
    with Bare():
        error = Board(flash).start()
    assert isinstance(error, Ran), repr(error)
    assert error.args == ("slot a", "", 3, ["/a", ".frozen"])


def test_a_slot_that_does_not_start_gives_way_to_the_image():
    """Three starts of a broken slot, then the image's own application, and the next ones, too."""
    flash = flash_with(active="a\n", a__node__app_py=DECOY)
    for cause, line in ((POWER, "a\n"), (ITSELF, "a\n"), (ITSELF, "a\n"), (ITSELF, "image\n")):
        with Bare():
            board = Board(flash, cause=cause)
            assert isinstance(board.start(), Reset)
            assert not board.live
            with open("/active") as file:
                assert file.read() == line
    assert "node.keep.identity" in sys.modules, "the image's application looked for its identity"
