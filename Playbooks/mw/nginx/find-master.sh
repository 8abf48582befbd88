#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Which process is the master of this nginx? Reads only. Hands over its pid and its start time: together they name one
# process for good, and every later step proves them again before it acts.
#
# Its "running" is one of running, stopped and, when this account may not see enough to tell, unclear.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

exec 3>>"$FIRSTLINE_OUTPUT"
say() { printf '%s\n' "$*" >&3; }

answer() { # RUNNING PID START
    say "value running=$1"
    say "value pid=$2"
    say "value started=$3"
    say "value pid_file=$pid_file"
    say "value is_default=$is_default"
    say "summary nginx-$1 pid=$2"
    exit 0
}

# The start time of a process that lives; nothing for one that is gone or a zombie. The name before the last ")" may
# hold anything.
start_of() { sed -n 's/.*) //p' "/proc/$1/stat" 2>/dev/null | awk '$1 !~ /[ZX]/ { print $20 }'; }
title_of() { tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline"; }

if [ ! -x "$BINARY" ]; then
    say "finding error MW-NGX-001 binary=\"$BINARY\""
    exit 0
fi
built=$("$BINARY" -V 2>&1 | tr ' ' '\n')
option() { printf '%s\n' "$built" | sed -n "s/^--$1=//p" | tail -n 1; }
is_default=false
[ "$CONFIG" != "$(option conf-path)" ] || is_default=true

# Where the pid file is: as given, else as the main configuration file says, else as nginx was built. Asking nginx
# itself (-T) would be no help with a configuration that is broken.
pid_file=$GIVEN_PID_FILE
if [ -z "$pid_file" ]; then
    if [ ! -r "$CONFIG" ]; then
        say "finding error MW-NGX-002 config=\"$CONFIG\""
        exit 0
    fi
    pid_file=$(sed -n 's/^[[:space:]]*pid[[:space:]]\{1,\}\([^;[:space:]]*\).*/\1/p' "$CONFIG" | tail -n 1 | tr -d "\"'")
    [ -n "$pid_file" ] || pid_file=$(option pid-path)
    case $pid_file in
    /*) ;;
    *) pid_file=$(option prefix)/$pid_file ;;
    esac
fi

# A pid file may be empty (nginx -t makes one), left over from a crash, or name a number that is somebody else by now.
program=$(readlink -f "$BINARY")
if [ -e "$pid_file" ] && [ ! -r "$pid_file" ]; then
    say 'finding unknown MW-NGX-003 pid=0'
    answer unclear 0 0
fi
pid=$(head -n 1 "$pid_file" 2>/dev/null | tr -d '[:space:]')
case $pid in
'' | *[!0-9]*) pid='' ;;
esac
if [ -n "$pid" ] && started=$(start_of "$pid") && [ -n "$started" ]; then
    case $(title_of "$pid") in
    'nginx: master process '*)
        file=$(readlink "/proc/$pid/exe" 2>/dev/null)
        if [ -z "$file" ]; then
            say "finding unknown MW-NGX-003 pid=$pid"
            answer unclear "$pid" "$started"
        fi
        # After a package update the file of the running program counts as deleted; it is still ours.
        [ "${file% (deleted)}" != "$program" ] || answer running "$pid" "$started"
        ;;
    esac
fi

# No master by its pid file. One that runs with this configuration all the same must not be taken for stopped: a start
# would meet its ports, and a stop would do nothing and say so.
if [ ! -r /proc/1/cmdline ]; then
    say 'finding unknown MW-NGX-003 pid=0'
    answer unclear 0 0
fi
others=$(grep -ls 'nginx: master process' /proc/[0-9]*/cmdline | cut -d / -f 3)
for other in $others; do
    title=$(title_of "$other")
    case $title in
    'nginx: master process '*) ;;
    *) continue ;;
    esac
    case " $title " in
    *" -c $CONFIG "* | *" -c$CONFIG "*) ;;
    *' -c'*) continue ;; # another instance
    *) [ "$is_default" = true ] || continue ;;
    esac
    [ -n "$(start_of "$other")" ] || continue
    # A container's nginx has the same title, but lives in another world of process ids.
    world=$(readlink "/proc/$other/ns/pid" 2>/dev/null)
    if [ -z "$world" ]; then
        say "finding unknown MW-NGX-003 pid=$other"
        answer unclear 0 0
    fi
    [ "$world" = "$(readlink /proc/self/ns/pid)" ] || continue
    say "finding error MW-NGX-011 pid=$other pid_file=\"$pid_file\""
    exit 0
done
[ -z "$pid" ] || say "finding info MW-NGX-012 pid=$pid pid_file=\"$pid_file\""
answer stopped 0 0
