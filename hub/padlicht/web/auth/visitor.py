"""Who looks at a page, as its templates need to know."""

from dataclasses import dataclass

from padlicht.accounts.sessions import Account


@dataclass(frozen=True)
class Visitor:
    """Who looks: `account` is None for somebody who is not logged in.

    `open_to_all`: nobody is asked (--login off). `csrf_token` goes into every form.
    """

    account: Account | None = None
    open_to_all: bool = False
    csrf_token: str = ""

    @property
    def welcome(self) -> bool:
        """Whether more than the public page is for them."""
        return self.open_to_all or self.account is not None


NOBODY = Visitor()
