#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Would nginx accept its configuration? LEVEL says how grave a "no" is: "error" where something is about to be stopped,
# "warning" where a running server goes on with what it has read. Hands over what later checks need to know of it; where
# it hands over nothing, they say that they do not know.
#
# nginx opens its log files for the test, so it needs the account that starts it; and on a stopped server it leaves an
# empty pid file behind. RUNNING_ONLY spares a stopped server the test.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

exec 3>>"$FIRSTLINE_OUTPUT"
say() { printf '%s\n' "$*" >&3; }

if [ "$STATE" != running ] && [ "$RUNNING_ONLY" = true ]; then
    say 'summary nginx-config-not-tested'
    exit 0
fi

# -T tests as -t does and then prints every file that was read.
if ! dump=$(timeout -k 5 15 "$BINARY" -T -q -c "$CONFIG" 2>"$FIRSTLINE_OUTPUT.said"); then
    cat "$FIRSTLINE_OUTPUT.said"
    reason=$(grep -E '\[(emerg|alert|crit)\]' "$FIRSTLINE_OUTPUT.said" | head -n 1 | sed 's/.*\[[a-z]*\] //; s/^[0-9]*#[0-9]*: //' |
        tr -d '[:cntrl:]' | tr '"\134' "'/" | cut -c 1-300)
    rm -f "$FIRSTLINE_OUTPUT.said"
    case "$(id -u):$reason" in
    0:*) say "finding $LEVEL MW-NGX-050 config=\"$CONFIG\" reason=\"$reason\"" ;;
    *'Permission denied'*)
        [ "$LEVEL" = error ] || LEVEL=unknown
        say "finding $LEVEL MW-NGX-051 reason=\"$reason\""
        ;;
    *) say "finding $LEVEL MW-NGX-050 config=\"$CONFIG\" reason=\"$reason\"" ;;
    esac
    say 'summary nginx-config-broken'
    exit 0
fi
cat "$FIRSTLINE_OUTPUT.said"
rm -f "$FIRSTLINE_OUTPUT.said"

# One directive a line. Values in quotes with ";" or braces in them are not found this way; none of these has any.
printf '%s\n' "$dump" | sed 's/^[[:space:]]*#.*//' | tr ';{}' '[\n*]' | awk '
    $1 == "worker_connections" { connections = $2 }
    $1 == "error_log" && log_file == "" { log_file = $2 }
    $1 == "listen" && $2 !~ /^unix:/ {
        port = $2
        sub(/.*:/, "", port)
        if (port !~ /^[0-9]+$/) port = 80
        for (i = 3; i <= NF; i++) if ($i == "ssl" && !(port in tls)) { tls[port]; ports = ports " " port }
    }
    END {
        print "value worker_connections=" (connections ? connections : 512)
        print "value error_log=" (log_file ~ /^\// ? log_file : "none")
        print "value tls_ports=" (ports == "" ? "none" : substr(ports, 2))
        print "summary nginx-config-fine"
    }' >&3
