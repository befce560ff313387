"""A page's journey: from the request at the ASGI application to the HTML of the glance page.

Nothing that one request leaves behind for the next is there: the application is new. What a whole
process keeps (compiled templates, a language's words) is, for an application before it was asked.
"""

from pathlib import Path

from tests.rigs.pages import client
from tools.journeys.tracing import Stop, Tracer, stops

PATH = "/en/"


def trace(ledger: Path, now_utc_s: int) -> list[Stop]:
    """The files that make the glance page of the park in `ledger`."""
    tracer = Tracer()
    with tracer.installed():
        for _ in range(2):  # the first time, what is done once only
            with client(ledger, now_utc_s) as pages, tracer.recording() as calls:
                answer = pages.get(PATH)
            answer.raise_for_status()
    return stops([calls], {})
