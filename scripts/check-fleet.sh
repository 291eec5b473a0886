#!/usr/bin/env bash
# `perwatt fleet` against real servers, on the loopback of this machine: hosts, each with an sshd, a key and a folder of its
# own, and a Slurm with three nodes. Hosts that are down, refuse the key, hang, fill their disk, die in mid-run or return a
# damaged record must cost no other host's record, must be named, and must be all that --resume begins again.
# LIMIT=SECONDS gives the hosts more time, on a busy machine.
# Needs: root; a release build, or PERWATT=PROGRAM; Debian's openssh-server, openssh-client, slurm-wlm, munge, procps.
# Usage: check-fleet.sh [ssh] [slurm] [build] [simulation] [bare]   (default: all but the last, in minutes)
# `bare` is a host without Swift, for which fleet builds the static program of this checkout: many minutes, the first time.
set -euo pipefail
cd "$(dirname "$0")/.."
export NO_COLOR=1 LC_ALL=C
perwatt=$(realpath "${PERWATT:-.build/release/perwatt}")
parts=${*:-ssh slurm build simulation}
# What a node measures: a real run of a few seconds.
suite=(--suite kernels -- --quick --filter swiglu --backend simd)

work=$(mktemp -d)
started=()
cleanup() {
  status=$?
  [ $status = 0 ] || tail -n 3 "$work"/*.log "$work"/*/fleet/*/logs/*.log >&2 2>/dev/null || true
  for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done
  wait 2>/dev/null || true
  ! mountpoint -q "$work/full" || umount "$work/full"
  rm -rf "$work"
}
trap cleanup EXIT

fail() { echo "error: $*" >&2; exit 1; }
expect() { grep -qE -- "$1" "$2" || { cat "$2" >&2; fail "no line like '$1'"; }; }
records() { find "$1" -name '*-kernels-quick*.json' -not -path "$1/fleet/*" | wc -l; }
# status WANTED COMMAND…: runs it, its output in $work/said.
status() {
  local wanted=$1 found=0
  shift
  "$@" >"$work/said" 2>&1 || found=$?
  [ "$found" = "$wanted" ] || { cat "$work/said" >&2; fail "exit status $found, not $wanted: $*"; }
}
# empty WHY COMMAND…: waits until the command prints nothing.
empty() {
  local why=$1
  shift
  for _ in $(seq 100); do [ -n "$("$@")" ] || return 0; sleep 0.1; done
  fail "$why: $("$@")"
}
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# Reads the sizes of fleets; prints what each took and fails where that is too much, or grows faster than the fleet.
check_simulation() {
  echo "Fleets on paper"
  python3 - "$perwatt" >"$work/said" <<'PYTHON' || { cat "$work/said" >&2; fail "the simulation failed or took too much"; }
import os, re, subprocess, sys, time

def simulate(nodes):
    begin = time.monotonic()
    child = subprocess.Popen([sys.argv[1], "fleet", "--simulate", str(nodes)], stdout=subprocess.PIPE, text=True)
    text = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    assert status == 0, text
    return text, time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024

took = {}
for nodes in (2500, 5000, 10000):
    text, wall, cpu, memory = simulate(nodes)
    took[nodes] = cpu, memory
    print(f"{nodes} machines: {wall:.1f} s, {cpu:.1f} s of CPU, peak memory {memory:.0f} MB")
print(text)
sick, found, lost = map(int, re.search(r"of (\d+) sick ones (\d+)\s+found.* (\d+)\s+lost", text, re.S).groups())
assert sick == found > 0 and lost == 0, "a sick node was not found, or a node was lost"
# By the CPU's time, which other work on this machine hardly changes.
assert cpu < 2 * 30 and memory < 1000, "more than 30 s of two cores, or 1 GB"
# Fourfold; twice as much again would be n log n and worse.
for name, before, after in zip(("time", "memory"), took[2500], took[10000]):
    assert after < 6 * before, f"{name} grows faster than the fleet"
PYTHON
  head -n 3 "$work/said"
  grep -A1 '^Simulated' "$work/said"
  echo "A GPU or 800 boards, from these records"
  local words
  for words in 'A GPU for \$40,000, or boards for \$50 each' '\$40,000 ÷ \$50 = 800 boards' 'each of [0-9,]+ nodes; 800' \
    'assumed: an idle board draws' "assumed: a board's share of the network draws"; do expect "$words" "$work/said"; done
}

for file in scripts/fleet/*.sh; do
  # shellcheck source=/dev/null
  . "$file"
done
for part in $parts; do "check_$part"; done
echo "Fleets of hosts and nodes: as they should be"
