# Hosts for check-fleet.sh that have no program yet: one without Swift, and one that builds.

# A root with a shell, the tools of hosts and the libraries that a program names, none of them Swift's.
make_root() {
  local root=$1 program=$2 file tools=()
  mkdir -p "$root"/{proc,dev,tmp,etc,bin}
  for file in sh env mkdir dirname uname df awk cat wc chmod mv rm tar timeout sleep; do
    tools+=("$(command -v "$file")")
    cp -L "$(command -v "$file")" "$root/bin/$file"
  done
  ldd "$program" "${tools[@]}" | grep -oE '/[^ )]+' | grep -v ':$' | sort -u | while read -r file; do
    mkdir -p "$root$(dirname "$file")"
    cp -L "$file" "$root$file"
  done
}

check_bare() {
  local built=.build/static/release/perwatt library
  local fleet=("$perwatt" fleet --results "$work/bare-results" --ssh-config "$work/ssh")
  echo "A host without Swift, for which fleet builds"
  host bare
  echo bare >"$work/bare/fault"
  answer bare
  scripts/build-static.sh >"$work/build.log" 2>&1 || fail "the static program does not build"
  ! ldd "$built" | grep -E 'libswift|libFoundation|libdispatch' || fail "not linked with --static-swift-stdlib"
  make_root "$work/bare/root" "$built"
  # The first that no tool needs.
  library=$(ldd "$built" | grep -oE '/[^ )]*/(libgcc_s|libsqlite3|libstdc\+\+)\.so[^ ]*' | head -n 1)
  if [ -n "$library" ]; then
    mv "$work/bare/root$library" "$work/library"
    status 1 "${fleet[@]}" --name bare --hosts bare "${suite[@]}"
    expect "error: bare: install: it lacks ${library##*/}, .*install it there \(Debian: lib" "$work/said"
    mv "$work/library" "$work/bare/root$library"
    status 0 "${fleet[@]}" --name bare --resume
  else
    status 0 "${fleet[@]}" --name bare --hosts bare "${suite[@]}"
  fi
  expect 'on 1 node: 1 done' "$work/said"
  [ "$(records "$work/bare-results")" = 1 ] || fail "not one record"
  grep -q "\"hash\" : \"$(git rev-parse --short=10 HEAD)" "$work"/bare-results/*/*.json || fail "the commit is not told"
  echo "It needs $(ldd "$built" | grep -oE '^\s+lib\S+' | xargs) there, and $(stat -c %s "$built") bytes"
}

# A checkout of a program that builds in seconds: it stores a record that it has with it.
make_checkout() {
  local folder=$1
  mkdir -p "$folder"/{Sources,.build/release}
  cp "$perwatt" "$folder/.build/release/perwatt"
  cp results/amd-epyc-2c/2026-11-21-ea47ae2154-kernels.json "$folder/record.json"
  echo .build >"$folder/.gitignore"
  cat >"$folder/Package.swift" <<'SWIFT'
// swift-tools-version: 6.0
import PackageDescription
let package = Package(name: "perwatt", targets: [.executableTarget(name: "perwatt", path: "Sources")])
SWIFT
  cat >"$folder/Sources/main.swift" <<'SWIFT'
import Foundation
let words = CommandLine.arguments
let results = words[words.firstIndex(of: "--results")! + 1] + "/m"
let record = words[0].replacingOccurrences(of: ".build/release/perwatt", with: "record.json")
try FileManager.default.createDirectory(atPath: results, withIntermediateDirectories: true)
try FileManager.default.copyItem(atPath: record, toPath: results + "/2026-11-21-a-kernels.json")
SWIFT
  git -C "$folder" init -q
}

commit() { git -C "$1" add -A && git -C "$1" -c user.name=a -c user.email=a@example.org commit -qm a; }

check_build() {
  local small=$work/small
  local fleet=("$small/.build/release/perwatt" fleet --results "$work/built" --ssh-config "$work/ssh" --build)
  echo "A host that builds: in vain, for too long, and well"
  make_checkout "$small"
  host builds "$(dirname "$(command -v swift)"):/usr/bin:/bin"
  answer builds
  echo 'let number: Int = "none"' >>"$small/Sources/main.swift"
  commit "$small"
  status 1 "${fleet[@]}" --name built --hosts builds "${suite[@]}"
  expect 'builds; its words are in' "$work/said"
  expect 'error: builds: install: the source does not build: .*error: .*; all of it is in .*/0-build.log' "$work/said"
  sed -i '$d' "$small/Sources/main.swift"
  commit "$small"
  status 1 "${fleet[@]}" --name built --resume --build-limit 1
  expect 'error: builds: install: was ended at its time limit; give more with --build-limit' "$work/said"
  empty "compilers went on" pgrep -f "$work/builds/perwatt-fleet/source"
  status 0 "${fleet[@]}" --name built --resume
  expect 'on 1 node: 1 done' "$work/said"
  [ -n "$(find "$work"/built/*/*-kernels.json)" ] || fail "no record came back"
}
