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
kept=20  # frozen ones of other states of the firmware, so that going back and forth costs nothing
libraries=(libc6 libffi8 libmbedcrypto16 libmbedtls21 libmbedx509-7)

. "$root/tools/fetching.sh"
. "$root/tools/micropython_source.sh"

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

boardlike() {
  if [ -n "${PADLICHT_MICROPYTHON32:-}" ] || command -v micropython32 >/dev/null; then return; fi
  works "$cache/micropython32" && return
  lock "$cache/lock"
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
    lock "$cache/lock"
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
