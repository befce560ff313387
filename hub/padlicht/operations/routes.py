"""/healthz and /metrics, for those who watch over a hub with a program."""

from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from padlicht.operations.health import State
from padlicht.operations.monitor import HubMonitor

_FRESH = {"Cache-Control": "no-store"}
_OPEN = {"open": True}  # a watching program has no account


def make_routes(monitor: HubMonitor) -> list[HTTPRouteHandler]:
    """The two handlers, to hang beside the pages."""

    @get("/healthz", include_in_schema=False, opt=_OPEN)
    async def healthz() -> Response[bytes]:
        """200 while the hub does its work, warnings included; 503 when records wait outside."""
        _, health = await monitor.look()
        return Response(
            msgspec.json.encode(health),
            status_code=503 if health.state is State.FAILING else 200,
            media_type="application/json",
            headers=_FRESH,
        )

    @get("/metrics", include_in_schema=False, opt=_OPEN)
    async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
        """Everything that is counted, for Prometheus."""
        status, health = await monitor.look()
        body, kind = monitor.metrics.render(status, health, request.headers.get("accept", ""))
        return Response(body, media_type=kind, headers=_FRESH)

    return [healthz, metrics]
