"""Web server: uvicorn inside the hub's own event loop."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from ipaddress import ip_network

import uvicorn

from padlicht.config import in_url
from padlicht.errors import BadData, TryAgain
from padlicht.web.app import make_app
from padlicht.web.context import WebContext
from padlicht.web.front import Front, mark_of

SHUTDOWN_TIMEOUT_S = 2  # for answers under way when the hub ends; event streams end at once


async def serve(context: WebContext, ready: Callable[[str], None] | None = None) -> None:
    """Serve until cancelled; `ready` is told the address once the port is open.

    Raises TryAgain when the port cannot be had, BadData when `trusted_proxy` names no address.
    """
    trusted = trusted_proxies(context.config.trusted_proxy)
    stop = asyncio.Event()
    with closing(_listener(context.config.web_host, context.config.web_port)) as listener:
        server = _Server(
            uvicorn.Config(
                Front(make_app(context, stop), context.config.page_path, mark_of(context.config)),
                lifespan="off",
                log_config=None,
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=SHUTDOWN_TIMEOUT_S,
                forwarded_allow_ips=trusted,
            )
        )
        if ready is not None:
            ready(_address(listener).rstrip("/") + f"{context.config.page_path}/")
        serving = asyncio.create_task(server.serve([listener]))
        try:
            # Shielded: a cancelled uvicorn would leave its connections open.
            await asyncio.shield(serving)
        finally:
            stop.set()
            server.should_exit = True
            await serving


class _Server(uvicorn.Server):
    """A uvicorn that leaves the signals to the hub."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def trusted_proxies(option: str | None) -> list[str]:
    """The addresses and networks whose word on a visitor's address and scheme is taken."""
    trusted = [part.strip() for part in (option or "").split(",") if part.strip()]
    for part in trusted:
        try:
            ip_network(part)
        except ValueError as error:
            raise BadData(
                f"--trusted-proxy {part}: {error}; give the address of the web server before the "
                "hub, as in 127.0.0.1, or its network, as in 10.0.0.0/8"
            ) from error
    return trusted


def _listener(host: str, port: int) -> socket.socket:
    # Bound here, because uvicorn would end the whole process when the port is taken.
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise TryAgain(
            f"the page cannot be served on {host} port {port}: {error.strerror or error}; end what "
            "uses that port, or choose another one with --web-port"
        ) from error


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{in_url(host)}:{port}/"
