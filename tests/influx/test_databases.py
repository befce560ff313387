"""Making databases, and which InfluxDB it is: 2 and 3, which Debian does not have, by their API."""

import json
from contextlib import closing
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from padlicht.errors import Refused
from padlicht.influx.databases import EVER, empty_databases, make_databases, take_out
from padlicht.influx.schema import MEASUREMENTS, RAW, USAGE
from padlicht.influx.target import InfluxOptions, Target, options_of, pack, version_trouble
from padlicht.ledger.timeline import STILL
from tests.influx.parts import config_of
from tests.rigs.patience import limit_s

TOKEN = "geheim"


class Api(BaseHTTPRequestHandler):
    """Answers as the documentation of both versions has it; keeps what it was asked."""

    protocol_version = "HTTP/1.1"
    timeout = limit_s(10)  # of a connection that its client forgot

    def do_GET(self):
        self.server.asked.append((self.path, None))
        if self.path.startswith("/api/v2/orgs"):
            self.say(200, {"orgs": [{"id": "0123456789abcdef", "name": "gemeente"}]})
        elif self.path.startswith("/api/v2/buckets"):
            there = [name for name in self.server.there if f"name={name}" in self.path]
            self.say(200, {"buckets": [{"name": name, "retentionRules": []} for name in there]})
        else:
            self.say(404, {"code": "not found", "message": "path not found"})

    def do_DELETE(self):
        self.server.asked.append((self.path, {}))
        there = "table=lamp" in self.path
        self.say(200 if there else 404, None if there else {"error": "no such table"})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "null")
        self.server.asked.append((self.path, body))
        if self.path.startswith("/api/") and self.headers["Authorization"] != f"Token {TOKEN}":
            self.say(401, {"code": "unauthorized", "message": "unauthorized access"})
        elif self.path == "/api/v2/buckets":
            self.say(201, body | {"id": "1"})
        elif self.path == "/api/v3/configure/database" and body["db"] in self.server.there:
            self.say(409, {"error": "database already exists"})
        else:
            self.say(200, None)

    def say(self, status, body):
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def api():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    server.daemon_threads = False
    server.asked, server.there = [], []
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def made(api, version: int, token: str = TOKEN) -> list[str]:
    """What is said of park_raw and park."""
    url = f"http://127.0.0.1:{api.server_address[1]}"
    names = {RAW: "park_raw", USAGE: "park"}
    target = Target(InfluxOptions(url, version, "gemeente", token, None, names))
    try:
        return make_databases(target)
    finally:
        target.close()


def emptied(api, version: int) -> None:
    """Take everything out."""
    url = f"http://127.0.0.1:{api.server_address[1]}"
    names = {RAW: "park_raw", USAGE: "park"}
    target = Target(InfluxOptions(url, version, "gemeente", TOKEN, None, names))
    try:
        empty_databases(target)
    finally:
        target.close()


def asked(api, path: str) -> list[dict]:
    """The bodies that were posted to a path."""
    return [body for where, body in api.asked if where == path and body is not None]


def test_buckets_of_version_2_get_their_retention(api):
    """Raw expires after 90 days; usage has no rule."""
    assert [text.split(":")[1] for text in made(api, 2)] == [
        " made, keeps its points for 90 days",
        " made, keeps its points for ever",
    ]
    raw, usage = asked(api, "/api/v2/buckets")
    assert (raw["name"], usage["name"]) == ("park_raw", "park")
    rules = [bucket["retentionRules"] for bucket in (raw, usage)]
    assert [[rule["everySeconds"] for rule in of_bucket] for of_bucket in rules] == [
        [90 * 86_400],
        [0],
    ]
    assert [rule["shardGroupDurationSeconds"] for (rule,) in rules] == [7 * 86_400, 364 * 86_400]


def test_databases_of_version_3_get_their_retention(api):
    """Raw expires after 90 days; usage never does."""
    made(api, 3)
    assert asked(api, "/api/v3/configure/database") == [
        {"db": "park_raw", "retention_period": "90d"},
        {"db": "park"},
    ]


@pytest.mark.parametrize("version", [2, 3])
def test_what_is_there_stays_as_it_is(api, version):
    """Also how long it keeps its points, which somebody may have chosen."""
    api.there = ["park_raw", "park"]
    assert all("was there already" in text for text in made(api, version))


def test_version_2_is_emptied_by_measurement(api):
    """For all times, and nothing but what the writer writes."""
    emptied(api, 2)
    bodies = asked(api, "/api/v2/delete?org=gemeente&bucket=park_raw")
    bodies += asked(api, "/api/v2/delete?org=gemeente&bucket=park")
    assert [body["predicate"] for body in bodies] == [
        f'_measurement="{item.name}"' for item in MEASUREMENTS
    ]
    assert {(body["start"], body["stop"]) for body in bodies} == {EVER}


def test_version_3_is_emptied_by_table(api):
    """A table that was never written to is no trouble."""
    emptied(api, 3)
    assert [path for path, _ in api.asked] == [
        f"/api/v3/configure/table?db={'park_raw' if item.database == RAW else 'park'}"
        f"&table={item.name}"
        for item in MEASUREMENTS
    ]


@pytest.mark.parametrize(("version", "part"), [(2, True), (3, False)])
def test_a_stretch_of_a_node_is_taken_out(api, version, part):
    """Of version 2 from its first second to the end of its last; version 3 can only take all."""
    url = f"http://127.0.0.1:{api.server_address[1]}"
    names = {RAW: "park_raw", USAGE: "park"}
    with closing(Target(InfluxOptions(url, version, "gemeente", TOKEN, None, names))) as target:
        assert take_out(target, RAW, "node", "c1", 86_400, STILL) is part
    of_raw = [item.name for item in MEASUREMENTS if item.database == RAW]
    if part:
        bodies = asked(api, "/api/v2/delete?org=gemeente&bucket=park_raw")
        assert [body["predicate"] for body in bodies] == [
            f'_measurement="{name}" AND node="c1"' for name in of_raw
        ]
        ends = {(body["start"], body["stop"]) for body in bodies}
        assert ends == {("1970-01-02T00:00:00Z", "2262-04-10T23:59:59.999999999Z")}
    else:
        assert [path.rpartition("=")[2] for path, _ in api.asked] == of_raw


@pytest.mark.parametrize("version", [2, 3])
def test_a_token_without_rights_is_named(api, version):
    """And what to check."""
    with pytest.raises(Refused, match="the token"):
        made(api, version, "wrong")


def test_something_else_that_listens_is_told_from_version_1(api):
    """What answers to a query is no InfluxDB."""
    with pytest.raises(Refused, match="--influx-version"):
        made(api, 1)


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
