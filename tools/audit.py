"""Known vulnerabilities: asks OSV's service about every Python package that is installed.

`make audit` calls it; it needs a network, for pip-audit has no database of its own. It ends with
0 when every package was asked about and none is known to be vulnerable, 1 when one is, and 2 when
one could not be asked about: pip-audit alone calls that "no known vulnerabilities found".
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("test", "stubs", "node")  # the hub's own packages are all among those of the tests


def main(arguments: list[str]) -> int:
    """Runs pip-audit on the lock files, says what came of it, and returns the exit code."""
    files = [str(ROOT / "requirements" / f"{name}.txt") for name in LOCKS]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip_audit", "--vulnerability-service", "osv"),
            # The lock says all: nothing is resolved, downloaded or installed.
            *("--disable-pip", "--require-hashes", "--progress-spinner", "off"),
            *("--format", "json", "--aliases", "on"),
            *(word for file in files for word in ("--requirement", file)),
            *arguments,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except ValueError:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        say("nothing could be asked, so nothing is known of any package.")
        say("This needs a network that reaches api.osv.dev. pip-audit ended with:")
        say(last)
        return 2
    return verdict(packages)


def verdict(packages: list[dict]) -> int:
    """Says which packages are vulnerable or were not asked about; returns the exit code."""
    vulnerable = [package for package in packages if package.get("vulns")]
    skipped = [package for package in packages if "skip_reason" in package]
    for package in vulnerable:
        for found in package["vulns"]:
            names = ", ".join([found["id"], *found["aliases"]])
            mended = ", ".join(found["fix_versions"]) or "no version yet"
            say(f"{package['name']} {package['version']} has {names}; mended in: {mended}")
    for package in skipped:
        say(f"{package['name']} was not asked about: {package['skip_reason']}")
    if vulnerable:
        say('raise them with:  make lock ARGS="--upgrade-package NAME", then make test')
        return 1
    if skipped or not packages:
        say(f"{len(skipped)} of {len(packages)} packages were not asked about")
        return 2
    say(f"{len(packages)} packages, none with a known vulnerability")
    return 0


def say(sentence: str) -> None:
    """Prints one line."""
    print(f"audit: {sentence}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
