"""The rules of the house: who may import whom, and what no file may contain."""

import ast
import re
import subprocess
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
# What brings the sums into the ledger and shows them; all else of usage/ computes.
USAGE_EDGES = ("follower.py", "rebuild.py", "cli.py")
PURE_HUB = [
    *(HUB / "wire.py", HUB / "places.py"),
    *(HUB / "influx" / "lines.py", HUB / "influx" / "schema.py"),
    *(path for path in (HUB / "usage").glob("*.py") if path.name not in USAGE_EDGES),
]
HUB_IO = {"socket", "asyncio", "os", "io", "subprocess", "sqlite3", "pathlib", "time", "threading"}
# Who stands above the ledger and the pure parts: the ledger may know none of them.
ABOVE_THE_LEDGER = {
    *("hub", "cli", "broker", "intake", "fleet", "simulate", "web", "influx", "usage", "config"),
    *("operations", "keeping", "options", "accounts", "grafana"),
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


def test_the_ledger_knows_nobody_above_it():
    """The ledger imports no room that stands above it."""
    for path in (HUB / "ledger").glob("*.py"):
        for name in imports_of(path):
            parts = name.split(".")
            assert parts[0] != "padlicht" or len(parts) == 1 or parts[1] not in ABOVE_THE_LEDGER, (
                f"{relative(path)} imports {name}"
            )


def test_simulation_is_known_only_to_the_command_line():
    """Nothing of the real hub leans on the simulated park."""
    for path in HUB.rglob("*.py"):
        if path.is_relative_to(HUB / "simulate") or path == HUB / "cli.py":
            continue
        assert not any(name.startswith("padlicht.simulate") for name in imports_of(path)), relative(
            path
        )


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


def test_every_dependency_is_pinned_and_says_why_it_is_there():
    """Each line of a dependency list has a reason, and constraints.txt has its version."""
    pins = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if "==" in line
    }
    lines = re.findall(
        r'^ {4}"([a-z0-9-]+)[=<>][^"]*",?(.*)$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE
    )
    assert len(lines) > 10
    for name, rest in lines:
        assert name in pins, f"{name} has no pin in constraints.txt"
        assert "#" in rest, f"{name} does not say why it is there"


def test_files_have_one_job():
    """No source file has grown past what one can keep in mind."""
    for path in tracked_text_files():
        if path.suffix in (".py", ".js", ".css", ".sh"):
            count = len(path.read_text().splitlines())
            limit = 350 if path.is_relative_to(ROOT / "tests") else 300
            assert count <= limit, f"{relative(path)} has {count} lines: split it by job"
