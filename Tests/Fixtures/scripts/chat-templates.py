#!/usr/bin/env python3
"""Writes chat-templates.json: chat templates as models are published with them, and conversations as Jinja2 renders them.

Needs: pip install jinja2. Usage: chat-templates.py LLAMA_CPP FIXTURES, with a checkout of ggml-org/llama.cpp, whose folder
models/templates has the templates of most models. Some of those copies close the thought where thinking is not asked for,
which the published ones never do: it is asked for.
"""
import json
import pathlib
import re
import sys

from jinja2.sandbox import ImmutableSandboxedEnvironment

folder = pathlib.Path(sys.argv[1])
templates = {
    path.stem: path.read_text() for path in sorted((folder / "models/templates").glob("*.jinja"))
}
# Those that are not files: Llama-3's first one stands in a test, qwen2's in the vocabulary.
test = (folder / "tests/test-chat-template.cpp").read_text()
literal = re.search(r'"Llama-3",\n\s*/\* .template_str= \*/ ("(?:[^"\\]|\\.)*")', test).group(1)
templates["Meta-Llama-3-8B-Instruct"] = json.loads(literal)
templates["Qwen2-7B-Instruct"] = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\n"
    "You are a helpful assistant<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n'"
    " + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}"
    "{{ '<|im_start|>assistant\n' }}{% endif %}")
name = "deepseek-ai-DeepSeek-R1-Distill-Qwen-32B"
templates["deepseek-ai-DeepSeek-R1-Distill-Qwen-1.5B-first-release"] = templates[name].replace(
    "{{'<｜Assistant｜><think>\\n'}}", "{{'<｜Assistant｜>'}}")

KNOWN = [
    "Meta-Llama-3-8B-Instruct", "meta-llama-Llama-3.1-8B-Instruct", "meta-llama-Llama-3.2-3B-Instruct",
    "Qwen2-7B-Instruct", "Qwen-Qwen2.5-7B-Instruct", "Qwen-Qwen3-0.6B", "Qwen-QwQ-32B",
    "deepseek-ai-DeepSeek-R1-Distill-Qwen-32B", "deepseek-ai-DeepSeek-R1-Distill-Qwen-1.5B-first-release",
]
UNKNOWN = [
    "google-gemma-2-2b-it", "microsoft-Phi-3.5-mini-instruct", "deepseek-ai-DeepSeek-V3.1", "HuggingFaceTB-SmolLM3-3B",
    "NousResearch-Hermes-3-Llama-3.1-8B-tool_use", "Qwen3.5-4B", "meetkai-functionary-medium-v3.2",
    "llama-cpp-deepseek-r1", "NVIDIA-Nemotron-3-Nano-30B-A3B-BF16",
]
BOS = {"meta": "<|begin_of_text|>", "Meta": "<|begin_of_text|>", "deepseek": "<｜begin▁of▁sentence｜>"}


def turn(role, content):
    return {"role": role, "content": content}


CONVERSATIONS = [
    [turn("user", "Who are you?")],
    [turn("system", " Be brief. \n"), turn("user", "  Zoë \U0001F389\n\nand you?\u00a0")],
    [turn("system", "You count."), turn("user", "1"), turn("assistant", "2"), turn("user", "3")],
    [turn("user", "a"), turn("assistant", "<think>\nhm\n</think>\n\nb"), turn("user", "c"),
     turn("assistant", "<think>\n\n</think>\n\n d \n"), turn("user", "")],
]

environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)  # as the package transformers
cases = []
for name in sys.argv[3:] or KNOWN:
    bos = next((text for key, text in BOS.items() if name.startswith(key)), "<s>")
    template = environment.from_string(templates[name])
    rendered = [
        template.render(messages=messages, add_generation_prompt=True, bos_token=bos, enable_thinking=True)
        for messages in CONVERSATIONS
    ]
    cases.append({"name": name, "template": templates[name], "bos": bos, "rendered": rendered})
fixture = {
    "conversations": CONVERSATIONS, "known": cases,
    "unknown": [{"name": name, "template": templates[name]} for name in UNKNOWN],
}
path = pathlib.Path(sys.argv[2]) / "chat-templates.json"
path.write_text(json.dumps(fixture, ensure_ascii=False, indent=1) + "\n")
