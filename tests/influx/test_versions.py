"""Which InfluxDB is it? What says no is asked for its version before anything else is blamed."""

from functools import partial
from pathlib import Path

import pytest

from padlicht.errors import Refused
from padlicht.influx.databases import make_databases
from padlicht.influx.target import Target, options_of, pack, version_trouble
from tests.influx.parts import config_of

LINE = "lamp,node=lamp-1,site=s,zone=path lit_s=1i"


@pytest.mark.parametrize("work", ["write", "setup"])
def test_debians_influxdb_is_told_by_its_version(server, names, work):
    """1.6 has no address to write to: its 404 is no missing database, and `setup` does not help."""
    url = f"http://127.0.0.1:{server.port}"
    target = Target(options_of(config_of(Path("/nowhere"), url, **names)))
    write = partial(target.write, names["influx_raw"], pack(f"{LINE} 1"))
    with pytest.raises(Refused, match=r"is InfluxDB 1\.6\.7.*1\.8 or newer") as caught:
        partial(make_databases, target)() if work == "setup" else write()
    target.close()
    assert "influx setup" not in str(caught.value)


@pytest.mark.parametrize(
    ("said", "wanted", "word"),
    [
        ("1.6.7~rc0", 1, "too old"),
        ("1.6.4", 2, "too old"),
        ("1.8.10", 1, None),
        ("1.11.8", 1, None),
        ("2.7.12", 1, "give --influx-version 2"),
        ("1.8.10", 3, "give --influx-version 1"),
        ("2.7.12", 2, None),
        ("3.2.0", 3, None),
        ("unknown", 2, None),
        (None, 2, None),
    ],
)
def test_a_version_is_judged_by_its_numbers(said, wanted, word):
    """1.11 is newer than 1.8; what says nothing of itself is not judged."""
    trouble = version_trouble(said, wanted)
    assert trouble is None if word is None else word in trouble
