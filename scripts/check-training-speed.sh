#!/usr/bin/env bash
# Training tokens per second against PyTorch on the CPU: 4 layers, width 256, 8 heads, FFN 688, vocabulary 512, batches of
# 16 × 128 tokens, AdamW, f32; 1 and 2 threads; runs in the order A B B A, so that a machine that slows down slows both.
# Usage: scripts/check-training-speed.sh [rounds, default 3] [steps of a run, default 8] > results/<machine>/training-speed.json
# Needs: swift build -c release --product perwatt; a Python with torch and numpy ($PYTHON, default python3).
# Ends with 1 where Perwatt is less than 1.5 times as fast with 1 or 2 threads.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${1:-3} steps=${2:-8} python=${PYTHON:-python3} modes=${MODES:-eager}
perwatt=${PERWATT:-.build/release/perwatt}
runs=$(mktemp)
trap 'rm -f "$runs"' EXIT
"$python" -c 'import torch, numpy' || { echo "no torch: pip install torch numpy, or set PYTHON" >&2; exit 1; }

ours() { "$perwatt" train --steps "$steps" -t "$1" --json 2>/dev/null >>"$runs"; }
theirs() { "$python" scripts/training_peer.py "$1" "$steps" "$2" >>"$runs"; }
for threads in 1 2; do
  for ((round = 0; round < rounds; round++)); do
    for mode in $modes; do
      echo "threads $threads, round $((round + 1)) of $rounds, $mode" >&2
      ours "$threads"; theirs "$threads" "$mode"; theirs "$threads" "$mode"; ours "$threads"
    done
  done
done
"$python" scripts/training_ratio.py "$runs"
