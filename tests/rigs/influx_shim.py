"""Stands before InfluxDB 1.6.7, speaks /api/v2/write for it, and does what databases do to people.

A write to /api/v2/write?bucket=B becomes one to /write?db=B; everything else goes through as it is.
What it does to writes is set by plain attributes, also while connections are open. By itself:

    python -m tests.rigs.influx_shim PORT TARGET_PORT
"""

import contextlib
import gzip
import http.client
import json
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.rigs.hostile import reset
from tests.rigs.patience import limit_s

DEADLINE_S = limit_s()  # for its own threads to end, and for the database to answer


class Shim:
    """Listens on `port`, passes on to `target_port`; each write meets, in this order:

    down         hang up without a word
    cut          reset after reading half of the body
    status       answer so and write nothing, with `headers`; `said` is the body
    silent       take the write, never answer
    delay_s      wait before passing on
    most_bytes   413 for a larger (unpacked) body
    bad          a function of a line: 400 for a whole body that has such a line, nothing written
    lost         pass on, then hang up instead of handing back the answer
    """

    def __init__(self, target_port: int, port: int = 0, tls: ssl.SSLContext | None = None):
        self.down = False
        self.cut = False
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        self.said = '{"error":"no"}'
        self.silent = False
        self.delay_s = 0.0
        self.most_bytes: int | None = None
        self.bad: Callable[[str], bool] | None = None
        self.lost = False
        self.writes = 0  # that arrived whole or in part
        self.seen: list[tuple[str, dict]] = []  # (path with query, headers) of each POST
        self.target_port = target_port
        self._stop = threading.Event()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.shim = self
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def release(self) -> None:
        """Let go of the writes that wait for ever or for `delay_s`."""
        self._stop.set()
        self._stop = threading.Event()

    def wait(self, seconds: float | None) -> None:
        """What a handler waits by; ends early when the shim is closed or releases it."""
        self._stop.wait(seconds)

    def close(self) -> None:
        """End every connection and thread."""
        self._stop.set()
        self.silent = False
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join(DEADLINE_S)


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that server_close waits for them
    shim: Shim

    def __init__(self, *arguments):
        self._open: set[socket.socket] = set()
        super().__init__(*arguments)

    def process_request(self, request, client_address):
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self):
        for one in list(self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request, client_address):
        """A connection that broke is what this is for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes
    server: _Server

    def setup(self):
        super().setup()
        self.target: http.client.HTTPConnection | None = None

    def finish(self):
        if self.target:
            self.target.close()
        with contextlib.suppress(OSError):
            super().finish()

    def log_message(self, *_):
        """Say nothing."""

    def do_GET(self):
        self._any(b"")

    def do_POST(self):
        shim, length = self.server.shim, int(self.headers.get("Content-Length", 0))
        path = urlsplit(self.path).path
        shim.seen.append((self.path, dict(self.headers)))
        if path not in ("/api/v2/write", "/write"):
            self._any(self.rfile.read(length))
            return
        shim.writes += 1
        if shim.down:
            self._break()
            return
        body = self.rfile.read(length // 2 if shim.cut else length)
        if shim.cut:
            self._break()
            return
        refusal = self._refusal(body)
        if refusal:
            self._answer(*refusal)
            return
        if shim.silent:
            shim.wait(None)
            self._break()
            return
        if shim.delay_s:
            shim.wait(shim.delay_s)
        answer = self._pass_on(body)
        if shim.lost:
            self._break()
        else:
            self._answer(*answer)

    def _any(self, body):
        self._answer(*self._pass_on(body))

    def _refusal(self, body):
        shim = self.server.shim
        if shim.status:
            return shim.status, shim.headers, shim.said.encode()
        if shim.most_bytes is None and shim.bad is None:
            return None
        text = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
        if shim.most_bytes is not None and len(text) > shim.most_bytes:
            return 413, {}, b'{"error":"Request Entity Too Large"}'
        if shim.bad is not None:
            for line in text.decode().splitlines():
                if shim.bad(line):
                    said = json.dumps({"error": f"unable to parse '{line}': invalid"})
                    return 400, {}, said.encode()
        return None

    def _pass_on(self, body):
        """The answer of the database, or 503 without one, as a proxy says it."""
        shim, parts = self.server.shim, urlsplit(self.path)
        path = self.path
        if parts.path == "/api/v2/write":
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            path = "/write?" + urlencode(
                {"db": asked["bucket"], "precision": asked.get("precision", "ns")}
            )
        headers = {
            name: self.headers[name]
            for name in ("Content-Encoding", "Content-Type", "Authorization")
            if name in self.headers
        }
        if self.target is None or self.target.port != shim.target_port:
            self.target = http.client.HTTPConnection("127.0.0.1", shim.target_port, DEADLINE_S)
        try:
            self.target.request(self.command, path, body, headers)
            answer = self.target.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException):
            self.target.close()
            return 503, {}, b'{"error":"the database is away"}'
        keep = {"Content-Type": answer.headers.get("Content-Type", "text/plain")}
        return answer.status, keep, data

    def _answer(self, status, headers, data):
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if status != 204:
                self.wfile.write(data)
        except OSError:
            self.close_connection = True

    def _break(self):
        """Reset the connection in the middle of whatever it was."""
        self.close_connection = True
        reset(self.connection)


def main(port: str, target_port: str) -> None:
    """Run until the input ends."""
    shim = Shim(int(target_port), int(port))
    print(shim.port, flush=True)
    sys.stdin.read()
    shim.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
