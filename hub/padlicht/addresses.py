"""Addresses and names as people type them: brought into the one form that a board can use, or
refused with a sentence; and the nearest of the names that there are. Pure.
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from ipaddress import IPv4Address, IPv6Address, ip_address

import idna

from padlicht.errors import BadData

MOST_PORT = 65_535
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")  # what a resolver takes for a part of an IPv4 address
_MOST_NAME = 253  # characters of a name in the DNS
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f]")


def host_of(text: str) -> str:
    """A host as it is looked up: a name in ASCII and lower case, or an address without brackets.

    BadData says what is wrong: whoever looks it up on a post can tell nobody.
    """
    shown = text.strip()
    if not shown:
        raise BadData("it is empty: give a name like hub.example or an address like 192.0.2.7")
    if "://" in shown:
        rest = shown.partition("://")[2]
        raise BadData(f"{shown!r} has a scheme: give the host alone, like {_example(rest)}")
    bare = shown[1:-1] if shown.startswith("[") and shown.endswith("]") else shown
    address = _address(bare)
    if address is not None:
        if isinstance(address, IPv6Address) and address.scope_id is not None:
            raise BadData(
                f"{shown!r} names a network card of this machine after the %: no board has it; "
                "give an address that is not link-local"
            )
        return str(address)
    if bare != shown or shown.count(":") > 1:
        raise BadData(f"{shown!r} is no IPv6 address: give it like 2001:db8::7, or give a name")
    if ":" in shown:
        raise BadData(
            f"{shown!r} has a port: give the host alone, like {_example(shown)}, and the port "
            "with --broker-port"
        )
    if "/" in shown:
        raise BadData(f"{shown!r} has a path or a netmask: give the host alone")
    return _name(shown)


def host_and_port(url: str, scheme: str) -> tuple[str, int]:
    """Host and port of `SCHEME://HOST:PORT`, IPv6 in brackets; BadData when it is not like that."""
    like = f"{url!r} is not like {scheme}://HOST:8883"
    found, separator, rest = url.strip().partition("://")
    host, colon, port = rest.removesuffix("/").rpartition(":")
    if found.lower() != scheme or not separator or not colon:
        raise BadData(like)
    if not (port.isascii() and port.isdecimal() and 1 <= int(port[:6]) <= MOST_PORT):
        raise BadData(f"{like}: a port is a number from 1 to {MOST_PORT}")
    if "@" in host:
        raise BadData(f"{like}: user and password are options of their own")
    if ":" in host and not (host.startswith("[") and host.endswith("]")):
        raise BadData(f"{like}: an IPv6 address stands in brackets, like [2001:db8::7]")
    try:
        return host_of(host), int(port)
    except BadData as error:
        raise BadData(f"{like}: {error}") from error


def bracketed(host: str) -> str:
    """A host as it stands in a URL: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def why_unreachable(host: str) -> str | None:
    """Why no board reaches anything at a host in its one form; None when it may."""
    address = _address(host)
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if address is None:
        own = host.partition(".")[0] in ("localhost", "ip6-localhost", "ip6-loopback")
        return "is only this machine" if own or host.endswith(".localhost") else None
    if address.is_loopback or address.is_unspecified:
        return "is only this machine"
    if address.is_multicast or address == IPv4Address("255.255.255.255"):
        return "is an address of many, which no broker has"
    if isinstance(address, IPv6Address) and address.is_link_local:
        return "is an address of one cable, for which a board would have to name its network card"
    return None


def nearest(name: str, names: Iterable[str]) -> str:
    """`; did you mean NAME?` of the names that look most alike, or nothing."""
    by_lower = {known.lower(): known for known in names}
    found = get_close_matches(name.lower(), [*by_lower], n=1, cutoff=0.6)
    return f"; did you mean {by_lower[found[0]]}?" if found else ""


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _name(shown: str) -> str:
    name = shown.removesuffix(".").lower()
    if _BLANKS.search(name):
        raise BadData(f"{shown!r} has a blank in it: a host's name has none")
    if not name.isascii():
        name = _punycode(shown, name)
    if _NUMBER.fullmatch(name.rpartition(".")[2]):
        raise BadData(f"{shown!r} is no IPv4 address: that is four numbers to 255, like 192.0.2.7")
    if len(name) > _MOST_NAME or not all(map(_LABEL.fullmatch, name.split("."))):
        raise BadData(
            f"{shown!r} is no host's name: letters, digits and hyphens with points between, like "
            "hub.example"
        )
    return name


def _punycode(shown: str, name: str) -> str:
    """The name as the DNS knows it: a board looks up what it is given, byte by byte."""
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise BadData(f"{shown!r} is no host's name ({error})") from error


def _example(rest: str) -> str:
    """What was probably meant by something with more around it."""
    host = re.split(r"[/?#]", rest)[0].rpartition("@")[2].partition(":")[0]
    return host if host and _LABEL.fullmatch(host.partition(".")[0].lower()) else "hub.example"
