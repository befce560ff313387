#!/usr/bin/env bash
# Writes requirements/*.txt from pyproject.toml: every package that is installed, with its version and its hashes.
# `make lock` calls it. A version moves only when pyproject.toml or the call asks for it:
#
#   make lock                                        after a change of pyproject.toml
#   make lock ARGS="--upgrade-package cryptography"  the newest of one package
#   make lock ARGS=--upgrade                         the newest of all
#
# Then it looks whether each package has a wheel wherever Padlicht runs: set-up builds none but Padlicht itself.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=.venv/bin/uv
oldest=$(sed -nE 's/^requires-python = ">=([0-9.]+)"$/\1/p' pyproject.toml)

lock() {
  local name=$1; shift
  "$uv" pip compile --quiet --universal --python-version "$oldest" --generate-hashes --annotation-style line \
    --custom-compile-command "make lock" --output-file "requirements/$name.txt" "$@"
}

# The tests' file has all that the hub's has, and its extras, and binds its versions.
lock test pyproject.toml --all-extras --group build --group dev "$@"
lock run pyproject.toml --group build --constraint requirements/test.txt "$@"
# The stubs lie in a folder of their own; what they ask for beside it is no stub.
lock stubs --group pyproject.toml:stubs --no-deps "$@"
lock node --group pyproject.toml:node "$@"
tools/grafana.sh lock

for python in "$oldest" 3.12 3.13 3.14; do
  for machine in x86_64 aarch64; do
    # Debian 12 has glibc 2.36; a wheel that runs there runs on 13, too.
    "$uv" pip compile --quiet --python-version "$python" --python-platform "$machine-manylinux_2_36" \
      --only-binary :all: requirements/test.txt requirements/stubs.txt requirements/node.txt >/dev/null \
      || { echo "lock: a wheel is lacking for Python $python on $machine (see above): hold that package back in pyproject.toml" >&2; exit 1; }
  done
done
echo "lock: requirements/*.txt are written, with wheels for Python $oldest to 3.14 on amd64 and arm64" >&2
