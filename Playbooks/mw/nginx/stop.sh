#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Asks the master to stop: first to finish the requests it serves (QUIT), after DRAIN seconds to end at once (TERM).
# Never KILL: workers without a master keep the ports. Whether it is down is the next step's question.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

exec 3>>"$FIRSTLINE_OUTPUT"
say() { printf '%s\n' "$*" >&3; }
uptime() { cut -d . -f 1 /proc/uptime; }

# Whether the process is still the master that was found: same number, same start, alive. Asked right before each signal.
is_master() {
    case $(tr '\0' ' ' 2>/dev/null <"/proc/$PID/cmdline") in
    'nginx: master process '*) ;;
    *) return 1 ;;
    esac
    [ "$(sed -n 's/.*) //p' "/proc/$PID/stat" 2>/dev/null | awk '$1 !~ /[ZX]/ { print $20 }')" = "$STARTED" ]
}

# What the server holds now; the next step makes sure that all of it is free again.
hold() {
    ports=$(ss -lntp 2>/dev/null | awk -v owner="pid=$PID," 'index($0, owner) { sub(/.*:/, "", $4); print $4 }' |
        sort -nu | tr '\n' ' ')
    workers=$(cat /proc/[0-9]*/stat 2>/dev/null | sed -n "s/^\([0-9]*\) (.*) [^ZX] $PID .*/\1/p" | tr '\n' ' ')
    say "value ports=${ports% }"
    say "value workers=${workers% }"
}

# The systemd unit whose main process this is, if there is one. Being in a unit's group is not enough: what somebody
# started by hand is often in the group of the service that he came through.
unit_of() {
    [ -d /run/systemd/system ] || return 0
    unit=$(sed -n 's|.*/\([^/]*\.service\)$|\1|p' "/proc/$PID/cgroup" | tail -n 1)
    [ -n "$unit" ] || return 0
    [ "$(timeout -k 1 5 systemctl show -p MainPID "$unit" 2>/dev/null)" != "MainPID=$PID" ] || echo "$unit"
}

signal() { # SIGNAL
    is_master || return 0
    kill -s "$1" "$PID" 2>/dev/null && return 0
    is_master || return 0 # gone meanwhile
    say "finding error MW-NGX-094 pid=$PID"
    say 'changed no'
    exit 0
}

if [ "$STATE" = unclear ]; then
    say "finding error MW-NGX-003 pid=$PID"
    say 'changed no'
    exit 0
fi
if [ "$STATE" = stopped ] || ! is_master; then
    say 'value ports='
    say 'value workers='
    say 'changed no'
    say 'summary nginx-already-stopped'
    exit 0
fi

patience=${DRAIN%.*}
say 'changed yes'
hold
unit=$(unit_of)
say "value unit=$unit"
if [ -n "$unit" ]; then
    # What a unit keeps, only the unit stops: it would start it again after a signal of ours.
    if ! timeout -k 5 $((patience + 60)) systemctl stop "$unit"; then
        say "finding error MW-NGX-095 unit=$unit"
    fi
    say "summary nginx-stop-unit unit=$unit"
    exit 0
fi

# The packaged server outside its unit: whoever asks systemd about it is told something wrong.
if [ "$IS_DEFAULT" = true ] && [ -d /run/systemd/system ] &&
    [ "$(timeout -k 1 5 systemctl show -p LoadState nginx.service 2>/dev/null)" = LoadState=loaded ]; then
    say 'finding warning MW-NGX-096 unit=nginx.service'
fi

signal QUIT
deadline=$(($(uptime) + patience))
while is_master && [ "$(uptime)" -lt "$deadline" ]; do
    sleep 1
done
if is_master; then
    signal TERM
    say "finding warning MW-NGX-090 seconds=$patience"
fi
say "summary nginx-stop-asked pid=$PID"
