#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Does this nginx work: master, workers, listening sockets, an answer over HTTP? Reads only. A server that has just been
# started may take up to WAIT seconds to become healthy; what the last look found is what counts. ADVISORY makes warnings
# of errors, for the one who only wants to know how things were.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

hz=$(getconf CLK_TCK)
uptime() { cut -d . -f 1 /proc/uptime; }
start_of() { sed -n 's/.*) //p' "/proc/$1/stat" 2>/dev/null | awk '$1 !~ /[ZX]/ { print $20 }'; }
title_of() { tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline"; }

# Workers that still finish their last requests after a reload are normal; after OLD_WORKER_AGE somebody should ask
# which connection never ends. A reload starts all workers anew, so the oldest of the current ones tells when it was.
look_at_workers() {
    current=0 leaving=0 as_root=0 now=$(uptime)
    reloaded=$now
    children=$(cat /proc/[0-9]*/stat 2>/dev/null | sed -n "s/^\([0-9]*\) (.*) [^ZX] $PID .*/\1/p")
    for child in $children; do
        case $(title_of "$child") in
        'nginx: worker process is shutting down'*) leaving=$((leaving + 1)) && continue ;;
        'nginx: worker process'*) current=$((current + 1)) ;;
        *) continue ;; # the cache's helpers
        esac
        [ "$(stat -c %u "/proc/$child" 2>/dev/null)" != 0 ] || as_root=$((as_root + 1))
        since=$(start_of "$child")
        [ -z "$since" ] || [ $((since / hz)) -ge "$reloaded" ] || reloaded=$((since / hz))
    done
    echo "value workers=$current"
    echo "value workers_leaving=$leaving"
    [ "$current" -gt 0 ] || echo 'finding error MW-NGX-020'
    [ "$as_root" -eq 0 ] || echo "finding warning MW-NGX-021 count=$as_root"
    [ "$leaving" -eq 0 ] || [ $((now - reloaded)) -lt "${OLD_WORKER_AGE%.*}" ] ||
        echo "finding warning MW-NGX-022 count=$leaving minutes=$(((now - reloaded) / 60))"
}

# Sets listeners to the addresses that the master itself listens on: on a port it failed to get, another program answers.
look_at_sockets() {
    listeners=$(ss -lntxp 2>/dev/null | awk -v owner="pid=$PID," 'index($0, owner) { print $5 }' | sort -u | tr '\n' ' ')
    listeners=${listeners% }
    if [ -n "$listeners" ]; then
        echo "value listeners=$listeners"
    elif command -v ss >/dev/null && ls "/proc/$PID/fd" >/dev/null 2>&1; then
        echo 'finding error MW-NGX-030'
    else
        echo 'finding unknown MW-NGX-031' # without ss, or without the right to see whose socket it is
    fi
}

# Prints the status of an HTTP answer; "closed" if the connection was taken and closed without one; else "none".
# Certificates are not verified: the address is this host's own, which no certificate names.
answer_of() {
    if command -v curl >/dev/null; then
        status=$(curl -sk --noproxy '*' -o /dev/null -m "$PROBE_TIMEOUT" -w '%{http_code}' --url "$1")
        case $?:$status in
        1:000 | 8:000 | 52:000 | 56:000) echo closed ;;
        *:000) echo none ;;
        *) echo "$status" ;;
        esac
    else
        status=$(timeout -k 1 "$PROBE_TIMEOUT" wget -S -O /dev/null --no-check-certificate "$1" 2>&1 |
            sed -n 's|^ *HTTP/[0-9.]* \([0-9]*\).*|\1|p' | sed -n 1p)
        echo "${status:-none}"
    fi
}

look_at_answer() {
    if ! command -v curl >/dev/null && ! command -v wget >/dev/null; then
        echo 'finding unknown MW-NGX-042'
        return
    fi
    if [ -n "$PROBE_URL" ]; then
        answer=$(answer_of "$PROBE_URL")
        echo "value probe_status=$answer"
        case $answer in
        none | closed) echo "finding error MW-NGX-040 url=$PROBE_URL" ;;
        *) [ "$answer" -ge "$PROBE_MIN" ] && [ "$answer" -le "$PROBE_MAX" ] ||
            echo "finding error MW-NGX-041 url=$PROBE_URL status=$answer" ;;
        esac
    else
        # Nobody said what a good answer is. Any sign of life on an address that the master listens on will do: whatever
        # status, or a connection that nginx closes. Silence and refusal are none.
        address=$(printf '%s\n' "$listeners" | tr ' ' '\n' | grep '^[^/]*:[0-9]*$' |
            sed '1!d; s/^\*:/127.0.0.1:/; s/^0\.0\.0\.0:/127.0.0.1:/; s/^\[::\]:/[::1]:/')
        [ -n "$address" ] || return 0
        answer=$(answer_of "http://$address/")
        echo "value probe_status=$answer"
        [ "$answer" != none ] || echo "finding error MW-NGX-040 url=http://$address/"
    fi
}

look() {
    if [ "$PID" = 0 ] || [ "$(start_of "$PID")" != "$STARTED" ]; then
        echo 'finding error MW-NGX-010'
        return
    fi
    look_at_workers
    look_at_sockets
    look_at_answer
}

[ "$STATE" != unclear ] || exit 0 # the step before has said so
deadline=$(($(uptime) + ${WAIT%.*}))
while :; do
    found=$(look)
    case $found in
    *'finding error'*) [ "$(uptime)" -lt "$deadline" ] || break ;;
    *) break ;;
    esac
    sleep 1
done
value() { printf '%s\n' "$found" | sed -n "s/^value $1=//p" | grep . || echo '?'; }
case $found in
*'finding error'*) summary="nginx-unhealthy pid=$PID" ;;
*) summary="nginx-healthy pid=$PID workers=$(value workers) listeners=\"$(value listeners)\"" ;;
esac
[ "$ADVISORY" = false ] || found=$(printf '%s\n' "$found" | sed 's/^finding error/finding warning/')
printf '%s\nsummary %s\n' "$found" "$summary" >>"$FIRSTLINE_OUTPUT"
