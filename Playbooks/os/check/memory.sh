#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# How much memory is really in use, whether the host swaps, whether the kernel had to kill, and who holds the most.
# Reads only, needs no privilege. The largest processes go to stdout: their names, not their arguments, because
# arguments hold passwords more often than anybody likes.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

exec 3>>"$FIRSTLINE_OUTPUT"
say() { printf '%s\n' "$*" >&3; }
number_in() { sed -n "s/^$1 //p" "$2" 2>/dev/null | head -n 1; }

# Swapping is a rate: two looks two seconds apart.
swapped_before=$(number_in pswpin /proc/vmstat)
sleep 2
swapped_after=$(number_in pswpin /proc/vmstat)

# In a container its own limit counts before the size of the host. Without a limit there is either no such file, the
# word "max", or a number larger than any host. Cached file pages nobody has touched lately would be given back first.
group_limit='' group_used=''
if [ -r /sys/fs/cgroup/memory.max ]; then
    group=/sys/fs/cgroup
    read -r group_limit <"$group/memory.max"
    read -r group_used <"$group/memory.current"
    group_cache=$(number_in inactive_file "$group/memory.stat")
elif [ -r /sys/fs/cgroup/memory/memory.limit_in_bytes ]; then
    group=/sys/fs/cgroup/memory
    read -r group_limit <"$group/memory.limit_in_bytes"
    read -r group_used <"$group/memory.usage_in_bytes"
    group_cache=$(number_in total_inactive_file "$group/memory.stat")
fi

# Resident memory counts shared pages for each process that maps them.
largest=$(
    cat /proc/[0-9]*/status 2>/dev/null | awk '
        { key = $1; sub(/^[^\t]*\t+/, "") }
        key == "Name:" { name = $0; gsub(/[^[:alnum:]_.:@\/+-]/, "?", name) }
        key == "Pid:" { pid = $1 }
        key == "VmRSS:" { print $1, pid, name }' |
        sort -rn | head -n "$TOP"
)
printf '%8s %10s %-16s %s\n' PID MIB USER NAME
printf '%s\n' "$largest" | while read -r kb pid name; do
    [ -z "$kb" ] || printf '%8s %10s %-16s %s\n' "$pid" "$((kb / 1024))" "$(stat -c %U "/proc/$pid" 2>/dev/null)" "$name"
done

awk -v swapped="$((${swapped_after:-0} - ${swapped_before:-0}))" -v largest="${largest%%
*}" \
    -v group_limit="$group_limit" -v group_used="$group_used" -v group_cache="${group_cache:-0}" '
    function limit(name) { return ENVIRON[name] + 0 }
    function judge(code, value, warn, error, more,    level) {
        level = value >= error ? "error" : value >= warn ? "warning" : ""
        if (level) printf "finding %s %s value=%s limit=%s%s\n", level, code, value, level == "error" ? error : warn, more
    }
    function percent(part, whole) { return whole ? sprintf("%.1f", 100 * part / whole) + 0 : 0 }
    { sub(":", "", $1); kb[$1] = $2 }
    END {
        estimated = "MemAvailable" in kb ? "false" : "true"
        if (estimated == "true")
            kb["MemAvailable"] = kb["MemFree"] + kb["Buffers"] + kb["Cached"] + kb["SReclaimable"] - kb["Shmem"]
        used = percent(kb["MemTotal"] - kb["MemAvailable"], kb["MemTotal"])
        swap = percent(kb["SwapTotal"] - kb["SwapFree"], kb["SwapTotal"])
        pages = swapped / 2
        split(largest, top, " ")
        printf "value total_bytes=%.0f\n", kb["MemTotal"] * 1024
        printf "value available_bytes=%.0f\n", kb["MemAvailable"] * 1024
        print "value estimated=" estimated
        print "value used_pct=" used
        printf "value swap_total_bytes=%.0f\n", kb["SwapTotal"] * 1024
        print "value swap_used_pct=" swap
        print "value swapin_pages_s=" pages
        print "value committed_pct=" percent(kb["Committed_AS"], kb["CommitLimit"])
        printf "value huge_pages_bytes=%.0f\n", kb["HugePages_Total"] * kb["Hugepagesize"] * 1024
        print "value largest_pid=" top[2] + 0
        printf "value largest_bytes=%.0f\n", top[1] * 1024
        judge("OS-MEM-010", used, limit("MEM_WARN"), limit("MEM_ERROR"),
            sprintf(" available_mib=%d", kb["MemAvailable"] / 1024))
        # Full swap that nobody reads from is old ballast; only swap that is being read back is a shortage.
        judge("OS-MEM-020", swap, limit("SWAP_WARN"), pages > 0 ? limit("SWAP_ERROR") : 1e9, " pages=" pages)
        if (group_limit + 0 > 0 && group_limit + 0 < kb["MemTotal"] * 1024) {
            group = percent(group_used - group_cache, group_limit)
            printf "value limit_bytes=%.0f\n", group_limit
            print "value limit_used_pct=" group
            judge("OS-MEM-040", group, limit("MEM_WARN"), limit("MEM_ERROR"),
                sprintf(" size_mib=%d", group_limit / 1048576))
        }
        printf "summary os-memory used=%s available_mib=%d swap=%s largest=\"%s\" largest_mib=%d\n", used,
            kb["MemAvailable"] / 1024, swap, top[3], top[1] / 1024
    }' /proc/meminfo >&3

# The kernel counts its kills since boot; the ones somebody has already looked into are given as known.
killed=$(number_in oom_kill /proc/vmstat)
if [ -n "$killed" ]; then
    say "value oom_kill_total=$killed"
    [ "$killed" -le "$OOM_KILLS_KNOWN" ] || say "finding warning OS-MEM-030 value=$killed limit=$OOM_KILLS_KNOWN"
fi

# Share of the last minute in which at least one task waited for memory; kernels before 4.20 do not tell.
pressure=$(sed -n 's/^some .*avg60=\([0-9.]*\).*/\1/p' /proc/pressure/memory 2>/dev/null)
[ -z "$pressure" ] || say "value pressure_some_avg60=$pressure"
