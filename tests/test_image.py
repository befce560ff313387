"""What is in a board's image: this checkout's firmware, no less, and nothing that formats."""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.rigs import micropython
from tests.rigs.micropython import FIRMWARE, ROOT

pytestmark = pytest.mark.usefixtures("programs")

PORTS = {
    "rp2": {"pins.py", "hardware.py", "ticks.py", "pico_w.py", "pico2_w.py"},
    "esp32": {"pins.py", "hardware.py", "ticks.py", "esp32_s3.py"},
    "unix": {path.name for path in (FIRMWARE / "boards").glob("*.py")},
}


def source() -> Path:
    """MicroPython's source, as the board-like one is built from."""
    micropython.find_frozen()
    return micropython.cache_folder() / "micropython" / "source"


def content(port: str) -> dict[str, tuple[Path, int]]:
    """What MicroPython's own tool makes of a port's manifest: name -> (file, optimisation)."""
    tool = source() / "tools" / "manifestfile.py"
    spec = importlib.util.spec_from_file_location("manifestfile", tool)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folders = {"MPY_DIR": source(), "PORT_DIR": source() / "ports" / port}
    folders["MPY_LIB_DIR"] = source() / "lib" / "micropython-lib"
    manifest = module.ManifestFile(
        module.MODE_FREEZE, {name: str(folder) for name, folder in folders.items()}
    )
    manifest.execute(str(FIRMWARE / "ports" / port / "manifest.py"))
    files = manifest.files()
    names = [file.target_path for file in files]
    assert len(set(names)) == len(names), "a name that is frozen twice"
    return {file.target_path: (Path(file.full_path).resolve(), file.opt) for file in files}


@pytest.mark.parametrize("port", PORTS)
def test_an_image_holds_all_of_the_firmware_and_nothing_else_but_asyncio(port):
    """Each file of the application and of what starts it, the boards of its port, and asyncio."""
    found = content(port)
    wanted = {str(path.relative_to(FIRMWARE)) for path in FIRMWARE.glob("node/**/*.py")}
    wanted |= {path.name for path in FIRMWARE.glob("*.py") if path.name != "manifest.py"}
    wanted |= {f"boards/{name}" for name in PORTS[port]}
    for name in wanted:
        assert found[name] == (FIRMWARE / name, 3), name
    rest = set(found) - wanted
    starts = set() if port == "unix" else {"_boot.py"}
    assert {name for name in rest if not name.startswith(("asyncio/", "uasyncio"))} == starts


@pytest.mark.parametrize("port", ["rp2", "esp32"])
def test_an_image_starts_with_our_boot_instead_of_the_ports(port):
    """`_boot.py` is ours, and no other file of the image can make a file system than storage.py."""
    found = content(port)
    assert found["_boot.py"][0] == FIRMWARE / "ports" / port / "_boot.py"
    makers = [name for name, (path, _) in found.items() if "mkfs" in path.read_text()]
    assert makers == ["storage.py"]


@pytest.fixture
def checkout(tmp_path):
    """Another checkout, with all that an image needs."""
    folder = tmp_path / "another checkout"
    shutil.copytree(FIRMWARE, folder / "firmware", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "tools").mkdir()
    for script in ("micropython.sh", "micropython_source.sh", "fetching.sh"):
        shutil.copy(ROOT / "tools" / script, folder / "tools")
    return folder


def built_in(checkout: Path, words: str) -> str:
    """What some words of Python print on the image of a checkout; the image is gone afterwards."""
    script = checkout / "tools" / "micropython.sh"
    done = subprocess.run([script, "frozen"], capture_output=True, text=True, check=True)
    image = Path(done.stdout.strip())
    assert image != Path(micropython.find_frozen())
    try:
        told = subprocess.run(
            [image, "-c", words],
            env=micropython.environment(MICROPYPATH=".frozen"),
            cwd=checkout,
            capture_output=True,
            text=True,
            check=True,
        )
    finally:
        image.unlink()
    return told.stdout.strip()


@pytest.mark.parametrize("name", ["node/app.py", "boot.py", "boards/sim.py"])
def test_a_change_of_the_firmware_is_in_the_next_image(name, checkout):
    """Whichever file changes, the next image has it, even if the file is older than the image."""
    changed = checkout / "firmware" / name
    text = changed.read_text()
    words = f"import {name[:-3].replace('/', '.')} as it; print(it.CHANGED)"
    for number in (1, 2):
        mark = f"{checkout} {number}"
        changed.write_text(f"{text}\nCHANGED = {mark!r}\n")
        os.utime(changed, (1, 1))
        assert built_in(checkout, words) == mark
