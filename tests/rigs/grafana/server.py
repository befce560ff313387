"""A stand-in for Grafana's HTTP API: folders, dashboards, data sources and alert rules, in memory.

Answers have the documented shapes, refusals included: a version that is no longer the newest (412),
what comes from a file (400), a rule that is not whole (400), a wrong token (401). What it does to
people beyond that is set by plain attributes, also while it runs:

    refuse       {(method, beginning of the path): (status, body)} instead of the answer
    html         every answer is a page in HTML, as of a server that is something else
    hold         a threading.Event: nothing is answered before it is set
    meanwhile    called just before anything is changed: what somebody else does at that moment
"""

import json
import threading
from copy import deepcopy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.rigs.patience import limit_s

TOKEN = "glsa_0123456789abcdef"
RULE_FIELDS = {"title", "ruleGroup", "folderUID", "condition", "data", "noDataState"} | {
    "execErrState", "for", "orgID",
}  # fmt: skip


class FakeGrafana:
    """Listens on loopback below `prefix`; what it has is in `folders`, `boards`, `rules`."""

    def __init__(self, prefix: str = ""):
        self.prefix = prefix
        self.refuse = {}
        self.html = False
        self.hold = threading.Event()
        self.hold.set()
        self.meanwhile = lambda: None
        self.version = "12.4.0"
        self.sources = {"padlicht-usage": "influxdb", "padlicht-raw": "influxdb"}
        self.folders = {}
        self.boards = {}  # uid -> (meta, dashboard)
        self.newer = set()  # uids of dashboards that somebody saved as v2
        self.messages = []
        self.rules = {}
        self.intervals = {}  # (folder, group) -> seconds
        self.writes = []  # (method, path) of everything that changes something
        self._ids = iter(range(1, 10_000))
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.grafana = self
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}{prefix}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def close(self):
        self.hold.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(limit_s())

    def answer(self, method, path, body, headers):
        """The status and the body of an answer."""
        if not path.startswith(self.prefix + "/api/"):
            return 404, {"message": "Not found"}
        path = path[len(self.prefix) + len("/api") :]
        for (which, start), refusal in self.refuse.items():
            if method == which and path.startswith(start):
                return refusal
        if path == "/health":
            return 200, {"database": "ok", "version": self.version, "commit": "0"}
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401, {"message": "Invalid API key", "messageId": "api-key.invalid"}
        if method != "GET":
            self.writes.append((method, path))
            self.meanwhile()
        for start, handle in (
            ("/datasources/uid/", self._source),
            ("/folders", self._folder),
            ("/dashboards/", self._board),
            ("/v1/provisioning/alert-rules", self._rule),
            ("/v1/provisioning/folder/", self._group),
        ):
            if path.startswith(start):
                return handle(method, path[len(start) :], body, headers)
        return 404, {"message": "Not found"}

    def _source(self, _, uid, body, headers):
        if uid not in self.sources:
            return 404, {"message": "Data source not found"}
        return 200, {"id": 1, "uid": uid, "name": uid, "type": self.sources[uid]}

    def _folder(self, method, uid, body, headers):
        if method == "POST":
            if body["uid"] in self.folders:
                return 409, {"message": "a folder with that UID already exists"}
            self.folders[body["uid"]] = {"id": next(self._ids), "version": 1, **body}
            return 200, self.folders[body["uid"]]
        found = self.folders.get(uid[1:])
        return (200, found) if found else (404, {"message": "folder not found"})

    def _board(self, method, path, body, headers):
        if method == "GET":
            found = self.boards.get(path[len("uid/") :])
            if path[len("uid/") :] in self.newer:
                return 406, {"message": "dashboard api version not supported, use /apis/… instead"}
            if not found:
                return 404, {"message": "Dashboard not found"}
            return 200, {"meta": found[0], "dashboard": found[1]}
        board = deepcopy(body["dashboard"])
        if body["folderUid"] not in self.folders:
            return 400, {"message": "folder not found"}
        meta, there = self.boards.get(board["uid"], ({}, None))
        if meta.get("provisioned"):
            return 400, {"message": "Cannot save provisioned dashboard"}
        if there and not body["overwrite"] and board.get("version") != there["version"]:
            return 412, {
                "status": "version-mismatch",
                "message": "The dashboard has been changed by someone else",
            }
        board |= {
            "id": there["id"] if there else next(self._ids),
            "version": there["version"] + 1 if there else 1,
        }
        meta = {"folderUid": body["folderUid"], "provisioned": False, "version": board["version"]}
        self.boards[board["uid"]] = (meta, board)
        self.messages.append(body["message"])
        return 200, {"status": "success", "uid": board["uid"], "version": board["version"]}

    def _rule(self, method, uid, body, headers):
        uid = uid[1:]
        if method == "GET":
            found = self.rules.get(uid)
            return (200, found) if found else (404, {"message": "could not find alert rule"})
        missing = RULE_FIELDS - set(body)
        if missing or body["folderUID"] not in self.folders:
            return 400, {"message": f"invalid alert rule: {sorted(missing) or 'no such folder'}"}
        if method == "POST" and body["uid"] in self.rules:
            return 409, {"message": "alert rule UID is already used"}
        old = self.rules.get(uid, {})
        if old.get("provenance") == "file":
            return 409, {"message": "cannot change provenance from 'file' to ''"}
        kept = deepcopy(body)
        for step in kept["data"]:
            step.setdefault("queryType", "")
        kept |= {
            "id": old.get("id") or next(self._ids),
            "updated": "2026-11-21T12:00:00Z",
            "provenance": "" if headers.get("X-Disable-Provenance") else "api",
        }
        self.rules[body["uid"]] = kept
        self.intervals.setdefault((body["folderUID"], body["ruleGroup"]), 60)
        return (201 if method == "POST" else 200), kept

    def _group(self, method, path, body, headers):
        folder, _, title = path.partition("/rule-groups/")
        rules = [
            rule
            for rule in self.rules.values()
            if (rule["folderUID"], rule["ruleGroup"]) == (folder, title)
        ]
        if not rules:
            return 404, {"message": "rule group does not exist"}
        if method == "PUT":
            if {rule["uid"] for rule in body["rules"]} != {rule["uid"] for rule in rules}:
                return 400, {"message": "a rule would be lost"}
            self.intervals[folder, title] = body["interval"]
        interval = self.intervals[folder, title]
        return 200, {"title": title, "folderUid": folder, "interval": interval, "rules": rules}


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that server_close waits for them
    grafana: FakeGrafana


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, *_):
        """Say nothing."""

    def do_GET(self):
        grafana = self.server.grafana
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        grafana.hold.wait(limit_s())
        status, answer = grafana.answer(self.command, self.path, body, self.headers)
        kind, data = "application/json", json.dumps(answer).encode()
        if grafana.html:
            status, kind, data = 200, "text/html", b"<!doctype html><title>Intranet</title>"
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Connection", "close")  # so that closing waits for nobody
            self.end_headers()
            self.wfile.write(data)
        except OSError:
            pass  # who asked has given up
        self.close_connection = True

    do_POST = do_PUT = do_GET
