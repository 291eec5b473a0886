#!/usr/bin/env bash
# Exports stored runs in every format and holds the files, and the recorded ones of the tests, against the formats' own
# readers: JSON schemas, prometheus_client's OpenMetrics parser, SQLite, and, given their checkouts, llama.cpp's
# compare-llama-bench.py and google/benchmark's compare.py.
# Needs: a release build, or PERWATT=PROGRAM; python3 with venv.
# Usage: check-exports.sh [LLAMA.CPP-CHECKOUT [GOOGLE-BENCHMARK-CHECKOUT]]
set -euo pipefail
tools=()
for tool in "$@"; do tools+=("$(realpath "$tool")"); done
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
packages=(jsonschema prometheus_client)
[ ${#tools[@]} -lt 1 ] || packages+=(GitPython tabulate)
[ ${#tools[@]} -lt 2 ] || packages+=(scipy pandas)
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "${packages[@]}"

binary=${PERWATT:-.build/release/perwatt}
perwatt() { "$binary" "$@"; }
newest() { find results -name "*-$1.json" | sort | tail -1; }
run=$(newest run)
bench=$(newest bench)
mkdir "$work/exports"
for format in bmf openmetrics csv hyperfine google-benchmark github-action; do
  perwatt export "$run" --format "$format" --invalid -o "$work/exports/$format.out"
done
perwatt export "$bench" --format llama-bench --invalid -o "$work/exports/llama-bench.out"
find results -mindepth 2 -maxdepth 2 -name '20*.json' -print0 | sort -z |
  xargs -0 "$binary" export --format sqlite -o "$work/exports/sqlite.out"

for folder in "$work/exports" Tests/ReportsTests/Golden; do
  echo "$folder:"
  "$work/venv/bin/python" scripts/check-exports.py "$folder" "${tools[@]}"
done

# What is imported from our own rows is what was exported.
perwatt import "$work/exports/llama-bench.out" --results "$work/results" |
  xargs "$binary" export --format llama-bench --invalid >"$work/again.jsonl"
samples() { grep -o '"samples_ns": \[[^]]*\]' "$1" | sort; }
cmp <(samples "$work/exports/llama-bench.out") <(samples "$work/again.jsonl")
echo "imported as exported: $(samples "$work/again.jsonl" | wc -l) rows"
