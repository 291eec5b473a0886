#!/usr/bin/env bash
# `perwatt fleet` against real servers, on the loopback of this machine: hosts, each with an sshd, a key and a folder of its
# own, and a Slurm with three nodes. Hosts that are down, refuse the key, hang, fill their disk, die in mid-run or return a
# damaged record must cost no other host's record, must be named, and must be all that --resume begins again.
# Needs: root; a release build, or PERWATT=PROGRAM; Debian's openssh-server, openssh-client, slurm-wlm, munge, procps.
# Usage: check-fleet.sh [ssh] [slurm] [simulation] [bare]   (default: the first three)
# `bare` runs the program where there is nothing but Debian's own libraries: it takes a build with --static-swift-stdlib.
set -euo pipefail
cd "$(dirname "$0")/.."
export NO_COLOR=1 LC_ALL=C
perwatt=$(realpath "${PERWATT:-.build/release/perwatt}")
parts=${*:-ssh slurm simulation}
# What a node measures: a real run of a few seconds.
suite=(--suite kernels -- --quick --filter swiglu --backend simd)

work=$(mktemp -d)
started=()
cleanup() {
  status=$?
  [ $status = 0 ] || tail -n 3 "$work"/*.log "$work"/*/fleet/*/logs/*.log >&2 2>/dev/null || true
  for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done
  wait 2>/dev/null || true
  ! mountpoint -q "$work/full" || umount "$work/full"
  rm -rf "$work"
}
trap cleanup EXIT

fail() { echo "error: $*" >&2; exit 1; }
expect() { grep -qE -- "$1" "$2" || { cat "$2" >&2; fail "no line like '$1'"; }; }
records() { find "$1" -name '*-kernels-quick*.json' -not -path '*/fleet/*' | wc -l; }
# status WANTED COMMAND…: runs it, its output in $work/said.
status() {
  local wanted=$1 found=0
  shift
  "$@" >"$work/said" 2>&1 || found=$?
  [ "$found" = "$wanted" ] || { cat "$work/said" >&2; fail "exit status $found, not $wanted: $*"; }
}
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# host NAME: an alias for ssh, and what its sshd needs; `answer` begins to listen.
host() {
  local folder=$work/$1 port
  port=$(port)
  mkdir -p "$folder"
  printf '%s\n' "ListenAddress 127.0.0.1:$port" "HostKey $work/hostkey" "AuthorizedKeysFile $work/$1.keys" \
    "PidFile none" "StrictModes no" "UsePAM no" "PermitRootLogin yes" "PasswordAuthentication no" \
    "SetEnv PERWATT_LOCK=$folder/lock PATH=/usr/bin:/bin" "ForceCommand $work/host.sh $folder" >"$work/$1.sshd"
  printf '%s\n' "Host $1" "  HostName 127.0.0.1" "  Port $port" "  User $(id -un)" "  IdentityFile $work/key" \
    "  IdentitiesOnly yes" "  UserKnownHostsFile $work/known" "  HostKeyAlias fleet" >>"$work/ssh"
  cp "$work/key.pub" "$work/$1.keys"
}
answer() {
  /usr/sbin/sshd -D -e -f "$work/$1.sshd" 2>"$work/$1.log" &
  started+=($!)
  for _ in $(seq 100); do ! grep -q 'Server listening' "$work/$1.log" || return 0; sleep 0.05; done
  fail "no sshd for $1"
}

write_host_script() {
  cat >"$work/host.sh" <<'SCRIPT'
#!/bin/sh
# A host: its home is its folder, and the file `fault` says what goes wrong there.
cd "$1" || exit 1
fault=$(cat fault 2>/dev/null)
case "$fault:$SSH_ORIGINAL_COMMAND" in
  hang:*"'kernels'"*) exec sleep 90 ;;
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
  mkdir -p /run/sshd  # where sshd confines the part of it that talks to strangers
  ssh-keygen -q -t ed25519 -N '' -f "$work/hostkey"
  ssh-keygen -q -t ed25519 -N '' -f "$work/key"
  echo "fleet $(cut -d' ' -f1-2 "$work/hostkey.pub")" >"$work/known"
  write_host_script
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
  [ -d "$work/one/a; touch $work" ] || fail "the folder was not made under its name"
  [ ! -e "$work/x" ] && [ ! -e "$work/y" ] && [ ! -e "$work/one/x" ] || fail "a name was run as a command"

  echo "Three hosts that are well"
  status 0 "${fleet[@]}" --name well --hosts one,two,three "${suite[@]}"
  expect 'on 3 nodes: 3 done' "$work/said"
  [ "$(records "$work/results")" = 4 ] || fail "not one record for each run"
  [ -z "$(find "$work"/{one,two,three} -path '*/runs/*')" ] || fail "runs were left on the hosts"

  echo "${#names[@]} hosts, all but three with a fault"
  local all count=${#names[@]}
  all=$(IFS=,; echo "${names[*]}")
  status 1 "${fleet[@]}" --name faults --limit 60 --hosts "$all" "${suite[@]}"
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

write_slurm_conf() {
  local ports=("$(port)" "$(port)" "$(port)" "$(port)")
  export SLURM_CONF=$work/slurm.conf
  printf '%s\n' "ClusterName=fleet" "SlurmctldHost=localhost(127.0.0.1)" "SlurmctldPort=${ports[0]}" "SlurmUser=$(id -un)" \
    "SlurmdUser=$(id -un)" "AuthType=auth/munge" "AuthInfo=socket=$work/munge.socket" "CryptoType=crypto/munge" \
    "CommunicationParameters=NoCtldInAddrAny,NoInAddrAny" "StateSaveLocation=$work/state" \
    "SlurmctldPidFile=$work/slurmctld.pid" "SlurmdPidFile=$work/slurmd-%n.pid" "SlurmdSpoolDir=$work/spool-%n" \
    "ProctrackType=proctrack/linuxproc" "TaskPlugin=task/none" "SelectType=select/cons_tres" "MpiDefault=none" \
    "ReturnToService=2" "SchedulerParameters=sched_interval=1" "SlurmdParameters=config_overrides" "KillWait=2" \
    "AccountingStorageType=accounting_storage/none" "JobAcctGatherType=jobacct_gather/none" >"$SLURM_CONF"
  local number
  for number in 1 2 3; do
    echo "NodeName=n$number NodeHostname=localhost NodeAddr=127.0.0.1 Port=${ports[$number]} CPUs=2 RealMemory=1000"
  done >>"$SLURM_CONF"
  echo "PartitionName=boards Nodes=n[1-3] Default=YES MaxTime=INFINITE State=UP" >>"$SLURM_CONF"
}

start_slurm() {
  mkdir -p "$work"/state "$work"/spool-n{1,2,3}
  dd if=/dev/urandom of="$work/munge.key" bs=128 count=1 status=none
  chmod 400 "$work/munge.key"
  chmod 755 "$work"  # munged wants its socket where all can reach it
  /usr/sbin/munged --foreground --force --key-file="$work/munge.key" --socket="$work/munge.socket" \
    --pid-file="$work/munge.pid" --log-file="$work/munged.log" --seed-file="$work/munge.seed" >"$work/munge.log" 2>&1 &
  started+=($!)
  for _ in $(seq 100); do [ ! -S "$work/munge.socket" ] || break; sleep 0.05; done
  /usr/sbin/slurmctld -D -c >"$work/slurmctld.log" 2>&1 &
  started+=($!)
  local number
  for number in 1 2 3; do
    /usr/sbin/slurmd -D -N "n$number" >"$work/slurmd-$number.log" 2>&1 &
    started+=($!)
  done
  for _ in $(seq 200); do
    [ "$(sinfo -h -N -t idle -o %N 2>/dev/null | wc -l)" != 3 ] || return 0
    sleep 0.1
  done
  sinfo -N || true
  fail "Slurm has no three idle nodes"
}

check_slurm() {
  write_slurm_conf
  start_slurm
  export PERWATT_LOCK=none  # three nodes are one machine here
  local fleet=("$perwatt" fleet --results "$work/cluster" --binary "$perwatt")
  echo "Three nodes of Slurm"
  status 0 "${fleet[@]}" --name well --slurm boards "${suite[@]}"
  expect 'on 3 nodes: 3 done' "$work/said"
  [ "$(records "$work/cluster")" = 3 ] || fail "not one record for each node"
  [ "$(grep -ho '"node" : "n[123]"' "$work"/cluster/*/*-kernels-quick*.json | sort -u | wc -l)" = 3 ] \
    || fail "the records do not tell three nodes"
  grep -rqE '"array_task" : [012]' "$work"/cluster/*/*-kernels-quick.json || fail "a record does not tell its task"

  echo "A node that is down, and one whose run is killed"
  scontrol update nodename=n3 state=down reason=test
  "${fleet[@]}" --name faults --slurm boards --nodes 3 "${suite[@]}" >"$work/said" 2>&1 &
  local running=$! found=0 task=$work/cluster/fleet/faults/slurm-1/task-0 job
  for _ in $(seq 600); do [ ! -s "$task/job" ] || break; sleep 0.05; done
  sleep 1
  job=$(cut -d' ' -f1 "$task/job")
  # The task's program, by what Slurm gave it: its job's number.
  for process in $(pgrep -x perwatt); do
    if tr '\0' '\n' <"/proc/$process/environ" 2>/dev/null | grep -qx "SLURM_JOB_ID=$job"; then kill -9 "$process"; fi
  done
  wait "$running" || found=$?
  [ "$found" = 1 ] || { cat "$work/said" >&2; fail "exit status $found, not 1"; }
  expect 'on 3 nodes: 1 done, 2 failed' "$work/said"
  expect 'error: n[12]: run: was ended by signal 9' "$work/said"
  expect 'error: n[12]: run: n[12] was measured by another task' "$work/said"

  echo "The same, mended, and resumed"
  scontrol update nodename=n3 state=idle
  status 0 "${fleet[@]}" --name faults --resume
  expect 'on 3 nodes: 3 done' "$work/said"
  [ "$(records "$work/cluster")" -ge 6 ] || fail "the record of a resumed node is missing"

  echo "A task that outlives Ctrl-C, and a partition that is none"
  "${fleet[@]}" --name stopped --slurm boards --suite kernels >"$work/said" 2>&1 &
  running=$! found=0
  for _ in $(seq 200); do [ -z "$(squeue -h -t running)" ] || break; sleep 0.05; done
  kill -INT "$running"
  wait "$running" || found=$?
  [ "$found" = 130 ] || { cat "$work/said" >&2; fail "exit status $found after Ctrl-C, not 130"; }
  for _ in $(seq 100); do [ -n "$(squeue -h)" ] || break; sleep 0.1; done
  [ -z "$(squeue -h)" ] || fail "tasks went on after Ctrl-C"
  status 1 "${fleet[@]}" --slurm nothing "${suite[@]}"
}

check_simulation() {
  echo "Ten thousand machines on paper"
  python3 - "$perwatt" <<'PYTHON' || fail "the simulation failed, or took more than 1 GB"
import resource, subprocess, sys, time
begin = time.monotonic()
done = subprocess.run([sys.argv[1], "fleet", "--simulate", "10000"], stdout=subprocess.PIPE, text=True)
print("\n".join(done.stdout.splitlines()[-2:]))
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(f"{time.monotonic() - begin:.0f} s, peak memory {peak / 1024:.0f} MB")
sys.exit(done.returncode or peak > 1 << 20)
PYTHON
}

# A root with a shell, the program and the libraries that it names, none of them Swift's.
check_bare() {
  local root=$work/bare library
  ! ldd "$perwatt" | grep -E 'libswift|libFoundation|libdispatch' || fail "not linked with --static-swift-stdlib"
  mkdir -p "$root"/{proc,tmp,etc}
  for library in $(ldd "$perwatt" /bin/sh | grep -oE '/[^ )]+' | grep -v ':$' | sort -u); do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
  cp "$perwatt" "$root/perwatt"
  unshare -m sh -c 'mount -t proc proc "$1/proc" && chroot "$1" /perwatt kernels --quick --filter swiglu --results /tmp' \
    sh "$root" >"$work/said" 2>&1 || { cat "$work/said" >&2; fail "the program does not run without Swift"; }
  expect 'SwiGLU' "$work/said"
  echo "A host with Debian's libraries only: $(ldd "$perwatt" | grep -c '=>') of them, $(stat -c %s "$perwatt") bytes"
}

for part in $parts; do "check_$part"; done
echo "Fleets of hosts and nodes: as they should be"
