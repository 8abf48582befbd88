#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Starts nginx if it does not run; a running one is left alone, whatever its health, for up-status to judge. Tests the
# configuration first, so that the reason for a start that cannot work is told in words.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

exec 3>>"$FIRSTLINE_OUTPUT"
say() { printf '%s\n' "$*" >&3; }

give_up() { # FINDING…
    say "finding error $*"
    say 'changed no'
    exit 0
}

# What nginx said of the gravest kind, on one line without what could break a finding.
complaint() {
    grep -E '\[(emerg|alert|crit)\]' | head -n 1 | sed 's/.*\[[a-z]*\] //; s/^[0-9]*#[0-9]*: //' |
        tr -d '[:cntrl:]' | tr '"\134' "'/" | cut -c 1-300
}

# shellcheck disable=SC2153  # STATE is what the step before has found
case $STATE in
running)
    say 'changed no'
    say "summary nginx-already-running pid=$PID"
    exit 0
    ;;
stopped) ;;
*) give_up "MW-NGX-003 pid=$PID" ;;
esac

# UNIT is a unit's name, "none", or "auto": the unit of the package, for the configuration the package is built for.
# On systemd a server outside its unit would be lost to the next "systemctl restart".
unit=''
# shellcheck disable=SC2153  # UNIT is given, unit is what is made of it
if [ -d /run/systemd/system ] && [ "$UNIT" != none ]; then
    case "$UNIT:$IS_DEFAULT" in
    auto:true) unit=nginx.service ;;
    auto:*) ;;
    *) unit=$UNIT ;;
    esac
    state=$(timeout -k 1 5 systemctl show -p LoadState "${unit:-none}" 2>/dev/null)
    if [ -n "$unit" ] && [ "$state" != LoadState=loaded ]; then
        [ "$UNIT" = auto ] || give_up "MW-NGX-103 unit=$unit"
        unit=''
    fi
fi

if ! tested=$(timeout -k 5 15 "$BINARY" -t -q -c "$CONFIG" 2>&1); then
    printf '%s\n' "$tested"
    give_up "MW-NGX-050 config=\"$CONFIG\" reason=\"$(printf '%s\n' "$tested" | complaint)\""
fi

cd / || exit 1
if [ -n "$unit" ]; then
    timeout -k 5 60 systemctl start "$unit" >"$FIRSTLINE_OUTPUT.said" 2>&1
else
    # Not through a pipe: a server that logs to its standard error would hold it open for ever.
    timeout -k 5 15 "$BINARY" -c "$CONFIG" </dev/null >"$FIRSTLINE_OUTPUT.said" 2>&1 3>&-
fi
code=$?
cat "$FIRSTLINE_OUTPUT.said"
reason=$(complaint <"$FIRSTLINE_OUTPUT.said")
rm -f "$FIRSTLINE_OUTPUT.said"
if [ "$code" != 0 ]; then
    say "finding error MW-NGX-100 code=$code reason=\"${reason:-?}\""
    say 'changed no'
    exit 0
fi

# The command returns before the new master has written its pid file and taken its title, by which the next step knows it.
is_master() {
    master=$(tr -dc 0-9 2>/dev/null <"$PID_FILE")
    case $(tr '\0' ' ' 2>/dev/null <"/proc/${master:-none}/cmdline") in
    'nginx: master process '*) ;;
    *) return 1 ;;
    esac
}
tries=0
until is_master || [ "$tries" -ge 50 ]; do
    tries=$((tries + 1))
    sleep 0.1
done
say 'changed yes'
if [ -n "$unit" ]; then
    say "summary nginx-started-unit unit=$unit"
else
    say 'summary nginx-started'
fi
