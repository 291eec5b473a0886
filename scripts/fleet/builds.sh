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

check_build() {
  local fleet=("$perwatt" fleet --results "$work/built-results" --ssh-config "$work/ssh")
  echo "A host that builds"
  host builds "$(dirname "$(command -v swift)"):/usr/bin:/bin"
  answer builds
  status 0 "${fleet[@]}" --name built --hosts builds --build --build-limit 3600 "${suite[@]}"
  expect 'builds; its words are in' "$work/said"
  expect 'builds: \[[0-9]+/[0-9]+\]' "$work/said"
  expect 'on 1 node: 1 done' "$work/said"
  [ "$(records "$work/built-results")" = 1 ] || fail "not one record"
}
