"""The front around the pages: path prefix, marks of cookies, printed addresses."""

import asyncio
import json
import shutil

import pytest

from padlicht.config import Config
from padlicht.errors import BadData
from padlicht.web.front import Front, mark_of
from tests.accounts.parts import add


async def echo(scope, receive, send):
    """An application that shows what it was asked, and answers with a redirect and two cookies."""
    seen = {"path": scope["path"], "cookie": dict(scope["headers"]).get(b"cookie", b"").decode()}
    headers = [
        (b"location", b"/nl/"),
        (b"set-cookie", b"padlicht_form=abc; HttpOnly; Path=/; SameSite=lax"),
        (b"set-cookie", b"other=1; Path=/"),
        (b"content-type", b"application/json"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send(
        {"type": "http.response.body", "body": json.dumps(seen).encode(), "more_body": False}
    )


def seen(path, asked, cookie=""):
    """What an application behind a front sees, and the headers that come out."""
    sent = []

    async def send(message):
        sent.append(message)

    headers = [(b"cookie", cookie.encode())] if cookie else []
    scope = {"type": "http", "method": "GET", "path": asked, "headers": headers}
    asyncio.run(Front(echo, path, "0badcafe")(scope, None, send))
    return json.loads(sent[1]["body"]), sent[0]["headers"]


@pytest.mark.parametrize(
    ("path", "asked", "inside"),
    [
        ("", "/nl/", "/nl/"),
        ("/padlicht", "/padlicht/nl/", "/nl/"),
        ("/padlicht", "/padlicht", "/"),
        ("/padlicht", "/padlicht/", "/"),
        ("/padlicht", "/nl/", "/nl/"),
        ("/padlicht", "/padlichten/nl", "/padlichten/nl"),
        ("/a/b", "/a/b/c", "/c"),
    ],
)
def test_the_path_is_taken_off_once(path, asked, inside):
    """Whether the web server leaves it on or not; and never from a longer word."""
    assert seen(path, asked)[0]["path"] == inside


def test_cookies_are_this_hubs_alone():
    """Another hub's, and those of before hubs had marks, are not even seen; strangers' are."""
    sent = "a=1; padlicht_session=x; padlicht_session_0badcafe=mine; padlicht_form_11112222=theirs"
    inside, headers = seen("/padlicht", "/padlicht/", sent)
    assert inside["cookie"] == "a=1; padlicht_session=mine"
    assert headers[:3] == [
        (b"location", b"/padlicht/nl/"),
        (b"set-cookie", b"padlicht_form_0badcafe=abc; HttpOnly; Path=/padlicht/; SameSite=lax"),
        (b"set-cookie", b"other=1; Path=/"),
    ]


@pytest.mark.parametrize(
    ("told", "path"),
    [
        ("/", ""),
        ("", ""),
        ("/padlicht/", "/padlicht"),
        ("padlicht", "/padlicht"),
        ("/a/b/", "/a/b"),
    ],
)
def test_a_path_is_taken_as_people_write_it(told, path):
    """With slashes or without."""
    assert Config(web_path=told).page_path == path


@pytest.mark.parametrize("told", ["/pad licht", "/ö", "//x/../y", "https://x/y", '/"', "/a?b"])
def test_a_path_that_is_none_is_refused(told):
    """Before anything starts."""
    with pytest.raises(BadData, match="--web-path"):
        _ = Config(web_path=told).page_path


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080/x/"),
        ("::1", "http://[::1]:8080/x/"),
        ("[::1]", "http://[::1]:8080/x/"),
        ("park.example", "http://park.example:8080/x/"),
    ],
)
def test_the_page_is_printed_as_an_address_that_opens(host, url):
    """IPv6 stands in brackets, and the path behind it."""
    assert Config(web_host=host, web_path="/x").page_url == url


def test_the_mark_outlives_a_restart_and_a_restore(tmp_path):
    """And a hub without a login has one as well."""
    folder = tmp_path / "data"
    folder.mkdir()
    add(folder / "accounts.sqlite")
    config = Config(data=folder)
    before = mark_of(config)
    copy = folder.with_name("restored")
    shutil.copytree(folder, copy)
    assert mark_of(Config(data=copy)) == before
    assert mark_of(Config(data=folder, login="off")) != before
