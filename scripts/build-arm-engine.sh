#!/usr/bin/env bash
# Compiles the engine without its kernels for aarch64, in Embedded Swift: the forward pass, the reader of GGUF files, what
# both stand on, and Tests/Emulated/Engine/Main.swift: <folder>/*.o, to be linked statically.
# Needs: Swift, gcc-aarch64-linux-gnu (Debian), whose C headers are read. Usage: scripts/build-arm-engine.sh <folder>
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$1 kernels=Sources/Kernels model=Sources/Model/Model seams=Tests/Emulated/Engine
mkdir -p "$folder"
flags=(-enable-experimental-feature Embedded -wmo -swift-version 6 -parse-as-library -target aarch64-none-none-elf
  -I "$folder" -Xcc "-fmodule-map-file=$PWD/$seams/module.modulemap" -Xcc -D__linux__ -Xcc -D_GNU_SOURCE
  -Xcc -isystem -Xcc /usr/aarch64-linux-gnu/include ${PERWATT_STRICT:+-warnings-as-errors})

interface() { # module, what of it other modules are to see, flags
  swiftc "${flags[@]}" -module-name "$1" -emit-module -emit-module-path "$folder/$1.swiftmodule" "${@:2}"
}
module() { interface "$@" -O -c -o "$folder/$1.o"; } # module, sources

module Glibc "$seams/Glibc.swift"
module KernelTypes "$kernels"/KernelTypes/*.swift
for isa in SIMDKernels SIMDKernelsDotProd SIMDKernelsI8MM; do interface "$isa" "$seams/KernelTable.swift"; done
module BLAS "$seams/BLAS.swift"
module Machine Sources/Machine/Machine/ISALevel.swift "$seams/Swift.swift"
module Statistics Sources/Core/Statistics/SeededGenerator.swift
module Parallel "$kernels"/Parallel/*.swift
module QuantFormats "$kernels"/QuantFormats/*.swift "$seams/Swift.swift"
module ReferenceKernels "$kernels"/ReferenceKernels/*.swift
module Kernels "$kernels"/Kernels/*.swift "$seams/Swift.swift"
module Model "$model"/{Config,GGUF,KVCache,Transformer}/*.swift "$seams/Swift.swift"
module Main "$seams/Main.swift"

for c in "$kernels/CParallel/CParallel.c" Sources/Machine/CMachine/CMachine.c; do
  "$(dirname "$(command -v swiftc)")/clang" --target=aarch64-linux-gnu -O2 -I "$(dirname "$c")/include" -c "$c" \
    -o "$folder/$(basename "$c" .c).o"
done
