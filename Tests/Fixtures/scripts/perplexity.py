#!/usr/bin/env python3
"""Writes perplexity.json: perplexity and KL divergence of stories260K by NumPy in float64.

The text is the longest one of stories260K.sentencepiece.json, with Google's tokens; windows of 128 tokens, each after
BOS (1), the second half scored. The reference is the file as it is; the model has its matrices in Q5_0 (rows of 64) and
F16 (rows of 172) as the package gguf encodes them, which is what `perwatt convert --to q4_k` gives. The forward pass is
that of tiny-models.py.

Needs: pip install numpy gguf. Usage: perplexity.py stories260K-f32.gguf stories260K.sentencepiece.json > perplexity.json
"""
import importlib.util
import json
import os
import sys

import gguf
import numpy as np
from gguf import GGMLQuantizationType as T

spec = importlib.util.spec_from_file_location(
    "tiny_models", os.path.join(os.path.dirname(os.path.abspath(__file__)), "tiny-models.py"))
tiny = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tiny)
# architecture, width, layers, heads, KV heads, feed-forward width, vocabulary, tied
tiny.SHAPES["stories"] = ("llama", 64, 5, 8, 4, 172, 512, False)
CONTEXT, FIRST = 128, 64


def rounded(values):
    kind = T.Q5_0 if values.shape[-1] % 32 == 0 else T.F16
    return gguf.quants.dequantize(gguf.quants.quantize(values, kind), kind).astype(np.float64)


def log_softmax(row):
    shifted = row - row.max()
    return shifted - np.log(np.exp(shifted).sum())


def mean(values):
    return {"value": values.mean(), "error": values.std(ddof=1) / np.sqrt(len(values))}


def perplexity(nll):
    estimate = mean(nll)
    return {"value": np.exp(estimate["value"]), "error": np.exp(estimate["value"]) * estimate["error"]}


tensors = {t.name: np.array(t.data) for t in gguf.GGUFReader(sys.argv[1]).tensors}
reference = {name: values.astype(np.float64) for name, values in tensors.items()}
model = {name: rounded(values) if values.ndim > 1 else values.astype(np.float64) for name, values in tensors.items()}
case = max(json.load(open(sys.argv[2]))["cases"], key=lambda case: len(case["tokens"]))
tokens = [1] + case["tokens"]
own, other, divergences, same = [], [], [], []
for start in range(0, len(tokens) - CONTEXT + 1, CONTEXT):
    window = [1] + tokens[start + 1 : start + CONTEXT]
    rows = [tiny.logits("stories", w, window) for w in (model, reference)]
    for position in range(FIRST, CONTEXT - 1):
        q, p = (log_softmax(r[position]) for r in rows)
        own.append(-q[window[position + 1]])
        other.append(-p[window[position + 1]])
        divergences.append((np.exp(p) * (p - q)).sum())
        same.append(float(p.argmax() == q.argmax()))
own, other, divergences = np.array(own), np.array(other), np.array(divergences)
squares = (np.exp(-own) - np.exp(-other)) ** 2
answer = {
    "text": case["text"], "context": CONTEXT, "tokens": len(own),
    "perplexity": perplexity(own), "referencePerplexity": perplexity(other), "ratio": perplexity(own - other),
    "mean": mean(divergences),
    **{name: np.quantile(divergences, q) for name, q in
       [("median", 0.5), ("percentile90", 0.9), ("percentile95", 0.95), ("percentile99", 0.99), ("maximum", 1)]},
    "sameTop": mean(np.array(same)),
    "rmsProbability": {
        "value": np.sqrt(squares.mean()), "error": mean(squares)["error"] / 2 / np.sqrt(squares.mean())},
}
json.dump(answer, sys.stdout, indent=1)
