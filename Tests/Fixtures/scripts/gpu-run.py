#!/usr/bin/env python3
"""Makes gpu-run.json: a run of Benchmarks/gpu/reference.py on the CPU, as if a GPU with a meter had taken it.

Times, checks and intervals are those of PyTorch; device, labels and joules are made up. Needs torch. Usage: gpu-run.py
"""

import json
import os
import subprocess
import sys

here = os.path.dirname(os.path.abspath(__file__))
path = os.path.join(os.path.dirname(here), "gpu-run.json")
reference = os.path.join(here, "..", "..", "..", "Benchmarks", "gpu", "reference.py")
subprocess.run(
    [sys.executable, reference, "--device", "cpu", "--quick", "--presets", "stories-260k", "--batch", "1,8", "--dtype",
     "f32", "-o", path], check=True)

with open(path) as file:
    run = json.loads(file.read().replace("torch:cpu", "torch:cuda"))
run["device"].update(kind="cuda", name="Made-up GPU", memory_bytes={"value": 8 * 2**30}, driver={"value": "1.2.3"},
                     power_limit_w={"value": 250}, execution="CUDA graph")
run["machine"]["given_key"] = "made-up-gpu"
run["origin"]["suite"] = "gpu-quick"
run["origin"]["commit"] = {"missing": "a fixture"}
for row in run["energy"]:
    batch = 8 if row["backend"].endswith("b8") else 1
    joules = (0.01 if row["phase"] == "prefill" else 0.4) / batch
    row["energy"] = {"value": {
        "origin": {"source": "made up", "boundary": "gpu-only", "tier": "measured"},
        "gross_per_token": {"low_j_per_token": 0.95 * joules, "central_j_per_token": joules,
                            "high_j_per_token": 1.05 * joules},
        "memory_j_per_token": {"missing": "made up"}, "assumptions": [], "notes": [], "window_s": 3, "tokens": 1000,
        "metering": {"idle_before_w": {"value": 20}, "idle_after_w": {"value": 21}, "idle_window_s": 2,
                     "shortest_window_s": 2, "smallest_difference": {"missing": "made up"}}}}
with open(path, "w") as file:
    json.dump(run, file, indent=1, sort_keys=True)
    file.write("\n")
