#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Are the processes that belong on this host there: as often, as whom, and on the ports they should be? Reads only.
# The program files and ports of other accounts' processes are shown to root alone; without it the answer is "unknown".
#
# STANDARD and AGENTS hold one expectation a line, and PROFILE says which of them count: names of which any will do,
# joined by "|", then any of
#   exe=/path  arg=WHOLE_ARGUMENT  user=NAME  min=N  max=N  port=N (may come again)  unit=NAME  optional
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

exec 3>>"$FIRSTLINE_OUTPUT"
say() { printf '%s\n' "$*" >&3; }

# Prints "STATE START" of a process: what follows the last ")" of its stat line, because a name may hold anything.
stat_of() { sed -n 's/.*) //p' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 1,20; }

# Prints the pids an expectation is about, a line each. The kernel's name of the process must be equal, as far as the
# kernel keeps names (15 bytes); a part of a command line is never enough. A zombie is not there.
matching() {
    printf '%s\n' "$names" | tr '|' '\n' | cut -c 1-15 | while read -r name; do
        grep -sxF -e "$name" /proc/[0-9]*/comm | sed 's|^/proc/\([0-9]*\)/comm:.*|\1|'
    done | sort -nu | while read -r pid; do
        case $(stat_of "$pid") in
        '' | [ZX]*) continue ;;
        esac
        if [ -n "$exe" ]; then
            file=$(readlink "/proc/$pid/exe") || file=$exe # not allowed to look: told below
            [ "${file% (deleted)}" = "$exe" ] || continue
        fi
        [ -z "$arg" ] || tr '\0' '\n' <"/proc/$pid/cmdline" | grep -qxF -e "$arg" || continue
        echo "$pid"
    done 2>/dev/null
}

# A port counts only if one of the processes owns it: another program may answer there.
check_port() {
    listeners=$(printf '%s\n' "$sockets" | awk -v port="$1" '
        $2 ~ /^(LISTEN|UNCONN)$/ { at = $5; sub(/.*:/, "", at); if (at == port) print }')
    owners=$(printf '%s\n' "$listeners" | grep -o 'pid=[0-9]*' | cut -d = -f 2 | sort -u)
    if [ -z "$sockets" ] || [ -n "$listeners" ] && [ -z "$owners" ]; then
        say "finding unknown OS-PRC-103 process=\"$names\" port=$1"
    elif [ -z "$listeners" ]; then
        say "finding error OS-PRC-150 process=\"$names\" port=$1"
    elif [ -z "$(printf '%s\n' "$owners" "$pids" | sort | uniq -d)" ]; then
        say "finding error OS-PRC-151 process=\"$names\" port=$1 pids=\"$(printf %s "$owners" | tr '\n' ' ')\""
    fi
}

check_unit() {
    [ -d /run/systemd/system ] || return 0
    state=$(timeout -k 1 3 systemctl show -p ActiveState -p SubState -p NRestarts "$1" 2>/dev/null | tr '\n' ' ')
    printf '    unit %s: %s\n' "$1" "$state"
    case $state in
    *ActiveState=failed*) say "finding warning OS-PRC-160 process=\"$names\" unit=\"$1\"" ;;
    esac
}

# Reads one expectation into variables; fails if it is not understood, because a misspelled one must not read as met.
read_expectation() {
    names='' exe='' arg='' user='' min=1 max='' ports='' unit='' grave=error
    for word in $1; do
        case $word in
        exe=/*) exe=${word#*=} ;;
        arg=?*) arg=${word#*=} ;;
        user=?*) user=${word#*=} ;;
        min=[0-9]*) min=${word#*=} ;;
        max=[0-9]*) max=${word#*=} ;;
        port=[0-9]*) ports="$ports ${word#*=}" ;;
        unit=?*) unit=${word#*=} ;;
        optional) grave=warning ;;
        *=*) return 1 ;;
        *) [ -z "$names" ] && names=$word || return 1 ;;
        esac
    done
    case $names in
    '' | *[!A-Za-z0-9_.:@+\|-]*) return 1 ;;
    esac
    case "$min$max$(printf %s "$ports" | tr -d ' ')" in
    *[!0-9]*) return 1 ;;
    esac
}

[ -r /proc/1/stat ] || {
    # The host hides other accounts' processes (hidepid): everything would look missing.
    say 'finding unknown OS-PRC-100'
    exit 0
}
case $PROFILE in
standard) expectations=$STANDARD ;;
monitoring-agent) expectations=$AGENTS ;;
*)
    expectations="$STANDARD
$AGENTS"
    ;;
esac
if [ -z "$(printf %s "$expectations" | tr -d '[:space:]')" ]; then
    say "finding unknown OS-PRC-104 profile=$PROFILE" # nothing to look for is nothing found out
    exit 0
fi
sockets=$(ss -lntup 2>/dev/null)
hz=$(getconf CLK_TCK)
read -r uptime _ </proc/uptime
number=0 expected=0 missing=0
set -f

while IFS= read -r line; do
    [ -n "$line" ] || continue
    number=$((number + 1))
    if ! read_expectation "$line"; then
        say "finding error OS-PRC-101 number=$number"
        continue
    fi
    expected=$((expected + 1))
    printf '%s, at least %s:\n' "$names" "$min"
    set +f
    pids=$(matching)
    set -f
    count=0 hidden='' strangers='' stuck=''
    for pid in $pids; do
        now=$(stat_of "$pid")
        [ -n "$now" ] || continue # ended since
        count=$((count + 1))
        owner=$(stat -c %U "/proc/$pid" 2>/dev/null)
        file=$(readlink "/proc/$pid/exe" 2>/dev/null)
        rss=$(sed -n 's/^VmRSS:[^0-9]*//p' "/proc/$pid/status" 2>/dev/null)
        printf '    pid %s, %s, state %s, up %s s, %s, %s\n' "$pid" "$owner" "${now% *}" \
            $((${uptime%.*} - ${now#* } / hz)) "${rss:-0 kB}" "${file:-?}"
        [ -z "$exe" ] || [ -n "$file" ] || hidden="$hidden$pid "
        [ -z "$user" ] || [ "$owner" = "$user" ] || strangers="$strangers$pid "
        case $now in
        [DTt]*) stuck="$stuck$pid " ;;
        esac
    done

    if [ "$count" -lt "$min" ]; then
        missing=$((missing + 1))
        say "finding $grave OS-PRC-110 process=\"$names\" value=$count limit=$min"
    fi
    [ -z "$max" ] || [ "$count" -le "$max" ] || say "finding warning OS-PRC-120 process=\"$names\" value=$count limit=$max"
    [ -z "$stuck" ] || say "finding warning OS-PRC-130 process=\"$names\" pids=\"${stuck% }\""
    [ -z "$strangers" ] || say "finding warning OS-PRC-140 process=\"$names\" pids=\"${strangers% }\" user=\"$user\""
    [ -z "$hidden" ] || say "finding unknown OS-PRC-102 process=\"$names\" pids=\"${hidden% }\""
    for port in $ports; do check_port "$port"; done
    [ -z "$unit" ] || check_unit "$unit"
done <<EOT
$expectations
EOT

say "value expected=$expected"
say "value missing=$missing"
say "summary os-process-online online=$((expected - missing)) expected=$expected"
