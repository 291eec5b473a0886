#!/usr/bin/env bash
# The kernels on ARM without a board: cross-compiled in Embedded Swift, linked with a C driver, run under qemu as the cores
# of a Raspberry Pi 4 (cortex-a72), a Pi 5 (cortex-a76) and all that qemu knows (max).
# Needs: Swift, gcc-aarch64-linux-gnu, qemu-user-static (Debian).
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
clang=$(dirname "$(command -v swiftc)")/clang  # the toolchain's own; Debian's GCC brings the C library

check() { # target of the package, cores of qemu…
  local target=$1 core
  scripts/build-arm-kernels.sh "$target" "$work/$target"
  "$clang" --target=aarch64-linux-gnu -O2 -static -fuse-ld=lld -o "$work/$target/driver" Tests/Emulated/*.c \
    "$work/$target/kernels.o" -lm
  for core in "${@:2}"; do
    echo "$target on $core"
    qemu-aarch64-static -cpu "$core" "$work/$target/driver"
  done
}

check SIMDKernels cortex-a72 cortex-a76
check SIMDKernelsDotProd cortex-a76 max
check SIMDKernelsI8MM max
