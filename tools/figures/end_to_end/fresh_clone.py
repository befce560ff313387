"""A machine that has never seen Padlicht: clone, `make run` until a lamp is lit, `make test`.

Everything that Padlicht builds or unpacks for itself is fetched anew (an empty cache, no .venv);
what apt has already installed stays installed: nobody wants to lose their system to a figure.
"""

import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from padlicht.simulate.run.run import free_port
from tools.figures.figure import ROOT, Figure

RUN_LIMIT_S = 600
TEST_LIMIT_S = 1500
TEST_GOAL_S = 600
# On the page that opens: "used after dark?" is answered with yes, which takes the year, and a lamp
# glows in the picture.
LIT = """() => document.querySelector("[data-fresh=answer-1].is-yes")
  && [...document.querySelectorAll("[data-shows=glow]")]
    .some((lamp) => parseFloat(lamp.getAttribute("opacity")) > 0)"""


def measure() -> Iterator[Figure]:
    """Both commands of the README, one after the other, in the same clone."""
    with tempfile.TemporaryDirectory(prefix="padlicht-clone-") as folder:
        clone = Path(folder) / "padlicht"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        env = {**os.environ, "XDG_CACHE_HOME": f"{folder}/cache"}
        for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
            env.pop(name, None)
        lit_s = _until_lit(clone, env)
        yield Figure(
            "fresh_clone_make_run_until_lit", round(lit_s, 1), "s",
            "the page at a glance, with a year and a lit lamp",
            "git clone; make run; Chromium looks at the page that opens",
        )  # fmt: skip
        seconds, passed = _tests(clone, env)
        yield Figure(
            "fresh_clone_make_test", round(seconds, 1), "s", f"passes, under {TEST_GOAL_S} s",
            "git clone; make test", seconds < TEST_GOAL_S,
        )  # fmt: skip
        yield Figure("fresh_clone_tests_passed", passed, "tests", "all", "git clone; make test")


def _until_lit(clone: Path, env: dict[str, str]) -> float:
    """Seconds from `make run` to a glance page with a year of history and a lamp that glows."""
    from playwright.sync_api import Error, sync_playwright

    from tests.rigs.chromium import launch

    port = free_port()
    began = time.monotonic()
    run = subprocess.Popen(
        ["make", "run", f"ARGS=--no-browser --web-port {port}"],
        cwd=clone, env=env, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        with sync_playwright() as playwright:
            page = launch(playwright).new_page()
            while True:
                if time.monotonic() - began > RUN_LIMIT_S or run.poll() is not None:
                    raise RuntimeError(f"make run showed no lit lamp within {RUN_LIMIT_S} s")
                try:
                    page.goto(f"http://127.0.0.1:{port}/en/", timeout=2000)
                    page.wait_for_function(LIT, timeout=20_000)
                except Error:
                    time.sleep(0.2)  # nobody listens yet
                else:
                    return time.monotonic() - began
    finally:
        # To the whole group, as Ctrl-C in a terminal: make alone would leave the demo behind.
        os.killpg(run.pid, signal.SIGINT)
        run.wait(60)


def _tests(clone: Path, env: dict[str, str]) -> tuple[float, int]:
    """How long `make test` took, and how many tests passed."""
    began = time.monotonic()
    done = subprocess.run(
        ["make", "test"], cwd=clone, env=env, capture_output=True, text=True,
        timeout=TEST_LIMIT_S, check=False,
    )  # fmt: skip
    seconds = time.monotonic() - began
    if done.returncode:
        raise RuntimeError(f"make test failed:\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
    return seconds, int(re.findall(r"(\d+) passed", done.stdout)[-1])
