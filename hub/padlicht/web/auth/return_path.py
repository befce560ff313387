"""Where a login may lead back to: pure."""

import re

_LOCAL = re.compile(r"/(?:[A-Za-z0-9_~-][A-Za-z0-9._~/=&?%,:+-]*)?")


def local(address: str | None) -> str:
    """The address if it is one of this hub, without host and tricks; else its front."""
    # Two slashes begin the name of a host; browsers read a backslash as a slash.
    if address and len(address) < 500 and _LOCAL.fullmatch(address) and "//" not in address:
        return address
    return "/"
