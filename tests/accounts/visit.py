"""A browser without a screen, and what it does at the login."""

import asyncio
import re
from contextlib import contextmanager

from litestar.testing import TestClient

from padlicht.web.app import make_app
from tests.accounts.parts import PASSWORD


@contextmanager
def visiting(context, base_url="http://testserver.local"):
    """A browser that keeps its cookies."""
    app = make_app(context, asyncio.Event())
    with TestClient(app, base_url=base_url) as client:
        client.follow_redirects = False
        yield client


def token_on(client, address="/login/en"):
    """The CSRF token of the form there."""
    return re.search(r'name="_csrf_token" value="(\w+)"', client.get(address).text)[1]


def log_in(client, account="anna", password=PASSWORD, back="/nl/park", language="en", **other):
    """What the login form answers."""
    form = {"account": account, "password": password, "next": back}
    form["_csrf_token"] = token_on(client)
    return client.post(f"/login/{language}", data={**form, **other})
