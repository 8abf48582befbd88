#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# How many of its connections does this nginx use, and does it turn any away? Asked is its stub_status page, twice,
# because the counters run since the start. Without the address of such a page nothing is looked at. Reads only.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

exec 3>>"$FIRSTLINE_OUTPUT"
say() { printf '%s\n' "$*" >&3; }

# "ACTIVE ACCEPTED HANDLED", or nothing if the page does not look like one.
look() {
    if command -v curl >/dev/null; then
        curl -sk --noproxy '*' -m 3 --url "$STATUS_URL"
    else
        timeout -k 1 3 wget -q -O - --no-check-certificate "$STATUS_URL"
    fi 2>/dev/null | awk '
        /^Active connections:/ { active = $3 }
        /^ *[0-9]+ +[0-9]+ +[0-9]+ *$/ { accepted = $1; handled = $2 }
        END { if (active != "" && handled != "") print active, accepted, handled }'
}

if [ -z "$STATUS_URL" ]; then
    say 'summary nginx-load-not-asked'
    exit 0
fi
if [ -z "$WORKER_CONNECTIONS" ]; then
    say 'finding unknown MW-NGX-052'
    exit 0
fi
before=$(look)
sleep 1
after=$(look)
if [ -z "$before" ] || [ -z "$after" ]; then
    say "finding unknown MW-NGX-072 url=$STATUS_URL"
    exit 0
fi
printf '%s %s\n' "$before" "$after" | awk '
    {
        room = ENVIRON["WORKERS"] * ENVIRON["WORKER_CONNECTIONS"]
        used = room ? sprintf("%.1f", 100 * $4 / room) + 0 : 0
        turned_away = ($5 - $6) - ($2 - $3)
        print "value connections=" $4
        print "value connections_used_pct=" used
        level = used >= ENVIRON["LOAD_ERROR"] + 0 ? "error" : used >= ENVIRON["LOAD_WARN"] + 0 ? "warning" : ""
        if (level) printf "finding %s MW-NGX-070 value=%s limit=%s\n", level, used, ENVIRON[level == "error" ? "LOAD_ERROR" : "LOAD_WARN"]
        if (turned_away > 0) print "finding warning MW-NGX-071 count=" turned_away
        print "summary nginx-load connections=" $4 " used=" used
    }' >&3
