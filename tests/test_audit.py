"""`make audit` on the real pip-audit, with the vulnerability service played on loopback."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tools import audit

FOUND = {
    **{"schema_version": "1.7.0", "id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"]},
    "affected": [
        {
            "package": {"name": "jinja2", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "9.9"}]}],
        }
    ],
}


@contextmanager
def service(vulnerable: str) -> Iterator[str]:
    """An OSV that knows one vulnerability, of the package named; yields its URL."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            hit = asked["package"]["name"] == vulnerable
            body = json.dumps({"vulns": [FOUND]} if hit else {}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Keeps quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/query"
        finally:
            server.shutdown()
            thread.join()


def asked(url: str, tmp_path) -> int:
    return audit.main(["--osv-url", url, "--cache-dir", str(tmp_path)])


@pytest.mark.usefixtures("programs")
def test_a_known_vulnerability_is_named_with_the_version_that_mends_it(tmp_path, capsys):
    """One vulnerable package of many ends the audit with 1, its names and the way out."""
    with service("jinja2") as url:
        assert asked(url, tmp_path) == 1
    said = capsys.readouterr().out
    assert "audit: jinja2 3.1.6 has PYSEC-2026-1, CVE-2026-1; mended in: 9.9\n" in said
    assert "make lock" in said


@pytest.mark.usefixtures("programs")
def test_every_locked_package_is_asked_about(tmp_path, capsys):
    """What the hub, the tests and the stubs install is asked about, and none known is 0."""
    with service("none-of-ours") as url:
        assert asked(url, tmp_path) == 0
    count = int(capsys.readouterr().out.split()[1])
    assert count > 80


@pytest.mark.usefixtures("programs")
def test_without_a_network_nothing_is_called_safe(tmp_path, capsys):
    """A service that cannot be reached ends the audit with 2 and says what is needed."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound, but nobody listens
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
        assert asked(url, tmp_path) == 2
    assert "a network that reaches api.osv.dev" in capsys.readouterr().out


def test_a_package_that_was_skipped_is_not_called_safe(capsys):
    """pip-audit goes on without what its service does not know; the audit does not."""
    packages = [
        {"name": "jinja2", "version": "3.1.6", "vulns": []},
        {"name": "click", "skip_reason": "not found"},
    ]
    assert audit.verdict(packages) == 2
    assert "click was not asked about: not found" in capsys.readouterr().out


def test_an_audit_of_nothing_is_no_audit():
    """An empty answer is not a clean one."""
    assert audit.verdict([]) == 2
