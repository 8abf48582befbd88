#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The scripts of os.check and os.incident on this machine, with what is wrong made by hand. Needs root; what needs the
# right to mount is left out without it.
# shellcheck source=Tests/Fixtures/playbooks/lib.sh
. "$(dirname "$0")/lib.sh"

quick() {
    perform os/check/quick.sh CPU_WARN=101 CPU_ERROR=101 LOAD_WARN=1000 LOAD_ERROR=1000 IOWAIT_WARN=101 IOWAIT_ERROR=101 \
        STEAL_WARN=101 STEAL_ERROR=101 MEM_WARN=101 MEM_ERROR=101 SWAP_WARN=101 FD_WARN=101 FD_ERROR=101 \
        ZOMBIES_WARN=100000 ZOMBIES_ERROR=100000 D_STATE_WARN=100000 D_STATE_ERROR=100000 OFFSET_WARN=100 \
        OFFSET_ERROR=1000 "$@"
}
file_systems() { perform os/check/file-systems.sh FS_WARN=101 FS_ERROR=101 MIN_FREE=0 "$@"; }
memory() {
    perform os/check/memory.sh MEM_WARN=101 MEM_ERROR=101 SWAP_WARN=101 SWAP_ERROR=101 OOM_KILLS_KNOWN=1000000 TOP=3 "$@"
}
processes() { perform os/check/process-online.sh PROFILE=standard AGENTS='' STANDARD="$1"; }
# A world of the script's own, in which $1 has been done.
in_world() {
    cat >"$work/world" <<END
#!/bin/sh
exec unshare -m -n sh -c '$1 || exit
exec "\$@"' sh "\$@"
END
    chmod 755 "$work/world"
    around=$work/world
    "$work/world" true 2>/dev/null && return
    say "not run: $situation, which needs the right to mount"
    around=''
    return 1
}

situation 'quick'
quick
refuse 'finding \(warning\|error\)'
expect 'value boot_id=........-....-'
expect 'value cpu_used_pct=[0-9]'
expect 'summary os-quick cpu=[0-9.]* load=[0-9.]* memory=[0-9.]* swap=[0-9.]* days=[0-9]'
as_nobody quick
refuse 'finding \(warning\|error\)'
quick MEM_WARN=0
expect 'finding warning OS-MEM-010 value=[0-9.]* limit=0 available_mib='
quick MEM_ERROR=0
expect 'finding error OS-MEM-010'
quick CPU_WARN=0 CPU_ERROR=0 LOAD_WARN=0 IOWAIT_WARN=0 STEAL_WARN=0 FD_ERROR=0
for code in OS-CPU-010 OS-CPU-020 OS-CPU-030 OS-CPU-040; do expect "finding [a-z]* $code"; done
expect 'finding error OS-FD-010'

situation 'zombies'
python3 -c 'import subprocess, time; children = [subprocess.Popen(["true"]) for _ in range(3)]; time.sleep(600)' &
parent=$!
zombies() { [ "$(cat /proc/[0-9]*/stat 2>/dev/null | grep -c ") Z $1 ")" -ge "$2" ]; }
await zombies "$parent" 3
quick ZOMBIES_WARN=3
expect 'finding warning OS-PRC-010'
end "$parent"

situation 'file systems'
file_systems
healthy
expect 'summary os-file-systems'
file_systems FS_WARN=0
expect 'finding warning OS-FS-010 mount="/'
expect 'finding warning OS-FS-020 mount="/'
file_systems FS_ERROR=0
expect 'finding error OS-FS-010'
file_systems MIN_FREE=900000000000000000
expect 'finding error OS-FS-030'

situation 'a full file system with a blank in its name'
truncate -s 16M "$work/image"
mkfs.ext4 -q "$work/image"
if in_world "mkdir -p \"$work/a b\" && mount -o loop $work/image \"$work/a b\" && { head -c 15M /dev/zero >\"$work/a b/full\" 2>/dev/null; true; }"; then
    file_systems FS_WARN=80 FS_ERROR=90
    expect "finding error OS-FS-010 mount=\"$work/a b\" value=100"
fi
situation 'a file system turned read-only'
if in_world "mkdir -p \"$work/a b\" && mount -o loop,ro $work/image \"$work/a b\" &&
    printf \"/dev/x $work/a\\\\\\\\040b ext4 defaults 0 0\\\\n\" >$work/fstab && mount --bind $work/fstab /etc/fstab"; then
    file_systems
    expect "finding error OS-FS-040 mount=\"$work/a b\""
fi
around=''
situation 'a network mount that does not answer'
if command -v sshfs >/dev/null && [ -x /usr/lib/openssh/sftp-server ]; then
    # The server's side runs right here, in place of ssh.
    printf '#!/bin/sh\necho $$ >%s\nexec /usr/lib/openssh/sftp-server\n' "$work/sftp.pid" >"$work/ssh"
    chmod 755 "$work/ssh"
    mkdir "$work/remote"
    if sshfs -o ssh_command="$work/ssh" nowhere:/ "$work/remote" 2>/dev/null; then
        file_systems
        healthy
        kill -STOP "$(cat "$work/sftp.pid")"
        file_systems
        expect "finding warning OS-FS-050 mount=\"$work/remote\""
        expect 'value fs_used_pct='
        kill -CONT "$(cat "$work/sftp.pid")"
        umount -l "$work/remote"
        end "$(cat "$work/sftp.pid")"
    fi
fi

situation 'memory'
memory
healthy
expect 'value used_pct='
expect 'summary os-memory'
shown '^ *[0-9]* *[0-9]* '
as_nobody memory
healthy
memory MEM_ERROR=0
expect 'finding error OS-MEM-010'
memory OOM_KILLS_KNOWN=-1
expect 'finding warning OS-MEM-030'
situation 'a container with a limit of its own'
if in_world "mount -t tmpfs tmpfs /sys/fs/cgroup && cd /sys/fs/cgroup && echo 1073741824 >memory.max &&
    echo 966367641 >memory.current && printf \"anon 1\\\\ninactive_file 107374182\\\\n\" >memory.stat"; then
    memory MEM_WARN=80 MEM_ERROR=90
    expect 'finding warning OS-MEM-040 value=80 limit=80 size_mib=1024'
fi
if in_world "mount -t tmpfs tmpfs /sys/fs/cgroup && mkdir /sys/fs/cgroup/memory && cd /sys/fs/cgroup/memory &&
    echo 1073741824 >memory.limit_in_bytes && echo 1073741824 >memory.usage_in_bytes && : >memory.stat"; then
    memory MEM_WARN=80 MEM_ERROR=90
    expect 'finding error OS-MEM-040 value=100'
fi
around=''

situation 'processes'
cp "$(command -v sleep)" "$work/a-rather-long-agent-name"
"$work/a-rather-long-agent-name" 300 &
agent=$!
(cd "$work" && exec python3 -m http.server --bind 127.0.0.1 "${OS_PORT:-28290}" >/dev/null 2>&1) &
server=$!
await curl -s -o /dev/null "http://127.0.0.1:${OS_PORT:-28290}/"
name=$(cat "/proc/$server/comm")
processes "a-rather-long-agent-name exe=$work/a-rather-long-agent-name arg=300 user=root max=1
no-such-thing|$name port=${OS_PORT:-28290} arg=http.server"
healthy
expect 'summary os-process-online online=2 expected=2'
processes 'no-such-thing
no-such-extra optional
a-rather-long-agent-name user=daemon
a-rather-long-agent-name min=0 max=0'
expect 'finding error OS-PRC-110 process="no-such-thing" value=0 limit=1'
expect 'finding warning OS-PRC-110 process="no-such-extra"'
expect "finding warning OS-PRC-140 process=\"a-rather-long-agent-name\" pids=\"$agent\" user=\"daemon\""
expect 'finding warning OS-PRC-120'
processes "a-rather-long-agent-name port=${OS_PORT:-28290}
a-rather-long-agent-name port=1
a-rather-long-agent-name exe=/bin/true
a-rather-long-agent-name arg=30"
expect "finding error OS-PRC-151 process=\"a-rather-long-agent-name\" port=${OS_PORT:-28290} pids=\"$server"
expect 'finding error OS-PRC-150 process="a-rather-long-agent-name" port=1$'
expect 'summary os-process-online online=2 expected=4'

situation 'expectations that cannot be read'
processes 'sshd prot=22
sshd min=x
ssh;d
user=root'
for number in 1 2 3 4; do expect "finding error OS-PRC-101 number=$number"; done
processes ''
expect 'finding unknown OS-PRC-104 profile=standard'

situation 'a process that is stopped, and a zombie'
kill -STOP "$agent"
processes 'a-rather-long-agent-name'
expect 'finding warning OS-PRC-130'
kill -CONT "$agent"
cp /bin/true "$work/soon-dead"
python3 -c 'import subprocess, sys, time; child = subprocess.Popen([sys.argv[1]]); time.sleep(60)' "$work/soon-dead" &
parent=$!
await sh -c "cat /proc/[0-9]*/stat 2>/dev/null | grep -q ' (soon-dead) Z '"
processes 'soon-dead'
expect 'finding error OS-PRC-110 process="soon-dead" value=0'

situation 'another account cannot see everything'
as_nobody processes "a-rather-long-agent-name exe=$work/a-rather-long-agent-name
$name port=${OS_PORT:-28290}"
expect "finding unknown OS-PRC-102 process=\"a-rather-long-agent-name\" pids=\"$agent\""
expect 'finding unknown OS-PRC-103'
end "$agent" "$server" "$parent"

situation 'units of systemd'
cat >"$work/systemctl" <<'END'
#!/bin/sh
case $1 in
list-units) printf 'one.service loaded failed failed One\ntwo.service loaded failed failed Two\n' ;;
show) printf 'ActiveState=failed\nSubState=failed\nNRestarts=3\n' ;;
esac
END
chmod 755 "$work/systemctl"
if in_world "mount --bind $work/systemctl /usr/bin/systemctl && mkdir -p /run/systemd && mount -t tmpfs tmpfs /run/systemd &&
    mkdir /run/systemd/system"; then
    quick
    expect 'finding warning OS-UNIT-010 units="one.service two.service"'
    processes "no-such-thing min=0 unit=one.service"
    expect 'finding warning OS-PRC-160 process="no-such-thing" unit="one.service"'
    echo 'exit 1' >"$work/systemctl"
    quick
    expect 'finding unknown OS-UNIT-001'
fi
around=''

situation 'a host that hides processes'
cat >"$work/world" <<'END'
#!/bin/sh
exec unshare -m -p -f --mount-proc sh -c 'mount -o remount,hidepid=2 /proc || exit; "$@"' sh "$@"
END
if "$work/world" true 2>/dev/null; then
    around=$work/world
    as_nobody processes sshd
    expect 'finding unknown OS-PRC-100'
    as=nobody
    perform os/check/ntp.sh WARN_MS=100 ERROR_MS=1000 MAX_STRATUM=10 MAX_AGE=3600 EXPECTED_SERVERS='' CHRONY_ADDRESS='' \
        PROBE_SERVER='' PROBE_PORT=123
    expect 'finding unknown OS-NTP-001'
    as='' around=''
fi

situation 'triage: CPU'
cpu() { perform os/incident/cpu.sh SAMPLE=0.3 CPU_WARN=101 CPU_ERROR=101 LOAD_WARN=1000 LOAD_ERROR=1000 STEAL_WARN=101 STEAL_ERROR=101 "$@"; }
cpu
healthy
as_nobody cpu
healthy
burners=''
for _ in $(grep '^processor' /proc/cpuinfo) more; do
    (exec timeout 600 sh -c 'while :; do :; done') &
    burners="$burners $!"
done
# The processor's own count decides: nothing is idle while all of them run.
busy() {
    before=$(sed -n '1s/^cpu *[0-9]* *[0-9]* *[0-9]* *\([0-9]*\).*/\1/p' /proc/stat)
    sleep 0.2
    [ "$(sed -n '1s/^cpu *[0-9]* *[0-9]* *[0-9]* *\([0-9]*\).*/\1/p' /proc/stat)" = "$before" ]
}
await busy
cpu CPU_WARN=80 CPU_ERROR=95
expect 'finding error OS-CPU-010'
shown 'Its busiest threads'
# shellcheck disable=SC2086
end $burners

situation 'triage: disk'
disk() { perform os/incident/disk.sh IOWAIT_WARN=101 IOWAIT_ERROR=101 D_STATE_WARN=100 D_STATE_ERROR=100 "$@"; }
disk
healthy
disk IOWAIT_WARN=0
expect 'finding warning OS-CPU-030'
disk D_STATE_ERROR=0
expect 'finding error OS-PRC-020'

situation 'triage: network'
network() { perform os/incident/network.sh PEERS='' DNS_NAME='' RTT_WARN=1000 "$@"; }
network DNS_NAME=localhost PEERS=127.0.0.1
refuse 'finding error'
network DNS_NAME=no-such-name.invalid PEERS='127.0.0.1:1
no-such-name.invalid:80
bad;peer'
expect 'finding error OS-NET-050 name=no-such-name.invalid'
expect 'finding error OS-NET-041 peer=127.0.0.1:1 answer=refused'
expect 'finding error OS-NET-002'
if in_world 'mount -t sysfs sysfs /sys && ip link set lo up'; then
    network
    expect 'finding warning OS-NET-010'
fi
if in_world 'mount -t sysfs sysfs /sys && ip link add one type veth peer name two && ip addr add 10.9.8.1/24 dev one &&
    ip link set one up && ip route add default via 10.9.8.9'; then
    network
    expect 'finding error OS-NET-020 device="one" state=lowerlayerdown'
    expect 'finding error OS-NET-030 gateway=10.9.8.9'
fi
around=''

situation 'triage: recent'
perform os/incident/recent.sh SINCE=900
expect 'summary os-triage-recent minutes=15'

situation 'triage: verdict'
verdict() { perform os/incident/verdict.sh STATES="$1"; }
verdict 'cpu succeeded ok
memory succeeded info'
healthy
expect 'value probable_layer=none'
verdict 'cpu succeeded warning
memory failed error
disk failed error
network succeeded ok'
expect 'finding error OS-TRI-010 layer=memory'
verdict 'cpu succeeded ok
disk succeeded ok
disk succeeded warning
network succeeded unknown'
expect 'finding warning OS-TRI-010 layer=disk'
expect 'finding unknown OS-TRI-020 layers="network"'
verdict 'cpu failed unknown
memory succeeded warning'
expect 'value probable_layer=cpu'

finish
