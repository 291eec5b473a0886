# Hosts for check-fleet.sh: one sshd each.

# host NAME [PATH]: an alias for ssh, and what its sshd needs; `answer` begins to listen.
host() {
  local folder=$work/$1 port
  prepare_ssh
  port=$(port)
  mkdir -p "$folder"
  printf '%s\n' "ListenAddress 127.0.0.1:$port" "HostKey $work/hostkey" "AuthorizedKeysFile $work/$1.keys" \
    "PidFile none" "StrictModes no" "UsePAM no" "PermitRootLogin yes" "PasswordAuthentication no" \
    "SetEnv PERWATT_LOCK=$folder/lock PATH=${2:-/usr/bin:/bin}" "ForceCommand $work/host.sh $folder" >"$work/$1.sshd"
  printf '%s\n' "Host $1" "  HostName 127.0.0.1" "  Port $port" "  User $(id -un)" "  IdentityFile $work/key" \
    "  IdentitiesOnly yes" "  UserKnownHostsFile $work/known" "  HostKeyAlias fleet" >>"$work/ssh"
  cp "$work/key.pub" "$work/$1.keys"
}
answer() {
  /usr/sbin/sshd -D -e -f "$work/$1.sshd" 2>"$work/$1.log" &
  started+=($!)
  for _ in $(seq 100); do ! grep -qs 'Server listening' "$work/$1.log" || return 0; sleep 0.05; done
  fail "no sshd for $1"
}

# What all hosts need; once.
prepare_ssh() {
  [ ! -e "$work/key" ] || return 0
  mkdir -p /run/sshd  # where sshd confines the part of it that talks to strangers
  ssh-keygen -q -t ed25519 -N '' -f "$work/hostkey"
  ssh-keygen -q -t ed25519 -N '' -f "$work/key"
  echo "fleet $(cut -d' ' -f1-2 "$work/hostkey.pub")" >"$work/known"
  write_host_script
}

write_host_script() {
  cat >"$work/host.sh" <<'SCRIPT'
#!/bin/sh
# A host: its home is its folder, and the file `fault` says what goes wrong there.
cd "$1" || exit 1
fault=$(cat fault 2>/dev/null)
case "$fault:$SSH_ORIGINAL_COMMAND" in
  bare:*)
    exec unshare -m sh -c 'mount --bind root root && cd root && mount -t proc proc proc && mount --rbind /dev dev &&
      PATH=/usr/sbin:$PATH exec chroot . /bin/sh -c "$SSH_ORIGINAL_COMMAND"' ;;
  hang:*"'kernels'"*) exec sleep "$(($(cat ../limit) + 30))" ;;
  # All but two pages: the run begins, and its record finds no room.
  full:*"'kernels'"*) cat /dev/zero >fill 2>/dev/null; truncate -s -8192 fill ;;
  killed:*"'kernels'"*)
    sh -c "$SSH_ORIGINAL_COMMAND" &
    # What the pid file names is timeout, whose child is the program.
    for _ in $(seq 600); do
      child=$(pgrep -P "$(cat perwatt-fleet/runs/*/pid 2>/dev/null || echo none)" 2>/dev/null) && break
      sleep 0.05
    done
    sleep 1
    kill -9 "$child"
    wait $!
    exit $? ;;
  damaged:*"tar -cf"*) for file in perwatt-fleet/runs/*/results/*/2*.json; do truncate -s 1000 "$file"; done ;;
esac
exec sh -c "$SSH_ORIGINAL_COMMAND"
SCRIPT
  chmod +x "$work/host.sh"
}

check_ssh() {
  local names=(one two three down refused hang killed damaged) name
  mkdir "$work/full"
  if mount -t tmpfs -o size=$(($(stat -c %s "$perwatt") + (80 << 20))) none "$work/full"; then
    names+=(full)
  else
    echo "A full disk is not shown: nothing may be mounted here"
  fi
  for name in "${names[@]}"; do
    host "$name"
    echo "$name" >"$work/$name/fault"
  done
  for name in "${names[@]}"; do [ "$name" = down ] || answer "$name"; done
  : >"$work/refused.keys"

  local fleet=("$perwatt" fleet --results "$work/results" --ssh-config "$work/ssh" --binary "$perwatt")
  echo "Names with commands in them"
  status 64 "${fleet[@]}" --hosts "one,a; touch $work/x" "${suite[@]}"
  status 64 "${fleet[@]}" --hosts "-oProxyCommand=touch $work/x" "${suite[@]}"
  status 0 "${fleet[@]}" --name evil --hosts one --folder "a; touch $work/x \$(touch $work/y)" "${suite[@]}"
  status 1 "${fleet[@]}" --name words --hosts one --suite kernels -- --filter "a; touch $work/x"
  [ -d "$work/one/a; touch $work" ] || fail "the folder was not made under its name"
  [ ! -e "$work/x" ] && [ ! -e "$work/y" ] && [ ! -e "$work/one/x" ] || fail "a name was run as a command"

  echo "Three hosts that are well"
  status 0 "${fleet[@]}" --name well --hosts one,two,three "${suite[@]}"
  expect 'on 3 nodes: 3 done' "$work/said"
  [ "$(records "$work/results")" = 4 ] || fail "not one record for each run"
  [ -z "$(find "$work"/{one,two,three} -path '*/runs/well-*')" ] || fail "runs were left on the hosts"

  echo "${#names[@]} hosts, all but three with a fault"
  # What the other hosts may take on a machine that does nothing else; the one that hangs takes it all.
  local all count=${#names[@]} limit=${LIMIT:-60}
  echo "$limit" >"$work/limit"
  all=$(IFS=,; echo "${names[*]}")
  status 1 "${fleet[@]}" --name faults --limit "$limit" --hosts "$all" "${suite[@]}"
  expect "on $count nodes: 3 done, $((count - 3)) failed" "$work/said"
  expect 'error: down: check: ssh cannot reach it.*refused' "$work/said"
  expect 'error: refused: check: ssh cannot reach it.*Permission denied' "$work/said"
  expect 'error: hang: run: still running after' "$work/said"
  [ "$count" = 8 ] || expect 'error: full: run: .*disk is full' "$work/said"
  expect 'error: killed: run: was ended by signal 9' "$work/said"
  expect 'error: damaged: gather: .*not a whole run record' "$work/said"
  [ "$(records "$work/results")" = 7 ] || fail "a host's fault cost another's record"
  status 1 "$perwatt" fleet --results "$work/results" --name faults --no-run
  expect 'FAILED +hang: run' "$work/said"

  echo "The same, mended, and resumed"
  answer down
  cp "$work/key.pub" "$work/refused.keys"
  rm -f "$work"/*/fault "$work/full/fill"
  status 0 "${fleet[@]}" --name faults --resume
  expect "on $count nodes: $count done" "$work/said"
  ! grep -qE '^(one|two|three): ' "$work/said" || fail "a host that was done has run again"
  [ "$(records "$work/results")" = $((4 + count)) ] || fail "the record of a resumed host is missing"
  status 0 "${fleet[@]}" --name faults --resume
  expect 'every node is done already' "$work/said"
}
