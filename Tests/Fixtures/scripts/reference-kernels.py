"""Writes reference-kernels.json: inputs that float32 holds exactly, results by numpy and scipy in float64.
Needs: pip install numpy scipy"""

import json
import pathlib

import numpy as np
from scipy import special

random = np.random.default_rng(20240607)


def draw(*shape, scale=1.0):
    return (scale * random.standard_normal(shape)).astype(np.float32).astype(np.float64)


def flat(array):
    return [float(x) for x in np.asarray(array).ravel()]


def softmax():
    rows = [draw(1), draw(2), draw(7, scale=10), draw(33, scale=30), np.zeros(5)]
    rows += [np.array([-1e4, 0.0]), np.array([3e4, 3e4, -3e4]), np.array([-80.0, 0.0, 80.0])]
    return [{"x": flat(x), "y": flat(special.softmax(x))} for x in rows]


def matmul():
    shapes = [(1, 1, 1), (3, 5, 7), (4, 2, 33), (6, 6, 1)]
    pairs = [(draw(m, k), draw(k, n)) for m, n, k in shapes]
    return [
        {"m": a.shape[0], "n": b.shape[1], "k": a.shape[1], "a": flat(a), "b": flat(b), "c": flat(a @ b)}
        for a, b in pairs
    ]


def rms_norm():
    def one(n, epsilon, scale):
        x, weight = draw(n, scale=scale), draw(n)
        y = x / np.sqrt(np.mean(np.square(x)) + epsilon) * weight
        return {"x": flat(x), "weight": flat(weight), "epsilon": epsilon, "y": flat(y)}

    return [one(1, 2.0**-17, 1), one(64, 2.0**-17, 1), one(65, 2.0**-20, 1e-4), one(7, 2.0**-20, 1e15)]


def swiglu():
    gate = np.concatenate([draw(20, scale=4), np.array([0.0, -0.0, 100.0, -100.0, 1e4, -700.0])])
    up = draw(len(gate))
    return [{"gate": flat(gate), "up": flat(up), "y": flat(gate * special.expit(gate) * up)}]


def rope():
    """Rotation as multiplication by exp(iθ): pairs are (2i, 2i + 1), or (i, i + width / 2)."""

    def one(width, position, halves):
        x = draw(width)
        angles = position * 10000.0 ** (-np.arange(0, width, 2) / width)
        cos, sin = np.float32(np.cos(angles)).astype(float), np.float32(np.sin(angles)).astype(float)
        first, second = np.split(x, 2) if halves else (x[0::2], x[1::2])
        turned = (first + 1j * second) * (cos + 1j * sin)
        join = np.concatenate if halves else lambda parts: np.stack(parts, axis=1).ravel()
        return {
            "halves": halves, "x": flat(x), "cos": flat(join([cos, cos])), "sin": flat(join([-sin, sin])),
            "y": flat(join([turned.real, turned.imag])),
        }

    return [one(w, p, h) for w, p in [(2, 1), (8, 0), (64, 5), (34, 4000)] for h in (False, True)]


def attention():
    def one(dim, tokens, scale):
        q, keys, values = draw(dim, scale=scale), draw(tokens, dim), draw(tokens, dim)
        weights = special.softmax(keys @ q / np.sqrt(dim))
        return {
            "dim": dim, "tokens": tokens, "q": flat(q), "keys": flat(keys), "values": flat(values),
            "y": flat(weights @ values),
        }

    return [one(1, 1, 1), one(8, 1, 1), one(16, 9, 1), one(5, 40, 20)]


cases = {
    "softmax": softmax(), "matmul": matmul(), "rmsNorm": rms_norm(), "swiGLU": swiglu(), "rope": rope(),
    "attention": attention(),
}
text = json.dumps(cases, separators=(",", ":")).replace('},{', '},\n{')
(pathlib.Path(__file__).parent.parent / "reference-kernels.json").write_text(text + "\n")
