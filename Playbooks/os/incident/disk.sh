#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Third layer of the triage: does work wait for a disk? How full the file systems are is another step's question. Reads
# only. What a blocked process waits for is shown to root alone; the rest needs no privilege.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

ticks() { sed -n 's/^cpu  */cpu /p' /proc/stat; }
blocked() { cat /proc/[0-9]*/stat 2>/dev/null | sed -n 's/^\([0-9]*\) (.*) D .*/\1/p'; }

seconds=3
before=$(ticks && cat /proc/diskstats)
blocked_before=$(blocked)
sleep "$seconds"
after=$(ticks && cat /proc/diskstats)
stuck=$(printf '%s\n' "$blocked_before" "$(blocked)" | sort -n | uniq -d)

for pid in $stuck; do
    read -r name <"/proc/$pid/comm" && read -r place <"/proc/$pid/wchan"
    printf 'Process %s (%s) waits in state D at %s\n' "$pid" "$name" "$place"
    head -n 8 "/proc/$pid/stack"
done 2>/dev/null

# Told as iostat would. A fast disk can be busy all the time and still have room: only the share of CPU time that waits
# for disks is judged, the rest is for the eye.
printf '%-16s %8s %8s %8s %8s\n' DEVICE req/s MiB/s ms/req busy%
printf '%s\nTHEN\n%s\n' "$before" "$after" | awk -v seconds="$seconds" -v stuck="$(printf %s "$stuck" | tr '\n' ' ')" '
    function limit(name) { return ENVIRON[name] + 0 }
    function judge(code, value, name, more,    level) {
        level = value >= limit(name "_ERROR") ? "error" : value >= limit(name "_WARN") ? "warning" : ""
        if (level) say(sprintf("finding %s %s value=%s limit=%s%s", level, code, value,
            limit(level == "error" ? name "_ERROR" : name "_WARN"), more))
    }
    function say(line) { print line >> ENVIRON["FIRSTLINE_OUTPUT"] }
    function grown(i) { return $i - old[$3, i] }
    $1 == "THEN" { later = 1; next }
    $1 == "cpu" {
        if (!later) { split($0, idle, " "); next }
        for (i = 2; i <= 9; i++) total += $i - idle[i]
        iowait = total > 0 && $6 > idle[6] ? sprintf("%.1f", 100 * ($6 - idle[6]) / total) + 0 : 0
        next
    }
    !later { for (i = 4; i <= 14; i++) old[$3, i] = $i; next }
    $3 ~ /^(loop|ram|zram|fd|sr)[0-9]/ || !(($3, 4) in old) { next }
    {
        requests = grown(4) + grown(8)
        wait = requests > 0 ? (grown(7) + grown(11)) / requests : 0
        busy = grown(13) / seconds / 10
        if (busy > 100) busy = 100
        if (requests > 0)
            printf "%-16s %8.1f %8.1f %8.1f %8.1f\n", $3, requests / seconds, (grown(6) + grown(10)) / 2048 / seconds, wait, busy
        if (device == "" || busy > most) { most = busy; device = $3; longest = wait }
    }
    END {
        count = split(stuck, pids, " ")
        say("value iowait_pct=" iowait)
        say("value d_state=" count)
        say("value busiest_device=" device)
        say(sprintf("value busy_pct=%.1f", most))
        say(sprintf("value request_ms=%.1f", longest))
        judge("OS-CPU-030", iowait, "IOWAIT")
        judge("OS-PRC-020", count, "D_STATE", " pids=\"" substr(stuck, 1, 100) "\"")
        say(sprintf("summary os-triage-disk iowait=%s blocked=%d device=\"%s\" busy=%d wait=%.1f", iowait, count, device, most, longest))
    }'
