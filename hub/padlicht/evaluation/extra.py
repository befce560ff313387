"""Extra `padlicht[evaluation]`: whether the statistics are installed here, without importing them.

They are hundreds of megabytes and take seconds to import: only the job of a study has them.
"""

from importlib.util import find_spec
from typing import Final

from padlicht.errors import Refused

PACKAGES: Final = ("scipy", "statsmodels")
INSTALL: Final = "pip install 'padlicht[evaluation]'"


def is_installed() -> bool:
    """Whether a study can be worked out on this machine."""
    return all(find_spec(name) is not None for name in PACKAGES)


def require() -> None:
    """Refused, with what to type, when the extra is not there."""
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise Refused(
            f"studies need {' and '.join(missing)}, which is not installed here: type {INSTALL} "
            "where padlicht was installed, then try again"
        )
