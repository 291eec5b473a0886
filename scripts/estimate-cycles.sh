#!/usr/bin/env bash
# Estimates what the kernels' hot loops (hot-loops.awk) cost on cores that may not be at hand: a Markdown table with, for
# each loop and core, cycles per iteration and the share of the core's peak rate of those multiply-adds. Both come from
# llvm-mca's model of the core: the cycles from simulating the loop, the peak from what its multiply-adds alone occupy.
# Usage: scripts/estimate-cycles.sh [build folder] >results/cycle-estimates.md    (after: swift build -c release)
set -euo pipefail
build=$(realpath "${1:-.build/release}")
cd "$(dirname "$0")/.."

fail() { echo "$*" >&2; exit 1; }
# Version 19, because figures of two versions differ, and 16 has no models of most of these cores.
mca=$(command -v llvm-mca-19) || fail "llvm-mca is missing; install it: apt-get install -y llvm-19"
command -v aarch64-linux-gnu-objdump >/dev/null ||
  fail "objdump for aarch64 is missing; install it: apt-get install -y binutils-aarch64-linux-gnu"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
iterations=200
# What kernels use beyond a core's own instruction set is estimated too.
declare -A attributes=([x86_64]=+avxvnni,+avx512vnni,+avx512bf16 [aarch64]=+dotprod,+i8mm,+bf16)

# Turns loops into regions of llvm-mca, two for each: the loop, and its multiply-adds on registers.
regions() {
  awk -F '\t' '
    function close_loop(   i) {
      if (!loops) return
      printf "# LLVM-MCA-END\n# LLVM-MCA-BEGIN peak\n"
      for (i = 1; i <= kept; i++) print fmas[i]
      printf "# LLVM-MCA-END\n"
    }
    $1 == "loop" { close_loop(); loops++; kept = 0; split($8, words, " "); kinds = " " $8 " "
      printf "# LLVM-MCA-BEGIN loop\nloop%d:\n", loops; next }
    $2 ~ /nop|data16/ { next }
    {
      operands = $3
      sub(/start$/, "loop" loops, operands)
      printf "%s %s\n", $2, operands
      if (index(kinds, " " $2 " ")) {
        last = operands; sub(/.*[, ]/, "", last)
        sub(/^[^(%]*\([^)]*\)(\{[^}]*\})?/, last, operands)
        fmas[++kept] = $2 " " operands
      }
    }
    END { close_loop() }
  ' "$1"
}

# Simulates all loops of a file on a core: for each loop its cycles, and cycles of its multiply-adds alone.
simulate() { # triple, core, file
  "$mca" -mtriple="$1" -mcpu="$2" -mattr="${attributes[$1]}" -iterations=$iterations "$3" 2>"$work/problem" >"$work/out" ||
    fail "llvm-mca cannot simulate $2: $(grep -m1 error "$work/problem")"
  awk -v iterations=$iterations '
    /^\[[0-9]+\] Code Region/ { peak = $NF == "peak" }
    /^Total Cycles:/ && !peak { cycles = $3 / iterations }
    /^Block RThroughput:/ && peak { printf "%.1f · %.0f %%\n", cycles, 100 * $3 / cycles }
  ' "$work/out"
}

# Prints the table of one build of the kernels.
table() { # title, triple, disassembly, cores…
  local title=$1 triple=$2 core columns=() head="" line=""
  awk -v code=1 -f scripts/hot-loops.awk "$3" >"$work/loops"
  regions "$work/loops" >"$work/regions.s"
  for core in "${@:4}"; do
    simulate "$triple" "$core" "$work/regions.s" >"$work/$core"
    columns+=("$work/$core") head+=" $core |" line+="---:|"
  done
  printf '\n## %s\n\n| function | instructions | multiply-adds |%s\n|---|---:|---|%s\n' "$title" "$head" "$line"
  # Two copies of one loop, made by inlining, are one row.
  awk -F '\t' '$1 == "loop" { printf "%s | %d | %s\n", $2, $3, $8 }' "$work/loops" |
    paste -d '|' - "${columns[@]}" | sed 's/|/ | /g; s/  */ /g; s/^/| /; s/$/ |/' | awk '!seen[$0]++'
}

x86() { # title, target, cores…
  local objects=("$build/$2.build"/*.o)
  [[ -e ${objects[0]} ]] || fail "no objects in $build/$2.build; run: swift build -c release"
  objdump -d --no-show-raw-insn "${objects[@]}" >"$work/disassembly"
  table "$1" x86_64 "$work/disassembly" "${@:3}"
}

arm() { # title, target, cores…
  scripts/build-arm-kernels.sh "$2" "$work/$2"
  aarch64-linux-gnu-objdump -d --no-show-raw-insn "$work/$2/kernels.o" >"$work/disassembly"
  table "$1" aarch64 "$work/disassembly" "${@:3}"
}

cat <<END
# Estimated cycles of the hot loops

\`swift build -c release && scripts/estimate-cycles.sh >results/cycle-estimates.md\`, with llvm-mca of
$("$mca" --version | grep -o 'LLVM version [0-9.]*').

Estimates of a model, not measurements: all data in L1, every branch predicted. Each field: cycles per iteration · share of
the core's peak rate of the loop's multiply-adds or dot products, as the model has it. What to know of the models:

- cortex-a76 has none of its own in LLVM; neoverse-n1 is the same design for servers.
- znver4: loads that broadcast to 512 bits take arithmetic units, those to 256 bits do not.
- icelake-server and sapphirerapids: one 512-bit multiply-add per cycle; most server parts have units for two.
END
x86 "x86-64, AVX2" SIMDKernelsAVX2 znver4 icelake-server sapphirerapids
x86 "x86-64, AVX-VNNI" SIMDKernelsAVXVNNI alderlake
x86 "x86-64, AVX-512" SIMDKernelsAVX512 znver4 icelake-server sapphirerapids
x86 "x86-64, AVX-512 VNNI" SIMDKernelsAVX512VNNI znver4 icelake-server sapphirerapids
x86 "x86-64, AVX-512 BF16" SIMDKernelsAVX512BF16 znver4 sapphirerapids
arm "aarch64, NEON" SIMDKernels cortex-a72 neoverse-n1
arm "aarch64, dotprod" SIMDKernelsDotProd neoverse-n1 neoverse-v1
arm "aarch64, i8mm and bf16" SIMDKernelsI8MM neoverse-n2 neoverse-v1
