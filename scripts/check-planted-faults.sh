#!/usr/bin/env bash
# Plants the faults of planted-faults.txt, one at a time, into a copy of the harness's arithmetic, and demands that the
# tests that are concerned fail. Prints a table; ends with 1 where a fault was not caught, and with 2 where a row of the
# list does not fit the sources.
# Usage: scripts/check-planted-faults.sh [folder [list]]    A folder is kept, so that the next check need not build it
# anew. Takes about five minutes on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
list=${2:-scripts/planted-faults.txt}
unset PERWATT_STRICT  # a fault may leave a variable unused

# What is copied; nothing of it needs a kernel, a model or a package from elsewhere.
targets='"Quantities", "Statistics", "CMachine", "Machine", "Energy", "Costs", "Measurement", "Results", "Judgement",
  "FileTrees", "SyntheticStore", "StoreTool",
  "StatisticsTests", "QuantitiesTests", "EnergyTests", "MeasurementTests", "ResultsTests", "JudgementTests"'

if [ $# -gt 0 ]; then
  mkdir -p "$1"
  copy=$(cd "$1" && pwd)
else
  copy=$(mktemp -d)
  trap 'rm -rf "$copy"' EXIT
fi
rm -rf "$copy/Sources" "$copy/Tests"
mkdir -p "$copy/Sources" "$copy/Benchmarks"
cp -rp Sources/Core Sources/Machine Sources/Harness "$copy/Sources"
cp -rp Tests "$copy/Tests"
{
  cat Package.swift
  printf '\ndo {\n  let kept: Set<String> = [%s]\n' "$targets"
  printf '  package.products.removeAll()\n  package.targets.removeAll { !kept.contains($0.name) }\n  package.dependencies.removeAll()\n}\n'
} >"$copy/Package.swift"

build() { swift build --package-path "$copy" --build-tests >"$copy/build.log" 2>&1; }
# A fault may make a loop endless; that is caught, too.
passes() { timeout 120 swift test --package-path "$copy" --skip-build --filter "$1" >"$copy/test.log" 2>&1; }

# Replaces the one line of a file that is `before`, not counting its indentation.
plant() {
  BEFORE=$2 AFTER=$3 awk '
    { line = $0; sub(/^ +/, "", line) }
    line == ENVIRON["BEFORE"] { found++; sub(/[^ ].*/, ""); print $0 ENVIRON["AFTER"]; next }
    { print }
    END { exit found != 1 }' "$1" >"$copy/planted"
}

fail() {
  echo "$1" >&2
  exit 2
}

# The list: file, suites, before, after.
rows=()
while IFS= read -r line; do
  case "$line" in
    'file: '*) file=${line#file: } ;;
    'tests: '*) suites=${line#tests: } ;;
    '- '*) before=${line#- } ;;
    '+ '*) rows+=("$file" "$suites" "$before" "${line#+ }") ;;
    '' | '#'*) ;;
    *) fail "$list: not understood: $line" ;;
  esac
done <"$list"

build || { cat "$copy/build.log" >&2; fail "the copy without a fault does not build"; }
all=$(for ((i = 1; i < ${#rows[@]}; i += 4)); do echo "${rows[i]}"; done | sort -u | paste -sd'|')
passes "$all" || { cat "$copy/test.log" >&2; fail "tests fail without a fault"; }

missed=0
for ((i = 0; i < ${#rows[@]}; i += 4)); do
  file=${rows[i]} suites=${rows[i + 1]} before=${rows[i + 2]} after=${rows[i + 3]}
  plant "$file" "$before" "$after" || fail "$file: not exactly one line is: $before"
  cat "$copy/planted" >"$copy/$file"
  build || { cat "$copy/build.log" >&2; fail "$file: does not compile with: $after"; }
  if passes "$suites"; then
    verdict="NOT CAUGHT"
    missed=$((missed + 1))
  else
    verdict="caught"
  fi
  printf '%-10s  %-22s  %s\n' "$verdict" "$(basename "$file" .swift)" "$after"
  cat "$file" >"$copy/$file"
done
echo "$((${#rows[@]} / 4 - missed)) of $((${#rows[@]} / 4)) planted faults were caught"
[ "$missed" -eq 0 ]
