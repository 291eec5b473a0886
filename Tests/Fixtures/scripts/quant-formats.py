"""Writes quant-formats.json: blocks of bytes and the floats that gguf reads from them, floats and the bytes that gguf
writes for them, both as base64. Needs: pip install numpy gguf==0.19.0"""

import base64
import json
import pathlib

import numpy as np
from gguf.constants import GGML_QUANT_SIZES
from gguf.constants import GGMLQuantizationType as Kind
from gguf.quants import dequantize, quantize

random = np.random.default_rng(20240608)

# Where the halves of a block lie: its scale, its minimum.
HALVES = {
    Kind.Q4_0: [0], Kind.Q4_1: [0, 2], Kind.Q5_0: [0], Kind.Q5_1: [0, 2], Kind.Q8_0: [0],
    Kind.Q2_K: [80, 82], Kind.Q3_K: [108], Kind.Q4_K: [0, 2], Kind.Q5_K: [0, 2], Kind.Q6_K: [208],
}
# 0, −0, 1, −1, the smallest and the largest subnormal, the smallest normal, the largest, infinity, NaN
ADVERSE = [0, 0x8000, 0x3C00, 0xBC00, 1, 0x8001, 0x83FF, 0x0400, 0xFBFF, 0x7C00, 0x7E00]


def text(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def blocks(kind):
    """Every byte value in every field, then random bytes; scales of both signs, then the adverse ones."""
    elements, size = GGML_QUANT_SIZES[kind]
    count = 10 if elements == 256 else 32
    bytes = random.integers(0, 256, (count, size), dtype=np.uint8)
    for i in range(count // 2):
        bytes[i] = np.arange(size) * (2 * i + 1) + i * 16
    for number, offset in enumerate(HALVES[kind]):
        scales = (random.standard_normal(count) / 50).astype(np.float16).view(np.uint16)
        adverse = np.roll(ADVERSE, -5 * number)[: count * 2 // 3]
        scales[-len(adverse):] = adverse
        bytes[:, offset:offset + 2] = scales.reshape(-1, 1).view(np.uint8)
    return bytes


def halves():
    ends = [0, 1, 0x7F, 0x80, 0x3FF, 0x400, 0x7BFF, 0x7C00, 0x3C00, 0x3F80, 0x7F7F, 0x7F80]
    positive = np.concatenate([ends, random.integers(0, 0x7C00, 200)])
    return np.concatenate([positive, positive + 0x8000]).astype(np.uint16).view(np.uint8)


def inputs():
    """Rows of 32; finite, with scales whose reciprocal is finite."""
    draw = lambda scale=1.0: scale * random.standard_normal(32)
    rows = [draw(scale) for scale in (1, 1, 1, 1, 0.02, 0.02, 1e3, 1e-4, 1e-6, 1e-9, 1e-30)]
    rows += [np.zeros(32), -np.zeros(32), np.full(32, 0.75), np.full(32, -3.0), np.arange(-16, 16) / 4]
    rows += [np.arange(32) + 5.0, -np.arange(32) - 0.5, np.arange(32) % 16 - 8.0, np.arange(32) * 4 - 63.5]
    outlier, negative, ends, ties = draw(0.01), draw(0.01), draw(), np.tile([7.5, -7.5, 0.5, -8], 8)
    outlier[17], negative[3] = 1e4, -6e4
    ends[[4, 20]] = [3.4, -3.4]  # the same magnitude twice: the first one counts
    rows += [outlier, negative, ends, ties, draw(1e6), draw() * 10.0 ** random.integers(-8, 3, 32)]
    rows += [random.integers(-127, 128, 32) / 8, random.uniform(1, 2, 32)]
    return np.array(rows, dtype=np.float32)


decoded = []
for kind in [Kind.F16, Kind.BF16, *HALVES]:
    bytes = halves() if kind not in HALVES else blocks(kind)
    with np.errstate(all="ignore"):
        floats = dequantize(bytes, kind)
    decoded.append({"format": kind.name, "bytes": text(bytes), "floats": text(floats)})

rows = inputs()
encoded = []
for kind in [Kind.F16, Kind.BF16, Kind.Q4_0, Kind.Q4_1, Kind.Q5_0, Kind.Q5_1, Kind.Q8_0]:
    with np.errstate(all="ignore"):
        encoded.append({"format": kind.name, "bytes": text(quantize(rows, kind))})

table = {"decoded": decoded, "inputs": text(rows), "encoded": encoded}
lines = json.dumps(table).replace("}, {", "},\n{")
(pathlib.Path(__file__).parent.parent / "quant-formats.json").write_text(lines + "\n")
