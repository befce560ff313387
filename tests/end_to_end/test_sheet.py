"""From a bare folder to a sheet to sign: a real node, a real hub, a technician's commands."""

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.request

import pytest

from padlicht.config import Config, environment_variable
from padlicht.ledger import Ledger
from padlicht.simulate.run.run import free_port
from tests.broker.park import accepts
from tests.end_to_end.process import NodeProcess, until
from tests.rigs.micropython import FIRMWARE
from tests.rigs.patience import limit_s

ADD = ("node", "add", "lamp-1")


class Padlicht:
    """The commands, each in a process of its own, on one data folder."""

    def __init__(self, folder):
        self.config = Config(data=folder / "data", broker_port=free_port(), web_port=free_port())
        self._environment = {
            key: value for key, value in os.environ.items() if not key.startswith("PADLICHT_")
        }
        self._environment |= {
            environment_variable(name): str(getattr(self.config, name))
            for name in ("data", "broker_port", "web_port")
        }
        self._environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        self._log = folder / "hub.txt"
        self._hub = None

    def run(self, *arguments):
        """What a command prints for programs."""
        done = subprocess.run(
            [sys.executable, "-m", "padlicht", *arguments],
            env=self._environment, capture_output=True, text=True, timeout=limit_s(), check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def up(self):
        """Start the hub and wait until it listens to its nodes."""
        with self._log.open("wb") as log:
            self._hub = subprocess.Popen(
                [sys.executable, "-m", "padlicht", "up", "--login", "off"],
                env=self._environment, stdout=log, stderr=log,
            )  # fmt: skip
        until(
            "the hub",
            lambda: "broker link: ready" in self.said() and accepts(self.config.web_port),
        )

    def said(self):
        return self._log.read_text()

    def end(self):
        if self._hub is not None:
            self._hub.send_signal(signal.SIGTERM)
            self._hub.wait(limit_s())

    def page(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.config.web_port}{path}") as answer:
            return answer.read().decode()


@pytest.fixture(name="padlicht")
def _padlicht(tmp_path, programs):
    padlicht = Padlicht(tmp_path)
    yield padlicht
    padlicht.end()
    print(padlicht.said())


@pytest.fixture(name="lamp")
def _lamp(padlicht):
    """lamp-1 as `node add` made it; its process is ended whatever happens."""
    padlicht.run("site", "add", "park", "--lat", "53.23", "--lon", "6.576")
    folder = padlicht.run(*ADD, "--role", "lamp", "--site", "park", "--zone", "path").strip()
    lamp = NodeProcess(padlicht.config.identity("lamp-1"))
    assert str(lamp.folder) == folder
    yield lamp
    lamp.kill()
    print(lamp.console())


def test_a_lamp_answers_with_a_sheet_to_sign(padlicht, lamp):
    """Asked at a terminal, tested on the node, kept in the ledger, shown on the page."""
    padlicht.up()
    lamp.start()
    until("the time", lambda: "clock: set by the hub" in lamp.console())
    (told,) = json.loads(padlicht.run("node", "selftest", "lamp-1", "--json"))
    rows = {row["what"]: (row["value"], row["unit"], row["verdict"]) for row in told["rows"]}
    assert rows["node"] == ("lamp-1", "", "ok")
    assert rows["lamp up and down"] == ("shown", "", "see")
    assert rows["radar"] == ("silent", "", "fail")  # nobody simulates one here
    assert rows["hub and back"][1:] == ("ms", "ok")
    with Ledger.open(padlicht.config.ledger_path, read_only=True) as ledger:
        (kept,) = ledger.selftests.of_node("lamp-1")
    assert (kept.reply, kept.boot, kept.board) == (told["reply"], 1, "sim")
    assert json.loads(padlicht.run("node", "tests", "lamp-1", "--json")) == [told]
    page = padlicht.page("/nl/park/node/lamp-1")
    assert "Naar de hub en terug" in page
    assert "Handtekening" in page


def test_the_first_start_brings_its_own_sheet(padlicht, lamp, tmp_path):
    """A board tests itself before anybody asks, and the hub hears of it, once."""
    quick = tmp_path / "firmware"
    shutil.copytree(FIRMWARE, quick)
    app = quick / "node" / "app.py"
    source = app.read_text()
    assert "FIRST_TEST_S = 20" in source
    app.write_text(source.replace("FIRST_TEST_S = 20", "FIRST_TEST_S = 2"))
    padlicht.up()
    first = NodeProcess(lamp.folder, quick / "main.py")
    try:
        first.start(selftest=1)
        with Ledger.open(padlicht.config.ledger_path, read_only=True) as ledger:
            until("the sheet", lambda: ledger.selftests.of_node("lamp-1"))
            (kept,) = ledger.selftests.of_node("lamp-1")
        assert kept.reply == "first-start"
        assert ("boots", 1, "", "ok") in kept.rows
    finally:
        first.kill()


def test_a_new_memory_is_noticed_and_mended(padlicht, lamp):
    """A node that counts anew is named; provisioned again, its records are new ones again."""

    def state():
        (row,) = json.loads(padlicht.run("node", "list", "--json"))
        return row

    def records(boot):
        with Ledger.open(padlicht.config.ledger_path, read_only=True) as ledger:
            return [seq for _, at, seq in ledger.records.identities() if at == boot]

    padlicht.up()
    for boot in (1, 2):
        lamp.start(interval_s=2)
        until(f"records of boot {boot}", lambda boot=boot: records(boot))
        lamp.kill()
    assert not state()["new_memory"]
    for path in lamp.folder.iterdir():
        if path.name != "node.json" and path.suffix != ".der":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    lamp.start(interval_s=2)
    until(
        "the warning", lambda: "lamp-1 was given a new memory (boot 1 after 2)" in padlicht.said()
    )
    assert state()["new_memory"]
    assert "node add lamp-1 --again" in padlicht.page("/en/park/path")
    lamp.kill()
    assert padlicht.run(*ADD, "--again").strip() == str(lamp.folder)
    lamp.start(interval_s=2)
    until("records of boot 3", lambda: records(3))
    assert not state()["new_memory"]
