"""How the hub and the nodes of a demo are started: command line and environment of each."""

import os
import sys
from pathlib import Path

import padlicht
from padlicht.config import Config

INTERVAL_S = 10  # instead of a quarter of an hour; only the simulated board knows

Program = tuple[list[str | Path], dict[str, str]]


def hub_program(config: Config, firmware: Path, world: str, clock_offset_s: int) -> Program:
    """A hub on `config`'s data and ports, whose clock differs from the machine's.

    `world` is HOST:PORT of the simulated park, for the page.
    """
    command: list[str | Path] = [
        *(sys.executable, "-m", "padlicht", "up", "--live"),
        *("--data", config.data, "--world", world),
        *("--broker-port", str(config.broker_port), "--web-port", str(config.web_port)),
        *("--clock-offset-s", str(clock_offset_s)),
        *("--login", "off"),  # whoever tries it should see it, and nobody in it is real
    ]
    # What the environment says is meant for a real hub: this one must not use its broker or data.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PADLICHT_")}
    environment["PADLICHT_FIRMWARE"] = str(firmware)
    package = str(Path(padlicht.__file__).resolve().parents[1])
    paths = [package, environment.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    return command, environment


def node_program(micropython: Path, firmware: Path, folder: Path, world: str) -> Program:
    """The real firmware as the node whose identity is in `folder`, with its radar in `world`."""
    environment = {
        **os.environ,
        "MICROPYPATH": f"{firmware}:.frozen",
        "PADLICHT_SIM_WORLD": world,
        "PADLICHT_SIM_INTERVAL_S": str(INTERVAL_S),
    }
    return [micropython, firmware / "main.py", folder], environment
