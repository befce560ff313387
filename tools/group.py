"""Prints the packages of a dependency group of pyproject.toml, one a line, for pip.

pip knows dependency groups from version 25.1 on, and Debian's is older.
"""

import sys
import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())
print("\n".join(project["dependency-groups"][sys.argv[1]]))
