"""Writes ../hardware-files.json: files for `perwatt hardware --hardware`, each with the verdict of the jsonschema package
on hardware.schema.json. Needs: pip install jsonschema."""

import copy
import json
from pathlib import Path

import jsonschema

here = Path(__file__).resolve().parent
schema = json.loads((here / "../../../Sources/Harness/Hardware/hardware.schema.json").read_text())
validator = jsonschema.Draft202012Validator(schema)
jsonschema.Draft202012Validator.check_schema(schema)

cited = {"tag": "P", "source": "a document", "date": "2026-11"}
whole = {
    "schema_version": 1,
    "machines": [{
        "id": "my-board", "name": "My board", "kind": "board", "notes": ["a note"],
        "byte_dot_product": {"present": True, "source": "a document"},
        "peaks_op_per_s": [{"what": "linpack_fp64", "value": 5e10, **cited}],
        "bandwidth_bytes_per_s": [{"what": "memcpy", "low": 4e9, "high": 5e9, "note": "warm", **cited}],
        "memory_bytes": [{"what": "installed", "value": 8e9, **cited}],
        "power_w": [{"what": "idle", "value": 2.5, "boundary": "wall", **cited}],
        "price_usd": [{"what": "tested", "value": 80, **cited}],
    }],
}


def changed(path, value=None):
    """The whole file with one field replaced, or removed where there is no value."""
    file = copy.deepcopy(whole)
    *parents, last = path
    place = file
    for key in parents:
        place = place[key]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return file


machine = ("machines", 0)
files = {
    "whole": whole,
    "no machines": {"schema_version": 1, "machines": []},
    "no schema_version": changed(("schema_version",)),
    "newer schema": changed(("schema_version",), 2),
    "id with a space": changed((*machine, "id"), "My board"),
    "id ends in a hyphen": changed((*machine, "id"), "my-"),
    "no id": changed((*machine, "id")),
    "no name": changed((*machine, "name")),
    "blank name": changed((*machine, "name"), " "),
    "unknown kind": changed((*machine, "kind"), "pc"),
    "unknown field": changed((*machine, "watts"), 3),
    "notes no list": changed((*machine, "notes"), "a note"),
    "no prices": changed((*machine, "price_usd"), []),
    "power without boundary": changed((*machine, "power_w", 0, "boundary")),
    "unknown boundary": changed((*machine, "power_w", 0, "boundary"), "desk"),
    "unknown what": changed((*machine, "power_w", 0, "what"), "busy"),
    "value zero": changed((*machine, "price_usd", 0, "value"), 0),
    "value negative": changed((*machine, "price_usd", 0, "value"), -1),
    "value a text": changed((*machine, "price_usd", 0, "value"), "80"),
    "no value": changed((*machine, "price_usd", 0, "value")),
    "low without high": changed((*machine, "bandwidth_bytes_per_s", 0, "high")),
    "no tag": changed((*machine, "price_usd", 0, "tag")),
    "unknown tag": changed((*machine, "price_usd", 0, "tag"), "U"),
    "no source": changed((*machine, "price_usd", 0, "source")),
    "blank source": changed((*machine, "price_usd", 0, "source"), " "),
    "no date": changed((*machine, "price_usd", 0, "date")),
    "month 13": changed((*machine, "price_usd", 0, "date"), "2026-13"),
    "date with a day": changed((*machine, "price_usd", 0, "date"), "2026-11-22"),
    "date in words": changed((*machine, "price_usd", 0, "date"), "last year"),
}
rows = [{"name": name, "valid": validator.is_valid(file), "file": file} for name, file in files.items()]
(here / "../hardware-files.json").write_text(json.dumps(rows, indent=1) + "\n")
print(sum(row["valid"] for row in rows), "of", len(rows), "are valid")
