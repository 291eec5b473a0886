#!/usr/bin/env python3
"""Reads the runs of scripts/check-training-speed.sh, one JSON a line, and prints the comparison as JSON.

A run's step is the median of its steps after the first two, which take memory; a peer's is the median over its runs, and
the interval of a ratio its range over neighbouring runs.
"""

import json
import platform
import statistics
import subprocess
import sys

runs = [json.loads(line) for line in open(sys.argv[1])]
for run in runs:
    run["seconds"] = statistics.median(run["stepSeconds"][2:])
    run.setdefault("peer", "perwatt " + run.get("backend", ""))

comparisons, enough = [], True
for threads in sorted({run["threads"] for run in runs}):
    own = [r for r in runs if r["threads"] == threads and r["peer"].startswith("perwatt")]
    for peer in sorted({r["peer"] for r in runs if not r["peer"].startswith("perwatt")}):
        other = [r for r in runs if r["threads"] == threads and r["peer"] == peer]
        # Neighbours: a b b a gives the pairs (a, b) and (b, a).
        neighbours = [(x, y) for x, y in zip(runs, runs[1:]) if (x in own and y in other) or (x in other and y in own)]
        pairs = [y["seconds"] / x["seconds"] if x in own else x["seconds"] / y["seconds"] for x, y in neighbours]
        ratio = statistics.median(pairs)
        enough &= ratio >= 1.5 or not peer.endswith("eager")
        comparisons.append(
            {
                "threads": threads,
                "peer": peer,
                "perwattTokensPerSecond": own[0]["tokensPerStep"] / statistics.median(r["seconds"] for r in own),
                "peerTokensPerSecond": other[0]["tokensPerStep"] / statistics.median(r["seconds"] for r in other),
                "ratio": ratio,
                "lowestRatio": min(pairs),
                "highestRatio": max(pairs),
            }
        )
commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
print(json.dumps({"commit": commit, "machine": platform.machine(), "comparisons": comparisons, "runs": runs}, indent=1))
sys.exit(0 if enough else 1)
