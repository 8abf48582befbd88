#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# One look at a host within a few seconds: CPU, memory, processes, services, clock. Reads only, needs no privilege.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

exec 3>>"$FIRSTLINE_OUTPUT"
say() { printf '%s\n' "$*" >&3; }

# One finding if a value has reached a limit; "more" is what else fills its text.
judge='
function limit(name) { return ENVIRON[name] + 0 }
function judge(code, value, warn, error, more,    level) {
    level = value >= error ? "error" : value >= warn ? "warning" : ""
    if (level) printf "finding %s %s value=%s limit=%s%s\n", level, code, value, level == "error" ? error : warn, more
}'
never=1e9

# Two looks one second apart: a rate needs two, and a process only counts as stuck if it is still stuck a second later.
ticks() { sed -n 's/^cpu  *//p' /proc/stat; }
stuck() { cat /proc/[0-9]*/stat 2>/dev/null | sed -n 's/^\([0-9]*\) (.*) \([ZD]\) .*/\2 \1/p'; }
ticks_before=$(ticks)
stuck_before=$(stuck)
sleep 1
ticks_after=$(ticks)
stuck_twice=$(printf '%s\n%s\n' "$stuck_before" "$(stuck)" | sort | uniq -d)

read -r uptime _ </proc/uptime
say "value uptime_s=${uptime%.*}"
read -r boot_id </proc/sys/kernel/random/boot_id && say "value boot_id=$boot_id"

# One second proves little: what it shows is an error only if the load of the last minute agrees, else it warns. Load
# without a busy CPU is work that waits for something (see state D), so on its own it warns, too.
{
    printf '%s\n%s\n' "$ticks_before" "$ticks_after"
    cat /proc/loadavg
} | awk -v cpus="$(grep -c '^cpu[0-9]' /proc/stat)" -v never="$never" "$judge"'
    function agreed(name) { return load < 1 ? never : limit(name) }
    NR == 1 { split($0, before) }
    NR == 2 {
        for (i = 1; i <= 8; i++) { ran[i] = $i > before[i] ? $i - before[i] : 0; total += ran[i] }
        if (!total) total = 1
        used = sprintf("%.1f", 100 * (total - ran[4] - ran[5]) / total) + 0
        iowait = sprintf("%.1f", 100 * ran[5] / total) + 0
        steal = sprintf("%.1f", 100 * ran[8] / total) + 0
    }
    NR == 3 {
        load = sprintf("%.2f", $1 / cpus) + 0
        print "value cpu_used_pct=" used
        print "value iowait_pct=" iowait
        print "value steal_pct=" steal
        print "value load1=" $1
        print "value load1_per_cpu=" load
        judge("OS-CPU-010", used, limit("CPU_WARN"), agreed("CPU_ERROR"))
        judge("OS-CPU-020", load, limit("LOAD_WARN"), used < 50 ? never : limit("LOAD_ERROR"), " cpu=" used)
        judge("OS-CPU-030", iowait, limit("IOWAIT_WARN"), agreed("IOWAIT_ERROR"))
        judge("OS-CPU-040", steal, limit("STEAL_WARN"), agreed("STEAL_ERROR"))
    }' >&3

# What is available counts, not what is free: the page cache is given back on demand. Full swap only warns here; whether
# pages really move is the question of os.check.memory.
awk -v never="$never" "$judge"'
    { sub(":", "", $1); kb[$1] = $2 }
    END {
        if (!("MemAvailable" in kb))
            kb["MemAvailable"] = kb["MemFree"] + kb["Buffers"] + kb["Cached"] + kb["SReclaimable"] - kb["Shmem"]
        used = sprintf("%.1f", 100 * (1 - kb["MemAvailable"] / kb["MemTotal"])) + 0
        swap = kb["SwapTotal"] ? sprintf("%.1f", 100 * (1 - kb["SwapFree"] / kb["SwapTotal"])) + 0 : 0
        print "value mem_used_pct=" used
        printf "value mem_available_bytes=%.0f\n", kb["MemAvailable"] * 1024
        print "value swap_used_pct=" swap
        judge("OS-MEM-010", used, limit("MEM_WARN"), limit("MEM_ERROR"), sprintf(" available_mib=%d", kb["MemAvailable"] / 1024))
        judge("OS-MEM-020", swap, limit("SWAP_WARN"), never)
    }' /proc/meminfo >&3

awk "$judge"'{
    used = sprintf("%.1f", 100 * $1 / $3) + 0
    print "value fd_used_pct=" used
    judge("OS-FD-010", used, limit("FD_WARN"), limit("FD_ERROR"))
}' /proc/sys/fs/file-nr >&3

printf '%s\n' "$stuck_twice" | awk "$judge"'
    $1 == "Z" { zombies++ }
    $1 == "D" { blocked++; pids = pids (blocked > 1 ? "," : "") $2 }
    END {
        print "value zombies=" zombies + 0
        print "value d_state=" blocked + 0
        judge("OS-PRC-010", zombies + 0, limit("ZOMBIES_WARN"), limit("ZOMBIES_ERROR"))
        judge("OS-PRC-020", blocked + 0, limit("D_STATE_WARN"), limit("D_STATE_ERROR"), " pids=" substr(pids, 1, 100))
    }' >&3

gateway=$(ip -4 route show default 2>/dev/null | sed -n '1s/.* via \([0-9.]*\).*/\1/p')
[ -z "$gateway" ] || say "value gateway=$gateway"

# Only systemd as the first process can tell about units; its mere presence as a program says nothing.
if [ -d /run/systemd/system ]; then
    if failed=$(timeout -k 1 2 systemctl list-units --state=failed --no-legend --plain 2>/dev/null); then
        units=$(printf '%s\n' "$failed" | awk '{ printf "%s%s", (NR > 1 ? " " : ""), $1 }' | cut -c 1-200)
        say "value failed_units=$units"
        [ -z "$units" ] || say "finding warning OS-UNIT-010 units=\"$units\""
    else
        say 'finding unknown OS-UNIT-001'
    fi
fi

# The clock, where chrony keeps it. Without time from anywhere chronyd still answers, with an offset of 0: that is not
# an offset. Positive = our clock is behind. Daemons and sources are judged by os.check.ntp.
if tracking=$(timeout -k 1 2 chronyc -n -c tracking 2>/dev/null); then
    printf '%s\n' "$tracking" | awk -F , "$judge"'
        $3 == 0 || $14 == "Not synchronised" { print "finding warning OS-NTP-020"; next }
        {
            offset = sprintf("%.3f", $5 * 1000) + 0
            print "value offset_ms=" offset
            judge("OS-NTP-010", offset < 0 ? -offset : offset, limit("OFFSET_WARN"), limit("OFFSET_ERROR"))
        }' >&3
fi

# The summary is made of the values above.
say "$(awk '
    /^value / { split(substr($0, 7), pair, "="); v[pair[1]] = pair[2] }
    END {
        printf "summary os-quick cpu=%s load=%s memory=%s swap=%s days=%d", v["cpu_used_pct"], v["load1_per_cpu"],
            v["mem_used_pct"], v["swap_used_pct"], v["uptime_s"] / 86400
    }' "$FIRSTLINE_OUTPUT")"
