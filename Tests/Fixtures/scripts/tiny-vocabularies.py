#!/usr/bin/env python3
"""Writes tiny-vocabularies.json and vocabulary-*.gguf: texts with the tokens that llama.cpp gives them, and vocabularies cut
down to those tokens.

Needs: pip install gguf. Usage: tiny-vocabularies.py LLAMA_CPP FIXTURES, with a checkout of ggml-org/llama.cpp, whose folder
models has vocabularies (ggml-vocab-*.gguf), texts (.inp) and the tokens of each text (.out).

A vocabulary keeps the tokens of the texts, the bytes, the parts of which its merges make them, and all merges among those.
Every join of the full vocabulary that takes part in a result is kept, in the same order, so that the result is the same.
"""
import json
import pathlib
import sys

import gguf

NAMES = ["llama-bpe", "qwen2", "qwen35", "gpt-2", "refact", "falcon", "deepseek-coder"]
models, fixtures = pathlib.Path(sys.argv[1]) / "models", pathlib.Path(sys.argv[2])


def split(merge):
    place = merge.index(" ", 1)
    return merge[:place], merge[place + 1:]


def kept(tokens, merges, kinds, used):
    """Numbers of the tokens to keep: used ones, their parts, single bytes, some special tokens."""
    parts = {}
    for left, right in map(split, merges):
        parts.setdefault(left + right, []).append((left, right))
    special = [i for i, kind in enumerate(kinds) if kind == gguf.TokenType.CONTROL][:6]
    special += [i for i, kind in enumerate(kinds) if kind == gguf.TokenType.USER_DEFINED][:6]
    texts, open_ = set(), [tokens[i] for i in set(used) | set(special)] + [t for t in tokens if len(t) == 1]
    while open_:
        text = open_.pop()
        if text not in texts:
            texts.add(text)
            open_ += [part for pair in parts.get(text, []) for part in pair]
    return [i for i, text in enumerate(tokens) if text in texts]


def write(path, name, tokens, kinds, merges):
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(name)
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(merges)
    special = next(i for i, kind in enumerate(kinds) if kind == gguf.TokenType.CONTROL)
    writer.add_bos_token_id(special)
    writer.add_eos_token_id(special)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()


vectors = {}
for name in NAMES:
    path = models / f"ggml-vocab-{name}.gguf"
    field = gguf.GGUFReader(path).fields
    tokens, kinds, merges = [
        field["tokenizer.ggml." + key].contents() for key in ("tokens", "token_type", "merges")
    ]
    texts = path.with_suffix(".gguf.inp").read_text().split("\n__ggml_vocab_test__\n")
    results = [[int(i) for i in line.split()] for line in path.with_suffix(".gguf.out").read_text().split("\n")]
    texts, results = texts[:-1], results[:-1]
    assert len(texts) == len(results)
    ids = kept(tokens, merges, kinds, [i for result in results for i in result])
    new = {old: i for i, old in enumerate(ids)}
    present = {tokens[i] for i in ids}
    merges = [m for m in merges if present.issuperset(split(m)) and "".join(split(m)) in present]
    write(fixtures / f"vocabulary-{name}.gguf", name, [tokens[i] for i in ids], [kinds[i] for i in ids], merges)
    vectors[name] = [
        {"text": text, "tokens": [new[i] for i in result]} for text, result in zip(texts, results)
    ]
path = fixtures / "tiny-vocabularies.json"
path.write_text(json.dumps(vectors, ensure_ascii=True) + "\n")
