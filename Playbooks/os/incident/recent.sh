#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What the host itself has said and what was changed on it lately: errors in its log, kills for lack of memory, packages
# that came or went. Shown to the person who works on the incident; nothing here is judged. Reads only, needs root.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

minutes=$(awk -v seconds="$SINCE" 'BEGIN { printf "%d", (seconds + 59) / 60 }')

echo "Errors of the last $minutes minutes:"
if [ -d /run/systemd/system ] && journalctl -n 0 >/dev/null 2>&1; then
    timeout -k 1 10 journalctl -p err --since "-${minutes}min" --no-pager -n 40 2>&1
else
    # dmesg knows no reliable "since": its newest lines have to do.
    dmesg --level=emerg,alert,crit,err 2>&1 | tail -n 20
fi
echo 'Kills for lack of memory:'
dmesg 2>/dev/null | grep -iE 'out of memory|oom-kill' | tail -n 5

echo 'Packages:'
if [ -r /var/log/dpkg.log ]; then
    grep -hE ' (install|upgrade|remove|purge) ' /var/log/dpkg.log | tail -n 10
elif command -v rpm >/dev/null; then
    timeout -k 1 10 rpm -qa --last 2>/dev/null | head -n 10
fi

echo 'Started last:'
last -x -n 3 reboot 2>/dev/null | head -n 3
printf 'summary os-triage-recent minutes=%s\n' "$minutes" >>"$FIRSTLINE_OUTPUT"
