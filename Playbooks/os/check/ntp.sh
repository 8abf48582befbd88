#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Is the clock kept by somebody, from a source that is really there, and how far off is it? Reads only: it never steps
# the clock and never restarts the daemon. Offsets are told as NTP does: positive = our clock is behind.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

exec 3>>"$FIRSTLINE_OUTPUT"
say() { printf '%s\n' "$*" >&3; }

# Each of the three functions below prints facts, a line each: synchronised, stratum, offset_ms, source, reach, … and
# fails if its daemon does not answer. What the tools said themselves goes to stdout.

# chronyd needs both looks: with its source gone it goes on extrapolating, and "tracking" stays Normal with an offset of
# microseconds; only "sources" shows that nobody is there. chronyc ends with 0 in all of these cases.
chrony_facts() {
    tracking=$(chrony tracking) && sources=$(chrony sources) || return 1
    printf '%s\n' 'chronyc tracking:' "$tracking" 'chronyc sources:' "$sources" >&4
    printf '%s\n%s\n' "$tracking" "$sources" | awk -F , -v now="$(date +%s)" '
        NR == 1 {
            good = $3 > 0 && $3 < 16 && $14 != "Not synchronised"
            free = $1 == "7F7F0101"
            print "synchronised " (good ? "yes" : "no")
            print "stratum " $3
            if (good) printf "offset_ms %.3f\nrms_offset_ms %.3f\n", $5 * 1000, $7 * 1000
            if (good && !free) printf "age_s %d\n", (now > $4 ? now - $4 : 0)
            next
        }
        NF >= 10 { count++ }
        $2 == "*" { print "source " $3; print "reach " $6 }
        END { print "free " (free ? "yes" : "no"); print "sources " count + 0 }'
}
chrony() { timeout -k 1 3 chronyc -n -c ${CHRONY_ADDRESS:+-h "$CHRONY_ADDRESS"} "$1" 2>/dev/null; }

ntpd_facts() {
    peers=$(timeout -k 1 5 ntpq -pn 2>/dev/null) && system=$(timeout -k 1 5 ntpq -c rv 2>/dev/null) || return 1
    printf '%s\n' 'ntpq -pn:' "$peers" >&4
    # A long address pushes the rest of its line onto the next one.
    printf '%s\n' "$peers" | awk '
        NF == 1 && !/^=/ { held = $0; next }
        { $0 = held " " $0; held = "" }
        NF == 10 && $3 ~ /^[0-9]+$/ { count++ }
        NF == 10 && $1 ~ /^[*o]/ { print "source " substr($1, 2); print "reach " $7; print "offset_ms " $9 }
        END { print "free no"; print "sources " count + 0 }'
    printf '%s\n' "$system" | tr ',' '\n' | awk -F = '
        { gsub(/[ \t]/, "") }
        $1 == "stratum" { stratum = $2 }
        /leap_alarm|leap=(3|11)$|sync_unspec/ { alarm = 1 }
        END { print "stratum " stratum + 0; print "synchronised " (stratum > 0 && stratum < 16 && !alarm ? "yes" : "no") }'
}

timesyncd_facts() {
    synchronised=$(timeout -k 1 5 timedatectl show -p NTPSynchronized 2>/dev/null) || return 1
    status=$(timeout -k 1 5 timedatectl timesync-status 2>/dev/null)
    printf '%s\n' 'timedatectl timesync-status:' "$status" >&4
    printf 'synchronised %s\nfree no\n' "${synchronised#NTPSynchronized=}"
    # The offset is written for people: -1.104ms, +1min 2.3s.
    printf '%s\n' "$status" | awk '
        BEGIN { ms["us"] = 0.001; ms["ms"] = 1; ms["s"] = 1000; ms["min"] = 60000 }
        $1 == "Server:" && $2 ~ /[0-9a-f][.:]/ { print "source " $2; count++ }
        $1 == "Stratum:" { print "stratum " $2 }
        $1 == "Offset:" {
            for (i = 2; i <= NF; i++) {
                unit = part = $i
                gsub(/[-+0-9.]/, "", unit)
                gsub(/[^0-9.]/, "", part)
                total += part * ms[unit]
            }
            printf "offset_ms %.3f\n", ($2 ~ /^-/ ? -total : total)
        }
        END { print "sources " count + 0 }'
}

# Which daemons run, and for how long the youngest does. Names come from the kernel, not from the command line.
if [ ! -r /proc/1/stat ]; then
    say 'finding unknown OS-NTP-001'
    say 'summary os-ntp-unknown'
    exit 0
fi
running=$(
    cat /proc/[0-9]*/stat 2>/dev/null | awk -v hz="$(getconf CLK_TCK)" -v up="$(cut -d . -f 1 /proc/uptime)" '
        $2 ~ /^\((chronyd|ntpd|systemd-timesyn)\)$/ && $3 != "Z" {
            age = up - $22 / hz
            if (!($2 in least) || age < least[$2]) least[$2] = age
        }
        END { for (name in least) printf "%s %d\n", substr(name, 2, length(name) - 2), least[name] }' | sort
)
if [ -z "$running" ]; then
    say 'finding error OS-NTP-030'
    say 'summary os-ntp-none'
    exit 0
fi
daemons=$(printf '%s\n' "$running" | awk '{ printf "%s%s", (NR > 1 ? " " : ""), $1 }')
[ "$daemons" = "${daemons#* }" ] || say "finding warning OS-NTP-100 daemons=\"$daemons\""

# With several, the first of chronyd, ntpd, timesyncd is asked: the order they stand in.
daemon=${daemons%% *}
age=$(printf '%s\n' "$running" | sed -n "1s/.* //p")
exec 4>&1
case $daemon in
chronyd) facts=$(chrony_facts) ;;
ntpd) facts=$(ntpd_facts) ;;
*) facts=$(timesyncd_facts) ;;
esac || {
    say "finding unknown OS-NTP-002 daemon=$daemon"
    say 'summary os-ntp-unknown'
    exit 0
}
say "value daemon=$daemon"

# Expected servers may be names; sources are addresses.
expected=$(
    printf '%s\n' "$EXPECTED_SERVERS" | while read -r server; do
        [ -z "$server" ] || { echo "$server"; timeout -k 1 3 getent ahosts "$server" 2>/dev/null | cut -d ' ' -f 1; }
    done | sort -u | tr '\n' ' '
)

printf '%s\n' "$facts" | awk -v daemon="$daemon" -v age="$age" -v expected="$expected" '
    function limit(name) { return ENVIRON[name] + 0 }
    { fact[$1] = $2 }
    END {
        for (name in fact) if (name ~ /^(stratum|offset_ms|rms_offset_ms|age_s|source|reach|sources)$/) print "value " name "=" fact[name]
        print "value synchronised=" (fact["synchronised"] == "yes" ? "true" : "false")
        # How far off is too far is judged by the thresholds of the task.
        if (fact["synchronised"] != "yes") print "finding error OS-NTP-020"

        # A server that is itself the reference of a closed network runs free on purpose: no sources, and it says so.
        if (fact["free"] == "yes") print "finding warning OS-NTP-050 stratum=" fact["stratum"]
        if (!("source" in fact) && (fact["free"] != "yes" || fact["sources"] > 0))
            print "finding error OS-NTP-040 sources=" fact["sources"] + 0
        if (fact["synchronised"] == "yes" && fact["stratum"] > limit("MAX_STRATUM"))
            print "finding warning OS-NTP-060 value=" fact["stratum"] " limit=" limit("MAX_STRATUM")
        if (fact["age_s"] > limit("MAX_AGE")) print "finding warning OS-NTP-070 value=" fact["age_s"] " limit=" limit("MAX_AGE")
        if (expected != "" && ("source" in fact) && !index(" " expected, " " fact["source"] " "))
            print "finding warning OS-NTP-080 source=" fact["source"]
        # The last eight answers, as octal digits; young daemons have not asked eight times yet.
        if (("reach" in fact) && fact["reach"] != "377" && age >= 1800) print "finding warning OS-NTP-090 reach=" fact["reach"]

        if (fact["synchronised"] == "yes")
            print "summary os-ntp daemon=" daemon " offset=" fact["offset_ms"] + 0 " stratum=" fact["stratum"] " source=" (("source" in fact) ? fact["source"] : "-")
        else
            print "summary os-ntp-lost daemon=" daemon
    }' >&3

# A second opinion that does not depend on the daemon: chronyd asks the server once and leaves the clock alone (-Q).
if [ -n "$PROBE_SERVER" ]; then
    if ! command -v chronyd >/dev/null; then
        say 'finding unknown OS-NTP-003'
    else
        wrong=$(timeout -k 1 14 chronyd -Q -t 10 "server $PROBE_SERVER port $PROBE_PORT iburst" 2>&1 |
            sed -n 's/.*System clock wrong by \([-0-9.]*\) seconds.*/\1/p')
        if [ -z "$wrong" ]; then
            say "finding warning OS-NTP-111 server=$PROBE_SERVER"
        else
            awk -v seconds="$wrong" 'BEGIN {
                offset = sprintf("%.3f", seconds * 1000) + 0
                size = offset < 0 ? -offset : offset
                level = size >= ENVIRON["ERROR_MS"] + 0 ? "error" : size >= ENVIRON["WARN_MS"] + 0 ? "warning" : ""
                print "value probe_offset_ms=" offset
                if (level) print "finding " level " OS-NTP-110 value=" offset " limit=" \
                    ENVIRON[level == "error" ? "ERROR_MS" : "WARN_MS"] " server=" ENVIRON["PROBE_SERVER"]
            }' >&3
        fi
    fi
fi
