#!/usr/bin/env python3
"""Tests of reference.py on PyTorch for CPUs: scripts/check-gpu-reference.sh runs them. Needs torch, numpy and gguf."""

import json
import os
import stat
import subprocess
import sys
import tempfile
import time
import unittest

import gguf
import numpy
import torch

import reference
import runrecord

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
FIXTURES = os.path.join(ROOT, "Tests", "Fixtures")

# Of the releases' safetensors files; TinyLlama's and R1's model pages print them rounded, to 1.1B and 1.78B.
PUBLISHED_PARAMETERS = {
    "smollm2-135m": 134_515_008, "qwen2.5-0.5b": 494_032_768, "tinyllama-1.1b": 1_100_048_384,
    "r1-distill-qwen-1.5b": 1_777_088_000,
}


def stories_weights(shape):
    """Trained weights; rows of q and k in the order that pairs halves instead of neighbours."""
    reader = gguf.GGUFReader(os.path.join(FIXTURES, "stories260K-f32.gguf"))
    tensors = {}
    for tensor in reader.tensors:
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        tensors[tensor.name] = torch.from_numpy(
            numpy.array(values, dtype=numpy.float32).reshape([int(n) for n in reversed(tensor.shape)]))

    def halves(rows, heads):
        return rows.view(heads, shape.head_dim // 2, 2, shape.width).transpose(1, 2).reshape(rows.shape)

    layers = []
    for index in range(shape.layers):
        def of(name, index=index):
            return tensors[f"blk.{index}.{name}.weight"]

        q, k = halves(of("attn_q"), shape.heads), halves(of("attn_k"), shape.kv_heads)
        layers.append({
            "norm": of("attn_norm"), "qkv": torch.cat((q, k, of("attn_v"))), "bias": None,
            "output": of("attn_output"), "ffn_norm": of("ffn_norm"),
            "gate_up": torch.cat((of("ffn_gate"), of("ffn_up"))), "down": of("ffn_down")})
    return {"embedding": tensors["token_embd.weight"], "layers": layers, "norm": tensors["output_norm.weight"],
            "head": tensors.get("output.weight", tensors["token_embd.weight"])}


class Arithmetic(unittest.TestCase):
    """Against llama.cpp's tokens and NumPy's logits in f64, for trained weights (Tests/Fixtures/README.md)."""

    @classmethod
    def setUpClass(cls):
        cls.shape = reference.PRESETS["stories-260k"]
        cls.weights = stories_weights(cls.shape)
        with open(os.path.join(FIXTURES, "stories260K.golden.json")) as file:
            cls.cases = json.load(file)["cases"]

    def logits(self, tokens, batch):
        """By one prefill and a decoded token, in every one of `batch` sequences."""
        model = reference.Transformer(self.shape, self.weights, batch, len(tokens))
        place = torch.zeros(1, dtype=torch.long)
        rows = torch.tensor([tokens] * batch)
        model.forward(rows[:, :-1], place)
        return model.forward(rows[:, -1:], place.fill_(len(tokens) - 1))

    @torch.inference_mode()
    def test_logits(self):
        for case in self.cases:
            tokens, exact = case["prompt_tokens"], torch.tensor(case["logits_after_prompt"], dtype=torch.float64)
            plain = reference.plain_logits(self.shape, self.weights, torch.tensor(tokens))
            self.assertLess(reference.distance(plain, exact), 1e-6)
            whole = reference.Transformer(self.shape, self.weights, 1, len(tokens))
            prompt = whole.forward(torch.tensor([tokens]), torch.zeros(1, dtype=torch.long))
            self.assertLess(reference.distance(prompt[0], exact), 1e-5)
            for row in self.logits(tokens, 3):
                self.assertLess(reference.distance(row, exact), 1e-5)

    @torch.inference_mode()
    def test_greedy_text(self):
        for case in self.cases:
            prompt, expected = case["prompt_tokens"], case["greedy_tokens"]
            model = reference.Transformer(self.shape, self.weights, 1, len(prompt) + len(expected))
            place, found = torch.zeros(1, dtype=torch.long), []
            logits = model.forward(torch.tensor([prompt]), place)
            for index in range(len(expected)):
                found.append(logits.argmax().item())
                logits = model.forward(torch.tensor([[found[-1]]]), place.fill_(len(prompt) + index))
            self.assertEqual(found, expected)

    @torch.inference_mode()
    def test_a_shape_with_biases_and_half_precision(self):
        shape = reference.Shape(48, 3, 6, 2, 8, 100, 300, False, True, 1e-6, 1e6)
        for dtype, bound in ((torch.float32, 2e-6), (torch.bfloat16, 0.03), (torch.float16, 0.003)):
            weights = reference.random_weights(shape, dtype, torch.device("cpu"), 3)
            tokens = torch.arange(20) * 7 % 300
            exact = reference.plain_logits(shape, weights, tokens)
            model = reference.Transformer(shape, weights, 2, 20)
            seen = model.forward(tokens.repeat(2, 1), torch.zeros(1, dtype=torch.long))
            self.assertLess(reference.distance(seen[1], exact), bound)
            weights["layers"][2]["down"] += 0.1  # what is wrong must be seen
            self.assertGreater(reference.distance(seen[1], reference.plain_logits(shape, weights, tokens)), bound)

    def test_parameters_are_those_of_the_releases(self):
        for name, count in PUBLISHED_PARAMETERS.items():
            self.assertEqual(reference.PRESETS[name].parameters(), count, name)
        for name, shape in reference.PRESETS.items():
            if shape.parameters() > 1e8:
                continue  # the rest is the same arithmetic, in gigabytes
            weights = reference.random_weights(shape, torch.bfloat16, torch.device("cpu"), 1)
            tensors = [weights["embedding"], weights["norm"]]
            tensors += [] if shape.tied_head else [weights["head"]]
            tensors += [value for layer in weights["layers"] for value in layer.values() if value is not None]
            self.assertEqual(sum(tensor.numel() for tensor in tensors), shape.parameters(), name)


class Figures(unittest.TestCase):
    @unittest.skipUnless(os.environ.get("PERWATT_RUN"), "no run of perwatt is named")
    def test_medians_and_intervals_are_those_of_perwatt(self):
        with open(os.environ["PERWATT_RUN"]) as file:
            cases = json.load(file)["cases"]
        timed = [found for case in cases for found in case["alternatives"] if found.get("time")]
        self.assertGreater(len(timed), 5)
        for found in timed:
            expected = runrecord.median_time(found["samples_s"])
            for name, value in found["time"].items():
                self.assertAlmostEqual(value, expected[name], delta=1e-9 * value)


class SteppedMeter(runrecord.Meter):
    """A counter that moves every 50 ms, by the power of the moment."""

    def __init__(self, watts):
        self.source, self.watts, self.start = "a test", watts, time.perf_counter()
        self.joules = lambda: int((time.perf_counter() - self.start) / 0.05) * 0.05 * self.watts


class Energy(unittest.TestCase):
    def test_windows_go_from_update_to_update(self):
        joules, length, count = SteppedMeter(80).window(lambda: time.sleep(0.001), 0.4)
        self.assertGreaterEqual(length, 0.4)
        self.assertAlmostEqual(joules / length, 80, delta=80 * 0.02)
        self.assertGreater(count, 50)

    def test_joules_for_a_token(self):
        figure = SteppedMeter(80).figure(lambda: time.sleep(0.01), 5, 0.1, 0.5)
        rate = figure["tokens"] / figure["window_s"]
        self.assertAlmostEqual(figure["gross_per_token"]["central_j_per_token"] * rate, 80, delta=80 * 0.03)
        self.assertAlmostEqual(figure["metering"]["idle_before_w"]["value"], 80, delta=80 * 0.1)

    def test_a_counter_that_stands_still_is_an_error(self):
        meter = SteppedMeter(0)
        with self.assertRaisesRegex(RuntimeError, "stood still"):
            meter.window(lambda: time.sleep(0.01), -4.9)

    def with_smi(self, script):
        folder = tempfile.mkdtemp()
        path = os.path.join(folder, "nvidia-smi")
        with open(path, "w") as file:
            file.write(f"#!/bin/sh\n{script}\n")
        os.chmod(path, stat.S_IRWXU)
        before = os.environ["PATH"]
        os.environ["PATH"] = f"{folder}:{before}"
        self.addCleanup(os.environ.__setitem__, "PATH", before)

    def test_nvidia_smi_stands_in_for_the_counter(self):
        self.with_smi("for i in $(seq 100); do echo 120.5; sleep 0.01; done")
        meter = runrecord.Meter("GPU-none")
        self.addCleanup(meter.process.terminate)
        self.assertEqual(meter.source, "nvidia-smi power.draw")
        joules, length, _ = meter.window(lambda: time.sleep(0.001), 0.3)
        self.assertAlmostEqual(joules / length, 120.5, delta=120.5 * 0.05)

    def test_a_card_without_a_meter_is_an_error(self):
        self.with_smi("echo '[N/A]'")
        with self.assertRaises(ValueError):
            runrecord.Meter("GPU-none")


class Program(unittest.TestCase):
    def call(self, *arguments, python=()):
        command = [sys.executable, *python, os.path.join(HERE, "reference.py"), *arguments]
        return subprocess.run(command, capture_output=True, text=True)

    def refused(self, *arguments, status=64):
        done = self.call(*arguments)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertTrue(done.stderr.startswith("error: ") and not done.stdout)
        return done.stderr

    def test_bad_input_is_told_in_one_line(self):
        file = ("--device", "cpu", "-o", os.path.join(tempfile.mkdtemp(), "run.json"))
        self.assertIn("stories-260k", self.refused(*file, "--presets", "gpt-5"))
        self.assertIn("f64", self.refused(*file, "--dtype", "f64"))
        self.assertIn("1 to 99999", self.refused(*file, "--batch", "0"))
        self.assertIn("--prompt", self.refused(*file, "--prompt", "1"))
        self.assertIn("-o", self.refused("--device", "cpu"))
        self.assertIn("folder", self.refused("--device", "cpu", "-o", "/nowhere/run.json"))
        if not torch.cuda.is_available():
            self.assertIn("--device cpu", self.refused("-o", file[-1], status=1))

    def test_without_pytorch_it_says_what_to_do(self):
        done = self.call("-o", "x.json", python=("-B", "-E", "-S"))
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"^error: .* has no PyTorch; install it with: .*\n$")

    def test_a_run(self):
        path = os.path.join(tempfile.mkdtemp(), "run.json")
        done = self.call("--device", "cpu", "--quick", "--presets", "stories-260k", "--batch", "1,8", "--dtype",
                         "f32,bf16", "-o", path)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(path) as file:
            run = json.load(file)
        self.assertEqual(run["validity"], {"status": "valid", "reasons": []})
        self.assertEqual(os.listdir(os.path.dirname(path)), ["run.json"])
        ids = [case["id"] for case in run["cases"]]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertTrue(all(name.startswith("torch.") for name in ids))
        self.assertIn("torch.decode.stories-260k.f32.b8.d64", ids)
        for case in run["cases"]:
            for found in case["alternatives"]:
                self.assertEqual(found["status"], "timed", found)
                self.assertTrue(found["check"]["value"]["passed"])
        speeds = {case["id"]: case["work"]["tokens"] / case["alternatives"][0]["time"]["median_s"]
                  for case in run["cases"] if "tokens" in case["work"]}
        self.assertTrue(all(10 < speed < 1e7 for speed in speeds.values()), speeds)
        self.assertEqual(len(run["energy"]), 8)
        self.assertTrue(all("on the CPU" in row["energy"]["missing"] for row in run["energy"]))


if __name__ == "__main__":
    unittest.main()
