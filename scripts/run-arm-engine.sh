#!/usr/bin/env bash
# Runs the engine that check-arm.sh linked: llama.cpp's greedy continuations, token by token, and NumPy's logits of models
# in all formats that have kernels, with all formats of the KV cache and one or two threads.
# Usage: scripts/run-arm-engine.sh <engine>
set -euo pipefail
cd "$(dirname "$0")/../Tests/Fixtures"

engine=$1
fail() { echo "check-arm: $*" >&2 && exit 1; }

lists() { # names, JSON: the lists and numbers of these names, one on a line
  grep -o "\"\($1\)\":\(\[[^]]*\]\|[0-9]*\)" <<<"$2" | sed 's/.*://; s/[][]//g'
}
mapfile -t golden < <(lists 'prompt_tokens\|greedy_tokens' "$(tr -d ' \n' <stories260K.golden.json)")
[[ ${#golden[@]} == 4 ]] || fail "stories260K.golden.json has ${#golden[@]} lists of tokens, not 4"

run() { # core of qemu, the build that it is to choose, then the words of Main.swift
  local told
  told=$(qemu-aarch64-static -cpu "$1" "$engine" "${@:3}") || fail "$1:$told"
  echo "$told"
  [[ $told == *" $2,"* ]] || fail "$1 did not choose $2"
}
tokens() { # core, build, backend, threads, cache
  for case in 0 2; do
    run "$1" "$2" stories260K-f32.gguf "${@:3}" tokens "${golden[case]}" "${golden[case + 1]}"
  done
}
logits() { # core, build, backend, threads, cache, model
  local oracle
  oracle=$(tr -d ' \n' <tiny-models.json | sed "s/.*\"$6\":{//; s/}\]}.*//")
  mapfile -t oracle < <(lists 'tokens\|pos\|logits' "$oracle")
  run "$1" "$2" "$6.gguf" "${@:3:3}" logits "${oracle[@]}"
}
refused() { # what it must say, then the words of Main.swift
  local told
  ! told=$(qemu-aarch64-static -cpu cortex-a72 "$engine" "${@:2}") || fail "went on after: $1"
  [[ $told == *"$1"*FAILED ]] || fail "said '$told', not '$1'"
}

while read -r core isa; do
  echo "The engine on $core"
  tokens "$core" "$isa" simd 1 f32
  tokens "$core" "$isa" simd 2 f16
  for model in tiny-qwen2 tiny-llama tiny-mixed; do logits "$core" "$isa" simd 2 f32 "$model"; done
  for cache in f16 q8_0; do logits "$core" "$isa" simd 1 "$cache" tiny-mixed; done
done <<'CORES'
cortex-a72 simd:neon
cortex-a76 simd:dotprod
max simd:i8mm
CORES
tokens cortex-a72 scalar scalar 2 f32

# The check itself, held against planted faults: one other token, other logits, instructions that the core lacks.
words=(stories260K-f32.gguf simd 1 f32 tokens "${golden[0]}")
refused "token 99 is" "${words[@]}" "${golden[1]%,*},0"
refused "token 0 is" "${words[@]}" "511${golden[1]#"${golden[1]%%,*}"}"
refused "logits at 1 are off" tiny-mixed.gguf simd 1 f32 logits 31,34 1 "$(printf '1%.0s,' {1..66})1"
refused "unknown backend 'simd:dotprod'" stories260K-f32.gguf simd:dotprod "${words[@]:2}" "${golden[1]}"
echo "  planted faults found"
