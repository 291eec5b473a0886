"""The llama block in PyTorch, for training: the peer of Sources/Model/Training, and the oracle of its tests.

Written as one would for speed on a CPU: one product for queries, keys and values, one for gate and up, rms_norm and
scaled_dot_product_attention from torch.nn.functional. Needs: pip install torch numpy
"""

import dataclasses

import numpy
import torch
import torch.nn.functional as F

MASK = (1 << 64) - 1


class SplitMix64:
    """Steele, Lea and Flood, OOPSLA 2014; as Sources/Core/Statistics/SeededGenerator.swift."""

    def __init__(self, seed):
        self.state = seed & MASK

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def index(self, count):
        return (self.next() * count) >> 64

    def many(self, count):
        """The next `count` numbers at once."""
        with numpy.errstate(over="ignore"):
            z = numpy.uint64(self.state) + numpy.arange(1, count + 1, dtype=numpy.uint64) * numpy.uint64(0x9E3779B97F4A7C15)
            z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        self.state = (self.state + count * 0x9E3779B97F4A7C15) & MASK
        return z ^ (z >> numpy.uint64(31))

    def normals(self, count):
        """Box and Muller 1958: one number from two draws."""
        draws = self.many(2 * count)
        radius = ((draws[0::2] >> numpy.uint64(11)) + numpy.uint64(1)).astype(numpy.float64) * 2.0**-53
        angle = (draws[1::2] >> numpy.uint64(11)).astype(numpy.float64) * 2.0**-53
        return numpy.sqrt(-2 * numpy.log(radius)) * numpy.cos(2 * numpy.pi * angle)


@dataclasses.dataclass
class Shape:
    width: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    ffn: int
    vocabulary: int
    context: int
    tied: bool = False
    bias: bool = False
    halves: bool = False
    epsilon: float = 1e-5
    base: float = 10000.0

    def tensors(self):
        """Names and shapes (outputs, inputs), in the order of ModelConfig.tensorSpecs."""
        q, k = self.heads * self.head_dim, self.kv_heads * self.head_dim
        d, f = self.width, self.ffn
        yield "token_embd.weight", (self.vocabulary, d)
        for i in range(self.layers):
            b = f"blk.{i}."
            yield b + "attn_norm.weight", (d,)
            yield b + "attn_q.weight", (q, d)
            yield b + "attn_k.weight", (k, d)
            yield b + "attn_v.weight", (k, d)
            yield b + "attn_output.weight", (d, q)
            yield b + "ffn_norm.weight", (d,)
            yield b + "ffn_gate.weight", (f, d)
            yield b + "ffn_up.weight", (f, d)
            yield b + "ffn_down.weight", (d, f)
            if self.bias:
                yield b + "attn_q.bias", (q,)
                yield b + "attn_k.bias", (k,)
                yield b + "attn_v.bias", (k,)
        yield "output_norm.weight", (d,)
        if not self.tied:
            yield "output.weight", (self.vocabulary, d)

    def initial(self, seed):
        """Parameters as TrainableModel(config:seed:) makes them."""
        random, values = SplitMix64(seed), {}
        for name, shape in self.tensors():
            if len(shape) == 2:
                deviation = 0.02
                if name.endswith(("attn_output.weight", "ffn_down.weight")):
                    deviation = 0.02 / (2 * self.layers) ** 0.5
                values[name] = (random.normals(shape[0] * shape[1]) * deviation).astype(numpy.float32).reshape(shape)
            else:
                values[name] = numpy.full(shape, 1 if name.endswith("norm.weight") else 0, numpy.float32)
        return values


class Llama(torch.nn.Module):
    """Parameters that share an input are one matrix."""

    def __init__(self, shape, values):
        super().__init__()
        self.shape = shape

        def parameter(*names):
            return torch.nn.Parameter(torch.tensor(numpy.concatenate([values[n] for n in names])))

        self.embedding = parameter("token_embd.weight")
        self.blocks = torch.nn.ModuleList()
        for i in range(shape.layers):
            b, block = f"blk.{i}.", torch.nn.Module()
            block.attn_norm = parameter(b + "attn_norm.weight")
            block.qkv = parameter(b + "attn_q.weight", b + "attn_k.weight", b + "attn_v.weight")
            if shape.bias:
                block.bias = parameter(b + "attn_q.bias", b + "attn_k.bias", b + "attn_v.bias")
            block.output = parameter(b + "attn_output.weight")
            block.ffn_norm = parameter(b + "ffn_norm.weight")
            block.gate_up = parameter(b + "ffn_gate.weight", b + "ffn_up.weight")
            block.down = parameter(b + "ffn_down.weight")
            self.blocks.append(block)
        self.norm = parameter("output_norm.weight")
        if not shape.tied:
            self.head = parameter("output.weight")
        frequencies = shape.base ** (-torch.arange(0, shape.head_dim, 2, dtype=torch.float64) / shape.head_dim)
        angles = torch.outer(torch.arange(shape.context, dtype=torch.float64), frequencies)
        self.register_buffer("cos", angles.cos().float())
        self.register_buffer("sin", angles.sin().float())

    def rotate(self, x):
        """x: (batch, heads, tokens, head_dim)"""
        cos, sin = self.cos[: x.shape[2]], self.sin[: x.shape[2]]
        if self.shape.halves:
            a, b = x.chunk(2, dim=-1)
            return torch.cat((a * cos - b * sin, b * cos + a * sin), dim=-1)
        a, b = x.unflatten(-1, (-1, 2)).unbind(-1)
        return torch.stack((a * cos - b * sin, b * cos + a * sin), dim=-1).flatten(-2)

    def forward(self, tokens):
        s = self.shape
        x = F.embedding(tokens, self.embedding)
        batch, length, d = x.shape
        for block in self.blocks:
            y = F.linear(F.rms_norm(x, (d,), block.attn_norm, s.epsilon), block.qkv, block.bias if s.bias else None)
            y = y.view(batch, length, s.heads + 2 * s.kv_heads, s.head_dim).transpose(1, 2)
            q, k, v = y.split((s.heads, s.kv_heads, s.kv_heads), dim=1)
            q, k = self.rotate(q), self.rotate(k)
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=s.kv_heads < s.heads)
            x = x + F.linear(y.transpose(1, 2).reshape(batch, length, -1), block.output)
            gate, up = F.linear(F.rms_norm(x, (d,), block.ffn_norm, s.epsilon), block.gate_up).chunk(2, dim=-1)
            x = x + F.linear(F.silu(gate) * up, block.down)
        x = F.rms_norm(x, (d,), self.norm, s.epsilon)
        return F.linear(x, self.embedding if s.tied else self.head)

    def gradients(self):
        """By the names of the tensors."""
        s, parts = self.shape, {}
        q, k = s.heads * s.head_dim, s.kv_heads * s.head_dim
        parts["token_embd.weight"] = self.embedding.grad
        for i, block in enumerate(self.blocks):
            b = f"blk.{i}."
            names = ["attn_q", "attn_k", "attn_v"]
            for name, part in zip(names, block.qkv.grad.split((q, k, k))):
                parts[b + name + ".weight"] = part
            if s.bias:
                for name, part in zip(names, block.bias.grad.split((q, k, k))):
                    parts[b + name + ".bias"] = part
            for name, part in zip(["ffn_gate", "ffn_up"], block.gate_up.grad.split((s.ffn, s.ffn))):
                parts[b + name + ".weight"] = part
            for name in ["attn_norm", "ffn_norm"]:
                parts[b + name + ".weight"] = getattr(block, name).grad
            parts[b + "attn_output.weight"] = block.output.grad
            parts[b + "ffn_down.weight"] = block.down.grad
        parts["output_norm.weight"] = self.norm.grad
        if not s.tied:
            parts["output.weight"] = self.head.grad
        return parts


def cross_entropy(logits, targets):
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


class Recipe:
    """AdamW with clipping, warm-up and cosine, as TrainingOptions and Trainer have them."""

    def __init__(self, model, peak, warmup, steps, floor=0.1, betas=(0.9, 0.95), decay=0.1, clip=1.0, fused=None):
        self.model, self.clip = model, clip
        self.peak, self.warmup, self.steps, self.floor = peak, warmup, steps, floor
        matrices = [p for p in model.parameters() if p.dim() > 1]
        vectors = [p for p in model.parameters() if p.dim() == 1]
        groups = [{"params": matrices, "weight_decay": decay}, {"params": vectors, "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=peak, betas=betas, eps=1e-8, fused=fused)

    def rate(self, step):
        if step < self.warmup:
            return self.peak * (step + 1) / self.warmup
        progress = min(1.0, (step - self.warmup) / max(1, self.steps - self.warmup))
        return self.peak * (self.floor + (1 - self.floor) * 0.5 * (1 + numpy.cos(numpy.pi * progress)))

    def step(self, step, inputs, targets):
        """Returns the loss and the norm of all gradients, both before the update."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate(step)
        self.optimiser.zero_grad(set_to_none=True)
        loss = cross_entropy(self.model(inputs), targets)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
        self.optimiser.step()
        return loss.item(), norm.item()


def lines(random, sequences, length, vocabulary):
    """Tokens start + t · stride modulo the vocabulary: inputs and targets."""
    rows = []
    for _ in range(sequences):
        start, stride = random.index(vocabulary), 1 + random.index(5)
        rows.append([(start + t * stride) % vocabulary for t in range(length + 1)])
    tokens = torch.tensor(rows)
    return tokens[:, :-1].contiguous(), tokens[:, 1:].contiguous()
