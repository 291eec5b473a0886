"""Writes compare-before.json and compare-after.json from a stored run (its path is the argument): three cases of it as
measured, and the same with one case a third slower, another one with other work, and another CPU."""

import copy
import json
import pathlib
import sys

IDS = ["kernel.gemm.f32.512x512x512", "kernel.gemv.f32.2048x2048", "kernel.rmsnorm.f32.512x2048"]
LABELS = ["simd:avx2", "openblas"]


def fnv(data):
    """FNV-1a, 64 bits, as the Internet draft has it."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = ((value ^ byte) * 0x100000001B3) & (2**64 - 1)
    return f"{value:016x}"


def protocol_hash(run, version):
    plan = run["protocol"]["plan"]
    numbers = [repr(float(plan[name])) for name in ("minimum_sample_s", "budget_s", "warm_up_s")]
    counts = [str(version), str(plan["min_samples"]), str(plan["max_samples"])]
    return fnv("\n".join(counts + numbers + [case["id"] for case in run["cases"]]).encode())


def slower(case, factor):
    for alternative in case["alternatives"]:
        alternative["samples_s"] = [x * factor for x in alternative["samples_s"]]
        for name in ("median_s", "low_s", "high_s"):
            alternative["time"][name] *= factor


run = json.loads(pathlib.Path(sys.argv[1]).read_text())
assert run["protocol"]["hash"] == protocol_hash(run, 1)
run["cases"] = [case for case in run["cases"] if case["id"] in IDS]
for case in run["cases"]:
    case["alternatives"] = [a for a in case["alternatives"] if a["label"] in LABELS]
run.update(peaks=[], models=[], energy=[], claims=[], notes=[], validity={"status": "valid", "reasons": []})
run["origin"]["commit"] = {"value": {"dirty": False, "hash": "aaaaaaaaaa"}}
run["protocol"]["hash"] = protocol_hash(run, 1)
after = copy.deepcopy(run)
slower(after["cases"][0], 4 / 3)
after["cases"][1]["work"]["bytes"] += 4096
after["origin"]["commit"]["value"] = {"dirty": True, "hash": "bbbbbbbbbb"}
after["machine"]["cpu_model"] = {"value": "Another CPU"}
folder = pathlib.Path(__file__).parent.parent
for name, record in (("before", run), ("after", after)):
    (folder / f"compare-{name}.json").write_text(json.dumps(record, separators=(",", ":"), sort_keys=True) + "\n")
