# A Slurm of three nodes for check-fleet.sh. Each has a folder $work/node of its own, and none sees $work/private.

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
  mkdir -p "$work"/{state,node,private} "$work"/spool-n{1,2,3}
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
    mkdir -p "$work/node-$number"
    unshare -m sh -c 'mount --bind "$1/node-$2" "$1/node" && mount -t tmpfs none "$1/private" &&
      exec /usr/sbin/slurmd -D -N "n$2"' sh "$work" "$number" >"$work/slurmd-$number.log" 2>&1 &
    started+=($!)
  done
  for _ in $(seq 200); do
    [ "$(sinfo -h -N -t idle -o %N 2>/dev/null | wc -l)" != 3 ] || return 0
    sleep 0.1
  done
  sinfo -N || true
  fail "Slurm has no three idle nodes"
}

# kill_task 0: ends the program of a task of the newest job once it runs.
kill_task() {
  local job process
  for _ in $(seq 600); do
    job=$(squeue -h --array -t running -o '%K %A' | awk -v task="$1" '$1 == task { print $2 }')
    # By what Slurm gave it: its job's number.
    for process in $(pgrep -x perwatt); do
      if tr '\0' '\n' <"/proc/$process/environ" 2>/dev/null | grep -qx "SLURM_JOB_ID=${job:-none}"; then
        sleep 1
        kill -9 "$process"
        return
      fi
    done
    sleep 0.05
  done
  fail "task $1 has no program"
}

# ended PROCESS WANTED: waits for a fleet that runs behind.
ended() {
  local found=0
  wait "$1" || found=$?
  [ "$found" = "$2" ] || { cat "$work/said" >&2; fail "exit status $found, not $2"; }
}

# expect_one_killed PROCESS: of this fleet, with three tasks and a node down, one run is killed and another finds its node done.
expect_one_killed() {
  kill_task 0
  ended "$1" 1
  expect 'on 3 nodes: 1 done, 2 failed' "$work/said"
  expect 'error: n[12]: run: was ended by signal 9' "$work/said"
  expect 'error: n[12]: run: n[12] was measured by another task' "$work/said"
}
# whole FOLDER: three nodes have brought their records.
whole() {
  expect 'on 3 nodes: 3 done' "$work/said"
  [ "$(records "$1")" = 3 ] || fail "not one record for each node"
  [ "$(grep -ho '"node" : "n[123]"' "$1"/*/*-kernels-quick*.json | sort -u | wc -l)" = 3 ] \
    || fail "the records do not tell three nodes"
  grep -rqE '"array_task" : [012]' "$1"/*/*-kernels-quick.json || fail "a record does not tell its task"
}

check_slurm() {
  write_slurm_conf
  start_slurm
  export PERWATT_LOCK=none  # three nodes are one machine here
  check_shared
  check_private
}

check_shared() {
  local fleet=("$perwatt" fleet --results "$work/cluster" --binary "$perwatt") running
  echo "Three nodes of Slurm"
  status 0 "${fleet[@]}" --name well --slurm boards "${suite[@]}"
  whole "$work/cluster"

  echo "A node that is down, and one whose run is killed"
  scontrol update nodename=n3 state=down reason=test
  "${fleet[@]}" --name faults --slurm boards --nodes 3 "${suite[@]}" >"$work/said" 2>&1 &
  expect_one_killed $!

  echo "The same, mended, and resumed"
  scontrol update nodename=n3 state=idle
  status 0 "${fleet[@]}" --name faults --resume
  expect 'on 3 nodes: 3 done' "$work/said"
  [ "$(records "$work/cluster")" -ge 6 ] || fail "the record of a resumed node is missing"

  echo "A task that outlives Ctrl-C, and a partition that is none"
  "${fleet[@]}" --name stopped --slurm boards --suite kernels >"$work/said" 2>&1 &
  running=$!
  for _ in $(seq 200); do [ -z "$(squeue -h -t running)" ] || break; sleep 0.05; done
  kill -INT "$running"
  ended "$running" 130
  empty "tasks went on after Ctrl-C" squeue -h
  status 1 "${fleet[@]}" --slurm "nothing;touch\$IFS$work/x" "${suite[@]}"
  [ ! -e "$work/x" ] || fail "a partition's name was run as a command"
}

# The program and the records go through Slurm.
check_private() {
  local fleet=("$perwatt" fleet --results "$work/private" --binary "$perwatt") running
  local left=(find "$work"/node-{1,2,3} -name 'perwatt*')
  echo "Three nodes that share no folder"
  status 0 "${fleet[@]}" --name well --slurm boards --node-folder "$work/node/a; touch $work/x '%n" "${suite[@]}"
  whole "$work/private"
  [ ! -e "$work/x" ] || fail "a folder's name was run as a command"
  empty "a run was left on a node" "${left[@]}"

  echo "One whose run is killed, with two nodes for three tasks"
  scontrol update nodename=n3 state=down reason=test
  "${fleet[@]}" --name faults --slurm boards --nodes 3 --node-folder "$work/node" "${suite[@]}" >"$work/said" 2>&1 &
  expect_one_killed $!
  scontrol update nodename=n3 state=idle
  status 0 "${fleet[@]}" --name faults --resume
  expect 'on 3 nodes: 3 done' "$work/said"
  [ "$(records "$work/private")" = 6 ] || fail "not one record for each node and fleet"

  echo "Ctrl-C, and a folder that nobody can make"
  "${fleet[@]}" --name stopped --slurm boards --node-folder "$work/node" --suite kernels >"$work/said" 2>&1 &
  running=$!
  for _ in $(seq 200); do [ -z "$("${left[@]}" -name perwatt)" ] || break; sleep 0.05; done
  kill -INT "$running"
  ended "$running" 130
  empty "tasks went on after Ctrl-C" squeue -h
  empty "a run was left on a node after Ctrl-C" "${left[@]}"
  status 1 "${fleet[@]}" --name nowhere --slurm boards --node-folder /proc/none "${suite[@]}"
  expect 'error: n[123]: run: .*/proc/none/.* cannot be made there; choose another --node-folder' "$work/said"
}
