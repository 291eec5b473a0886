#!/usr/bin/env bash
# The kernels on ARM without a board: cross-compiled in Embedded Swift, linked with a C driver, run under qemu as the cores
# of a Raspberry Pi 4 (cortex-a72), a Pi 5 (cortex-a76) and all that qemu knows (max).
# Needs: Swift, gcc-aarch64-linux-gnu, qemu-user-static (Debian).
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
kernels=Sources/Kernels
clang=$(dirname "$(command -v swiftc)")/clang  # the toolchain's own; Debian's GCC brings the C library
printf 'module CKernels { header "%s/CKernels/include/CKernels.h" export * }\n' "$PWD/$kernels" >"$work/module.modulemap"

build() { # core of the compiler
  local flags=(-enable-experimental-feature Embedded -wmo -parse-as-library -target aarch64-none-none-elf
    -Xcc "-mcpu=$1" -Xcc -ffreestanding -Ounchecked -I "$work")
  swiftc "${flags[@]}" -module-name KernelTypes -emit-module -emit-module-path "$work/KernelTypes.swiftmodule" \
    "$kernels"/KernelTypes/*.swift
  swiftc "${flags[@]}" -Xcc "-fmodule-map-file=$work/module.modulemap" -module-name SIMDKernels \
    "$kernels"/SIMDKernels/ISA.swift "$kernels"/SIMDKernels/Shared/*.swift Tests/Emulated/EntryPoints.swift \
    -c -o "$work/kernels.o"
  "$clang" --target=aarch64-linux-gnu -O1 -static -fuse-ld=lld -o "$work/driver-$1" Tests/Emulated/driver.c "$work/kernels.o" -lm
}

build cortex-a72
build cortex-a76
for run in "cortex-a72 cortex-a72" "cortex-a76 cortex-a76" "cortex-a76 max"; do
  read -r compiled core <<<"$run"
  echo "kernels for $compiled on $core"
  qemu-aarch64-static -cpu "$core" "$work/driver-$compiled"
done
