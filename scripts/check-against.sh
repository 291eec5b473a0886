#!/usr/bin/env bash
# Holds `perwatt against` to its promises on this machine, however busy it is:
#   1. one build against itself: how many verdicts are wrong, of 200 or more;
#   2. a slow-down of 3 % in one kernel: how often it is found, and how often another one is accused.
# Writes results/against-check.json and prints a table. Takes about 55 minutes.
# With TOGETHER=1 both at once on two cores, each the other's disturbance, in half the time.
# Usage: scripts/check-against.sh [PATH of a perwatt]; SESSIONS, TRIES, THREADS, SHARE and SLOWED change what is done.
set -euo pipefail
cd "$(dirname "$0")/.."

program=${1:-.build/release/perwatt}
sessions=${SESSIONS:-19} tries=${TRIES:-40} threads=${THREADS:-1} share=${SHARE:-0.03}
slowed=${SLOWED:-kernel.attention.decode.f32.h16kv4d64t2048}
filter=rmsnorm,softmax,swiglu,attention.decode.f32
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A program of its own, so that a build meanwhile changes nothing.
cp "$program" "$work/perwatt"
against() {
  local name=$1
  shift
  cut -d' ' -f1 /proc/loadavg >"$work/$name.load"
  "$work/perwatt" against --binary "$work/perwatt" -t "$threads" --no-save --json "$@" >"$work/$name.json"
}
equal() {
  for ((i = 1; i <= sessions; i++)); do
    printf '\rA/A, session %d of %d ' "$i" "$sessions" >&2
    against "aa-$i" 2>"$work/log-aa" || { cat "$work/log-aa" >&2; return 1; }
  done
}
slowed() {
  for ((i = 1; i <= tries; i++)); do
    printf '\rslowed by %s, try %d of %d ' "$share" "$i" "$tries" >&2
    against "slow-$i" --filter "$filter" --inject "$slowed=$share" 2>"$work/log-slow" ||
      { cat "$work/log-slow" >&2; return 1; }
  done
}
if [ -n "${TOGETHER:-}" ]; then
  equal &
  slowed
  wait $!
else
  equal
  slowed
fi
printf '\r\033[K' >&2

python3 - "$work" "$slowed" "$share" "$threads" "$(git rev-parse --short=10 HEAD)" <<'PYTHON'
import glob, json, statistics, sys

work, slowed, share, threads, commit = sys.argv[1:]


def load(kind):
    return [json.load(open(path))["rows"] for path in sorted(glob.glob(f"{work}/{kind}-*.json"))]


def loads():
    values = sorted(float(open(path).read()) for path in glob.glob(f"{work}/*.load"))
    return {"least": values[0], "median": statistics.median(values), "most": values[-1]}


def tally(rows):
    names = ("faster", "slower", "same", "undecided")
    return {name: sum(row["verdict"] == name for row in rows) for name in names}


def width(rows):
    known = sorted(row["smallest_effect"] for row in rows if "smallest_effect" in row)
    return round(statistics.median(known), 4) if known else None


same, slow = load("aa"), load("slow")
every = [row for rows in same for row in rows]
false = [row for row in every if row["verdict"] in ("faster", "slower")]
target = [row for rows in slow for row in rows if row["id"] == slowed]
others = [row for rows in slow for row in rows if row["id"] != slowed]
accused = [rows for rows in slow if any(r["id"] != slowed and r["verdict"] == "slower" for r in rows)]
found = sum(row["verdict"] == "slower" for row in target)
result = {
    "commit": commit, "threads": int(threads), "load_average": loads(),
    "equal_builds": {
        "sessions": len(same), "verdicts": len(every), **tally(every), "false_share": len(false) / max(len(every), 1),
        "median_smallest_effect": width(every),
        "false": [{"id": row["id"], **row["interval"]} for row in false],
    },
    "slowed": {
        "case": slowed, "share": float(share), "tries": len(slow), "found": found,
        "median_ratio": round(statistics.median(row["interval"]["ratio"] for row in target), 4) if target else None,
        "found_share": found / max(len(slow), 1), "tries_that_accused_another": len(accused),
        "others": tally(others), "median_smallest_effect": width(target),
    },
}
json.dump(result, open("results/against-check.json", "w"), indent=2)
open("results/against-check.json", "a").write("\n")
aa, sl = result["equal_builds"], result["slowed"]
print(f"load average {result['load_average']['least']} to {result['load_average']['most']}, {threads} thread(s), commit {commit}")
print(f"equal builds: {aa['verdicts']} verdicts in {aa['sessions']} sessions, {len(false)} wrong ({100 * aa['false_share']:.1f} %);"
      f" {aa['same']} same, {aa['undecided']} undecided")
print(f"slowed by {100 * sl['share']:.0f} %: found {sl['found']} of {sl['tries']} ({100 * sl['found_share']:.0f} %),"
      f" median ratio {sl['median_ratio']}; another case accused in {sl['tries_that_accused_another']}")
sys.exit(0 if aa["false_share"] <= 0.05 and sl["found_share"] >= 0.95 and len(accused) <= 0.05 * len(slow) else 1)
PYTHON
