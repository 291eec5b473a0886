#!/usr/bin/env bash
# How long it takes to read, judge and compare a store of 10,000 runs with 40 histories: the first time, and from the index.
# Usage: scripts/check-store.sh [runs]. It takes a minute, and a gigabyte of $TMPDIR.
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-10000}

swift build -c release --product perwatt
swift build -c release --product StoreTool
bin=$(swift build -c release --show-bin-path)
store=$(mktemp -d)
trap 'rm -rf "$store"' EXIT

"$bin/StoreTool" generate "$store/results" "$runs" 20 2
# The index trusts files whose last change is two seconds ago.
sleep 3
echo "$runs runs, $(du -sh "$store/results" | cut -f1)"

TIMEFORMAT='%R s'
for time in first again again; do
  echo -n "summaries, $time: "
  "$bin/StoreTool" index "$store/results"
done
# Exit code 2: some histories have a step.
track() { "$bin/perwatt" track --no-run --results "$store/results" --machine made-up-2c >"$store/out" || [ $? = 2 ]; }
# Both sides are the whole store: twice as much as a store has to compare with.
machine=$store/results/made-up-2c
compare() { "$bin/perwatt" compare "$machine" "$machine" >"$store/compared"; }
echo -n "perwatt track --no-run, from the index: " && time track
echo -n "perwatt compare, from the index: " && time compare
rm -r "$store/results/.index"
echo -n "perwatt track --no-run, the first time: " && time track
rm -r "$store/results/.index"
echo -n "perwatt compare, the first time: " && time compare
tail -n 1 "$store/out"
grep -m 1 ' same' "$store/compared"
