#!/usr/bin/env bash
# The kernels on ARM without a board: cross-compiled in Embedded Swift, linked with a C driver, run under qemu as the cores
# of a Raspberry Pi 4 (cortex-a72), a Pi 5 (cortex-a76) and all that qemu knows (max).
# Needs: Swift, gcc-aarch64-linux-gnu, qemu-user-static (Debian).
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
clang=$(dirname "$(command -v swiftc)")/clang  # the toolchain's own; Debian's GCC brings the C library

build() { # core of the compiler
  scripts/build-arm-kernels.sh "$1" "$work/$1"
  "$clang" --target=aarch64-linux-gnu -O2 -static -fuse-ld=lld -o "$work/driver-$1" Tests/Emulated/*.c \
    "$work/$1/kernels.o" -lm
}

build cortex-a72
build cortex-a76
for run in "cortex-a72 cortex-a72" "cortex-a76 cortex-a76" "cortex-a76 max"; do
  read -r compiled core <<<"$run"
  echo "kernels for $compiled on $core"
  qemu-aarch64-static -cpu "$core" "$work/driver-$compiled"
done
