#!/usr/bin/env bash
# ARM without a board: cross-compiled in Embedded Swift, run under qemu as the cores of a Raspberry Pi 4 (cortex-a72), a
# Pi 5 (cortex-a76) and all that qemu knows (max). First the kernels, by a C driver, then the engine with these kernels.
# Needs: Swift, gcc-aarch64-linux-gnu, qemu-user-static (Debian).
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
toolchain=$(dirname "$(command -v swiftc)")
# The toolchain's own Clang; Debian's GCC brings the C library.
link() { "$toolchain/clang" --target=aarch64-linux-gnu -O2 -static -fuse-ld=lld "$@" -lm; }

check_kernels() { # target of the package, cores of qemu…
  local target=$1 core
  scripts/build-arm-kernels.sh "$target" "$work/$target"
  link -o "$work/$target/driver" Tests/Emulated/*.c "$work/$target/kernels.o"
  for core in "${@:2}"; do
    echo "$target on $core"
    qemu-aarch64-static -cpu "$core" "$work/$target/driver"
  done
}

jobs=() logs=()
start() { # command…: in the background
  logs+=("$work/${#logs[@]}.log")
  "$@" >"${logs[-1]}" 2>&1 &
  jobs+=($!)
}
start check_kernels SIMDKernels cortex-a72 cortex-a76
start check_kernels SIMDKernelsDotProd cortex-a76 max
start check_kernels SIMDKernelsI8MM max
start scripts/build-arm-engine.sh "$work/engine"
failed=0
for i in "${!jobs[@]}"; do
  wait "${jobs[i]}" || failed=$?
  cat "${logs[i]}"
done
[[ $failed == 0 ]] || exit "$failed"

# The objects that were checked, but for the driver's entry points, which all of them have. Of generic functions that
# several objects have, the linker takes the first: those for any aarch64 come before those of the kernels.
objects=("$work"/engine/*.o)
for target in SIMDKernels SIMDKernelsDotProd SIMDKernelsI8MM; do
  aarch64-linux-gnu-objcopy -w --localize-symbol='kernel_*' "$work/$target/kernels.o"
  objects+=("$work/$target/kernels.o")
done
link -o "$work/engine/engine" "${objects[@]}" \
  "$toolchain/../lib/swift/embedded/aarch64-none-none-elf/libswiftUnicodeDataTables.a"
scripts/run-arm-engine.sh "$work/engine/engine"
