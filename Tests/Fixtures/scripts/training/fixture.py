#!/usr/bin/env python3
"""Makes Tests/Fixtures/training.json: gradients of whole tiny models, and a loss curve of 200 steps, by PyTorch.

Gradients are computed in double, so that the fixture's own rounding is below what is compared.
Usage: fixture.py > ../../training.json      Needs: pip install torch numpy
"""

import dataclasses
import json

import torch

from torch_llama import Llama, Recipe, Shape, SplitMix64, cross_entropy, lines


def gradients(name, shape, seed):
    torch.set_default_dtype(torch.float64)
    values = {n: v.astype("float64") for n, v in shape.initial(seed).items()}
    # Weights as small as fresh ones give gradients near zero before the norms: ten times as large, none is lost.
    for n, v in values.items():
        values[n] = v * 10 if v.ndim > 1 else v
    model = Llama(shape, values).double()
    inputs, targets = lines(SplitMix64(seed + 1), 3, 7, shape.vocabulary)
    loss = cross_entropy(model(inputs), targets)
    loss.backward()
    torch.set_default_dtype(torch.float32)
    return {
        "name": name,
        "shape": dataclasses.asdict(shape),
        "seed": seed,
        "loss": loss.item(),
        "gradients": {n: [float(f"{x:.8e}") for x in g.flatten().tolist()] for n, g in model.gradients().items()},
    }


def curve():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    shape = Shape(width=32, layers=2, heads=4, kv_heads=2, head_dim=8, ffn=64, vocabulary=64, context=32)
    model = Llama(shape, shape.initial(7))
    recipe = Recipe(model, peak=3e-3, warmup=20, steps=200)
    random, losses, norms = SplitMix64(11), [], []
    for step in range(200):
        loss, norm = recipe.step(step, *lines(random, 8, 32, shape.vocabulary))
        losses.append(round(loss, 7))
        norms.append(round(norm, 7))
    return {"shape": dataclasses.asdict(shape), "seed": 7, "data_seed": 11, "losses": losses, "norms": norms}


print(
    json.dumps(
        {
            "torch": torch.__version__,
            "models": [
                gradients("llama", Shape(8, 2, 2, 1, 4, 12, 16, 8), 3),
                gradients("qwen2", Shape(8, 2, 4, 2, 4, 12, 16, 8, tied=True, bias=True, halves=True, base=1e6), 5),
            ],
            "curve": curve(),
        },
        separators=(",", ":"),
    )
)
