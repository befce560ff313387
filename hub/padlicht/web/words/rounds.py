"""What the pages of people's words share: the round that an address names, and who changes it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from litestar.exceptions import NotFoundException

from padlicht.errors import Refused
from padlicht.ledger import Ledger
from padlicht.participation.store import Participation, open_participation
from padlicht.participation.survey.sheet import Round
from padlicht.web.i18n import text
from padlicht.web.page import PageContext, Req, Tab
from padlicht.web.site_context import SiteContext

TAB: Final = Tab("words", text("What people say"))
MOST_BYTES: Final = 16_384  # of a form: eight answers, two texts, and room

T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """The open store, and the round that was asked for."""

    words: Participation
    round: Round
    place: SiteContext


class Rounds:
    """Finds rounds for pages, in a thread; 404 for one that is not there or of another park."""

    def __init__(self, pages: PageContext) -> None:
        self._pages = pages
        self.path = pages.context.config.participation_path

    async def ask(
        self, site: str, code: str, question: Callable[[Asked], T]
    ) -> tuple[SiteContext, T]:
        """What `question` gives, all in one transaction."""

        def read(_: Ledger, place: SiteContext) -> T:
            with open_participation(self.path) as words, words.transaction():
                found = words.survey.get(code)
                if found.site != place.site.name:
                    raise Refused(f"the round {code[:20]!r} is of another park")
                return question(Asked(words, found, place))

        return await self._pages.read(site, read)

    async def ask_open(self, code: str, question: Callable[[Asked], T]) -> tuple[SiteContext, T]:
        """The same for somebody who only has a code, and does not know the park's name."""
        site = await asyncio.to_thread(self._site_of, code)
        if site is None:
            raise NotFoundException
        return await self.ask(site, code, question)

    async def is_there(self, code: str) -> bool:
        """Whether a code opens a round of any park."""
        return await asyncio.to_thread(self._site_of, code) is not None

    def _site_of(self, code: str) -> str | None:
        if not self.path.exists():
            return None
        with open_participation(self.path) as words:
            found = words.survey.round(code)
            return found.site if found is not None else None

    def who(self, request: Req) -> str:
        """The account that changes something; without logins there is no name to write down."""
        account = self._pages.login_guard.visitor(request).account
        return account.name if account is not None else "-"


async def values_of(request: Req) -> dict[str, str]:
    """The fields of a form; of one that comes twice the last, of a file nothing."""
    form = await request.form()
    return {key: value for key, value in form.multi_items() if isinstance(value, str)}
