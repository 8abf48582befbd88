#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# First layer of the triage: is the processor the trouble, and who uses it? Three samples in a row must agree, so that a
# short burst is not taken for overload. Reads only, needs no privilege; the busiest processes and threads go to stdout.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

sample() { sed -n 's/^cpu  */cpu /p; s/^procs_running /running /p' /proc/stat; }

# "PID TICKS NAME" for each stat file of a process or thread: the time it has used so far.
used_by() {
    cat "$@" 2>/dev/null | sed -n 's/^\([0-9]*\) (\(.*\)) /\1 \2	/p' | awk -F '\t' '{
        name = $1; sub(/^[0-9]+ /, "", name); gsub(/[^[:alnum:]_.:@\/+-]/, "?", name)
        split($2, field, " ")
        print $1 + 0, field[12] + field[13], name
    }'
}

# Who used most between two such lists, in percent of one CPU: "PERCENT PID NAME".
busiest() {
    printf '%s\nTHEN\n%s\n' "$1" "$2" | awk -v seconds="$3" -v hz="$(getconf CLK_TCK)" '
        $1 == "THEN" { later = 1; next }
        !later { before[$1] = $2; next }
        ($1 in before) && $2 > before[$1] { printf "%8.1f %8d %s\n", 100 * ($2 - before[$1]) / hz / seconds, $1, $3 }
        ' | sort -rn | head -n 5
}

before=$(used_by /proc/[0-9]*/stat)
samples=$(sample)
for _ in 1 2 3; do
    sleep "$SAMPLE"
    samples="$samples
$(sample)"
done
top=$(busiest "$before" "$(used_by /proc/[0-9]*/stat)" "$(awk -v s="$SAMPLE" 'BEGIN { print 3 * s }')")
printf 'Busiest processes (percent of one CPU, pid, name):\n%s\n' "$top"

pid=$(printf '%s\n' "$top" | awk 'NR == 1 { print $2 }')
if [ -n "$pid" ]; then
    before=$(used_by "/proc/$pid/task/"[0-9]*/stat)
    sleep 1
    printf 'Its busiest threads:\n%s\n' "$(busiest "$before" "$(used_by "/proc/$pid/task/"[0-9]*/stat)" 1)"
fi

{
    printf '%s\n' "$samples"
    sed 's/^/load /' /proc/loadavg
} | awk -v cpus="$(grep -c '^cpu[0-9]' /proc/stat)" -v busiest="$(printf '%s\n' "$top" | head -n 1)" '
    function limit(name) { return ENVIRON[name] + 0 }
    function judge(code, value, warn, error, more,    level) {
        level = value >= error ? "error" : value >= warn ? "warning" : ""
        if (level) say(sprintf("finding %s %s value=%s limit=%s%s", level, code, value, level == "error" ? error : warn, more))
    }
    function say(line) { print line >> ENVIRON["FIRSTLINE_OUTPUT"] }
    function share(part) { return total ? sprintf("%.1f", 100 * part / total) + 0 : 0 }
    $1 == "cpu" {
        total = 0
        for (i = 2; i <= 9; i++) { ran[i] = $i > last[i] ? $i - last[i] : 0; total += ran[i]; last[i] = $i }
        if (looks++ == 0) next
        used = share(total - ran[5] - ran[6])
        steal = share(ran[9])
        print "Sample " looks - 1 ": " used " % used, " share(ran[6]) " % waiting for disks, " steal " % stolen"
        if (looks == 2 || used < least_used) least_used = used
        if (looks == 2 || steal < least_steal) least_steal = steal
    }
    $1 == "running" && $2 > queue { queue = $2 }
    $1 == "load" {
        load = sprintf("%.2f", $2 / cpus) + 0
        split(busiest, top, " ")
        say("value cpu_used_pct=" least_used)
        say("value steal_pct=" least_steal)
        say("value load1=" $2)
        say("value load1_per_cpu=" load)
        say("value run_queue=" queue)
        say("value busiest_pid=" top[2] + 0)
        judge("OS-CPU-010", least_used, limit("CPU_WARN"), limit("CPU_ERROR"))
        # Load without a busy CPU is work that waits, most often for a disk: another layer.
        if (least_used >= 50) judge("OS-CPU-020", load, limit("LOAD_WARN"), limit("LOAD_ERROR"), " cpu=" least_used)
        judge("OS-CPU-040", least_steal, limit("STEAL_WARN"), limit("STEAL_ERROR"))
        say(sprintf("summary os-triage-cpu used=%s load=%s busiest=\"%s\" share=%d", least_used, load, top[3], top[1]))
    }'
