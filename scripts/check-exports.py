"""Holds exported files against the formats' own readers and published rules. Prints one line for each file.

Usage: check-exports.py FOLDER [LLAMA.CPP-CHECKOUT [GOOGLE-BENCHMARK-CHECKOUT]]
FOLDER holds files named by their format: bmf*, openmetrics*, github-action*-bigger*, github-action*-smaller*,
hyperfine*, google-benchmark*, llama-bench*, csv*, sqlite*; an `export-` in front is allowed.
"""

import csv
import io
import json
import math
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile

import jsonschema
from prometheus_client.openmetrics import parser

# https://bencher.dev/docs/reference/bencher-metric-format/, draft-07, as far as it goes.
BMF = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "$id": "https://bencher.dev/v0/bmf.json",
    "type": "object",
    "patternProperties": {
        ".*": {
            "type": "object",
            "patternProperties": {
                ".*": {
                    "type": "object",
                    "properties": {
                        "value": {"type": "number"},
                        "lower_value": {"type": "number"},
                        "upper_value": {"type": "number"},
                    },
                    "required": ["value"],
                }
            },
        }
    },
}

# The zod schema of benchmark-action/github-action-benchmark, without its coercion, which turns null into 0.
GITHUB_ACTION = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "minLength": 1},
            "unit": {"type": "string"},
            "value": {"type": "number"},
            "range": {"type": "string", "pattern": r"^(±|\+-) \d+(\.\d+)?$"},
            "extra": {"type": "string"},
        },
        "required": ["name", "unit", "value"],
        "additionalProperties": False,
    },
}

# What hyperfine's own scripts read (sharkdp/hyperfine, scripts/).
HYPERFINE = {
    "type": "object",
    "properties": {
        "results": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "times": {"type": "array", "minItems": 1, "items": {"type": "number", "exclusiveMinimum": 0}},
                    "parameters": {"type": "object", "additionalProperties": {"type": "string"}},
                },
                "required": ["command", "mean", "median", "min", "max", "times"],
            },
        }
    },
    "required": ["results"],
}


def no_repeats(pairs):
    names = [name for name, _ in pairs]
    assert len(set(names)) == len(names), "a name comes twice"
    assert not any(value is None for _, value in pairs), "null"
    return dict(pairs)


def load(path):
    return json.loads(path.read_text(), object_pairs_hook=no_repeats)


def check_bmf(path, _):
    results = load(path)
    jsonschema.Draft7Validator(BMF).validate(results)
    count = 0
    for name, measures in results.items():
        assert 1 <= len(name.encode()) <= 1024 and measures, name
        for metric in measures.values():
            assert metric.get("lower_value", -math.inf) <= metric["value"] <= metric.get("upper_value", math.inf), name
            count += 1
    return count


def check_github_action(path, _):
    entries = load(path)
    jsonschema.validate(entries, GITHUB_ACTION)
    names = [entry["name"] for entry in entries]
    assert len(set(names)) == len(names), "a name comes twice"
    return len(entries)


def check_openmetrics(path, _):
    text = path.read_text()
    families = list(parser.text_string_to_metric_families(text))
    seen = [(s.name, tuple(sorted(s.labels.items()))) for family in families for s in family.samples]
    assert len(set(seen)) == len(seen), "a label set comes twice"
    return len(seen)


def check_hyperfine(path, _):
    results = load(path)
    jsonschema.validate(results, HYPERFINE)
    for result in results["results"]:
        assert result["min"] <= result["median"] <= result["max"], result["command"]
        assert math.isclose(result["mean"], sum(result["times"]) / len(result["times"])), result["command"]
    return len(results["results"])


def check_google_benchmark(path, tools):
    results = load(path)
    assert results["context"]["json_schema_version"] == 1
    names = {entry["name"] for entry in results["benchmarks"]}
    if tools[1]:
        script = pathlib.Path(tools[1]) / "tools" / "compare.py"
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / "results.json"  # the script wants the ending
            copy.write_text(path.read_text())
            dumped = pathlib.Path(folder) / "compared.json"
            command = [sys.executable, script, "--dump_to_json", dumped, "benchmarks", copy, copy]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            compared = {entry["name"] for entry in json.loads(dumped.read_text())}
        assert names <= compared, f"compare.py saw {len(names & compared)} of {len(names)}"
    return len(results["benchmarks"])


def check_llama_bench(path, tools):
    text = path.read_text()
    rows = json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines()]
    assert text.startswith("[") or len(rows) > 1, "one line would be taken for an object"
    assert not any(value is None for row in rows for value in row.values()), "null"
    if tools[0]:
        script = pathlib.Path(tools[0]) / "scripts" / "compare-llama-bench.py"
        with tempfile.TemporaryDirectory() as folder:
            # The same rows once more as a second commit: each must be found again, and be as fast.
            copy = pathlib.Path(folder) / "rows.jsonl"
            commit = rows[0]["build_commit"]
            ours = [row for row in rows if row["build_commit"] == commit]
            others = [row | {"build_commit": "f" * len(commit)} for row in ours]
            copy.write_text("".join(json.dumps(row) + "\n" for row in ours + others))
            command = [sys.executable, script, "-t", "llama-bench", "-i", copy, "-b", commit, "-c", "f" * len(commit)]
            done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder)
            table = [line for line in done.stdout.splitlines() if line.startswith("|")]
            assert len(table) - 2 == len(ours), f"{len(table) - 2} of {len(ours)} rows were compared:\n{done.stdout}"
            assert all(re.search(r"\b1\.00\b", line) for line in table[2:]), done.stdout
    return len(rows)


def check_csv(path, _):
    rows = list(csv.reader(io.StringIO(path.read_text()), strict=True))
    assert all(len(row) == len(rows[0]) for row in rows), "lines of different length"
    column = rows[0].index("samples_s")
    assert all(float(sample) > 0 for row in rows[1:] for sample in row[column].split()), "a sample that is no time"
    return len(rows) - 1


def check_sqlite(path, _):
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("SELECT * FROM pragma_foreign_key_check").fetchall() == []
    return database.execute("SELECT count(*) FROM results").fetchone()[0]


CHECKS = {
    "bmf": check_bmf, "github-action": check_github_action, "openmetrics": check_openmetrics,
    "hyperfine": check_hyperfine, "google-benchmark": check_google_benchmark, "llama-bench": check_llama_bench,
    "csv": check_csv, "sqlite": check_sqlite,
}


def main():
    folder = pathlib.Path(sys.argv[1])
    tools = (sys.argv[2:] + [None, None])[:2]
    seen = set()
    for path in sorted(folder.iterdir()):
        name = path.name.removeprefix("export-")
        kind = next((kind for kind in CHECKS if name.startswith(kind)), None)
        if kind is None:
            continue
        try:
            print(f"{path.name}: {CHECKS[kind](path, tools)} entries")
        except Exception as problem:
            sys.exit(f"{path}: {type(problem).__name__}: {problem}")
        seen.add(kind)
    if missing := set(CHECKS) - seen - {"sqlite"}:
        sys.exit(f"{folder}: no file of {', '.join(sorted(missing))}")


main()
