#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Is the server that was asked to stop really down: master gone, workers gone, ports free? Waits up to WAIT seconds for
# it. Reads only.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

exec 3>>"$FIRSTLINE_OUTPUT"
say() { printf '%s\n' "$*" >&3; }
uptime() { cut -d . -f 1 /proc/uptime; }
start_of() { sed -n 's/.*) //p' "/proc/$1/stat" 2>/dev/null | awk '$1 !~ /[ZX]/ { print $20 }'; }

# Prints a finding for the first thing that is still there; nothing once all is gone. Connections in TIME_WAIT do not
# matter, and neither does a pid file: a start writes it anew.
left_behind() {
    if [ "$PID" != 0 ] && [ "$(start_of "$PID")" = "$STARTED" ]; then
        echo "finding error MW-NGX-091 pid=$PID"
        return
    fi
    # Workers that outlived their master keep the ports, and PID files know nothing of them.
    for worker in $WORKERS; do
        case $(tr '\0' ' ' 2>/dev/null <"/proc/$worker/cmdline") in
        'nginx: worker process'*)
            if [ -n "$(start_of "$worker")" ]; then
                echo "finding error MW-NGX-092 pid=$worker"
                return
            fi
            ;;
        esac
    done
    for port in $PORTS; do
        holder=$(ss -lntp 2>/dev/null | awk -v port=":$port" '
            substr($4, length($4) - length(port) + 1) == port { sub(/.*users:/, ""); gsub(/"/, "\047"); print; exit }')
        if [ -n "$holder" ]; then
            echo "finding error MW-NGX-093 port=$port holder=\"$holder\""
            return
        fi
    done
}

deadline=$(($(uptime) + ${WAIT%.*}))
while found=$(left_behind) && [ -n "$found" ] && [ "$(uptime)" -lt "$deadline" ]; do
    sleep 1
done
if [ -n "$found" ]; then
    say "$found"
    say 'summary nginx-not-down'
else
    say 'summary nginx-down'
fi
