"""Web context: what the hub hands to the pages, and who visits them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from litestar.handlers import HTTPRouteHandler

from padlicht.accounts.sessions import Account
from padlicht.clock import HubClock
from padlicht.config import Config
from padlicht.control.live_state import LiveState
from padlicht.operations.damage import DamageWatch


@dataclass(frozen=True)
class WebContext:
    """The ledger is opened read-only for each look; `live` is the hub's own, shared object.

    `routes` are served beside the pages, for those who watch over the hub; `damage` is told
    when a page meets a damaged ledger, and tells all pages.
    """

    ledger_path: Path
    live: LiveState
    clock: HubClock
    config: Config
    routes: Sequence[HTTPRouteHandler] = ()
    damage: DamageWatch | None = None


@dataclass(frozen=True)
class Visitor:
    """Who looks: `account` is None for somebody who is not logged in.

    `login_is_off`: nobody is asked (--login off). `csrf_token` goes into every form.
    """

    account: Account | None = None
    login_is_off: bool = False
    csrf_token: str = ""

    @property
    def has_access(self) -> bool:
        """Whether more than the public page is for them."""
        return self.login_is_off or self.account is not None


NOBODY = Visitor()
