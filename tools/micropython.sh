#!/usr/bin/env bash
# Puts MicroPython into the cache: the first two once, the third after each change of firmware/.
#
#   tools/micropython.sh packaged    Debian 13's package: 64 bits, TLS. On Debian 12 it is unpacked
#                                    beside Debian 13's libc and run through that libc's own loader.
#   tools/micropython.sh boardlike   the same version built like the boards': 32-bit pointers and
#                                    floats, ticks that wrap at 2^30; no TLS, btree and ffi.
#   tools/micropython.sh frozen      the board-like one with this checkout's firmware frozen in, as in
#                                    a board's image; prints its path.
#
# One that $PADLICHT_MICROPYTHON or $PADLICHT_MICROPYTHON32 names, or that is on PATH, is used instead
# of the first two. A frozen one is always built, since it has to hold this very firmware.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/padlicht/micropython
suite=trixie
kept=20  # frozen ones of other states of the firmware, so that going back and forth costs nothing
libraries=(libc6 libffi8 libmbedcrypto16 libmbedtls21 libmbedx509-7)

. "$root/tools/fetching.sh"

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

works() { [ "$("$1" -c 'import asyncio; print(6 * 7)' 2>/dev/null)" = 42 ]; }

packaged() {
  if [ -n "${PADLICHT_MICROPYTHON:-}" ] || command -v micropython >/dev/null; then return; fi
  works "$cache/micropython" && return
  needs_amd64 PADLICHT_MICROPYTHON
  say "unpacking Debian 13's MicroPython (once)"
  scratch=$(mktemp -d)
  mkdir -p "$scratch/debs" "$cache"
  (cd "$scratch/debs" && side_apt "could not download MicroPython and its libraries; set PADLICHT_MICROPYTHON to a binary of your own" download -qq micropython "${libraries[@]}")
  local deb
  for deb in "$scratch"/debs/*.deb; do dpkg-deb -x "$deb" "$scratch/unpacked"; done
  rm -rf "$cache/debian"
  mkdir -p "$cache/debian"
  cp -a "$scratch/unpacked/usr" "$cache/debian/"
  cat > "$cache/micropython.new" <<'WRAPPER'
#!/bin/sh
# Debian 13's MicroPython on the libc that it was built for.
usr=$(dirname "$(readlink -f "$0")")/debian/usr
lib=$usr/lib/x86_64-linux-gnu
exec "$lib/ld-linux-x86-64.so.2" --library-path "$lib" "$usr/bin/micropython" "$@"
WRAPPER
  chmod +x "$cache/micropython.new"
  mv "$cache/micropython.new" "$cache/micropython"
  works "$cache/micropython" || fail "the unpacked MicroPython does not run: $cache/micropython"
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
  env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS "$@" > "$cache/build.log" 2>&1 \
    || { tail -n 20 "$cache/build.log" >&2; fail "MicroPython did not build (above: its last words; all of them: $cache/build.log); are gcc and gcc-multilib installed?"; }
}

# build MANIFEST TARGET: a board-like MicroPython with what MANIFEST freezes, put to TARGET at once.
build() {
  # What was frozen before goes: MicroPython's tool looks at the age of a file only, and another
  # checkout's, or one that was put back, may be older than what it made last.
  rm -rf "$cache"/source/ports/unix/build-boardlike/frozen_{mpy,content.c}
  logged make -C "$cache/source/ports/unix" -j2 BUILD=build-boardlike PROG=micropython \
    MICROPY_FORCE_32BIT=1 FROZEN_MANIFEST="$1" MICROPY_PY_BTREE=0 MICROPY_PY_FFI=0 \
    MICROPY_PY_JNI=0 MICROPY_PY_SSL=0 MICROPY_SSL_MBEDTLS=0 MICROPY_SSL_AXTLS=0 \
    CFLAGS_EXTRA=-DMICROPY_FLOAT_IMPL=MICROPY_FLOAT_IMPL_FLOAT
  cp "$cache/source/ports/unix/build-boardlike/micropython" "$2.new"
  works "$2.new" || fail "the board-like MicroPython does not run: $2.new"
  mv "$2.new" "$2"
}

# One build at a time: tests and other checkouts share the tree.
lock() {
  mkdir -p "$cache"
  exec 9> "$cache/lock"
  flock 9
}

boardlike() {
  if [ -n "${PADLICHT_MICROPYTHON32:-}" ] || command -v micropython32 >/dev/null; then return; fi
  works "$cache/micropython32" && return
  lock
  works "$cache/micropython32" && return  # somebody else built it meanwhile
  say "building the board-like MicroPython (once, half a minute)"
  source_tree
  build "$cache/source/extmod/asyncio/manifest.py" "$cache/micropython32"
}

# What a frozen one is called by: the firmware's sources, and how it is built.
state() {
  (cd "$root" && { find firmware -name '*.py' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
                   sha256sum < tools/micropython.sh; } | sha256sum | cut -c 1-16)
}

frozen() {
  local target built
  target=$cache/frozen/$(state)
  if [ ! -x "$target" ]; then
    lock
    mkdir -p "$cache/frozen"
    while target=$cache/frozen/$(state); [ ! -x "$target" ]; do
      say "freezing the firmware into the board-like MicroPython (seconds; the first time half a minute)"
      source_tree
      built=$cache/frozen/being-built
      # Make knows no paths with spaces, which a checkout's may have.
      ln -sfn "$root/firmware" "$cache/firmware"
      build "$cache/firmware/ports/unix/manifest.py" "$built"
      # A file that was saved meanwhile may be in it or not: then it is built again.
      [ "$target" != "$cache/frozen/$(state)" ] || mv "$built" "$target"
    done
    # The ones that were asked for last stay.
    find "$cache/frozen" -type f -printf '%T@ %p\n' | sort -rn | tail -n "+$((kept + 1))" \
      | cut -d ' ' -f 2- | xargs -r -d '\n' rm -f
  fi
  touch "$target"
  printf '%s\n' "$target"
}

"$@"
