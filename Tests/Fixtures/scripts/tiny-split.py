#!/usr/bin/env python3
"""Splits tiny-llama.gguf into three files, as the package gguf splits: its writer does the splitting.

Needs: pip install numpy gguf. Usage: tiny-split.py tiny-llama.gguf FOLDER
"""
import sys

import gguf

reader = gguf.GGUFReader(sys.argv[1])
count = -(-len(reader.tensors) // 3)
writer = gguf.GGUFWriter(f"{sys.argv[2]}/tiny-split.gguf", "llama", split_max_tensors=count)
for name, field in reader.fields.items():
    if not name.startswith("GGUF.") and name != "general.architecture":
        writer.add_key_value(name, field.contents(), field.types[0])
for tensor in reader.tensors:
    writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
