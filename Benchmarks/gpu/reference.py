#!/usr/bin/env python3
"""What a GPU does with the model shapes of `perwatt model --preset`, in PyTorch, as a run that perwatt reads.

Measures device memory, matrix products, prefill and decode at several batch sizes, and the GPU's energy with idle
windows before and after; see README.md beside this file.
"""

import argparse
import math
import os
import re
import statistics
import sys
import time
from typing import NamedTuple

import runrecord
from runrecord import measured, missing

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    sys.exit(f"error: {sys.executable} has no PyTorch; install it with: {sys.executable} -m pip install torch")

DTYPES = {"bf16": torch.bfloat16, "f16": torch.float16, "f32": torch.float32}


class Shape(NamedTuple):
    """As in ModelConfig+Presets.swift, from the config.json of each release. RoPE always pairs halves: the weights are
    random, and pairing neighbours would be the same work."""

    width: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    ffn: int
    vocabulary: int
    tied_head: bool
    qkv_bias: bool = False
    rms_epsilon: float = 1e-5
    rope_base: float = 10_000.0

    def multiplied(self):
        """Weights that every token is multiplied with, the head's apart."""
        attention = self.width * self.head_dim * (2 * self.heads + 2 * self.kv_heads)
        return self.layers * (attention + 3 * self.width * self.ffn), self.width * self.vocabulary

    def parameters(self):
        body, head = self.multiplied()
        bias = self.layers * self.head_dim * (self.heads + 2 * self.kv_heads) if self.qkv_bias else 0
        return body + head * (1 if self.tied_head else 2) + bias + self.width * (2 * self.layers + 1)

    def flops(self, context, with_head):
        """Of one token that sees `context` tokens; a multiply-add counts as two."""
        body, head = self.multiplied()
        return 2 * (body + with_head * head) + 4 * self.layers * self.heads * self.head_dim * context


PRESETS = {
    "stories-260k": Shape(64, 5, 8, 4, 8, 172, 512, False),
    "stories-15m": Shape(288, 6, 6, 6, 48, 768, 32_000, True),
    "smollm2-135m": Shape(576, 30, 9, 3, 64, 1536, 49_152, True, rope_base=1e5),
    "qwen2.5-0.5b": Shape(896, 24, 14, 2, 64, 4864, 151_936, True, True, 1e-6, 1e6),
    "tinyllama-1.1b": Shape(2048, 22, 32, 4, 64, 5632, 32_000, False),
    "r1-distill-qwen-1.5b": Shape(1536, 28, 12, 2, 128, 8960, 151_936, False, True, 1e-6),
}


def random_weights(shape, dtype, device, seed):
    """Scaled so that activations keep their size; q, k and v lie in one matrix, gate and up in another."""
    generator = torch.Generator(device).manual_seed(seed)

    def normal(*size, scale=None):
        values = torch.randn(*size, generator=generator, device=device, dtype=torch.float32)
        return (values * (scale or size[-1] ** -0.5)).to(dtype)

    width, qkv = shape.width, shape.head_dim * (shape.heads + 2 * shape.kv_heads)
    ones = torch.ones(width, device=device, dtype=dtype)
    layers = [
        {
            "norm": ones, "qkv": normal(qkv, width), "bias": normal(qkv, scale=0.1) if shape.qkv_bias else None,
            "output": normal(width, shape.heads * shape.head_dim), "ffn_norm": ones,
            "gate_up": normal(2 * shape.ffn, width), "down": normal(width, shape.ffn),
        }
        for _ in range(shape.layers)
    ]
    embedding = normal(shape.vocabulary, width, scale=1.0)
    head = embedding if shape.tied_head else normal(shape.vocabulary, width)
    return {"embedding": embedding, "layers": layers, "norm": ones, "head": head}


def rope(x, cosine, sine):
    """x: (…, tokens, head_dim); the angles: (tokens, head_dim / 2)."""
    first, second = x.chunk(2, -1)
    return torch.cat((first * cosine - second * sine, second * cosine + first * sine), -1)


class Transformer:
    """A Llama-like decoder (Touvron et al. 2023): RMSNorm, RoPE, grouped-query attention, SwiGLU."""

    def __init__(self, shape, weights, batch, context):
        embedding = weights["embedding"]
        self.shape, self.weights, self.batch = shape, weights, batch
        self.places = torch.arange(context, device=embedding.device)
        rates = shape.rope_base ** (-torch.arange(0, shape.head_dim, 2, dtype=torch.float64) / shape.head_dim)
        angles = torch.outer(torch.arange(context, dtype=torch.float64), rates).to(embedding.device)
        self.cosine, self.sine = angles.cos().to(embedding.dtype), angles.sin().to(embedding.dtype)
        size = (2, batch, shape.kv_heads, context, shape.head_dim)
        self.cache = [embedding.new_zeros(size) for _ in range(shape.layers)]

    def forward(self, tokens, start):
        """Logits (batch, vocabulary) of the last token. tokens: (batch, n), a whole prompt from place 0, or one token
        each at the place that `start`, a tensor of one element, holds."""
        s, w, n = self.shape, self.weights, tokens.shape[1]
        places = start + self.places[:n]
        angles = self.cosine[places], self.sine[places]
        seen = self.places <= start
        x = F.embedding(tokens, w["embedding"])
        for layer, cache in zip(w["layers"], self.cache):
            h = F.rms_norm(x, (s.width,), layer["norm"], s.rms_epsilon)
            qkv = F.linear(h, layer["qkv"], layer["bias"]).view(self.batch, n, -1, s.head_dim).transpose(1, 2)
            q, k, v = qkv.split((s.heads, s.kv_heads, s.kv_heads), 1)
            q, k = rope(q, *angles), rope(k, *angles)
            cache[0].index_copy_(2, places, k)
            cache[1].index_copy_(2, places, v)
            x = x + F.linear(self.attention(q, k, v, cache, seen), layer["output"])
            h = F.rms_norm(x, (s.width,), layer["ffn_norm"], s.rms_epsilon)
            gate, up = F.linear(h, layer["gate_up"]).chunk(2, -1)
            x = x + F.linear(F.silu(gate) * up, layer["down"])
        return F.linear(F.rms_norm(x[:, -1], (s.width,), w["norm"], s.rms_epsilon), w["head"])

    def attention(self, q, k, v, cache, seen):
        s, n = self.shape, q.shape[2]
        group = s.heads // s.kv_heads
        if n == 1:  # the queries of a group are rows of one product with the keys that they share
            q = q.reshape(self.batch, s.kv_heads, group, s.head_dim)
            out = F.scaled_dot_product_attention(q, cache[0], cache[1], attn_mask=seen[None, None, None])
            return out.reshape(self.batch, 1, -1)
        k, v = k.repeat_interleave(group, 1), v.repeat_interleave(group, 1)
        out = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return out.transpose(1, 2).reshape(self.batch, n, -1)


def plain_logits(shape, weights, tokens):
    """The oracle: logits (vocabulary) of the last token in f64, without cache, fused kernels or views. tokens: (n,)."""
    n, d, device = tokens.shape[0], shape.head_dim, tokens.device
    rates = shape.rope_base ** (-torch.arange(0, d, 2, dtype=torch.float64, device=device) / d)
    angles = torch.arange(n, device=device)[:, None] * rates
    turn = torch.polar(torch.ones_like(angles), angles)
    later = torch.ones(n, n, dtype=torch.bool, device=device).triu(1)

    def norm(x, gain):
        return x / (x.pow(2).mean(-1, keepdim=True) + shape.rms_epsilon).sqrt() * gain.double()

    def turned(x):
        z = torch.complex(x[:, : d // 2], x[:, d // 2 :]) * turn
        return torch.cat((z.real, z.imag), -1)

    x = weights["embedding"][tokens].double()
    for layer in weights["layers"]:
        h = norm(x, layer["norm"]) @ layer["qkv"].double().T
        h = h if layer["bias"] is None else h + layer["bias"].double()
        rows, mixed = h.split(d, -1), []
        for head in range(shape.heads):
            other = shape.heads + head * shape.kv_heads // shape.heads
            scores = turned(rows[head]) @ turned(rows[other]).T / math.sqrt(d)
            mixed.append(scores.masked_fill(later, -math.inf).softmax(-1) @ rows[other + shape.kv_heads])
        x = x + torch.cat(mixed, -1) @ layer["output"].double().T
        gate, up = (norm(x, layer["ffn_norm"]) @ layer["gate_up"].double().T).chunk(2, -1)
        x = x + (gate / (1 + (-gate).exp()) * up) @ layer["down"].double().T
    return norm(x[-1], weights["norm"]) @ weights["head"].double().T


class Runner:
    """Measures case after case; the record is saved after each."""

    def __init__(self, options):
        self.options, self.device, self.rates, self.meter = options, torch.device(options.device), {}, None
        self.on_gpu, quick = options.device == "cuda", options.quick
        self.plan = {
            "minimum_sample_s": 0.01 if quick else 0.03, "budget_s": 0.5 if quick else 2.0, "min_samples": 6,
            "max_samples": 12 if quick else 24, "warm_up_s": 0.05 if quick else 0.3}
        flags = {f"--{name}": str(getattr(options, name)).lower() for name in ("device", "prompt", "generated", "compile")}
        threads = 1 if self.on_gpu else torch.get_num_threads()
        self.record = runrecord.new_record(
            self.described(), self.plan, threads, options.seed, flags, options.quick)

    def described(self):
        """The device, for the record; with its meter, if it is a GPU."""
        software = f"PyTorch {torch.__version__}"
        execution = ("CUDA graph" if self.on_gpu else "eager") + self.options.compile * ", torch.compile"
        self.no_meter = "the GPU's meter is for work on the GPU; this ran on the CPU"
        if not self.on_gpu:
            return runrecord.device_record("cpu", "CPU", None, None, software, execution)
        gpu = torch.cuda.get_device_properties(self.device)
        uuid = f"GPU-{gpu.uuid}" if hasattr(gpu, "uuid") else "0"  # PyTorch before 2.5: the first card
        try:
            self.meter = runrecord.Meter(uuid)
        except (OSError, ValueError) as error:
            self.no_meter = f"neither nvidia-ml-py nor nvidia-smi tells the GPU's energy: {error}"
        software += f", CUDA {torch.version.cuda}"
        return runrecord.device_record("cuda", gpu.name, gpu.total_memory, uuid, software, execution)

    def synchronise(self):
        if self.on_gpu:
            torch.cuda.synchronize()

    def ready(self, step):
        """`step` without the time that Python takes to launch its kernels: captured once as a CUDA graph."""
        if self.options.compile:
            step = torch.compile(step, fullgraph=True, dynamic=False)
        if not self.on_gpu:
            return step
        aside, graph = torch.cuda.Stream(), torch.cuda.CUDAGraph()
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):  # libraries set themselves up in the first calls, which no graph may hold
            for _ in range(3):
                step()
        torch.cuda.current_stream().wait_stream(aside)
        with torch.cuda.graph(graph):
            step()
        return graph.replay

    def time_of(self, step, iterations):
        """Seconds for one iteration."""
        self.synchronise()
        begin = time.perf_counter()
        for _ in range(iterations):
            step()
        self.synchronise()
        return (time.perf_counter() - begin) / iterations

    def samples(self, step, budget):
        """(iterations in a sample, seconds for one iteration of each), warmed up until two runs agree within 5 %."""
        plan, now, last = self.plan, self.time_of(step, 1), math.inf
        for _ in range(10):
            last, now = now, self.time_of(step, max(1, math.ceil(plan["warm_up_s"] / now)))
            if abs(now - last) <= 0.05 * last:
                break
        iterations, samples, begin = max(1, math.ceil(plan["minimum_sample_s"] / now)), [], time.perf_counter()
        while len(samples) < plan["max_samples"]:
            if len(samples) >= plan["min_samples"] and time.perf_counter() - begin > budget:
                break
            samples.append(self.time_of(step, iterations))
        return iterations, samples

    def case(self, identity, title, group, work, label, prepare):
        """Checks and times what `prepare` gives: a step, its error and its tolerance. Returns the step and what was
        found about it; the step is None where it was not timed."""
        print(f"{identity} · {label}", file=sys.stderr, flush=True)
        found = {"label": label, "status": "failed", "iterations": 1, "samples_s": [], "rounds": []}
        self.record["cases"].append(
            {"id": identity, "title": title, "group": group, "work": work, "alternatives": [found]})
        step = None
        try:
            ready, error, tolerance = prepare()
            told = measured(error) if math.isfinite(error) else missing(f"not a finite number: {error}")
            found["check"] = measured({
                "metric": "relative l2 distance", "error": told, "tolerance": measured(tolerance),
                "passed": error <= tolerance, "detail": "from the same in f64, without fused kernels"})
            if error <= tolerance:
                budget = self.plan["budget_s"] * (3 if group == "model" else 1)
                iterations, samples = self.samples(ready, budget)
                found |= {"status": "timed", "iterations": iterations, "samples_s": samples}
                found |= {"rounds": list(range(len(samples))), "time": runrecord.median_time(samples)}
                step = ready
            else:
                found |= {"status": "failed_check", "reason": f"distance {error:.3g}, at most {tolerance:.3g} is right"}
        except RuntimeError as error:  # out of memory among them
            found["reason"] = missing(error)["missing"]
            found.setdefault("check", missing(error))
        runrecord.save(self.record, self.options.output)
        return step, found

    def peak(self, name, unit, amount, found):
        """As perwatt's: what the fastest tenth of the samples reached; the interval is the median's."""
        fastest = sorted(found["samples_s"])[: max(1, len(found["samples_s"]) // 10)]
        time_, self.rates[name] = found["time"], amount / statistics.fmean(fastest)
        figure = {"value": self.rates[name], "low": amount / time_["high_s"], "high": amount / time_["low_s"]}
        figure["confidence"] = time_["confidence"]
        self.record["peaks"].append({"name": name, "threads": 1, "unit": unit, "figure": measured(figure)})

    def memory(self):
        """Bandwidth of the device's memory."""
        count = 2 ** ((28 if self.options.quick else 30) if self.on_gpu else 26) // 4
        source, total = torch.ones(count, device=self.device), torch.empty((), device=self.device)
        target = torch.empty_like(source)
        steps = {"read": lambda: torch.sum(source, dim=0, out=total), "copy": lambda: target.copy_(source)}
        errors = {"read": lambda: abs(total.item() / count - 1), "copy": lambda: (target - source).norm().item()}
        for name, step in steps.items():

            def prepare(step=step, name=name):
                (ready := self.ready(step))()
                return ready, errors[name](), 1e-6

            amount = 4 * count * (2 if name == "copy" else 1)
            step, found = self.case(
                f"torch.memory.{name}", f"device memory, {name}", "machine", {"bytes": amount}, self.label(), prepare)
            if step:
                self.peak(f"device memory, {name}", "B/s", amount, found)

    def product(self, dtype):
        """A square matrix product."""
        n, kind = ((4096 if self.options.quick else 8192) if self.on_gpu else 512), DTYPES[dtype]
        generator = torch.Generator(self.device).manual_seed(self.options.seed)
        a, b = (torch.randn(n, n, generator=generator, device=self.device).to(kind) for _ in range(2))
        c = torch.empty_like(a)

        def prepare():
            (ready := self.ready(lambda: torch.matmul(a, b.T, out=c)))()
            return ready, distance(c[:8], a[:8].double() @ b.double().T), rounding(dtype, n)

        work = {"flops": 2 * n**3, "bytes": 3 * n * n * a.element_size()}
        step, found = self.case(
            f"torch.gemm.{dtype}.{n}x{n}x{n}", f"GEMM {dtype} {n}×{n}×{n}", "machine", work, self.label(), prepare)
        if step:
            self.peak(f"GEMM {dtype}", "FLOP/s", work["flops"], found)

    def label(self, batch=None):
        return f"torch:{self.device.type}" + (f" b{batch}" if batch else "")

    def model(self, name, dtype):
        """Prefill and decode of one preset at all batch sizes."""
        shape, seed = PRESETS[name], self.options.seed
        weights = random_weights(shape, DTYPES[dtype], self.device, seed)
        config = {key: str(value).lower() for key, value in shape._asdict().items()}
        config |= {"architecture": "qwen2" if shape.qkv_bias else "llama", "weights": dtype}
        config |= {"parameters": str(shape.parameters())}
        size, backends = torch.finfo(DTYPES[dtype]).bits // 8, []
        self.record["models"].append({
            "name": name, "source": "synthetic", "config": config, "backends": backends,
            "weight_bytes": shape.parameters() * size})
        for batch in self.options.batch:
            backends.append({"backend": self.label(batch), "batch": batch, "phases": []})
            generator = torch.Generator(self.device).manual_seed(seed + 1)
            tokens = torch.randint(
                shape.vocabulary, (batch, self.options.prompt), generator=generator, device=self.device)
            for phase in ("prefill", "decode"):
                backends[-1]["phases"].append(self.phase(phase, name, dtype, weights, tokens))

    def phase(self, phase, name, dtype, weights, tokens):
        """Measures one phase and its energy; its entry in the record's models."""
        shape, (batch, prompt), generated = PRESETS[name], tokens.shape, self.options.generated
        place = torch.zeros(1, dtype=torch.long, device=self.device)
        decodes, sequence, model = phase == "decode", tokens[-1], None
        if decodes:
            sequence = torch.cat((sequence, sequence[:1]))

        def step():
            if not decodes:
                return model.forward(tokens, place)
            logits = model.forward(tokens.index_select(1, place % prompt), place)
            place.add_(1).copy_(torch.where(place < prompt + generated, place, prompt))
            return logits

        def prepare():
            nonlocal model
            model = Transformer(shape, weights, batch, prompt + generated)
            out = torch.empty(batch, shape.vocabulary, dtype=DTYPES[dtype], device=self.device)
            model.forward(tokens, place)
            place.fill_(prompt if decodes else 0)
            ready = self.ready(lambda: out.copy_(step()))
            place.fill_(prompt if decodes else 0)
            ready()
            tolerance = rounding(dtype, shape.ffn) * math.sqrt(shape.layers)
            return ready, distance(out[-1], plain_logits(shape, weights, sequence)), tolerance

        context = prompt + (generated + 1) / 2 if decodes else (prompt + 1) / 2
        flops = shape.flops(context, decodes) + (0 if decodes else 2 * shape.multiplied()[1] / prompt)
        cached = 2 * shape.layers * shape.kv_heads * shape.head_dim * context if decodes else 0
        count, size = batch if decodes else batch * prompt, torch.finfo(DTYPES[dtype]).bits // 8
        traffic = (sum(shape.multiplied()) / count + cached) * size
        identity = f"torch.{phase}.{name}.{dtype}.b{batch}.{'d' if decodes else 'p'}{prompt}"
        timed, found = self.case(
            identity, f"{phase} of {name}, {dtype}, batch {batch}", "model", {"flops": flops * count, "tokens": count},
            self.label(batch), prepare)
        self.record["energy"].append({
            "model": name, "backend": self.label(batch), "phase": phase, "energy": self.energy(timed, found, count)})
        runrecord.save(self.record, self.options.output)
        return {"phase": phase, "case_id": identity, "roofline": self.roofline(dtype, flops, traffic, count, found)}

    def roofline(self, dtype, flops, traffic, count, found):
        """The speed that the measured peaks allow; flops and traffic (bytes) are for one token."""
        limits = [("compute", self.rates.get(f"GEMM {dtype}"), flops)]
        limits += [("memory", self.rates.get("device memory, read"), traffic)]
        if "time" not in found or not all(rate for _, rate, _ in limits):
            return missing("the phase or a peak was not timed")
        ceiling, bound = min((rate / amount, bound) for bound, rate, amount in limits)
        return measured({
            "flops_per_token": flops, "bytes_per_token": traffic, "bound_by": bound, "ceiling_tokens_per_s": ceiling,
            "share_of_ceiling": measured(count / found["time"]["median_s"] / ceiling)})

    def energy(self, step, found, tokens):
        """Joules for a token of a timed step, which produces so many."""
        if not step or not self.meter:
            return missing(self.no_meter if step else "the phase was not timed")
        calls = max(1, round(0.01 / found["time"]["median_s"]))  # about 10 ms: the counter is read that often
        windows = (1.0, 2.0) if self.options.quick else (2.0, 3.0)
        try:
            return measured(self.meter.figure(lambda: self.time_of(step, calls), tokens * calls, *windows))
        except RuntimeError as error:
            return missing(error)

    def run(self):
        torch.backends.cuda.matmul.allow_tf32 = False
        begin = time.perf_counter()
        with torch.inference_mode():
            self.memory()
            for dtype in sorted({"f32", *self.options.dtype}):
                self.product(dtype)
            for name in self.options.presets:
                for dtype in self.options.dtype:
                    self.model(name, dtype)
        self.record["wall_time_s"] = time.perf_counter() - begin
        self.record["validity"] = {"status": "valid", "reasons": []}
        runrecord.save(self.record, self.options.output)


def rounding(dtype, terms):
    """What rounding may add up to, relative: of the format's own numbers, and of sums of so many terms in f32."""
    return 8 * torch.finfo(DTYPES[dtype]).eps + torch.finfo(torch.float32).eps * math.sqrt(terms)


def distance(seen, exact):
    """Relative, in the l2 norm."""
    return ((seen.double() - exact).norm() / exact.norm()).item()


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(64, f"error: {message} (--help lists the options)\n")


def names(known):
    def parse(text):
        for name in (chosen := text.split(",")):
            if name not in known:
                raise argparse.ArgumentTypeError(f"'{name}' is not known; use one or some of: {', '.join(known)}")
        return chosen

    return parse


def numbers(text):
    if not re.fullmatch(r"[1-9]\d{0,4}(,[1-9]\d{0,4})*", text):
        raise argparse.ArgumentTypeError(f"'{text}': use numbers from 1 to 99999, separated by commas")
    return [int(part) for part in text.split(",")]


def parse(arguments):
    parser = Parser(description=__doc__.split("\n\n")[0], allow_abbrev=False)
    add = parser.add_argument
    add("--device", choices=("cuda", "cpu"), default="cuda", help="what computes (default: cuda; cpu is for tests)")
    add("--presets", type=names(PRESETS), default=list(PRESETS), metavar="NAMES", help=", ".join(PRESETS) + " (all)")
    add("--batch", type=numbers, default=[1, 8, 64], metavar="SIZES", help="sequences at once (default: 1,8,64)")
    add("--dtype", type=names(DTYPES), default=["bf16"], metavar="TYPES", help="bf16, f16, f32 (default: bf16)")
    add("--prompt", type=int, default=64, choices=range(2, 4097), metavar="N", help="tokens of a prompt (64)")
    add("--generated", type=int, default=32, choices=range(1, 4097), metavar="N", help="then decoded (32)")
    add("--seed", type=int, default=1, choices=range(2**31), metavar="N", help="of weights and prompts (1)")
    add("--compile", action="store_true", help="fuse kernels with torch.compile first (takes minutes)")
    add("--quick", action="store_true", help="shorter windows, fewer samples")
    add("-o", "--output", required=True, metavar="FILE", help="where the run is written, as JSON")
    options = parser.parse_args(arguments)
    if options.device == "cuda" and not torch.cuda.is_available():
        parser.exit(1, "error: PyTorch finds no CUDA device (driver? build of PyTorch?); --device cpu tests without\n")
    if not os.path.isdir(os.path.dirname(os.path.abspath(options.output))):
        parser.error(f"-o {options.output}: its folder does not exist")
    return options


if __name__ == "__main__":
    try:
        Runner(parse(sys.argv[1:])).run()
    except KeyboardInterrupt:
        sys.exit(130)  # what was measured is in the file, as an interrupted run
    except (OSError, RuntimeError) as failure:  # a full disk, no memory for the weights
        sys.exit(f"error: {missing(failure)['missing']}")
