"""How often a password may be tried, or a form handed in: pure, no clock is read.

Each try is held against keys: the address that it came from, and the account that it was for. The
first few are free; after that each one that fails makes the next one wait twice as long, up to a
limit. A try that has to wait is not made and counts nothing, and a key is forgotten after an hour,
so nobody is locked out for ever.

An account's limit is short, because others can run into it on its owner's behalf. A browser that
has logged in to the account before is held to a key of its own instead of both, so that its
owner gets in while somebody else guesses.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

FREE = 5  # tries: people mistype
FORGET_S = 3600
MOST_KEYS = 10_000  # a handful of bytes each; the ones that failed longest ago go first
LONGEST_S = {"address": 900.0, "account": 60.0, "browser": 60.0, "sheets": 60.0}


@dataclass(frozen=True)
class Key:
    """What tries are held against; `kind` is a key of LONGEST_S."""

    kind: str
    name: str


def address_key(address: str) -> Key:
    """The key of an address; of IPv6 its network, for a visitor has all addresses of one."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return Key("address", address)
    if isinstance(known, IPv6Address):
        if known.ipv4_mapped is not None:
            return Key("address", str(known.ipv4_mapped))
        return Key("address", (int(known) >> 64).to_bytes(8).hex(":", 2))
    return Key("address", str(known))


class LoginThrottle:
    """The tries of the last hour. Where all count as failed, it limits how often a form comes."""

    def __init__(self, free: int = FREE) -> None:
        self._free = free
        self._failed: OrderedDict[Key, tuple[int, float]] = OrderedDict()

    def begin(self, keys: Sequence[Key], now_s: float) -> float:
        """Begin a try: 0.0 when it may be made, else how many seconds to wait for the next.

        It counts as failed from here on, so that many at once are as many; take it back with
        `succeeded`.
        """
        wait_s = max(self._wait_s(key, now_s) for key in keys)
        if wait_s > 0:
            return wait_s
        for key in keys:
            count, _ = self._failed.pop(key, (0, now_s))
            self._failed[key] = (count + 1, now_s)
        while len(self._failed) > MOST_KEYS:
            self._failed.popitem(last=False)
        return 0.0

    def succeeded(self, keys: Sequence[Key]) -> None:
        """Take back one try. The others stay: one's own account opens no way to guess another's."""
        for key in keys:
            count, last_s = self._failed.get(key, (0, 0.0))
            if count > 1:
                self._failed[key] = (count - 1, last_s)
            else:
                self._failed.pop(key, None)

    def _wait_s(self, key: Key, now_s: float) -> float:
        count, last_s = self._failed.get(key, (0, 0.0))
        if count and now_s - last_s >= FORGET_S:
            del self._failed[key]
            return 0.0
        if count < self._free:
            return 0.0
        due_s = min(2.0 ** min(count - self._free, 20), LONGEST_S[key.kind])
        return max(0.0, last_s + due_s - now_s)
