"""`padlicht demo`: all of Padlicht on one machine; only the park and its walkers are invented."""

import asyncio
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
import webbrowser
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click
import msgspec

from padlicht.broker.mosquitto_setup import program
from padlicht.cli.simulate import MOST_WEEKS
from padlicht.config import Config, environment_variable
from padlicht.errors import PadlichtError, Refused
from padlicht.settings_schema import firmware_folder
from padlicht.simulate.history import write_history
from padlicht.simulate.history.scenario import Plan
from padlicht.simulate.run.micropython import VARIABLE, find_micropython
from padlicht.simulate.run.run import Run, RunOptions
from padlicht.simulate.run.screen import Screen
from padlicht.simulate.run.summary import Summary
from padlicht.simulate.world.park import last_evening_utc_s
from padlicht.terminal import progress_bar

SHORTEST_S = 20.0  # two intervals: less proves nothing
STOPPED = 130  # what a shell expects of a program that Ctrl-C ended


@click.command("demo")
@click.option(
    "--for",
    "seconds",
    type=click.FloatRange(min=SHORTEST_S),
    metavar="SECONDS",
    help="End after so many seconds, wait until every record made by then is acknowledged, and "
    "compare. Without it the demo runs until Ctrl-C and compares nothing.",
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print the summary as one JSON object on standard output; all else goes to standard "
    "error. Needs --for.",
)
@click.option(
    "--chaos",
    is_flag=True,
    help="kill -9 the hub, the broker and a node, in turn, just when records are handed in.",
)
@click.option(
    "--history",
    type=click.IntRange(0, MOST_WEEKS),
    default=52,
    show_default=True,
    metavar="WEEKS",
    help="Begin with so many weeks of history, made by `padlicht simulate history`; 0 leaves it "
    "out and starts at once.",
)
@click.option("--no-browser", is_flag=True, help="Do not open the page in a browser.")
@click.option(
    "--web-port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    envvar=environment_variable("web_port"),
    help="Port of the page on 127.0.0.1; 0 takes any free one.",
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep everything (ledger, keys, nodes, logs) in this folder, which must be new or empty. "
    "[default: a temporary folder, removed at the end]",
)
@click.option("--keep", is_flag=True, help="Do not remove the temporary folder at the end.")
@click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    help="Decides who walks when, the radars' noise and the chaos.",
)
@click.option(
    "--micropython",
    type=click.Path(dir_okay=False),
    help=f"The interpreter that the nodes run on. [default: ${VARIABLE}, or on PATH, or "
    "the one that `make setup` made]",
)
def demo(
    *,
    seconds: float | None,
    as_json: bool,
    chaos: bool,
    history: int,
    no_browser: bool,
    web_port: int,
    data: Path | None,
    keep: bool,
    seed: int,
    micropython: str | None,
) -> None:
    """Try Padlicht without a lamp: a park with 9 lamps, 2 counters, people and a year of history.

    Each node is a MicroPython process of its own with the real firmware, talking TLS to a real
    mosquitto and a real hub; only the park is invented. It is an evening in November, shortly after
    dusk, whatever the hour; intervals last 10 s instead of a quarter of an hour. All that it
    records is marked as simulated.

    With --for it ends with a summary, and exits with 0 only if nothing was lost, duplicated or
    unreadable and the counters counted right.

    \b
    padlicht demo                         watch it on http://127.0.0.1:8080
    padlicht demo --for 120 --json        measure it
    padlicht demo --for 120 --chaos       the same, with power cuts
    """
    if as_json and seconds is None:
        raise click.UsageError("--json prints the summary of a run that ends: add --for SECONDS.")
    try:
        _refuse_taken(web_port)
        program()
        interpreter = find_micropython(micropython)
        with ExitStack() as stack:
            folder = stack.enter_context(_folder(data, keep=keep))
            if history:
                click.echo("Writing the park's history …", err=as_json)
                _write_history(folder, history, seed)
            screen = stack.enter_context(Screen(seconds, quiet_stdout=as_json))
            wish = RunOptions(
                seconds, chaos, seed, web_port, folder, interpreter, firmware_folder()
            )
            run = Run(wish, screen)

            def show_page() -> None:
                screen.say(f"The park is on {run.page}  (Ctrl-C ends it; logs in {folder}/logs)")
                if not no_browser and _has_display():
                    webbrowser.open(run.page)

            screen.say("Starting the hub and its broker …")
            summary = asyncio.run(_until_signal(run.play(show_page)))
        if summary is None:
            screen.say("Stopped; nothing is left running.")
            sys.exit(STOPPED if seconds is not None else 0)
        if as_json:
            click.echo(msgspec.json.encode(summary))
        else:
            screen.result(summary)
    except PadlichtError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        click.echo("Stopped; nothing is left running.", err=as_json)
        sys.exit(STOPPED if seconds is not None else 0)
    sys.exit(0 if summary.good else 1)


def _write_history(folder: Path, weeks: int, seed: int) -> None:
    """What has been until the evening of the demo; a signal ends it as Ctrl-C does."""
    # SIGINT, too: what a script starts in the background is born deaf to it.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    plan = Plan(last_evening_utc_s(int(time.time())), weeks, seed)
    with progress_bar() as progress:
        write_history(Config(data=folder).ledger_path, plan, progress)


async def _until_signal(play: Coroutine[Any, Any, Summary]) -> Summary | None:
    """The summary, or None when Ctrl-C or another signal ended it; all is stopped by then."""
    task = asyncio.ensure_future(play)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        return None


@contextmanager
def _folder(data: Path | None, *, keep: bool) -> Iterator[Path]:
    """The data folder: the one that was named, or a temporary one."""
    if data is not None:
        if data.exists() and any(data.iterdir()):
            raise Refused(
                f"{data} is not empty: a demo begins with a new park, so that its evening stands "
                "alone; name another folder with --data"
            )
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        yield data.resolve()
        return
    temporary = Path(tempfile.mkdtemp(prefix="padlicht-demo-"))
    try:
        yield temporary
    finally:
        if keep:
            click.echo(f"Kept: {temporary}", err=True)
        else:
            shutil.rmtree(temporary, ignore_errors=True)


def _refuse_taken(port: int) -> None:
    """Raise Refused when the page's port is taken, before anything is started."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError as error:
            raise Refused(
                f"port {port} on 127.0.0.1 cannot be used ({error.strerror}): stop the program "
                "that has it, or choose another with --web-port (0 takes any free one)"
            ) from error


def _has_display() -> bool:
    """Whether a browser could show anything; without, webbrowser may start one in the terminal."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
