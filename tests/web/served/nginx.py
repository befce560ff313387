"""A real nginx (Debian's) on loopback and a free port, with TLS and a block of the documents."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from padlicht.broker.keys import ParkKeys
from padlicht.simulate.run.run import free_port
from tests.broker.park import accepts, wait_until
from tests.rigs.patience import limit_s

DEADLINE_S = limit_s()
ROOT = Path(__file__).resolve().parents[3]
# As Debian's own nginx.conf, with files of its own: pages are packed, and nothing else of ours.
CONFIGURATION = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    gzip on;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {certificate};
        ssl_certificate_key {key};
{block}
    }}
}}
"""


def documented_block(word: str) -> str:
    """The nginx block of docs/accounts.md in which `word` stands."""
    text = (ROOT / "docs" / "accounts.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```nginx\n(.*?)^```", text, re.M | re.S)
    (found,) = [block for block in blocks if word in block]
    return found


@contextmanager
def nginx(folder: Path, keys: ParkKeys, block: str, hub_port: int) -> Iterator[int]:
    """Run it before the hub on `hub_port`, until the block ends; its port."""
    port = free_port()
    folder.mkdir()
    conf = folder / "nginx.conf"
    conf.write_text(
        CONFIGURATION.format(
            folder=folder,
            port=port,
            certificate=keys.certificate("broker"),
            key=keys.key("broker"),
            block=block.replace("127.0.0.1:8080", f"127.0.0.1:{hub_port}"),
        )
    )
    process = subprocess.Popen(["nginx", "-c", str(conf), "-p", str(folder)])
    try:
        wait_until(lambda: process.poll() is not None or accepts(port), "nginx")
        assert process.poll() is None, (folder / "error.log").read_text()
        yield port
    finally:
        process.terminate()
        process.wait(DEADLINE_S)
