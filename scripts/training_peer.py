#!/usr/bin/env python3
"""One run of PyTorch's side of scripts/check-training-speed.sh: prints one JSON line with the seconds of each step.

Usage: training_peer.py THREADS STEPS [eager|compile]      Needs: pip install torch numpy
"""

import json
import os
import sys
import time

threads = int(sys.argv[1])
os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(threads)
os.environ.setdefault("KMP_BLOCKTIME", "1")
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Tests", "Fixtures", "scripts", "training"))

import torch  # noqa: E402

from torch_llama import Llama, Recipe, Shape  # noqa: E402

torch.set_num_threads(threads)
steps, mode = int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "eager"
shape = Shape(width=256, layers=4, heads=8, kv_heads=8, head_dim=32, ffn=688, vocabulary=512, context=256)
model = Llama(shape, shape.initial(1))
if mode == "compile":
    model.compile()
# The fused AdamW is the fastest that PyTorch has for a CPU.
recipe = Recipe(model, peak=1e-3, warmup=10, steps=steps, fused=True)
generator = torch.Generator().manual_seed(1)
seconds, losses = [], []
for step in range(steps):
    tokens = torch.randint(shape.vocabulary, (16, 129), generator=generator)
    start = time.perf_counter()
    loss, _ = recipe.step(step, tokens[:, :-1].contiguous(), tokens[:, 1:].contiguous())
    seconds.append(time.perf_counter() - start)
    losses.append(loss)
print(
    json.dumps(
        {
            "peer": f"torch {torch.__version__} {mode}",
            "blas": "mkl" if torch.backends.mkl.is_available() else "other",
            "threads": threads,
            "tokensPerStep": 16 * 128,
            "stepSeconds": seconds,
            "losses": losses,
        }
    )
)
