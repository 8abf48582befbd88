#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# One look at a host, done within ten seconds whatever hangs: CPU, memory, file systems, processes, services, clock.
# Reads only and needs no privilege. What it found in numbers goes to stdout for the person who reads the log.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

say() { printf '%s\n' "$*" >>"$FIRSTLINE_OUTPUT"; }

# Shared by the awk programs below: one finding if a value has reached a limit. Limits come from the environment.
judge='
function env(name) { return ENVIRON[name] + 0 }
function judge(value, limit, code, more) {
    if (value >= env(limit "_ERROR")) level = "error"
    else if (value >= env(limit "_WARN")) level = "warning"
    else return
    printf "finding %s %s value=%s limit=%s%s\n", level, code, value, env(limit (level == "error" ? "_ERROR" : "_WARN")), more
}
function quoted(text) { gsub(/[[:cntrl:]]/, "?", text); gsub(/\\/, "/", text); gsub(/"/, "\047", text); return "\"" text "\"" }
'

# Two looks one second apart: a rate needs two, and a process is only stuck if it is still stuck a second later.
ticks() { sed -n 's/^cpu  *//p' /proc/stat; }
stuck() { cat /proc/[0-9]*/stat 2>/dev/null | sed -n 's/^\([0-9]*\) (.*) \([ZD]\) .*/\2 \1/p'; }
ticks_before=$(ticks)
stuck_before=$(stuck)
sleep 1
ticks_after=$(ticks)
stuck_now=$(printf '%s\n%s\n' "$stuck_before" "$(stuck)" | sort | uniq -d)

read -r uptime _ </proc/uptime
say "value uptime_s=${uptime%.*}"
read -r boot_id </proc/sys/kernel/random/boot_id && say "value boot_id=$boot_id"

# CPU and load. One second proves little: a busy CPU is an error only if the last minute's load agrees. Load without a
# busy CPU is work that waits (look for processes in state D), so on its own it warns.
{
    printf '%s\n%s\n' "$ticks_before" "$ticks_after"
    cat /proc/loadavg
} | awk -v cpus="$(grep -c '^cpu[0-9]' /proc/stat)" "$judge"'
    NR == 1 { split($0, before) }
    NR == 2 {
        for (i = 1; i <= 8; i++) { ran[i] = $i - before[i]; if (ran[i] < 0) ran[i] = 0; total += ran[i] }
        if (total == 0) total = 1
        used = sprintf("%.1f", 100 * (total - ran[4] - ran[5]) / total)
        iowait = sprintf("%.1f", 100 * ran[5] / total)
        steal = sprintf("%.1f", 100 * ran[8] / total)
    }
    NR == 3 {
        per_cpu = sprintf("%.2f", $1 / cpus)
        print "value cpu_used_pct=" used "\nvalue iowait_pct=" iowait "\nvalue steal_pct=" steal
        print "value load1=" $1 "\nvalue load1_per_cpu=" per_cpu
        if (per_cpu + 0 < 1) ENVIRON["CPU_ERROR"] = 101
        judge(used + 0, "CPU", "OS-CPU-010", " load=" per_cpu)
        if (used + 0 < 50) ENVIRON["LOAD_ERROR"] = per_cpu + 1
        judge(per_cpu + 0, "LOAD", "OS-CPU-020", " cpu=" used)
        judge(iowait + 0, "IOWAIT", "OS-CPU-030")
        judge(steal + 0, "STEAL", "OS-CPU-040")
    }' >>"$FIRSTLINE_OUTPUT"

# Memory: what is available counts, because the page cache can be given back. Full swap warns; whether pages really
# move is the memory check's question.
awk "$judge"'
    { sub(":", "", $1); kb[$1] = $2 }
    END {
        if (!("MemAvailable" in kb))
            kb["MemAvailable"] = kb["MemFree"] + kb["Buffers"] + kb["Cached"] + kb["SReclaimable"] - kb["Shmem"]
        used = sprintf("%.1f", 100 * (kb["MemTotal"] - kb["MemAvailable"]) / kb["MemTotal"])
        swap = kb["SwapTotal"] ? sprintf("%.1f", 100 * (kb["SwapTotal"] - kb["SwapFree"]) / kb["SwapTotal"]) : 0
        print "value mem_used_pct=" used
        printf "value mem_available_bytes=%.0f\n", kb["MemAvailable"] * 1024
        print "value swap_used_pct=" swap
        judge(used + 0, "MEM", "OS-MEM-010", sprintf(" available_mb=%d", kb["MemAvailable"] / 1024))
        ENVIRON["SWAP_ERROR"] = 101
        judge(swap + 0, "SWAP", "OS-MEM-020")
    }' /proc/meminfo >>"$FIRSTLINE_OUTPUT"

awk "$judge"'
    { used = sprintf("%.1f", 100 * $1 / $3); print "value fd_used_pct=" used; judge(used + 0, "FD", "OS-FD-010") }
    ' /proc/sys/fs/file-nr >>"$FIRSTLINE_OUTPUT"

printf '%s\n' "$stuck_now" | awk "$judge"'
    $1 == "Z" { zombies++ }
    $1 == "D" { waiting++; pids = pids " " $2 }
    END {
        print "value zombies=" zombies + 0 "\nvalue d_state=" waiting + 0
        judge(zombies + 0, "ZOMBIES", "OS-PRC-010")
        judge(waiting + 0, "DSTATE", "OS-PRC-020", " pids=" quoted(substr(pids, 2)))
    }' >>"$FIRSTLINE_OUTPUT"

# File systems. Local ones first: df must not meet a dead file server before it has told about the rest.
space=$(timeout -k 1 4 df -lPT 2>/dev/null)
inodes=$([ -z "$space" ] || timeout -k 1 2 df -lPi 2>/dev/null)
[ -n "$space" ] || say "finding unknown OS-FS-001"

# Network mounts are asked side by side, so that many dead ones cost no more time than one.
network=$(
    awk '$3 ~ /^(nfs4?|cifs|smb3|ceph|lustre|(fuse\.)?glusterfs|fuse\.sshfs)$/ { print $2 }' /proc/mounts |
        {
            while IFS= read -r mount; do
                {
                    timeout -k 1 2 df -PT "$(printf %b "$mount")" 2>/dev/null | tail -n +2
                    # shellcheck disable=SC2320  # the status wanted is that of the whole pipe's reader: no line came
                } | grep . || say "finding warning OS-FS-050 mount=\"$mount\"" &
            done
            wait
        }
)

# df's percentage leaves the blocks kept for root out of the sum, so the free bytes are told beside it.
printf '%s\n%s\ninodes\n%s\n' "$space" "$network" "$inodes" | awk "$judge"'
    $0 == "inodes" { second = 1; next }
    !match($0, / +[0-9]+ +[0-9]+ +-?[0-9]+ +([0-9]+%|-) +/) { next }
    {
        words = split(substr($0, 1, RSTART - 1), source, / +/)
        split(substr($0, RSTART + 1, RLENGTH - 1), n, / +/)
        mount = substr($0, RSTART + RLENGTH)
        first = n[1] == "" ? 2 : 1
        pct = n[first + 3] + 0
    }
    !second && source[words] ~ /^(tmpfs|devtmpfs|overlay|squashfs|iso9660|udf|erofs|ramfs|efivarfs)$/ { next }
    !second {
        known[mount] = 1
        free = n[first + 2] * 1024
        print "file system " mount " (" source[words] "): " pct "% used, " sprintf("%.1f", free / 1073741824) " GiB free" | "cat >&2"
        if (pct >= worst || worst_mount == "") { worst = pct; worst_mount = mount }
        judge(pct, "FS", "OS-FS-010", " mount=" quoted(mount) sprintf(" free_gb=%.1f", free / 1073741824))
        if (free < env("MIN_FREE"))
            printf "finding error OS-FS-030 mount=%s free=%.0f limit=%.0f\n", quoted(mount), free, env("MIN_FREE")
    }
    second && (mount in known) {
        if (pct > worst_inodes) worst_inodes = pct
        judge(pct, "FS", "OS-FS-020", " mount=" quoted(mount))
    }
    END {
        if (worst_mount == "") exit
        gsub(/[[:cntrl:]]/, "?", worst_mount)
        print "value fs_used_pct=" worst "\nvalue fs_inode_used_pct=" worst_inodes + 0 "\nvalue fs_fullest=" worst_mount
    }' >>"$FIRSTLINE_OUTPUT"
