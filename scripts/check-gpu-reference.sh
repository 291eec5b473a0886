#!/usr/bin/env bash
# The GPU reference runner on PyTorch for CPUs: its arithmetic against llama.cpp and NumPy, its intervals against perwatt's,
# and its records under `perwatt show`, `compare` and `claims`. Takes a Python that has torch, numpy and gguf as
# PYTHON, else makes an environment of them in .build. Needs: python3-venv (Debian), a build of perwatt.
set -euo pipefail
cd "$(dirname "$0")/.."

perwatt=${PERWATT:-.build/release/perwatt}
python=${PYTHON:-}
if [ -z "$python" ]; then
  environment=.build/gpu-reference
  python=$environment/bin/python
  "$python" -c 'import torch, numpy, gguf' 2>/dev/null || {
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet torch numpy gguf
  }
fi
export PYTHONDONTWRITEBYTECODE=1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$perwatt" model --quick --preset stories-260k --no-save --json >"$work/board.json" 2>/dev/null
PERWATT_RUN="$work/board.json" "$python" Benchmarks/gpu/test_reference.py

measure() { # file, options…
  "$python" Benchmarks/gpu/reference.py --device cpu --quick --presets stories-260k "${@:2}" -o "$work/$1" 2>"$work/log" ||
    { cat "$work/log" >&2; return 1; }
}
# prints what a program says, and fails where a text is not in it
expect() { # text, program…
  local said
  said=$("${@:2}")
  grep -qF -- "$1" <<<"$said" || { printf '%s\nmissing above: %s\n' "$said" "$1" >&2; return 1; }
}

measure one.json --dtype f32,bf16 --batch 1,8
measure two.json --dtype f32 --batch 1,64
expect "torch:cpu b8" "$perwatt" show "$work/one.json"
expect "torch.decode.stories-260k.bf16.b8.d64" "$perwatt" show "$work/one.json" --section transformer
expect "device memory, read" "$perwatt" show "$work/one.json" --section machine
expect "this ran on the CPU" "$perwatt" show "$work/one.json" --section energy

# The same program twice: cases in common are judged; batch 8 meets no batch 64.
expect "decode of stories-260k, f32, batch 1" "$perwatt" compare "$work/one.json" "$work/two.json"
if "$perwatt" compare "$work/one.json" "$work/two.json" --json | grep -q 'b64\|b8'; then
  echo "compare set batch 8 beside batch 64" >&2
  exit 1
fi

# A board's run has no case in common: models stand side by side.
expect "beside" "$perwatt" compare "$work/board.json" "$work/one.json"
echo "The GPU reference runner's records are read."
