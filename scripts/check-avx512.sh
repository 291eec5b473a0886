#!/usr/bin/env bash
# The kernels above AVX2 on any x86-64 machine: compiled in Embedded Swift, linked with a C driver, run by Bochs as CPUs
# with AVX-512 alone (Skylake-X), with VNNI (Ice Lake), and with BF16 and AVX-VNNI as well (Sapphire Rapids).
# Needs: Swift; a C compiler's static libc (Debian: libc6-dev); Python 3.9 to 3.13 with pip, which brings the emulator.
# Bochs 3.0 has VCVTNE2PS2BF16 wrong (it reads past the end of its first source): kernels must use VCVTNEPS2BF16.
set -euo pipefail
cd "$(dirname "$0")/.."

need() {
  echo "check-avx512.sh needs $1" >&2
  exit 1
}
[[ $(uname -sm) == "Linux x86_64" ]] || need "Linux on x86-64"
command -v swiftc >/dev/null || need "Swift"
python3 -m pip --version >/dev/null 2>&1 || need "Python 3 with pip (Debian: python3-pip)"

package=bochscpu-python==0.4.0
emulator=.build/bochs/$package-$(python3 -c 'import sys; print(sys.implementation.cache_tag)')
if [[ ! -d $emulator ]]; then
  python3 -m pip install -qq --disable-pip-version-check --no-deps --target "$emulator" "$package" ||
    need "$package from PyPI"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
kernels=Sources/Kernels shared=Sources/Kernels/SIMDKernels/Shared
clang=$(dirname "$(command -v swiftc)")/clang
printf 'module CKernels { header "%s/CKernels/include/CKernels.h" export * }\n' "$PWD/$kernels" >"$work/module.modulemap"

# The emulator was built against glibc 2.38; older ones lack these two names, not what they do.
"$clang" -shared -o "$work/glibc-2.38.so" -x assembler - <<'ASSEMBLY'
  .globl __isoc23_sscanf, __isoc23_strtoull
__isoc23_sscanf: jmp sscanf@PLT
__isoc23_strtoull: jmp strtoull@PLT
  .section .note.GNU-stack,"",@progbits
ASSEMBLY

build() { # module, then Clang's flags
  local module=$1 flags=(-enable-experimental-feature Embedded -wmo -swift-version 6 -parse-as-library -Ounchecked -I "$work"
    -target x86_64-unknown-linux-gnu)
  for flag in "${@:2}"; do flags+=(-Xcc "$flag"); done
  swiftc "${flags[@]}" -module-name KernelTypes -emit-module -emit-module-path "$work/KernelTypes.swiftmodule" \
    "$kernels"/KernelTypes/*.swift
  swiftc "${flags[@]}" -Xcc "-fmodule-map-file=$work/module.modulemap" -module-name "$module" \
    "$kernels/$module"/{,Integer}ISA.swift "$shared"/*.swift "$shared"/*/*.swift Tests/Emulated/EntryPoints.swift \
    -c -o "$work/kernels.o"
  "$clang" -O2 -static -fuse-ld=lld -o "$work/driver" Tests/Emulated/*.c "$work/kernels.o" -lm
}

# CPU of the emulator, module, the compiler's flags
while read -r cpu module flags; do
  echo "$module, $flags, on $cpu"
  build "$module" $flags
  LD_PRELOAD=$work/glibc-2.38.so PYTHONPATH=$emulator python3 Tests/Emulated/bochs.py "$cpu" "$work/driver" </dev/null
done <<'CPUS'
skylake-x SIMDKernelsAVX512 -march=x86-64-v4
icelake SIMDKernelsAVX512VNNI -march=x86-64-v4 -mavx512vnni
sapphire-rapids SIMDKernelsAVX512VNNI -march=x86-64-v4 -mavx512vnni -mavx512bf16
sapphire-rapids SIMDKernelsAVXVNNI -march=x86-64-v3 -mavxvnni
CPUS
