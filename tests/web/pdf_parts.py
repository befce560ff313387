"""What a PDF says of itself, read without a library: how many sheets, which objects."""

import re
import zlib
from contextlib import suppress


def objects(pdf: bytes) -> bytes:
    """Its objects as text, those that are kept compressed too."""
    found = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            found.append(zlib.decompress(stream))
    return b"\n".join(found)


def page_count(pdf: bytes) -> int:
    """How many sheets it has."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", objects(pdf)))
