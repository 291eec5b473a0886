#!/usr/bin/env python3
"""Holds a model that `perwatt convert` wrote against the package gguf: metadata, order, types, and every byte.

Tensors in formats that gguf can write must have its bytes. Of Q4_K and Q6_K, which it only reads, the relative RMS
error is printed, and must be below 8 % and 3 %.

Needs: pip install numpy gguf. Usage: check-conversion.py IN.gguf OUT.gguf
"""
import sys

import gguf
import numpy as np
from gguf import GGMLQuantizationType as T

LIMITS = {T.Q4_K: 0.08, T.Q6_K: 0.03}
FREE = {"general.file_type", "general.quantization_version", "split.no", "split.count", "split.tensors.count"}


def floats(tensor):
    return gguf.quants.dequantize(tensor.data, tensor.tensor_type)


def fields(reader):
    """Types and bytes by name; not the counts in the header."""
    return {
        name: (field.types, b"".join(part.tobytes() for part in field.parts[2:]))
        for name, field in reader.fields.items() if not name.startswith("GGUF.") and name not in FREE
    }


def main(source, target):
    old, new = gguf.GGUFReader(source), gguf.GGUFReader(target)
    assert list(fields(old).items()) == list(fields(new).items()), "metadata differs"
    assert [t.name for t in old.tensors] == [t.name for t in new.tensors], "tensors differ"
    errors = {}
    for before, after in zip(old.tensors, new.tensors):
        assert before.shape.tolist() == after.shape.tolist(), before.name
        kind = after.tensor_type
        if kind == before.tensor_type:
            assert before.data.tobytes() == after.data.tobytes(), before.name
        elif kind in LIMITS:
            x = floats(before).astype(np.float64)
            error = np.sqrt(((floats(after) - x) ** 2).mean() / (x ** 2).mean())
            assert error < LIMITS[kind], (after.name, error)
            errors.setdefault(kind.name, []).append(error)
        else:
            expected = gguf.quants.quantize(floats(before).astype(np.float32), kind)
            assert expected.tobytes() == after.data.tobytes(), (after.name, kind.name)
    kinds = [t.tensor_type.name for t in new.tensors]
    print(f"{target}:", {kind: kinds.count(kind) for kind in sorted(set(kinds))},
          {kind: f"relative RMSE {np.mean(values):.4f}" for kind, values in errors.items()})


if __name__ == "__main__":
    main(*sys.argv[1:])
