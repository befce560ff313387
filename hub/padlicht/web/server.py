"""Serves the pages inside the hub's own event loop."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator
from contextlib import closing

import uvicorn

from padlicht.errors import TryAgain
from padlicht.web.app import make_app
from padlicht.web.context import WebContext

GOODBYE_S = 2  # for answers under way when the hub ends; event streams end at once


async def serve(context: WebContext, ready: Callable[[str], None] | None = None) -> None:
    """Serve until cancelled; `ready` is told the address once the port is open.

    Raises TryAgain when the port cannot be had.
    """
    stop = asyncio.Event()
    with closing(_listener(context.config.web_host, context.config.web_port)) as listener:
        server = _Server(
            uvicorn.Config(
                make_app(context, stop),
                lifespan="off",
                log_config=None,
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=GOODBYE_S,
            )
        )
        if ready is not None:
            ready(_address(listener))
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


def _listener(host: str, port: int) -> socket.socket:
    # Bound here, because uvicorn would end the whole process when the port is taken.
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
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
