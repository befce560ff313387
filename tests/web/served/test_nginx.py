"""How the hub looks from outside: behind nginx, below a path, beside another hub, and to HEAD."""

import html
import http.cookiejar
import json
import re
import ssl
import urllib.error
import urllib.request
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from litestar import get

from padlicht.accounts.store import open_accounts
from padlicht.broker.keys import ensure_park
from padlicht.web.auth import page as login_page
from padlicht.web.auth.login_attempt import LoginAttempts
from tests.accounts.parts import PASSWORD, Cheap, add
from tests.browser.park import make_park, served
from tests.rigs.patience import limit_s
from tests.web.served.nginx import documented_block, nginx

DEADLINE_S = limit_s()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Data of a hub with an account."""
    monkeypatch.setattr(
        login_page, "LoginAttempts", lambda path, clock: LoginAttempts(path, clock, Cheap())
    )
    return made(tmp_path / "data")


def made(folder):
    folder.mkdir()
    make_park(folder / "ledger.sqlite")
    add(folder / "accounts.sqlite")
    return folder


@get("/metrics", opt={"open": True})
async def metrics() -> str:
    """As those of a whole hub."""
    return "padlicht_info 1"


class Redirects(urllib.request.HTTPRedirectHandler):
    """Asks as before where a redirect leads; urllib itself makes a GET of a HEAD."""

    def redirect_request(self, req, *rest):
        following = super().redirect_request(req, *rest)
        if following is not None and req.get_method() == "HEAD":
            following.method = "HEAD"
        return following


class Browser:
    """Keeps cookies as browsers do, for a host and whatever port, and follows redirects."""

    def __init__(self, ca=None):
        self.jar = http.cookiejar.CookieJar()
        tls = ssl.create_default_context(cafile=str(ca)) if ca else None
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.jar),
            Redirects(),
            *([urllib.request.HTTPSHandler(context=tls)] if tls else []),
        )

    def ask(self, url, method="GET", form=None, **headers):
        body = urlencode(form).encode() if form else None
        request = urllib.request.Request(url, body, headers, method="POST" if form else method)
        try:
            return self._opener.open(request, timeout=DEADLINE_S)
        except urllib.error.HTTPError as error:
            return error

    def read(self, url, **more):
        with self.ask(url, **more) as answer:
            return answer.read().decode()

    def log_in(self, base):
        """Where the login leads."""
        page = self.read(f"{base}/login/nl")
        token = re.search(r'name="_csrf_token" value="(\w+)"', page)[1]
        form = {"account": "anna", "password": PASSWORD, "next": "/nl/", "_csrf_token": token}
        with self.ask(f"{base}/login/nl", form=form) as answer:
            return answer.geturl()

    def is_in(self, base):
        with self.ask(f"{base}/nl/") as answer:
            return "/login/" not in answer.geturl()


def addresses(page):
    """What a page links to, loads and sends forms to."""
    return [html.unescape(a) for a in re.findall(r'(?:href|src|action)="([^"#]+)', page)]


def test_two_hubs_in_one_browser_keep_their_sessions(folder, tmp_path):
    """A browser knows hosts and no ports; both sessions outlive a restart of the hubs, too."""
    browser, other = Browser(), made(tmp_path / "other")
    for _ in range(2):
        with served(folder, login="on") as one, served(other, login="on") as two:
            bases = [hub.address.rstrip("/") for hub in (one, two)]
            if not browser.jar:
                for base in bases:
                    assert browser.log_in(base) == f"{base}/nl/"
            assert [browser.is_in(base) for base in bases] == [True, True]
    names = {cookie.name for cookie in browser.jar}
    assert len([name for name in names if name.startswith("padlicht_session_")]) == 2
    with served(folder, login="on") as one, served(other, login="on") as two:
        with open_accounts(other / "accounts.sqlite") as accounts:
            accounts.remove("anna")
        assert browser.is_in(one.address.rstrip("/"))
        assert not browser.is_in(two.address.rstrip("/"))


@pytest.mark.parametrize("takes_off", [False, True], ids=["passes the path on", "takes it off"])
def test_behind_nginx_below_a_path_nothing_leaves_it(folder, tmp_path, programs, takes_off):
    """Every link, form, style, script, redirect and cookie of every page that one can walk to."""
    keys = ensure_park(tmp_path / "keys", "127.0.0.1")
    block = documented_block("location /padlicht/ {")
    if takes_off:
        block = block.replace("127.0.0.1:8080;", "127.0.0.1:8080/;")
    options = {"web_path": "/padlicht/", "trusted_proxy": "127.0.0.1"}
    with served(folder, login="on", routes=[metrics], **options) as hub:
        hub_port = urlsplit(hub.address).port
        with nginx(tmp_path / "nginx", keys, block, hub_port) as port:
            top = f"https://127.0.0.1:{port}"
            base = f"{top}/padlicht"
            browser = Browser(keys.ca)
            with browser.ask(f"{base}/") as answer:
                assert answer.geturl() == f"{base}/public/nl"
            assert browser.log_in(base) == f"{base}/nl/"
            assert {(c.path, c.secure) for c in browser.jar} == {
                ("/padlicht/", True),
                ("/padlicht/login", True),
            }
            walked, waiting = set(), [f"{base}/nl/", f"{base}/en/park/use", f"{base}/public/nl"]
            while waiting:
                url = waiting.pop()
                walked.add(url)
                with browser.ask(url) as answer:
                    assert answer.status == 200, url
                    kind, said = answer.headers["Content-Type"], answer.read()
                if not kind.startswith("text/html"):
                    continue
                for address in addresses(said.decode()):
                    assert address.startswith("/padlicht/"), (url, address)
                    target = urljoin(top, address)
                    # One of each sort is enough: of weeks, nodes and days there are many.
                    sort = re.sub(r"lamp-\d|\d{4}-\d\d-\d\d", "", target)
                    if target.endswith("/logout") or sort in {
                        re.sub(r"lamp-\d|\d{4}-\d\d-\d\d", "", one) for one in (*walked, *waiting)
                    }:
                        continue
                    waiting.append(target)
            assert len(walked) > 25
            described = json.loads(browser.read(f"{base}/api/openapi.json"))
            assert described["servers"] == [{"url": "/padlicht"}]
            # What is not there is told by a page whose links stay inside as well.
            with browser.ask(f"{base}/nl/park/elsewhere") as answer:
                assert answer.status == 404
                assert all(a.startswith("/padlicht/") for a in addresses(answer.read().decode()))
            _closed(browser, base)
            _events(browser, base, hub)
            _packed(browser, f"{base}/nl/park")
            _heads(browser, base)
        assert "padlicht_info" in Browser().read(f"http://127.0.0.1:{hub_port}/metrics")


def test_behind_nginx_at_the_root(folder, tmp_path, programs):
    """The block that the documents have, letter for letter."""
    keys = ensure_park(tmp_path / "keys", "127.0.0.1")
    with served(folder, login="on", routes=[metrics], trusted_proxy="127.0.0.1") as hub:
        hub_port = urlsplit(hub.address).port
        block = documented_block("location / {")
        with nginx(tmp_path / "nginx", keys, block, hub_port) as port:
            base = f"https://127.0.0.1:{port}"
            browser = Browser(keys.ca)
            assert browser.log_in(base) == f"{base}/nl/"
            assert all(cookie.secure for cookie in browser.jar)
            _closed(browser, base)
            _events(browser, base, hub)
            _packed(browser, f"{base}/nl/park")
            _heads(browser, base)


def _closed(browser, base):
    """Metrics are the machine's own, by whatever spelling; and what is closed is nobody's page."""
    for name in (
        "metrics", "metrics/", "metrics%2f", "%6detrics", "metrics?x=1", "./metrics", "/metrics",
        "nl/../metrics", "metrics/.",
    ):  # fmt: skip
        with browser.ask(f"{base}/{name}") as answer:
            assert answer.status in (403, 404), name
            assert b"padlicht_info" not in answer.read(), name


def _events(browser, base, hub):
    """What happens comes at once, and is not kept until there is more of it."""
    with browser.ask(f"{base}/events") as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        assert stream.readline().startswith(b"retry: ")
        hub.light("lamp-1", 1000, "boost")
        assert b"event: levels" in b"".join(stream.readline() for _ in range(2))


def _packed(browser, url):
    """A page that comes packed is the same page."""
    with browser.ask(url, **{"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"


def _heads(browser, base):
    """HEAD is answered as GET, without a body; a stream does not hold it up."""
    for address in ("/nl/", "/healthz", "/public/nl", "/api/v1/today", "/events", "/nl/none"):
        url = base + address
        with browser.ask(url) as got:
            status, kind = got.status, got.headers["Content-Type"]
        with browser.ask(url, method="HEAD") as answer:
            assert (answer.status, answer.headers["Content-Type"]) == (status, kind), address
            assert answer.read() == b""


def test_head_is_answered_wherever_get_is(folder):
    """Monitors, link checkers and download managers ask so; without nginx between."""
    with served(folder) as hub:
        browser, base = Browser(), hub.address.rstrip("/")
        asset = re.search(r'href="(/static/[^"]+\.css)"', browser.read(f"{base}/nl/"))[1]
        for address in ("/healthz", "/", "/public/nl", "/nl/park/glance.csv?chart=weeks", asset):
            with browser.ask(base + address) as got, browser.ask(base + address, "HEAD") as head:
                assert head.status == got.status, address
                assert head.headers["Content-Length"] == got.headers["Content-Length"], address
                assert head.read() == b""
        with browser.ask(f"{base}/logout", "HEAD") as answer:
            assert answer.status == 405
