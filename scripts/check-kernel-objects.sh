#!/usr/bin/env bash
# Checks the machine code of the SIMD kernels in a release build:
#   1. No weak code symbols. The linker keeps one copy of each, and a plain CPU would then meet AVX-512 code.
#   2. In every innermost loop of at least 8 multiply-adds: no call, and no vector on the stack. An accumulator that
#      was spilled costs a load and a store for each multiply-add. In gemm itself not even an integer.
# Usage: scripts/check-kernel-objects.sh [build folder]    (after: swift build -c release)
# Needs nm and objdump (Debian: binutils). Ends with 1 where something is wrong.
set -euo pipefail

build=${1:-.build/release}
status=0

# SIMDKernelsWide (tests only) has more accumulators than its instruction set has registers, on purpose.
shopt -s nullglob
folders=()
for folder in "$build"/SIMDKernels*.build; do
  [[ $folder == */SIMDKernelsWide.build ]] || folders+=("$folder")
done
if ((${#folders[@]} == 0)); then
  echo "no SIMDKernels*.build in $build; run: swift build -c release" >&2
  exit 1
fi

# Prints every innermost loop of many multiply-adds in the disassembly on stdin; ends with 1 where one is bad,
# with 2 where gemm has none.
check_loops() {
  awk -v isa="$1" '
    # The first name after the module in a mangled Swift symbol: $s, then names with their lengths in front.
    function short(symbol,   rest, i, size) {
      rest = substr(symbol, 3)
      for (i = 0; i < 2; i++) {
        if (!match(rest, /^[0-9]+/)) return symbol
        size = substr(rest, 1, RLENGTH) + 0
        rest = substr(rest, RLENGTH + 1)
        if (i == 0) rest = substr(rest, size + 1)
      }
      return size > 0 ? substr(rest, 1, size) : symbol
    }
    function is_stack(text) {
      return text ~ /%[er]sp/ || text ~ /[[,]sp[],]/ || (has_frame && text ~ /\(%rbp/)
    }
    function is_vector(text) { return text ~ /%[xyz]mm/ || text ~ /[\t ,]q[0-9]/ }
    function report(from, to,   i, fma, stack, vectors, calls, bad) {
      for (i = from; i <= to; i++) {
        if (opcode[i] ~ /^(vfn?madd.*ps|mulps|fmla)$/) fma++
        if (is_stack(operands[i])) { stack++; vectors += is_vector(operands[i]) }
        if (opcode[i] ~ /^(callq?|bl|blr)$/) calls++
      }
      if (fma < 8) return
      if (short(name) == "gemm") gemms++
      bad = vectors > 0 || calls > 0 || (stack > 0 && short(name) == "gemm")
      if (bad) faults++
      printf "%-20s %-14s %12d %5d %10d %6d%s\n", isa, short(name), to - from + 1, fma, stack, calls,
        bad ? "  <- wrong" : ""
    }
    # A branch backwards closes a loop; it is innermost where no other one lies within.
    function finish(   i, j, inner) {
      for (i = 1; i <= count; i++) {
        if (!(target[i] in index_of) || index_of[target[i]] > i) continue
        inner = 1
        for (j = index_of[target[i]]; j < i && inner; j++)
          if (target[j] in index_of && index_of[target[j]] <= j && index_of[target[j]] >= index_of[target[i]])
            inner = 0
        if (inner) report(index_of[target[i]], i)
      }
      count = has_frame = 0
      split("", index_of); split("", target)
    }
    /^[0-9a-f]+ <.*>:$/ { finish(); name = $2; gsub(/^<|>:$/, "", name); next }
    /^ +[0-9a-f]+: *\t/ {
      address = $1; sub(/:$/, "", address)
      index_of[address] = ++count
      opcode[count] = $2
      operands[count] = $0; sub(/^[^\t]*\t[^ \t]*/, "", operands[count]); sub(/[<#].*/, "", operands[count])
      if ($2 == "mov" && operands[count] ~ /%rsp,%rbp/) has_frame = 1
      if ($2 ~ /^(j.*|b|b\..*|cbn?z|tbn?z)$/ && match($0, /[0-9a-f]+ </))
        target[count] = substr($0, RSTART, RLENGTH - 2)
    }
    END { finish(); exit faults > 0 ? 1 : gemms == 0 ? 2 : 0 }
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
  *) echo "$isa: no loop of multiply-adds was found in gemm; was it built with -c release?" >&2; status=1 ;;
  esac
done
((status == 0)) && echo "ok"
exit $status
