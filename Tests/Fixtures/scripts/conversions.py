#!/usr/bin/env python3
"""Writes conversions.json: each matrix of stories260K in the formats of `perwatt convert`, as the package gguf encodes it.

Per format asked for and tensor: the format that it gets (rows of 64 and 172 elements fit no block of 256, and those of
172 none of 32) and the FNV-1a hash, 64 bits, of its bytes.

Needs: pip install numpy gguf. Usage: conversions.py stories260K-f32.gguf > conversions.json
"""
import json
import sys

import gguf
from gguf import GGMLQuantizationType as T

BLOCKS = {T.Q8_0: 32, T.Q5_0: 32, T.Q4_0: 32, T.Q4_K: 256, T.Q6_K: 256, T.F16: 1, T.BF16: 1}
NEXT = {T.Q4_K: T.Q5_0, T.Q6_K: T.Q8_0}


def fnv1a(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


def fitting(kind, columns):
    for candidate in (kind, NEXT.get(kind, kind)):
        if columns % BLOCKS[candidate] == 0:
            return candidate
    return T.F16


tensors = [t for t in gguf.GGUFReader(sys.argv[1]).tensors if len(t.shape) > 1]
answer = {}
for wanted in (T.Q8_0, T.Q4_0, T.Q4_K, T.Q6_K, T.BF16, T.F16):
    answer[wanted.name] = {}
    for tensor in tensors:
        kind = fitting(wanted, int(tensor.shape[0]))
        hashed = fnv1a(gguf.quants.quantize(tensor.data, kind).tobytes())
        answer[wanted.name][tensor.name] = {"format": kind.name, "hash": str(hashed)}
json.dump(answer, sys.stdout, separators=(",", ":"))
