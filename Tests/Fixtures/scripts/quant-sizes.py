"""Writes quant-sizes.json: names, numbers, block sizes of GGUF's tensor types. Needs: pip install gguf==0.19.0"""

import json
import pathlib

from gguf.constants import GGML_QUANT_SIZES

table = [
    {"name": kind.name, "number": kind.value, "elements": elements, "bytes": size}
    for kind, (elements, size) in sorted(GGML_QUANT_SIZES.items(), key=lambda item: item[0].value)
]
lines = ",\n".join(json.dumps(row) for row in table)
(pathlib.Path(__file__).parent.parent / "quant-sizes.json").write_text(f"[\n{lines}\n]\n")
