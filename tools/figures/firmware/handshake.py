"""What a TLS handshake computes, counted in instructions, and what the tick sees of it on a PC.

The node's own keys against a real mosquitto, on the packaged MicroPython: x86-64, whose words are
twice as wide as a board's, and mbedTLS 3.6. callgrind counts; it writes a file before and after
each step of mbedTLS's handshake, and no bytecode runs within a step, nor between steps for which
all bytes are there. Boards speak TLS 1.2, so the broker is kept from offering 1.3.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.broker.park import Broker, Keys
from tests.rigs import micropython
from tools.figures.figure import Figure

SCRIPT = "tests/broker/nodes/handshake.py"
STEP = "mbedtls_ssl_handshake_step"
OLD_STEP = "mbedtls_ssl_handshake_client_step"  # TLS 1.2's own
ONLY_OLD = """openssl_conf = all
[all]
ssl_conf = tls
[tls]
system_default = limits
[limits]
MaxProtocol = TLSv1.2
"""
LIMIT_S = 300
CONNECTIONS = 50


def measure() -> Iterator[Figure]:
    """The hello, then the rest, which is one run when the broker's answer comes whole; its largest
    step; and the ticks meanwhile."""
    with tempfile.TemporaryDirectory(prefix="padlicht-handshake-") as folder:
        keys = Keys(Path(folder))
        broker = _old_broker(Path(folder), keys)
        try:
            yield from _instructions(broker.port, keys.node, Path(folder))
            yield from _waits(broker.port, keys.node)
        finally:
            broker.close()


def _old_broker(folder: Path, keys: Keys) -> Broker:
    """A mosquitto whose OpenSSL knows nothing newer than TLS 1.2."""
    conf = folder / "openssl.cnf"
    conf.write_text(ONLY_OLD)
    before = os.environ.get("OPENSSL_CONF")
    os.environ["OPENSSL_CONF"] = str(conf)
    try:
        return Broker(folder / "broker", keys)
    finally:
        del os.environ["OPENSSL_CONF"]
        if before is not None:
            os.environ["OPENSSL_CONF"] = before


def _instructions(port: int, keys: Path, folder: Path) -> Iterator[Figure]:
    if shutil.which("valgrind") is None:
        raise RuntimeError("valgrind is not installed: apt install valgrind")
    out = folder / "callgrind"
    valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}"]
    valgrind += ["--trace-children=yes", f"--dump-before={STEP}", f"--dump-after={STEP}"]
    _run([*valgrind, micropython.find(64)], port, keys, 1)
    steps = _steps(out)
    how = f"valgrind --tool=callgrind micropython {SCRIPT}; x86-64, TLS 1.2, ECDSA on P-256"
    hello, *rest = steps  # the hello offers a key for TLS 1.3, which is none of a board's business
    yield Figure("handshake_hello", hello, "instructions", "stated", how)
    yield Figure("handshake", sum(rest), "instructions", "stated", f"{how}; without the hello")
    yield Figure("handshake_largest_step", max(rest), "instructions", "stated", how)


def _steps(out: Path) -> list[int]:
    """The instructions of each step, in order, from the ClientHello on."""
    files = sorted(out.parent.glob(out.name + ".*"), key=lambda path: int(path.suffix[1:]))
    texts = [path.read_text() for path in files]
    if not any(OLD_STEP in text for text in texts):
        raise RuntimeError("callgrind saw no handshake by TLS 1.2")
    steps = [text for text in texts if f"Trigger: --dump-after={STEP}" in text]
    counts = [int(re.search(r"^totals: (\d+)", text, re.MULTILINE)[1]) for text in steps]
    return counts[1:]  # the first one only makes ready


def _waits(port: int, keys: Path) -> Iterator[Figure]:
    said = _run([micropython.find(64)], port, keys, CONNECTIONS)
    numbers = dict(line.split() for line in said.splitlines() if " " in line)
    if not int(numbers["ticks_us"]):
        raise RuntimeError("no ticks came while the node connected")
    how = f"micropython {SCRIPT}; {CONNECTIONS} connections, the ticks in a thread"
    yield Figure("handshake_tasks_wait", int(numbers["tasks_ms"]), "ms", "stated", how)
    yield Figure("handshake_ticks_gap", int(numbers["ticks_us"]) / 1000, "ms", "stated", how)


def _run(command: list[str], port: int, keys: Path, times: int) -> str:
    done = subprocess.run(
        [*command, str(micropython.ROOT / SCRIPT), str(port), str(keys), str(times)],
        env=micropython.environment(),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    if not done.stdout.endswith("end\n"):
        raise RuntimeError((done.stdout + done.stderr)[-2000:])
    return done.stdout
