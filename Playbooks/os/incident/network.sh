#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Fourth layer of the triage: does this host reach its gateway, its name service and its peers, and does its own network
# stack drop anything? Reads only, needs no privilege. Everything that was looked at goes to stdout.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

exec 3>>"$FIRSTLINE_OUTPUT"
say() { printf '%s\n' "$*" >&3; }

# One counter out of the two-line tables of the kernel: a line of names, then a line of numbers.
counter() {
    awk -v table="$1:" -v name="$2" '
        $1 != table { next }
        !at { for (i = 2; i <= NF; i++) if ($i == name) at = i; next }
        { print $at; exit }' /proc/net/snmp /proc/net/netstat
}

# Sets loss (percent) and rtt (ms); loss stays empty where nothing can be said: no ping, or not allowed to.
ping_host() {
    replies=$(timeout -k 1 8 ping -n -c 4 -i 0.3 -W 1 "$1" 2>&1)
    printf '%s\n' "$replies"
    loss=$(printf '%s\n' "$replies" | sed -n 's/.*[ ,]\([0-9.]*\)% packet loss.*/\1/p')
    rtt=$(printf '%s\n' "$replies" | sed -n 's|^r[a-z-]* .*= [0-9.]*/\([0-9.]*\)/.*|\1|p')
}

# Whether a decimal number has reached a limit.
reached() { awk -v value="$1" -v limit="$2" 'BEGIN { exit !(value + 0 >= limit + 0) }'; }

overflows=$(counter TcpExt ListenOverflows)
sent=$(counter Tcp OutSegs)
resent=$(counter Tcp RetransSegs)

route=$({ ip -4 route show default; ip -6 route show default; } 2>/dev/null | head -n 1)
gateway=$(printf '%s\n' "$route" | sed -n 's/.* via \([0-9a-f.:]*\) .*/\1/p')
device=$(printf '%s\n' "$route" | sed -n 's/.* dev \([^ ]*\).*/\1/p')
printf 'Default route: %s\n' "${route:-none}"
ip -o addr show 2>/dev/null
[ -n "$device" ] || say 'finding warning OS-NET-010'
if [ -n "$device" ]; then
    state=$(cat "/sys/class/net/$device/operstate" 2>/dev/null)
    case $state in
    down | lowerlayerdown) say "finding error OS-NET-020 device=\"$device\" state=$state" ;;
    esac
fi
for bond in /proc/net/bonding/*; do
    [ -r "$bond" ] || continue
    down=$(awk '/^Slave Interface:/ { slave = $3 } /^MII Status: down/ && slave != "" { printf "%s ", slave }' "$bond")
    [ -z "$down" ] || say "finding warning OS-NET-021 device=\"${bond##*/}\" links=\"${down% }\""
done

# Routers may ignore pings; then it is the neighbour table that tells whether the gateway is there.
if [ -n "$gateway" ]; then
    case $gateway in
    fe80:*) ping_host "$gateway%$device" ;;
    *) ping_host "$gateway" ;;
    esac
    neighbour=$(ip neigh show "$gateway" 2>/dev/null | awk 'NR == 1 { print $NF }')
    printf 'Neighbour %s: %s\n' "$gateway" "${neighbour:-no entry}"
    say "value gateway=$gateway"
    say "value gateway_state=$neighbour"
    [ -z "$loss" ] || say "value gateway_loss_pct=$loss"
    [ -z "$rtt" ] || say "value gateway_rtt_ms=$rtt"
    case "$loss:$neighbour" in
    100:FAILED | 100:INCOMPLETE | :FAILED | :INCOMPLETE) say "finding error OS-NET-030 gateway=$gateway state=$neighbour" ;;
    # Without a ping nothing was sent that the table could tell of.
    :) say "finding unknown OS-NET-001 peer=$gateway" ;;
    100:* | 0:* | :*) ;;
    *) say "finding warning OS-NET-031 gateway=$gateway loss=$loss" ;;
    esac
    if [ -n "$rtt" ] && reached "$rtt" "$RTT_WARN"; then
        say "finding warning OS-NET-032 gateway=$gateway value=$rtt limit=$RTT_WARN"
    fi
fi

resolved() { timeout -k 1 5 getent ahosts "$1" >/dev/null 2>&1; }
if [ -n "$DNS_NAME" ]; then
    resolved "$DNS_NAME" || say "finding error OS-NET-050 name=$DNS_NAME"
fi

# A peer is HOST, which is pinged, or HOST:PORT, which is connected to: the connection is what the service needs.
closed=0
set -f
for peer in $PEERS; do
    case $peer in
    *[!A-Za-z0-9.:_-]* | -* | *:) say 'finding error OS-NET-002' && continue ;;
    *:*:*) host=$peer port='' ;; # an IPv6 address
    *:*) host=${peer%:*} port=${peer##*:} ;;
    *) host=$peer port='' ;;
    esac
    if ! resolved "$host"; then
        say "finding error OS-NET-050 name=$host"
    elif [ -z "$port" ]; then
        ping_host "$host"
        case $loss in
        '') say "finding unknown OS-NET-001 peer=$peer" ;;
        0) ;;
        *) say "finding warning OS-NET-040 peer=$peer loss=$loss" ;;
        esac
    elif ! command -v bash >/dev/null; then
        say "finding unknown OS-NET-001 peer=$peer"
    else
        # Only bash can connect without a tool of its own; the address reaches it as arguments.
        # shellcheck disable=SC2016
        timeout -k 1 3 bash -c 'exec 9<>"/dev/tcp/$0/$1"' "$host" "$port" 2>/dev/null
        case $? in
        0) answer=open ;;
        124 | 137) answer=timeout ;;
        *) answer=refused ;;
        esac
        printf 'Peer %s: %s\n' "$peer" "$answer"
        [ "$answer" = open ] || { closed=$((closed + 1)) && say "finding error OS-NET-041 peer=$peer answer=$answer"; }
    fi
done

ss -s 2>/dev/null
states=$(ss -nta 2>/dev/null)
syn=$(printf '%s\n' "$states" | grep -c '^SYN-RECV')
close_wait=$(printf '%s\n' "$states" | grep -c '^CLOSE-WAIT')
dropped=$(($(counter TcpExt ListenOverflows) - overflows))
segments=$(($(counter Tcp OutSegs) - sent))
again=$(($(counter Tcp RetransSegs) - resent))
say "value syn_recv=$syn"
say "value close_wait=$close_wait"
say "value listen_overflows=$dropped"
say "value resent_pct=$(awk -v a="$again" -v b="$segments" 'BEGIN { printf "%.1f", (b > 0 ? 100 * a / b : 0) }')"
[ "$dropped" -le 0 ] || say "finding warning OS-NET-060 value=$dropped"

say "summary os-triage-network gateway=${gateway:--} loss=${loss:--} closed=$closed"
