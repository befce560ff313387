#!/usr/bin/env bash
# Sets up what Padlicht needs on Debian 12 or 13. `make setup` calls it; run again, it only looks.
#
#   tools/setup.sh run    what `make run` needs: mosquitto, MicroPython, Python packages
#   tools/setup.sh test   that, and what `make test` needs: Chromium, InfluxDB, the boards' MicroPython,
#                         Grafana's libraries, linters
#
# System packages come by apt (root, or sudo); Python packages go into .venv, with the versions and
# hashes in requirements/; MicroPython and Grafana's libraries go into ${XDG_CACHE_HOME:-~/.cache}/padlicht
# and are kept.
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-run}

. tools/fetching.sh

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "this needs root: install sudo, or run as root:  $*"; fi
}

find_python() {
  local candidate
  for candidate in "${PADLICHT_PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3; do
    [ -n "$candidate" ] && command -v "$candidate" >/dev/null || continue
    "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
    command -v "$candidate"; return
  done
  return 1
}

apt_packages() {
  local package missing=() wanted=(mosquitto ca-certificates xz-utils)
  local python; python=$(find_python) || wanted+=(python3 python3-venv)
  # Debian's own Python comes without venv; others bring theirs along.
  [ -n "${python:-}" ] && ! "$python" -c 'import ensurepip, venv' 2>/dev/null && wanted+=(python3-venv)
  if [ "$what" = test ]; then
    wanted+=(chromium fonts-dejavu-core bzip2 gcc gcc-multilib patch git valgrind influxdb nginx)
    wanted+=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)  # what sets the text of a PDF
    wanted+=(gcc-arm-none-eabi libnewlib-arm-none-eabi cmake qemu-system-arm)  # emulated boards
  fi
  for package in "${wanted[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || fail "no apt here; install by hand and run again: ${missing[*]}"
  say "installing Debian packages: ${missing[*]}"
  # Servers of the system's would start at once and take ports: Padlicht and its tests run their own.
  local server; fresh=()
  for server in mosquitto influxdb nginx; do [[ " ${missing[*]} " == *" $server "* ]] && fresh+=("$server.service"); done
  [ -d /run/systemd/system ] || fresh=()
  [ ${#fresh[@]} -eq 0 ] || as_root systemctl mask --runtime --quiet "${fresh[@]}"
  [ ${#fresh[@]} -eq 0 ] || trap 'as_root systemctl unmask --runtime --quiet "${fresh[@]}"' EXIT
  local needed="Debian's packages (${missing[*]})"
  fetch "$needed" "apt-get update failed (above: why): look into /etc/apt/sources.list*" \
    as_root apt-get update -qq
  fetch "$needed" "apt could not install ${missing[*]} (above: why). Try:  apt-get install ${missing[*]}" \
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
  [ ${#fresh[@]} -eq 0 ] || { as_root systemctl unmask --runtime --quiet "${fresh[@]}"; trap - EXIT; }
  [ ${#fresh[@]} -eq 0 ] || as_root systemctl disable --quiet "${fresh[@]}" 2>/dev/null || true
}

python_packages() {
  local python stamp wanted; python=$(find_python) || fail "no Python 3.11 or newer; install python3, or name one in PADLICHT_PYTHON"
  stamp=.venv/.padlicht-$what
  wanted=$(cat requirements/*.txt pyproject.toml | sha256sum; echo "$PWD")
  [ -x .venv/bin/padlicht ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return 0
  [ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null || "$python" -m venv --clear .venv
  say "installing Python packages into .venv"
  local pip=(.venv/bin/python -m pip --disable-pip-version-check -qq install)
  local needed="Python packages" instead="pip could not install the Python packages (above: why)"
  # Nothing is installed whose hash we do not have, and nothing is built but Padlicht itself.
  local locked=("${pip[@]}" --require-hashes --only-binary :all:)
  fetch "$needed" "$instead" "${locked[@]}" -r "requirements/$what.txt"
  fetch "$needed" "$instead" "${pip[@]}" --no-deps --no-build-isolation --editable .
  if [ "$what" = test ]; then
    # The boards' stubs shadow the standard library's, so they live apart.
    fetch "$needed" "$instead" \
      "${locked[@]}" --no-deps --upgrade --target .venv/typings -r requirements/stubs.txt
  fi
  printf '%s\n' "$wanted" > "$stamp"
}

apt_packages
python_packages
tools/micropython.sh packaged
if [ "$what" = test ]; then
  tools/micropython.sh boardlike
  tools/micropython.sh frozen >/dev/null
  tools/grafana.sh install
fi
say "ready"
