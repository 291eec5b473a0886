#!/usr/bin/env bash
# Compiles one ISA's kernels for aarch64, in Embedded Swift, without a sysroot: <folder>/kernels.o. All of them, although
# the package takes from the higher levels only what they are for: so all that a core executes is checked together.
# Usage: scripts/build-arm-kernels.sh <target: SIMDKernels, SIMDKernelsDotProd or SIMDKernelsI8MM> <folder>
set -euo pipefail
cd "$(dirname "$0")/.."

target=$1 folder=$2 kernels=Sources/Kernels
shared=$kernels/SIMDKernels/Shared
# As in Package.swift.
declare -A isas=([SIMDKernels]=armv8-a [SIMDKernelsDotProd]=armv8.2-a+dotprod+fp16
  [SIMDKernelsI8MM]=armv8.2-a+dotprod+fp16+i8mm+bf16)
mkdir -p "$folder"
printf 'module CKernels { header "%s/CKernels/include/CKernels.h" export * }\n' "$PWD/$kernels" >"$folder/module.modulemap"
flags=(-enable-experimental-feature Embedded -wmo -swift-version 6 -parse-as-library -target aarch64-none-none-elf
  -Xcc "-march=${isas[$target]}" -Xcc -ffreestanding -Ounchecked -I "$folder")
swiftc "${flags[@]}" -module-name KernelTypes -emit-module -emit-module-path "$folder/KernelTypes.swiftmodule" \
  "$kernels"/KernelTypes/*.swift
swiftc "${flags[@]}" -Xcc "-fmodule-map-file=$folder/module.modulemap" -module-name "$target" \
  "$kernels/$target"/{,Integer}ISA.swift "$shared"/*.swift "$shared"/*/*.swift Tests/Emulated/EntryPoints.swift \
  -c -o "$folder/kernels.o"
