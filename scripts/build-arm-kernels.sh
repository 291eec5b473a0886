#!/usr/bin/env bash
# Compiles the kernels for an ARM core, in Embedded Swift, without a sysroot: <folder>/kernels.o.
# Usage: scripts/build-arm-kernels.sh <core as -mcpu names it> <folder>
set -euo pipefail
cd "$(dirname "$0")/.."

core=$1 folder=$2 kernels=Sources/Kernels
mkdir -p "$folder"
printf 'module CKernels { header "%s/CKernels/include/CKernels.h" export * }\n' "$PWD/$kernels" >"$folder/module.modulemap"
flags=(-enable-experimental-feature Embedded -wmo -swift-version 6 -parse-as-library -target aarch64-none-none-elf
  -Xcc "-mcpu=$core" -Xcc -ffreestanding -Ounchecked -I "$folder")
swiftc "${flags[@]}" -module-name KernelTypes -emit-module -emit-module-path "$folder/KernelTypes.swiftmodule" \
  "$kernels"/KernelTypes/*.swift
swiftc "${flags[@]}" -Xcc "-fmodule-map-file=$folder/module.modulemap" -module-name SIMDKernels \
  "$kernels"/SIMDKernels/*.swift "$kernels"/SIMDKernels/Shared/*.swift Tests/Emulated/EntryPoints.swift \
  -c -o "$folder/kernels.o"
