"""When a mosquitto counts as started: a program in its place that listens before it can talk."""

import asyncio
import sys
from pathlib import Path

import pytest

from padlicht.broker import mosquitto
from padlicht.broker.keys import ParkKeys, ensure_park
from padlicht.broker.mosquitto import Mosquitto
from padlicht.errors import TryAgain
from padlicht.simulate.run.run import free_port

# Listens where its configuration says, and hangs up on so many connections without a word. Then
# it ends, as a mosquitto that cannot read its certificate does, or it talks TLS.
pytestmark = pytest.mark.usefixtures("programs")

PROGRAM = """#!{python}
import re, socket, ssl, sys
port = int(re.search(r"^listener (\\d+)", open(sys.argv[2]).read(), re.MULTILINE)[1])
with socket.create_server(("127.0.0.1", port)) as listener:
    for _ in range({silent}):
        listener.accept()[0].close()
        with open({heard!r}, "a") as file:
            file.write("x")
    if {ends}:
        sys.exit("no certificate to be had")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain({certificate!r}, {key!r})
    while True:
        connection, _ = listener.accept()
        try:
            context.wrap_socket(connection, server_side=True)
        except OSError:
            connection.close()
"""


def broker(folder: Path, monkeypatch: pytest.MonkeyPatch, silent: int, ends: bool) -> Mosquitto:
    """A Mosquitto that will start such a program; it counts who came into the file `heard`."""
    keys: ParkKeys = ensure_park(folder / "keys", "127.0.0.1")
    program = folder / "mosquitto"
    text = PROGRAM.format(
        python=sys.executable,
        silent=silent,
        ends=ends,
        heard=str(folder / "heard"),
        certificate=str(keys.certificate("broker")),
        key=str(keys.key("broker")),
    )
    program.write_text(text)
    program.chmod(0o700)
    monkeypatch.setattr(mosquitto, "program", lambda: str(program))
    return Mosquitto(folder / "broker", keys, "127.0.0.1", free_port())


def test_a_program_that_only_listens_has_not_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes a connection and then ends: that is no start, and its last words are told."""
    one = broker(tmp_path, monkeypatch, silent=1, ends=True)
    with pytest.raises(TryAgain, match="no certificate to be had"):
        asyncio.run(one.start())
    assert (tmp_path / "heard").read_text() == "x"


def test_a_start_is_over_with_the_first_answer_by_tls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it hangs up on everybody, the start waits on; it is over when TLS is answered."""
    one = broker(tmp_path, monkeypatch, silent=3, ends=False)

    async def story() -> None:
        async with one:
            assert (tmp_path / "heard").read_text() == "xxx"

    asyncio.run(story())
