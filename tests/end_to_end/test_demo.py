"""The whole product at once: ten MicroPythons, mosquitto, the hub, and people in the park."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.rigs.patience import limit_s, until

pytestmark = pytest.mark.usefixtures("programs")

ROOT = Path(__file__).resolve().parents[2]
END_DEADLINE_S = limit_s(300)  # beyond --for: start, waiting for pubacks, stop
STOP_DEADLINE_S = limit_s(120)

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts `padlicht demo` with temporary files in `tmp_path`; ends what a test left running."""
    demos: list[subprocess.Popen[str]] = []

    def popen(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "padlicht", "demo", "--no-browser", "--web-port", "0"]
        if "--history" not in arguments:
            command += ["--history", "0"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "hub"), "TMPDIR": str(tmp_path)}
        demo = subprocess.Popen(
            [*command, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        demos.append(demo)
        return demo

    yield popen
    for demo in demos:
        if demo.poll() is None:
            demo.terminate()
        try:
            demo.communicate(timeout=STOP_DEADLINE_S)
        except subprocess.TimeoutExpired:
            demo.kill()
            demo.communicate()


def left_behind(folder: Path) -> list[str]:
    """Command lines of processes that have to do with a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue  # it has just ended
        if os.fsencode(folder) in command:
            found.append(command.replace(b"\0", b" ").decode(errors="replace"))
    return found


def summary_of(demo: subprocess.Popen[str], seconds: int) -> dict[str, Any]:
    """The JSON on the last line of a demo that ended well."""
    out, err = demo.communicate(timeout=seconds + END_DEADLINE_S)
    assert demo.returncode == 0, err + out
    return json.loads(out.splitlines()[-1])


def check(summary: dict[str, Any], seconds: int) -> None:
    """Every record arrived once and could be read, and everybody was counted."""
    assert summary["simulated"] is True
    assert summary["nodes"] == 11
    assert summary["seconds"] >= seconds
    # A role's record and one of health from each node in each 10 s, but for cut intervals.
    assert summary["records_made"] >= 11 * 2 * (seconds // 10 - 1)
    assert summary["acknowledged"] == summary["in_ledger"] == summary["records_made"]
    assert (summary["lost"], summary["duplicated"], summary["quarantined"]) == (0, 0, 0)
    assert summary["crossings"].keys() == {"counter-west", "counter-east"}
    for count in summary["crossings"].values():
        assert count["within"] is True
        assert count["covered_s"] >= seconds / 2
    assert sum(count["true_in"] + count["true_out"] for count in summary["crossings"].values()) > 0


def test_a_demo_loses_and_doubles_nothing(start: Start, tmp_path: Path) -> None:
    """Forty seconds of an evening after a week of history: nothing of it is lost or counted in."""
    check(summary_of(start("--for", "40", "--json", "--history", "1"), 40), 40)
    assert left_behind(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_demo_with_power_cuts_loses_and_doubles_nothing(start: Start, tmp_path: Path) -> None:
    """Hub, broker and a node die in mid-stream; afterwards the books are as if they had not."""
    summary = summary_of(start("--for", "60", "--json", "--chaos"), 60)
    check(summary, 60)
    assert min(summary["kills"][victim] for victim in ("hub", "broker", "node")) >= 1
    assert left_behind(tmp_path) == []


def test_ctrl_c_ends_everything(start: Start, tmp_path: Path) -> None:
    """Hub, broker, nodes and the temporary folder go; without --for that is how a demo ends."""
    demo = start()
    assert demo.stdout is not None
    while "The park is on http://127.0.0.1:" not in demo.stdout.readline():
        assert demo.poll() is None
    until(lambda: len(left_behind(tmp_path)) >= 12, "ten nodes, hub and broker")
    demo.send_signal(signal.SIGINT)
    out, _ = demo.communicate(timeout=STOP_DEADLINE_S)
    assert demo.returncode == 0
    assert "nothing is left running" in out
    assert left_behind(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_demo_can_be_ended_while_its_history_is_written(
    start: Start, tmp_path: Path, number: signal.Signals
) -> None:
    """At once, and nothing of the year stays."""
    demo = start("--history", "520")
    assert demo.stdout is not None
    assert "Writing the park's history" in demo.stdout.readline()
    until(lambda: list(tmp_path.rglob("ledger.sqlite.part")), "the history's file")
    demo.send_signal(number)
    out, err = demo.communicate(timeout=STOP_DEADLINE_S)
    assert demo.returncode == 0, err
    assert "nothing is left running" in out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["--json"], "add --for"),
        (["--micropython", "/nowhere/micropython"], "make setup"),
        (["--for", "3"], "20"),
    ],
    ids=["json without end", "no micropython", "too short"],
)
def test_what_cannot_work_is_refused_with_advice(
    start: Start, tmp_path: Path, arguments: list[str], advice: str
) -> None:
    """Before anything is started, in a sentence that says what to do."""
    demo = start(*arguments)
    _, err = demo.communicate(timeout=STOP_DEADLINE_S)
    assert demo.returncode != 0
    assert advice in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_refused(start: Start, tmp_path: Path) -> None:
    """A demo never mixes with a real park's ledger, nor with an earlier evening."""
    (tmp_path / "ledger.sqlite").touch()
    demo = start("--data", str(tmp_path))
    _, err = demo.communicate(timeout=STOP_DEADLINE_S)
    assert demo.returncode != 0
    assert "is not empty" in err
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.sqlite"]


def test_a_taken_port_is_refused_by_its_number(start: Start) -> None:
    """Said at once, not after the hub has failed."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        demo = start("--web-port", str(port))
        _, err = demo.communicate(timeout=STOP_DEADLINE_S)
    assert demo.returncode != 0
    assert f"port {port} on 127.0.0.1" in err
    assert "--web-port" in err
