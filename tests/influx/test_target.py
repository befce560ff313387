"""What an InfluxDB's answer means: written, later, ask somebody, or a bad line."""

import ssl
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path
from time import time

import pytest

from padlicht.broker.keys import ensure_park
from padlicht.errors import BadData, Refused
from padlicht.influx import target as module
from padlicht.influx.schema import RAW, USAGE
from padlicht.influx.target import Away, InfluxOptions, Target, options_of, pack
from tests.influx.parts import NOW, config_of
from tests.rigs.influx import Influxd
from tests.rigs.influx_shim import Shim

LINE = "lamp,node=lamp-1,site=s,zone=path lit_s=1i"


@pytest.fixture
def at(shim, names):
    """A target behind the shim, and its raw database."""
    target = Target(options_of(config_of(Path("/nowhere"), shim.url, **names)))
    yield target, names["influx_raw"]
    target.close()


def refusal(at, kind: type[Exception]) -> Exception:
    """What a write of one line raises."""
    target, database = at
    with pytest.raises(kind) as caught:
        target.write(database, pack(f"{LINE} {NOW}000000000"))
    return caught.value


def test_lines_are_written_in_nanoseconds_and_packed(at, shim, server):
    """They arrive with their own times, by gzip."""
    target, database = at
    assert target.write(database, pack(f"{LINE} 1000000001\n{LINE} 1000000002")) == 0
    assert [row["time"] for row in server.query(database, "SELECT * FROM lamp")] == [
        1_000_000_001, 1_000_000_002,
    ]  # fmt: skip
    path, headers = shim.seen[-1]
    assert path == f"/api/v2/write?org=-&bucket={database}&precision=ns"
    assert headers["Content-Encoding"] == "gzip"


def test_a_field_of_another_type_is_the_lines_fault(at, server):
    """The database says what it has instead, and so do we."""
    target, database = at
    target.write(database, pack(f"{LINE} 1000000001"))
    with pytest.raises(BadData, match=r"400 .*already exists as type integer"):
        target.write(database, pack("lamp,node=lamp-1,site=s,zone=path lit_s=1.5 1000000001"))


def test_a_missing_database_is_named_and_how_to_make_it(at):
    """404 is nobody's line."""
    with pytest.raises(Refused, match=r"'nowhere'.*padlicht influx setup"):
        at[0].write("nowhere", pack(f"{LINE} 1"))


@pytest.mark.parametrize("status", [401, 403])
def test_no_right_to_write_says_whose(at, shim, status):
    """A wrong password or token is mended by a person."""
    shim.status = status
    assert "--influx-user" in str(refusal(at, Refused))


@pytest.mark.parametrize("status", [301, 405, 418])
def test_an_answer_that_no_influxdb_gives_says_to_check_the_address(at, shim, status):
    """Something else listens there."""
    shim.status = status
    assert "--influx-url" in str(refusal(at, Refused))


def test_a_page_instead_of_an_empty_answer_is_not_taken_for_a_write(at, shim):
    """A portal that greets with 200 has stored nothing."""
    shim.status, shim.said = 200, "<html>Welcome</html>"
    assert "--influx-url" in str(refusal(at, Refused))


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_database_in_trouble_is_tried_again(at, shim, status):
    """Nothing is anybody's fault."""
    shim.status = status
    assert f"HTTP {status}" in str(refusal(at, Away))


@pytest.mark.parametrize(
    ("asked", "wait_s"),
    [("7", 7), ("0", 0), ("1e9", 900), ("-5", 0), ("soon", None), ("", None)],
)
def test_a_wait_that_the_database_asks_for_is_honoured_within_reason(at, shim, asked, wait_s):
    """Retry-After in seconds, up to a quarter of an hour."""
    shim.status, shim.headers = 429, {"Retry-After": asked}
    assert refusal(at, Away).wait_s == wait_s


def test_a_wait_until_a_date_is_honoured(at, shim):
    """Retry-After as a date."""
    shim.status, shim.headers = 503, {"Retry-After": formatdate(time() + 600, usegmt=True)}
    assert 500 < refusal(at, Away).wait_s <= 600


@pytest.mark.parametrize("mode", ["down", "cut", "lost"])
def test_a_connection_that_breaks_is_tried_again(at, shim, mode):
    """Before, in the middle, or after: whether it was written nobody knows, and need not."""
    setattr(shim, mode, True)
    assert "cannot be reached" in str(refusal(at, Away))


def test_a_database_that_never_answers_is_given_up(shim, names, monkeypatch):
    """The wait for an answer has an end."""
    monkeypatch.setattr(module, "ANSWER_S", 0.1)
    target = Target(options_of(config_of(Path("/nowhere"), shim.url, **names)))
    shim.silent = True
    refusal((target, names["influx_raw"]), Away)
    target.close()


def test_nobody_listening_is_tried_again(at, shim):
    """A database that is not started yet."""
    shim.close()
    refusal(at, Away)


def test_too_large_a_body_is_for_halving(at, shim):
    """413 is told like any bad lines."""
    shim.most_bytes = 10
    assert "413" in str(refusal(at, BadData))


def test_points_older_than_the_database_keeps_are_no_error(at, server):
    """They are counted; everything else of the body was written."""
    target, _ = at
    server.query("", "CREATE DATABASE short WITH DURATION 1d")
    new = int(time()) * 10**9
    assert target.write("short", pack(f"{LINE} 1\n{LINE} 2\n{LINE} {new}")) == 2
    assert server.count("short", "lamp", "lit_s") == 1


@pytest.mark.parametrize("status", [422, 500])
def test_the_other_wording_of_too_old_is_understood(at, shim, status):
    """InfluxDB 2 says it with 422, and its first versions said it with 500."""
    shim.status = status
    shim.said = (
        '{"code":"unprocessable entity","message":"failure writing points to database: partial '
        'write: dropped 550 points outside retention policy of duration 2160h0m0s - oldest …"}'
    )
    assert at[0].write(at[1], pack(LINE)) == 550


def test_an_answer_of_garbage_is_quoted_short_and_on_one_line(at, shim):
    """Whatever a proxy says fits a log."""
    shim.status, shim.said = 400, "<html>\n" + "x" * 100_000
    said = str(refusal(at, BadData))
    assert len(said) < 400 and "\n" not in said


@pytest.mark.parametrize("own", [True, False])
def test_an_encrypted_database_is_written_to_only_when_its_certificate_is_known(
    tmp_path, server, names, own
):
    """With a CA of one's own, or else somebody has to look: trying again would not help."""
    keys = ensure_park(tmp_path / "keys", "127.0.0.1")
    stranger = ensure_park(tmp_path / "stranger", "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(keys.certificate("broker"), keys.key("broker"))
    shim = Shim(server.port, tls=context)
    ca = (keys if own else stranger).ca
    target = Target(options_of(config_of(tmp_path, shim.url, influx_ca_file=ca, **names)))
    try:
        if own:
            assert target.write(names["influx_raw"], pack(f"{LINE} 1")) == 0
        else:
            said = str(refusal((target, names["influx_raw"]), Refused))
            assert "CERTIFICATE_VERIFY_FAILED" in said
            assert "--influx-ca-file" in said
    finally:
        target.close()
        shim.close()


def test_a_database_without_encryption_at_an_encrypted_address_is_for_a_person(at):
    """It would not get better by trying again."""
    options = replace(at[0].options, url=at[0].options.url.replace("http:", "https:"))
    target = Target(options)
    assert "--influx-url" in str(refusal((target, "x"), Refused))
    target.close()


@pytest.mark.usefixtures("programs")
def test_a_database_that_asks_for_a_user_gets_one(tmp_path):
    """A real InfluxDB with authentication: wrong is refused, right is written."""
    server = Influxd(tmp_path / "influxd", auth=True)
    shim = Shim(server.port)
    try:
        server.query("", "CREATE USER anna WITH PASSWORD 'päss wörd' WITH ALL PRIVILEGES")
        who = {"u": "anna", "p": "päss wörd"}
        server.query("", "CREATE DATABASE park_raw", **who)
        password = tmp_path / "password"
        for text, taken in (("wrong", False), ("päss wörd", True)):
            password.write_text(text + "\n")
            config = config_of(
                tmp_path, shim.url, influx_user="anna", influx_password_file=password
            )
            at = Target(options_of(config)), "park_raw"
            if taken:
                assert at[0].write("park_raw", pack(f"{LINE} 1")) == 0
            else:
                assert "401" in str(refusal(at, Refused))
            at[0].close()
        assert len(server.query("park_raw", "SELECT * FROM lamp", **who)) == 1
    finally:
        shim.close()
        server.close()


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"influx_url": "influx:8086"}, "--influx-url"),
        ({"influx_url": "ftp://influx"}, "--influx-url"),
        ({"influx_url": "http://anna:secret@influx"}, "--influx-url"),
        ({"influx_version": "2", "influx_org": "park"}, "PADLICHT_INFLUX_TOKEN"),
        ({"influx_version": "3"}, "PADLICHT_INFLUX_TOKEN"),
        ({"influx_version": "2", "influx_token": "t"}, "--influx-org"),
        ({"influx_user": "anna"}, "--influx-password-file"),
        ({"influx_password": "x"}, "--influx-user"),
        ({"influx_ca_file": Path("/nowhere/ca.pem")}, "--influx-ca-file"),
        ({"influx_token_file": Path("/nowhere/token")}, "--influx-token-file"),
    ],
)
def test_options_that_cannot_be_say_which(options, named):
    """Before anything is started."""
    with pytest.raises(BadData, match=named):
        options_of(config_of(Path("/nowhere"), **{"url": "http://influx:8086"} | _url(options)))


def _url(options: dict) -> dict:
    """`config_of` names the address itself."""
    return {("url" if name == "influx_url" else name): value for name, value in options.items()}


def test_no_secret_shows_when_options_are_printed(monkeypatch):
    """Neither of the environment nor of a file."""
    monkeypatch.setenv("PADLICHT_INFLUX_TOKEN", "geheim")
    config = config_of(Path("/nowhere"), "http://influx:8086", influx_version="3")
    options = options_of(config)
    assert options.token == "geheim"
    assert "geheim" not in repr(config) + repr(options)


@pytest.mark.parametrize(("version", "org"), [(2, "gemeente"), (3, "-")])
def test_newer_versions_get_the_token_and_what_they_know_of_organisations(shim, version, org):
    """One endpoint for all three; only InfluxDB 2 has organisations."""
    shim.status = 204
    options = InfluxOptions(shim.url, version, org, "geheim", None, {RAW: "r", USAGE: "u"})
    target = Target(options)
    assert target.write("r", pack(LINE)) == 0
    target.close()
    path, headers = shim.seen[-1]
    assert path == f"/api/v2/write?org={org}&bucket=r&precision=ns"
    assert headers["Authorization"] == "Token geheim"
