# shellcheck shell=bash
# For micropython.sh and board_image.sh, which source it: MicroPython's source in the cache, and
# other packages of Debian 13, on Debian 12, too. Needs `root`, the checkout, and fetching.sh.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/padlicht/micropython
log=$cache/build.log
suite=trixie

scratch=
cleanup() { [ -z "$scratch" ] || rm -rf "$scratch"; }
trap cleanup EXIT

# An apt of its own, looking at Debian 13 of the mirror that this machine already uses: the
# system's lists and sources stay as they are, and signatures are checked as always.
# side_apt INSTEAD ARGUMENTS...: what to say when apt-get fails and a network is there.
side_apt() {
  local apt=$scratch/apt
  if [ ! -d "$apt" ]; then
    local mirror
    mirror=$( (cat /etc/apt/sources.list.d/*.sources 2>/dev/null | sed -n 's/^URIs: *//p'
               cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null \
                 | sed -nE 's/^deb +(\[[^]]*\] +)?([^ ]+).*/\2/p') | tr ' ' '\n' | grep -E '/debian/?$' | head -n 1) || true
    [ -n "$mirror" ] || fail "found no Debian mirror in /etc/apt to take Debian 13's MicroPython from; set PADLICHT_MICROPYTHON (and PADLICHT_MICROPYTHON32) to binaries of your own"
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/preferences.d"
    local key=/usr/share/keyrings/debian-archive-keyring.gpg
    printf 'deb [signed-by=%s] %s %s main\ndeb-src [signed-by=%s] %s %s main\n' \
      "$key" "$mirror" "$suite" "$key" "$mirror" "$suite" > "$apt/sources.list"
    chmod -R a+rX "$scratch"
    fetch "MicroPython" "could not read Debian 13's package list from this machine's mirror; try again, or set PADLICHT_MICROPYTHON (and PADLICHT_MICROPYTHON32)" \
      side_apt_get update -qq
  fi
  local instead=$1; shift
  fetch "MicroPython" "$instead" side_apt_get "$@"
}

side_apt_get() {
  local apt=$scratch/apt
  apt-get -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts="$apt/preferences.d" \
    -o Dir::State::Lists="$apt/lists" -o Dir::Cache="$apt/cache" -o APT::Architecture=amd64 \
    -o Dir::State::status=/dev/null -o APT::Get::List-Cleanup=0 -o APT::Sandbox::User=root "$@"
}

needs_amd64() {
  [ "$(dpkg --print-architecture 2>/dev/null)" = amd64 ] || fail "MicroPython is fetched ready-made for amd64 Debian only; set $1 to a MicroPython 1.25 of your own"
}

# MicroPython's source, patched and with its cross compiler, stays in the cache: freezing other
# firmware into it then takes seconds. Called with the lock.
source_tree() {
  [ -x "$cache/source/mpy-cross/build/mpy-cross" ] && return
  needs_amd64 PADLICHT_MICROPYTHON32
  [ -n "$scratch" ] || scratch=$(mktemp -d)
  (cd "$scratch" && side_apt "could not download MicroPython's source; set PADLICHT_MICROPYTHON32 to a binary of your own" source -qq --download-only micropython)
  rm -rf "$cache/source"
  mkdir -p "$cache/source"
  tar -xf "$scratch"/micropython_*.orig.tar.* -C "$cache/source" --strip-components=1
  tar -xf "$scratch"/micropython_*.debian.tar.* -C "$cache/source"
  local patch
  while read -r patch; do
    patch -d "$cache/source" -p1 -s < "$cache/source/debian/patches/$patch"
  done < "$cache/source/debian/patches/series"
  logged make -C "$cache/source/mpy-cross" -j2
}

logged() {
  # What `make test` was told is not for MicroPython's makefiles.
  env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS "$@" > "$log" 2>&1 \
    || { tail -n 20 "$log" >&2; fail "MicroPython did not build (above: its last words; all of them: $log); are gcc, gcc-multilib, gcc-arm-none-eabi and cmake installed?"; }
}

# lock FILE: one build at a time, since tests and other checkouts share the tree.
lock() {
  mkdir -p "${1%/*}"
  exec 9> "$1"
  flock 9
}
