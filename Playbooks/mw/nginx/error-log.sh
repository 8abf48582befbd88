#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Has nginx complained of something grave lately: crit, alert or emerg? Lines from before its start, or older than SINCE,
# prove nothing about now and are left out. Reads only; the newest of the lines go to stdout.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

exec 3>>"$FIRSTLINE_OUTPUT"
say() { printf '%s\n' "$*" >&3; }

case $ERROR_LOG in
none)
    say 'summary nginx-log-none'
    exit 0
    ;;
'')
    say 'finding unknown MW-NGX-052'
    exit 0
    ;;
esac
if [ ! -r "$ERROR_LOG" ]; then
    say "finding unknown MW-NGX-081 file=\"$ERROR_LOG\""
    exit 0
fi

# nginx writes local time, the largest unit first, so that times compare as text.
age=$(($(cut -d . -f 1 /proc/uptime) - STARTED / $(getconf CLK_TCK)))
[ "$age" -lt "${SINCE%.*}" ] || age=${SINCE%.*}
from=$(date -d "@$(($(date +%s) - age))" '+%Y/%m/%d %H:%M:%S')

# The last lines of the file are enough, and a log of any size costs no more.
grave=$(tail -n 5000 "$ERROR_LOG" | awk -v from="$from" '
    $1 " " $2 >= from && $3 ~ /^\[(crit|alert|emerg)\]$/')
count=$(printf '%s' "$grave" | grep -c .)
printf '%s\n' "$grave" | tail -n 10
say "value log_complaints=$count"
[ "$count" -eq 0 ] || say "finding warning MW-NGX-080 count=$count file=\"$ERROR_LOG\""
say "summary nginx-log count=$count minutes=$((age / 60))"
