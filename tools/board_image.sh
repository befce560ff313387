#!/usr/bin/env bash
# Builds images that the emulators of the tests run; prints the folder of firmware.elf and .bin.
#
#   tools/board_image.sh rp2040    this checkout's firmware for an RP2040, as tests/rigs/rp2040/board
#                                  says: the stack and the heap of our Pico W, but no radio
#   tools/board_image.sh cortex_m0 the firmware's own tests for a Cortex-M0 in QEMU, with the same stack and heap
#
# MicroPython's source and what its port for the RP2040 leans on come from Debian 13 (on Debian 12,
# too), the cross compiler is the system's. All of it is compiled once, which takes two minutes; with
# other firmware only what is frozen is. The images stay in the cache, by what they are made of.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
kept=6  # images of other states of the firmware

. "$root/tools/fetching.sh"
. "$root/tools/micropython_source.sh"
boards=${cache%/*}/boards
tree=$boards/source
log=$boards/build.log
board=tests/rigs/rp2040/board

# digest PATH...: a name for what is built of these files and folders of the checkout.
digest() {
  (cd "$root" && find "$@" -type f ! -name '*.pyc' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) \
    | cat - <(declare -f build port_tree) | sha256sum | cut -c 1-16
}

# MicroPython's source with the libraries that Debian's leaves out. Called with the lock.
port_tree() {
  [ -d "$tree/lib/mbedtls/library" ] && return
  [ -n "$scratch" ] || scratch=$(mktemp -d)
  # Its lock is others', too, and is wanted for minutes at most.
  (log=$cache/build.log; lock "$cache/lock" && source_tree)
  say "unpacking what MicroPython's port for the RP2040 leans on (once)"
  mkdir -p "$scratch/parts" "$tree"
  local without="could not download the sources of pico-sdk, tinyusb and mbedtls"
  (cd "$scratch/parts" && side_apt "$without" download -qq pico-sdk-source tinyusb-source \
    && side_apt "$without" source -qq --download-only mbedtls)
  cp -a "$cache/source/." "$tree/"
  local deb part
  for deb in "$scratch"/parts/*.deb; do dpkg-deb -x "$deb" "$scratch/parts"; done
  for part in pico-sdk tinyusb; do
    rm -rf "$tree/lib/$part"
    cp -a "$scratch/parts/usr/src/$part" "$tree/lib/"
  done
  # Looked at, and not used: nothing of it is frozen into our images.
  touch "$tree/lib/micropython-lib/README.md"
  patch -d "$tree" -p1 -s < "$root/$board/hard_timer.patch"
  # Last, since this says that all is there.
  mkdir -p "$scratch/mbedtls"
  tar -xf "$scratch"/parts/mbedtls_*.orig.tar.* -C "$scratch/mbedtls" --strip-components=1
  rm -rf "$tree/lib/mbedtls"
  mv "$scratch/mbedtls" "$tree/lib/mbedtls"
}

# build FOLDER: the firmware of this checkout as an image in FOLDER. Called with the lock.
build() {
  local native
  native=$(digest firmware/ports/{rp2/boards,modules} "$board"/{mpconfigboard.*,micropython.cmake,pins.csv,wire.c})
  # What is compiled is copied, so that no other checkout's file can stand in for it by its age.
  local copy=$tree/padlicht-$native build=$tree/build-$native
  # Make knows no paths with spaces, which a checkout's may have.
  ln -sfn "$root" "$boards/checkout"
  if [ ! -f "$build/Makefile" ]; then
    say "building MicroPython for the RP2040 (once, two minutes)"
    rm -rf "$tree"/padlicht-* "$tree"/build-*
    mkdir -p "$copy"
    cp -r "$root"/firmware/ports/{rp2/boards,modules} "$copy/"
    cp -r "$root/$board" "$copy/board"
    logged cmake -S "$tree/ports/rp2" -B "$build" -DPICO_NO_PICOTOOL=1 -DPICO_BOARD=pico \
      -DCMAKE_BUILD_TYPE=MinSizeRel -DMICROPY_BOARD=PADLICHT -DMICROPY_BOARD_DIR="$copy/board" \
      -DUSER_C_MODULES="$copy/board/micropython.cmake" \
      -DMICROPY_FROZEN_MANIFEST="$boards/checkout/$board/manifest.py"
  fi
  # As for the board-like one: the tool that freezes looks at the age of a file only.
  rm -rf "$build"/frozen_{mpy,content.c}
  logged make -C "$build" -j2
  rm -rf "$1"
  mkdir -p "$1"
  cp "$build"/firmware.{elf,bin} "$1/"
}

state() { digest firmware "$board"; }

rp2040() {
  local target
  target=$boards/rp2040/$(state)
  if [ ! -f "$target/firmware.bin" ]; then
    mkdir -p "$boards/rp2040"
    lock "$boards/lock"
    while target=$boards/rp2040/$(state); [ ! -f "$target/firmware.bin" ]; do
      port_tree
      say "freezing the firmware into an image for the RP2040 (seconds)"
      build "$boards/rp2040/being-built"
      # A file that was saved meanwhile may be in it or not: then it is built again.
      [ "$target" != "$boards/rp2040/$(state)" ] || mv "$boards/rp2040/being-built" "$target"
    done
    # The ones that were asked for last stay.
    find "$boards/rp2040" -mindepth 1 -maxdepth 1 -printf '%T@ %p\n' | sort -rn \
      | tail -n "+$((kept + 1))" | cut -d ' ' -f 2- | xargs -r -d '\n' rm -rf
  fi
  touch "$target"
  printf '%s\n' "$target"
}

# The firmware's tests that need nothing but an interpreter, and what they share.
pure_tests() {
  local file
  for file in tests/firmware/*.py; do
    [[ $file == */conftest.py ]] || printf '%s\n' "$file"
  done
  for file in tests/firmware/*/test_*.py; do
    grep -qE '^STARTS_PROGRAMS = True|^INTERPRETERS = \("(mp64|frozen)",\)' "$file" || printf '%s\n' "$file"
  done
}

cortex_m0() {
  local m0=tests/rigs/cortex_m0 target port=$tree/ports/padlicht
  target=$boards/cortex_m0/$(digest firmware tests/firmware "$m0")-$(declare -f cortex_m0 pure_tests | cksum | cut -d ' ' -f 1)
  if [ ! -f "$target/firmware.elf" ]; then
    mkdir -p "$boards/cortex_m0"
    lock "$boards/lock"
    port_tree
    say "building MicroPython with the firmware's tests for a Cortex-M0 (a minute)"
    rm -rf "$port"
    cp -r "$tree/ports/qemu" "$port"
    cp "$root/$m0"/*.{c,h} "$root/$m0"/{manifest,on_board}.py "$port/"
    # What the stack's unwinder would want belongs into ROM; timeutils is not among the port's own.
    sed -i 's/\*(.rodata\*)/*(.rodata*) *(.ARM.exidx*) *(.ARM.extab*)/; s/LENGTH = 1M/LENGTH = 4M/' "$port/mcu/arm/nrf51.ld"
    sed -i 's#^\tmain.c \\#\tmain.c shared/timeutils/timeutils.c \\#' "$port/Makefile"
    ln -sfn "$root" "$boards/checkout"
    (cd "$root" && pure_tests) > "$port/tests.txt"
    sed -i "s#\$(CHECKOUT)#$boards/checkout#" "$port/manifest.py"
    logged make -C "$port" -j2 BOARD=MICROBIT BUILD="build-m0" FROZEN_MANIFEST="$port/manifest.py" MICROPY_VFS_LFS2=1 \
      MICROPY_ROM_TEXT_COMPRESSION=0 CFLAGS_EXTRA="-DPADLICHT_HEAP=206064 -DPADLICHT_STACK=12288"
    rm -rf "$boards"/cortex_m0/*
    mkdir -p "$target.new"
    cp "$port/build-m0/firmware.elf" "$target.new/"
    cp "$port/tests.txt" "$target.new/"
    mv "$target.new" "$target"
  fi
  printf '%s\n' "$target"
}

"$@"
