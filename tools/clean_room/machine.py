"""What a clean room gets from this machine: where packages come from, and by which proxy.

Only that goes in, and only into the room: all of it may be private.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

APT = Path("/etc/apt")
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
_PROXIES = (*PROXIES, *(name.upper() for name in PROXIES))
# Where apt's packages come from and how they are reached; what is said of indexes stays out.
_APT_OPTION = re.compile(r"(?i)^Acquire::\S*(proxy|verify|cainfo|check-valid|check-date|timeout)")
# pip's options that are about this machine's own environment, and not about where packages are.
_NOT_IN = {"cache-dir", "target", "prefix", "root", "user", "require-virtualenv", "log", "python"}
# npm's that say where packages are and how they are reached; a token, if there is one, stays here.
_NPM = ("registry", "cafile", "strict-ssl", "proxy", "https-proxy", "noproxy")


def mirror(folder: Path = APT) -> str:
    """The Debian mirror that this machine's apt uses; LookupError when it has none."""
    for path in (*sorted((folder / "sources.list.d").glob("*.sources")), *_lists(folder)):
        for line in path.read_text().splitlines():
            found = re.match(r"(?:URIs:|deb\s(?:\s*\[[^\]]*\])?)\s*(\S.*)", line)
            for uri in found[1].split() if found else ():
                if re.search(r"/debian/?$", uri):
                    return uri
    raise LookupError(f"{folder} names no Debian mirror (an address that ends in /debian)")


def _lists(folder: Path) -> Iterable[Path]:
    one = folder / "sources.list"
    return (*((one,) if one.exists() else ()), *sorted((folder / "sources.list.d").glob("*.list")))


def apt_options() -> str:
    """The lines of apt's configuration by which this machine reaches its mirror."""
    said = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True)
    return "".join(f"{line}\n" for line in said.stdout.splitlines() if _APT_OPTION.match(line))


def proxies(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment's proxies."""
    return {name: environ[name] for name in _PROXIES if name in environ}


def pip_settings() -> dict[str, str]:
    """How pip is set up here, by files or by the environment, as environment variables."""
    said = subprocess.run(
        ["python3", "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    by_files = pip_environment(said.stdout.splitlines())
    by_environment = {
        name: value
        for name, value in os.environ.items()
        if name.startswith("PIP_") and _option(name) not in _NOT_IN
    }
    return by_files | by_environment


def pip_environment(lines: Iterable[str]) -> dict[str, str]:
    """What `pip config list` says (`global.index-url='…'`), as pip's environment variables."""
    found = {}
    for line in lines:
        said = re.match(r"(global|install)\.([a-z-]+)='(.*)'$", line)
        if said and said[2] not in _NOT_IN:
            name = "PIP_" + said[2].upper().replace("-", "_")
            found[name] = said[3].replace("\\n", " ").strip()
    return found


def npm_settings() -> dict[str, str]:
    """How npm is set up here, as environment variables; empty where there is no npm."""
    if not shutil.which("npm"):
        return {}
    said = subprocess.run(
        ["npm", "config", "list", "--json"], capture_output=True, text=True, check=False
    )
    return npm_environment(said.stdout) if said.returncode == 0 else {}


def npm_environment(said: str) -> dict[str, str]:
    """What `npm config list --json` says, as npm's environment variables."""
    found = {}
    options = json.loads(said)
    for option in _NPM:
        value = options.get(option)
        if isinstance(value, bool):
            value = str(value).lower()
        elif isinstance(value, list):  # of hosts, and [""] when there is none
            value = ",".join(value)
        if value:
            found["npm_config_" + option.replace("-", "_")] = value
    return found


def _option(name: str) -> str:
    return name.removeprefix("PIP_").lower().replace("_", "-")


def carried(settings: Mapping[str, str], room: Path) -> dict[str, str]:
    """The same settings, with the files and folders that they name copied into the room."""
    moved = dict(settings)
    for name, value in settings.items():
        if value.startswith("/") and Path(value).exists():
            moved[name] = f"/srv/packages/{name.lower()}"
            copy = room / moved[name].lstrip("/")
            copy.parent.mkdir(parents=True, exist_ok=True)
            if Path(value).is_dir():
                shutil.copytree(value, copy, dirs_exist_ok=True)
            else:
                shutil.copy(value, copy)
    return moved
