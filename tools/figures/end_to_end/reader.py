"""Somebody before the pages of a running hub: reads, fills in forms, waits, takes a PDF home."""

import asyncio
import html
import re
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self, TypeVar

import httpx

T = TypeVar("T")
_POLL_S = 0.5
_ANSWER_S = 120  # of a page, on a machine with other things to do
_LIMIT_S = 900
_SHOWN = 1500  # characters of a page that did not say what was waited for


class Reader:
    """One park's pages in a browser of our own, without scripts; addresses are below the park's."""

    def __init__(self, page: str, site: str) -> None:
        self._site = site
        self._client = httpx.AsyncClient(base_url=page, timeout=_ANSWER_S)

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    async def read(self, address: str, language: str = "en") -> str:
        """The words of a page, on one line."""
        return words(await self._page(address, language))

    async def rows(self, address: str, heading: str) -> list[list[str]]:
        """The cells of the table that a heading (by its id) names, row by row, without its head."""
        page = await self._page(address, "en")
        table = re.search(rf'aria-labelledby="{heading}">.*?<tbody>(.*?)</tbody>', page, re.DOTALL)
        if table is None:
            raise RuntimeError(f"{address} has no table {heading}: {words(page)[-_SHOWN:]}")
        return [
            [words(cell) for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL)]
            for row in re.findall(r"<tr.*?>(.*?)</tr>", table[1], re.DOTALL)
        ]

    async def send(self, address: str, **fields: str) -> None:
        """Send a page's form, as who has just loaded it; RuntimeError when it is refused."""
        page = await self._page(address, "en")
        token = re.search(r'name="_csrf_token" value="([^"]+)"', page)
        if token is None:
            raise RuntimeError(f"{address} has no form: {words(page)[-_SHOWN:]}")
        fields = {"_csrf_token": token[1], **fields}
        answer = await self._client.post(f"/en/{self._site}/{address}", data=fields)
        if answer.status_code != httpx.codes.SEE_OTHER:
            raise RuntimeError(f"{address}: {answer.status_code}: {words(answer.text)[:_SHOWN]}")

    async def wait(self, look: Callable[[], Awaitable[T]], enough: Callable[[T], object]) -> T:
        """Look again and again until it is enough; what was seen. RuntimeError after long."""
        began_s = time.monotonic()
        while not enough(seen := await look()):
            if time.monotonic() - began_s > _LIMIT_S:
                raise RuntimeError(f"waited for {_LIMIT_S} s, and seen was {str(seen)[:_SHOWN]}")
            await asyncio.sleep(_POLL_S)
        return seen

    async def pdf(self, address: str, language: str) -> bytes:
        """A document as a file."""
        return (await self._get(address, language)).content

    async def _page(self, address: str, language: str) -> str:
        return (await self._get(address, language)).text

    async def _get(self, address: str, language: str) -> httpx.Response:
        answer = await self._client.get(f"/{language}/{self._site}/{address}")
        if answer.status_code != httpx.codes.OK:
            raise RuntimeError(f"{address}: {answer.status_code}: {words(answer.text)[:_SHOWN]}")
        return answer


def words(page: str) -> str:
    """What a person reads of HTML, on one line."""
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", page)).split())
