"""`padlicht broker …`: for those who run the broker apart from the hub."""

from pathlib import Path
from typing import Any

import click

from padlicht.broker.keys import ensure_park
from padlicht.broker.mosquitto_setup import prepare
from padlicht.config import Config, in_url, options


@click.group()
def broker() -> None:
    """The broker, when it does not run inside `padlicht up`."""


@broker.command("files")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@options("data", "broker_host", "broker_port")
def broker_files(folder: Path, **values: Any) -> None:
    """Write all that a mosquitto elsewhere needs into FOLDER.

    Its configuration, the fence, and its certificate for --broker-host: the name or address by
    which hub and nodes reach it. Start it with `mosquitto -c FOLDER/mosquitto.conf`, on this
    machine or with the folder under the same path on another, and the hub with --broker-url. Run
    it again when the address or Padlicht's version changes; the keys of the park stay.
    """
    config = Config(**values)
    keys = ensure_park(config.keys, config.broker_host)
    conf = prepare(folder, keys, config.broker_port)
    click.echo(
        f"Start it with:  mosquitto -c {conf}\n"
        f"and the hub with:  padlicht up --broker-url mqtts://{in_url(config.broker_host)}:"
        f"{config.broker_port}"
    )
