"""What Grafana makes of its files of provisioning: values with variables, and paths of dashboards.

Written after pkg/services/provisioning/values, pkg/setting/expanders.go and the image's run.sh.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

_BRACED = re.compile(r"\$(|__\w+)\{([^}]+)\}")
_NAMED = re.compile(r"\$\{(\w+)\}|\$(\w+)")


def environment(of: Mapping[str, str], files: Mapping[str, str]) -> dict[str, str]:
    """The environment as run.sh of the image hands it on: GF_X__FILE becomes GF_X, as it is."""
    made = {}
    for name, value in of.items():
        if name.startswith("GF_") and name.endswith("__FILE"):
            made[name.removesuffix("__FILE")] = files[value].rstrip("\n")
        else:
            made[name] = value
    return made


def interpolated(value: str, of: Mapping[str, str], files: Mapping[str, str]) -> str:
    """A value of a file: `$__env{}` and `$__file{}` first, then `$NAME` in all that came of it.

    `$$` stands for one `$`, where it stands in the file itself.
    """

    def braced(found: re.Match[str]) -> str:
        if found[1] == "__file":
            return files[found[2]].strip()
        return of.get(found[2], "") if found[1] in ("", "__env") else found[0]

    def named(found: re.Match[str]) -> str:
        return of.get(found[1] or found[2], "")

    return "$".join(_NAMED.sub(named, _BRACED.sub(braced, part)) for part in value.split("$$"))


def mounted(volumes: list[str], below: str, root: Path, of: Mapping[str, str]) -> dict[str, Path]:
    """The files that a container sees below a folder, by their path in it."""
    found = {}
    for volume in volumes:
        text = re.sub(r"\$\{(\w+):-(\w*)\}", lambda one: of.get(one[1], one[2]), volume)
        source, target = text.split(":")[:2]
        if target.startswith(below):
            place = Path(os.path.normpath(root / source))
            found |= {f"{target}/{path.relative_to(place)}": path for path in place.rglob("*.json")}
    return found
