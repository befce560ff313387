"""The rules of the house: who may import whom, and what no file may contain."""

import ast
import re
import subprocess
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NODE = ROOT / "firmware" / "node"
HUB = ROOT / "hub" / "padlicht"

HARDWARE_AND_IO = {
    *("machine", "network", "rp2", "esp32", "bluetooth", "neopixel", "esp"),
    *("socket", "select", "ssl", "tls", "asyncio", "os", "io", "vfs", "sys", "time", "subprocess"),
    *("usocket", "uselect", "ussl", "uasyncio", "uos", "uio", "umachine", "utime", "pathlib"),
}
PURE_FIRMWARE = [
    *(NODE / "light").glob("*.py"),
    *(NODE / "count").glob("*.py"),
    NODE / "link" / "wire.py",
    NODE / "link" / "packets.py",
    NODE / "keep" / "zone.py",
    NODE / "keep" / "clock.py",
]
# What brings the sums into the ledger; all else of usage/ computes.
USAGE_EDGES = ("follower.py", "rebuild.py")
PURE_HUB = [
    *(HUB / "wire.py", HUB / "map_projection.py"),
    *(HUB / "influx" / "line_protocol.py", HUB / "influx" / "schema.py"),
    *(HUB / "evaluation" / "estimators").glob("*.py"),
    *(path for path in (HUB / "usage").glob("*.py") if path.name not in USAGE_EDGES),
]
HUB_IO = {"socket", "asyncio", "os", "io", "subprocess", "sqlite3", "pathlib", "time", "threading"}

# The rooms of the hub and the modules beside them, top to bottom: an arrow only goes down.
ORDER = (
    *("__main__", "cli", "hub", "web", "evaluation", "participation"),
    *("simulate", "influx", "grafana", "fleet", "control", "usage"),
    *("backup", "operations", "intake", "broker", "accounts"),
    *("ledger", "logs", "config", "options", "terminal", "settings_schema", "data_folder"),
    *("wire", "addresses", "map_projection", "backoff", "clock", "errors"),
)
# Folders of web/ that are pages; the others are shared by them.
PAGES = sorted(path.parent.name for path in (HUB / "web").glob("*/page.py"))
MOST_LINES = 300
FEWEST_LINES = 40
MOST_MODULES = 14  # side by side in a folder, beside its __init__.py
# Modules under FEWEST_LINES, and why each stands alone.
SMALL = {
    "hub/padlicht/__main__.py": "what `python -m padlicht` runs",
    "hub/padlicht/backoff.py": "used by five rooms, and below all of them",
    "hub/padlicht/errors.py": "used by every room, and below all of them",
    "hub/padlicht/map_projection.py": "used by pages and simulation, and below both",
    "hub/padlicht/backup/verify.py": "what backup and restore both do, and nothing else of them",
    "hub/padlicht/broker/acl.py": "what may be read and written: looked for by its name",
    "hub/padlicht/cli/broker.py": "one file for each group of commands",
    "hub/padlicht/evaluation/extra.py": "asked by web and job; imports nothing large",
    "hub/padlicht/operations/daemon_thread.py": "used by two rooms, and below both",
    "hub/padlicht/operations/routes.py": "the one module of its room that knows the web",
}


def imports_of(path: Path) -> set[str]:
    """The full names of all that a file imports, wherever in the file."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide who is meant"
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("open", "__import__"):
            names.add(node.func.id)
    return names


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PURE_FIRMWARE, ids=relative)
def test_the_pure_parts_of_the_firmware_touch_no_hardware_and_do_no_io(path):
    """Light, counting, wire and zone import neither machine nor network nor anything that waits."""
    roots = {name.split(".")[0] for name in imports_of(path)}
    assert not roots & (HARDWARE_AND_IO | {"open", "__import__"})


@pytest.mark.parametrize("path", PURE_FIRMWARE, ids=relative)
def test_the_pure_parts_know_no_room_that_is_not_pure(path):
    """What they import of the node is pure itself, or an error's name."""
    allowed = {relative(pure)[len("firmware/") : -3].replace("/", ".") for pure in PURE_FIRMWARE}
    mine = {name for name in imports_of(path) if name.startswith(("node", "boards"))}
    modules = {
        name for name in mine if (ROOT / "firmware" / (name.replace(".", "/") + ".py")).exists()
    }
    assert modules <= allowed | {"node.errors"}


def test_only_boards_build_hardware():
    """No file of the application imports machine or network: the board hands hardware in."""
    for path in NODE.rglob("*.py"):
        roots = {name.split(".")[0] for name in imports_of(path)}
        assert not roots & {"machine", "network", "rp2", "esp32"}, relative(path)


@pytest.mark.parametrize("path", PURE_HUB, ids=relative)
def test_the_pure_parts_of_the_hub_do_no_io(path):
    """Wire, places, lines and usage compute; they read no clock, file or socket."""
    roots = {name.split(".")[0] for name in imports_of(path)}
    assert not roots & (HUB_IO | {"open"})


def room_of(path: Path) -> str:
    """The first part of a module's name below `padlicht`."""
    return path.relative_to(HUB).parts[0].removesuffix(".py")


def modules_of_the_hub() -> dict[str, Path]:
    """Every module of the hub by its full name; a package by that of its folder."""
    found = {}
    for path in HUB.rglob("*.py"):
        parts = path.relative_to(HUB.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules_of_the_hub()


def modules_imported_by(path: Path) -> set[str]:
    """The hub's own modules that a file imports."""
    return {name for name in imports_of(path) if name in MODULES and name != "padlicht"}


@pytest.mark.parametrize("room", sorted({room_of(path) for path in HUB.rglob("*.py")}))
def test_arrows_go_down(room):
    """A room imports only what stands below it in ORDER, so that there is no circle of rooms."""
    if room == "__init__":
        return
    for path in HUB.rglob("*.py"):
        if room_of(path) != room:
            continue
        for name in modules_imported_by(path):
            other = name.split(".")[1]
            assert other == room or ORDER.index(other) > ORDER.index(room), (
                f"{relative(path)} imports {name}, which stands above it: hand in what is needed"
            )


def test_no_modules_import_each_other_in_a_circle():
    """Whoever reads modules one after the other comes to an end; CycleError names the circle."""
    graph = {
        name: {other for other in modules_imported_by(path) if other != name}
        for name, path in MODULES.items()
        if path.name != "__init__.py"
    }
    assert [*TopologicalSorter(graph).static_order()]


def test_nothing_imports_the_command_line():
    """What people type calls the rooms, and no room calls it."""
    for path in HUB.rglob("*.py"):
        if room_of(path) not in ("cli", "__main__"):
            assert not any(name.startswith("padlicht.cli") for name in modules_imported_by(path)), (
                relative(path)
            )


def test_no_page_imports_another():
    """What two pages share stands in the core of web/, or in a folder that is no page."""
    for page in PAGES:
        for path in (HUB / "web" / page).rglob("*.py"):
            for name in modules_imported_by(path):
                parts = name.split(".")
                other = parts[2] if parts[1:2] == ["web"] and len(parts) > 2 else page
                assert other == page or other not in PAGES, (
                    f"{relative(path)} imports {name}, another page's"
                )


def test_simulation_is_known_to_the_command_line_and_seen_by_a_demo_hub():
    """Nothing of the real hub leans on the simulated park; hub.py may look on at its people."""
    for path in HUB.rglob("*.py"):
        if room_of(path) in ("simulate", "cli"):
            continue
        known = {name for name in imports_of(path) if name.startswith("padlicht.simulate")}
        if path == HUB / "hub.py":
            known = {name for name in known if not name.startswith("padlicht.simulate.world.obs")}
        assert not known, relative(path)


def test_every_room_says_what_it_is_and_contributing_has_the_sentence():
    """CONTRIBUTING's table of rooms is what the rooms say of themselves."""
    told = dict(
        re.findall(
            r"^\| `hub/padlicht/([a-z_/]+)` \| (.*) \|$",
            (ROOT / "CONTRIBUTING.md").read_text(),
            re.MULTILINE,
        )
    )
    rooms = {
        str(path.parent.relative_to(HUB)): first_sentence(path)
        for path in HUB.rglob("__init__.py")
        if path.parent != HUB
    }
    assert told == rooms


def first_sentence(path: Path) -> str:
    """The first line of a module's docstring."""
    docstring = ast.get_docstring(ast.parse(path.read_text()))
    assert docstring, relative(path)
    return docstring.split("\n")[0]


def tracked_text_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split("\n")
    return [
        ROOT / name
        for name in listed
        if name and (ROOT / name).suffix not in (".png", ".svg") and (ROOT / name).is_file()
    ]


def test_no_file_names_a_package_registry():
    """Pins name packages and versions, never where one machine happened to get them."""
    host = re.compile(r"https?://[a-z0-9.-]*(npm|pypi|hosted|debian)[a-z0-9.-]*/", re.IGNORECASE)
    for path in tracked_text_files():
        if path != Path(__file__):
            assert not host.search(path.read_text(errors="replace")), relative(path)


def test_every_dependency_says_why_it_is_there():
    """Each line of a dependency list has its reason behind it."""
    text = (ROOT / "pyproject.toml").read_text()
    lines = re.findall(r'^ {4}"([a-z0-9-]+)[=<>~][^"]*",?(.*)$', text, re.MULTILINE)
    assert len(lines) > 10
    for name, rest in lines:
        assert "#" in rest, f"{name} does not say why it is there"


def test_files_have_one_job():
    """No source file has grown past what one can keep in mind."""
    for path in tracked_text_files():
        if path.suffix in (".py", ".js", ".css", ".sh", ".html"):
            count = len(path.read_text().splitlines())
            assert count <= MOST_LINES, f"{relative(path)} has {count} lines: split it by job"


def test_no_module_is_too_small_to_stand_alone():
    """Two modules that are always read together are one; the exceptions have their reasons."""
    small = {
        relative(path)
        for path in HUB.rglob("*.py")
        if path.name != "__init__.py" and len(path.read_text().splitlines()) < FEWEST_LINES
    }
    assert small == SMALL.keys()


def test_no_folder_is_crowded():
    """A look at a folder shows what is in it."""
    crowded: dict[str, int] = Counter(
        relative(path.parent)
        for path in tracked_text_files()
        if path.suffix == ".py" and path.name != "__init__.py"
    )
    assert not {folder: count for folder, count in crowded.items() if count > MOST_MODULES}
