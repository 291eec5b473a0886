#!/usr/bin/env python3
"""Writes five tiny GGUF models with seeded random weights and their float64 logits: the oracle of the forward pass.

tiny-qwen2.gguf: qwen2, F32 and F16 mixed, biases on query, key and value, rotation by halves, tied head, odd sizes.
tiny-llama.gguf: llama, F16, rotation of neighbours, a head of its own, grouped queries.
tiny-mixed.gguf: llama, Q8_0, Q4_0, Q4_K and Q6_K mixed as real files mix them; the oracle computes with what gguf decodes.
tiny-qwen3.gguf: qwen3, heads of another size than width / heads, normalised; linear RoPE scaling.
tiny-llama3.gguf: llama, a divisor for each RoPE frequency, as llama 3.1 has them.

Needs: pip install numpy gguf. Usage: tiny-models.py FOLDER. The arithmetic is NumPy's, in float64 throughout.
"""
import json
import sys

import gguf
import numpy as np

BASE, EPSILON = 10000.0, 1e-5
SHAPES = {
    # architecture, width, layers, heads, KV heads, feed-forward width, vocabulary, tied
    "tiny-qwen2": ("qwen2", 36, 2, 6, 2, 50, 70, True),
    "tiny-llama": ("llama", 40, 2, 4, 1, 34, 66, False),
    "tiny-mixed": ("llama", 256, 1, 4, 2, 256, 67, False),
    "tiny-qwen3": ("qwen3", 40, 2, 4, 2, 34, 66, True),
    "tiny-llama3": ("llama", 36, 2, 3, 1, 50, 70, False),
}
HEAD_DIM = {"tiny-qwen3": 14}
LINEAR = {"tiny-qwen3": 2.5}
FORMATS = {
    "token_embd": "Q8_0", "attn_q": "Q4_K", "attn_k": "Q8_0", "attn_v": "Q6_K", "attn_output": "Q4_0",
    "ffn_gate": "Q4_K", "ffn_up": "Q4_0", "ffn_down": "Q6_K", "output": "Q6_K",
}


def half_bytes(count, value):
    values = value * np.random.default_rng(11).uniform(0.5, 1, (count, 1))
    return values.astype(np.float16).view(np.uint8)


def encoded(values, kind, random):
    """Rows as bytes. gguf writes no K formats: those get random levels and scales, about as large as `values`."""
    if kind.name not in ("Q4_K", "Q6_K"):
        return gguf.quants.quantize(values, kind)
    size, deviation = gguf.GGML_QUANT_SIZES[kind][1], values.std()
    blocks = random.integers(0, 256, (values.size // 256, size), dtype=np.uint8)
    if kind.name == "Q4_K":  # levels and scales of about 8 ± 5 and 32 ± 18; the mean minimum cancels the mean level
        blocks[:, 0:2] = half_bytes(len(blocks), deviation / 350)
        blocks[:, 2:4] = half_bytes(len(blocks), deviation / 350 * 7.5)
    else:  # levels and scales of about ± 18 and ± 74
        blocks[:, 208:] = half_bytes(len(blocks), deviation / 1400)
    return blocks.reshape(len(values), -1)


def make(name, folder):
    architecture, width, layers, heads, kv_heads, ffn, vocabulary, tied = SHAPES[name]
    head_dim = HEAD_DIM.get(name, width // heads)
    random = np.random.default_rng(7)
    tensors, kinds = {}, {}

    def matrix(key, rows, columns, half):
        values = random.standard_normal((rows, columns)) / np.sqrt(columns)
        if name == "tiny-mixed":
            kinds[key] = gguf.GGMLQuantizationType[FORMATS[key.split(".")[-2]]]
            tensors[key] = encoded(values.astype(np.float32), kinds[key], random)
        else:
            tensors[key] = values.astype(np.float16 if half else np.float32)

    def vector(key, count, offset):
        tensors[key] = (offset + random.standard_normal(count) / 4).astype(np.float32)

    matrix("token_embd.weight", vocabulary, width, True)
    for layer in range(layers):
        block = f"blk.{layer}."
        # qwen2 mixes formats from layer to layer, as real files do
        half = architecture == "llama" or layer == 1
        vector(block + "attn_norm.weight", width, 1)
        vector(block + "ffn_norm.weight", width, 1)
        for part, rows in (("q", heads * head_dim), ("k", kv_heads * head_dim), ("v", kv_heads * head_dim)):
            matrix(f"{block}attn_{part}.weight", rows, width, half)
            if architecture == "qwen2":
                vector(f"{block}attn_{part}.bias", rows, 0)
            if architecture == "qwen3" and part != "v":
                vector(f"{block}attn_{part}_norm.weight", head_dim, 1)
        matrix(block + "attn_output.weight", width, heads * head_dim, half)
        matrix(block + "ffn_gate.weight", ffn, width, half)
        matrix(block + "ffn_up.weight", ffn, width, half)
        matrix(block + "ffn_down.weight", width, ffn, half)
    vector("output_norm.weight", width, 1)
    if name == "tiny-llama3":
        tensors["rope_freqs.weight"] = (1 + 7 * random.random(head_dim // 2)).astype(np.float32)
    if not tied:
        matrix("output.weight", vocabulary, width, True)

    writer = gguf.GGUFWriter(f"{folder}/{name}.gguf", architecture)
    writer.add_context_length(64)
    writer.add_embedding_length(width)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(ffn)
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_layer_norm_rms_eps(EPSILON)
    writer.add_rope_freq_base(BASE)
    if name in HEAD_DIM:
        writer.add_key_length(head_dim)
        writer.add_value_length(head_dim)
    if name in LINEAR:
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(LINEAR[name])
    writer.add_vocab_size(vocabulary)
    for key, values in tensors.items():
        writer.add_tensor(key, values, raw_dtype=kinds.get(key))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    for key, kind in kinds.items():
        tensors[key] = gguf.quants.dequantize(tensors[key], kind)
    return {key: values.astype(np.float64) for key, values in tensors.items()}


def norm(x, gain):
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + EPSILON) * gain


def rotate(x, position, halves, divisors):
    """x: (heads, head_dim); divisors: one, or one for each frequency"""
    size = x.shape[1]
    angle = position * BASE ** (-2 * np.arange(size // 2) / size) / divisors
    first, second = (x[:, : size // 2], x[:, size // 2 :]) if halves else (x[:, ::2], x[:, 1::2])
    turned = first * np.cos(angle) - second * np.sin(angle), first * np.sin(angle) + second * np.cos(angle)
    if halves:
        return np.concatenate(turned, axis=1)
    return np.stack(turned, axis=2).reshape(x.shape)


def logits(name, w, tokens):
    architecture, width, layers, heads, kv_heads, _, _, tied = SHAPES[name]
    halves, head_dim = architecture != "llama", HEAD_DIM.get(name, width // heads)
    divisors = w.get("rope_freqs.weight", LINEAR.get(name, 1.0))
    cache = [([], []) for _ in range(layers)]
    rows = []
    for position, token in enumerate(tokens):
        x = w["token_embd.weight"][token]
        for layer in range(layers):
            block = f"blk.{layer}."
            h = norm(x, w[block + "attn_norm.weight"])
            q, k, v = (
                w[f"{block}attn_{part}.weight"] @ h + w.get(f"{block}attn_{part}.bias", 0.0) for part in "qkv"
            )
            q, k = q.reshape(heads, head_dim), k.reshape(kv_heads, head_dim)
            if architecture == "qwen3":
                q, k = norm(q, w[block + "attn_q_norm.weight"]), norm(k, w[block + "attn_k_norm.weight"])
            q = rotate(q, position, halves, divisors)
            keys, values = cache[layer]
            keys.append(rotate(k, position, halves, divisors))
            values.append(v.reshape(kv_heads, head_dim))
            mixed = []
            for head in range(heads):
                group = head // (heads // kv_heads)
                scores = np.array([key[group] @ q[head] for key in keys]) / np.sqrt(head_dim)
                weights = np.exp(scores - scores.max())
                mixed.append((weights / weights.sum()) @ np.array([value[group] for value in values]))
            x = x + w[block + "attn_output.weight"] @ np.concatenate(mixed)
            h = norm(x, w[block + "ffn_norm.weight"])
            gate = w[block + "ffn_gate.weight"] @ h
            x = x + w[block + "ffn_down.weight"] @ (gate / (1 + np.exp(-gate)) * (w[block + "ffn_up.weight"] @ h))
        rows.append(w["token_embd.weight" if tied else "output.weight"] @ norm(x, w["output_norm.weight"]))
    return rows


if __name__ == "__main__":
    folder = sys.argv[1]
    answer = {}
    for name in SHAPES:
        tensors = make(name, folder)
        tokens = [int(t) for t in np.random.default_rng(1).integers(0, SHAPES[name][6], 40)]
        rows = logits(name, tensors, tokens)
        kept = [0, 1, 7, 39]
        answer[name] = {
            "tokens": tokens,
            "positions": [{"pos": p, "logits": [round(float(x), 9) for x in rows[p]]} for p in kept],
        }
    with open(f"{folder}/tiny-models.json", "w") as file:
        json.dump(answer, file, separators=(",", ":"))
