#!/usr/bin/env bash
# Checks the machine code of the SIMD kernels in a release build:
#   1. No weak code symbols. The linker keeps one copy of each, and a plain CPU would then meet AVX-512 code.
#   2. In every innermost loop of at least 8 multiply-adds or dot products (hot-loops.awk): no call, and no vector on
#      the stack. An accumulator that was spilled costs a load and a store for each multiply-add. In gemm itself not
#      even an integer.
# Usage: scripts/check-kernel-objects.sh [build folder]    (after: swift build -c release)
# Needs nm and objdump (Debian: binutils). Ends with 1 where something is wrong.
set -euo pipefail

build=${1:-.build/release}
status=0

# SIMDKernelsWide… (tests only) have more accumulators than their instruction set has registers, on purpose.
shopt -s nullglob
folders=()
for folder in "$build"/SIMDKernels*.build; do
  [[ $folder == */SIMDKernelsWide*.build ]] || folders+=("$folder")
done
if ((${#folders[@]} == 0)); then
  echo "no SIMDKernels*.build in $build; run: swift build -c release" >&2
  exit 1
fi

# Prints the hot loops of the disassembly on stdin; ends with 1 where one is bad, with 2 where a product has none.
check_loops() {
  awk -f "$(dirname "$0")/hot-loops.awk" | awk -F '\t' -v isa="$1" '
    {
      isGEMM = $2 ~ /^gemm(Brain)?$/
      found += $2 ~ /^(gemm|multiplyQ4_0|multiplyTiles)$/  # every build has one of them
      bad = $6 > 0 || $7 > 0 || (isGEMM && $5 > 0)
      faults += bad
      printf "%-20s %-14s %12d %5d %10d %6d%s\n", isa, $2, $3, $4, $5, $7, bad ? "  <- wrong" : ""
    }
    END { exit faults > 0 ? 1 : found == 0 ? 2 : 0 }
  '
}

printf "%-20s %-14s %12s %5s %10s %6s\n" ISA function instructions FMAs "stack refs" calls
for folder in "${folders[@]}"; do
  isa=$(basename "$folder" .build)
  objects=("$folder"/*.o)
  weak=$(nm "${objects[@]}" | awk '$2 == "W" { print $3 }' | sort -u)
  if [[ -n $weak ]]; then
    printf '%s has weak code symbols; keep generics and closures out of it:\n%s\n' "$isa" "$weak" >&2
    status=1
  fi
  result=0
  objdump -d --no-show-raw-insn "${objects[@]}" | check_loops "$isa" || result=$?
  case $result in
  0) ;;
  1) echo "$isa: a loop of multiply-adds calls something or keeps vectors on the stack" >&2; status=1 ;;
  *) echo "$isa: no loop of multiply-adds was found in its products; was it built with -c release?" >&2; status=1 ;;
  esac
done
((status == 0)) && echo "ok"
exit $status
