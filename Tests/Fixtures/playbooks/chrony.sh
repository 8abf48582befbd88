#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# os.check.ntp against private chronyd on loopback, which never touch the clock (-x), and against recorded words of the
# other daemons' tools. Needs root and chrony.
# shellcheck source=Tests/Fixtures/playbooks/lib.sh
. "$(dirname "$0")/lib.sh"

port=${NTP_PORT:-21123}
# Its sockets are made only in a directory that is root's and closed to others.
home=$work/chrony
mkdir -m 750 "$home"

begin_chronyd() { # NAME, its directives on standard input
    {
        cat
        printf 'cmdport 0\nbindcmdaddress %s\npidfile %s\ndriftfile %s\n' "$home/$1.sock" "$home/$1.pid" "$home/$1.drift"
    } >"$home/$1.conf"
    chronyd -x -u root -f "$home/$1.conf"
    await test -S "$home/$1.sock"
}
end_chronyd() { end "$(cat "$home/$1.pid")"; }
ntp() {
    perform os/check/ntp.sh WARN_MS=100 ERROR_MS=1000 MAX_STRATUM=10 MAX_AGE=3600 EXPECTED_SERVERS='' \
        CHRONY_ADDRESS="$home/client.sock" PROBE_SERVER='' PROBE_PORT="$port" "$@"
}
client_of_server() { begin_chronyd client <<END
port 0
server 127.0.0.1 port $port iburst minpoll -2 maxpoll 0 $1
END
}
# shellcheck disable=SC2317  # called by await
synchronised() { chronyc -n -c -h "$home/client.sock" sources | grep -q '^^,\*'; }

if cat /proc/[0-9]*/stat 2>/dev/null | grep -qE ' \((chronyd|ntpd|systemd-timesyn)\) [^Z] '; then
    say 'not run: no time daemon, because one is running here'
else
    situation 'no daemon'
    ntp
    expect 'finding error OS-NTP-030'
fi

situation 'a reference of its own'
begin_chronyd server <<END
local stratum 8
allow 127.0.0.0/8
port $port
END
ntp CHRONY_ADDRESS="$home/server.sock"
expect 'finding warning OS-NTP-050 stratum=8'
refuse 'finding error'

situation 'not synchronised yet'
begin_chronyd client <<END
port 0
server 127.0.0.1 port $((port + 1)) iburst
END
ntp
expect 'finding error OS-NTP-020'
expect 'finding error OS-NTP-040 sources=1'
refuse 'value offset_ms'
end_chronyd client

situation 'synchronised'
client_of_server ''
await synchronised
ntp
healthy
expect 'value daemon=chronyd'
expect 'value synchronised=true'
expect 'value stratum=9'
expect 'value source=127.0.0.1'
ntp EXPECTED_SERVERS='192.0.2.1
localhost'
healthy
ntp EXPECTED_SERVERS='192.0.2.1' MAX_STRATUM=5
expect 'finding warning OS-NTP-080 source=127.0.0.1'
expect 'finding warning OS-NTP-060 value=9 limit=5'

situation 'second opinion'
ntp PROBE_SERVER=127.0.0.1
healthy
expect 'value probe_offset_ms=-\{0,1\}0'
ntp PROBE_SERVER=127.0.0.1 PROBE_PORT=$((port + 1))
expect 'finding warning OS-NTP-111'
ntp PROBE_SERVER=127.0.0.1 WARN_MS=0
expect 'finding warning OS-NTP-110'

situation 'it does not talk to this account'
as_nobody ntp
expect 'finding unknown OS-NTP-002 daemon=chronyd'
refuse 'value synchronised'

situation 'source lost: tracking stays Normal'
end_chronyd server
lost() { chronyc -n -c -h "$home/client.sock" sources | grep -q '^^,?.*,0,0,'; }
await lost
ntp
expect 'finding error OS-NTP-040 sources=1'
expect 'value synchronised=true'
ntp MAX_AGE=1
expect 'finding warning OS-NTP-070'
end_chronyd client

situation 'the clock is behind'
begin_chronyd server <<END
local stratum 8
allow 127.0.0.0/8
port $port
END
client_of_server 'offset 0.35'
await synchronised
ntp
expect 'value offset_ms=3[45][0-9]\.'
end_chronyd client
end_chronyd server

# The other daemons speak through recorded words, seen by the script alone.
cp "$(command -v sleep)" "$work/ntpd"
cp "$work/ntpd" "$work/systemd-timesyn"
cat >"$work/ntpq" <<'END'
#!/bin/sh
case $* in
-pn) cat <<'WORDS'
     remote           refid      st t when poll reach   delay   offset  jitter
==============================================================================
*192.0.2.10      .GPS.            1 u   33   64  377    0.325   -1.250   0.005
+2001:db8:1234:5678:9abc:def0:1234:5678
                 192.0.2.10       2 u   12   64  377    0.400    0.300   0.010
WORDS
;;
*) echo 'associd=0 status=0615 leap_none, sync_ntp, 1 event, clock_sync,'
   echo 'version="ntpd 4.2.8p15", stratum=2, precision=-24, rootdelay=0.325' ;;
esac
END
cat >"$work/timedatectl" <<'END'
#!/bin/sh
case $1 in
show) echo NTPSynchronized=yes ;;
*) cat <<'WORDS'
       Server: 192.0.2.20 (time.example)
Poll interval: 34min 8s (min: 32s; max 34min 8s)
         Leap: normal
      Version: 4
      Stratum: 3
    Reference: C0000214
    Precision: 2us (-19)
Root distance: 1.220ms (max: 5s)
       Offset: -1min 2.500s
        Delay: 22.532ms
WORDS
;;
esac
END
chmod 755 "$work/ntpq" "$work/timedatectl"
# Where the real tools are not installed there is nothing to mount on; an overlay over their directory serves all.
cat >"$work/surroundings" <<END
#!/bin/sh
exec unshare -m sh -c '
    mkdir -p $work/upper && mount -t tmpfs tmpfs $work/upper && mkdir $work/upper/up $work/upper/work &&
    cp $work/ntpq $work/timedatectl $work/upper/up &&
    mount -t overlay overlay -o lowerdir=/usr/bin,upperdir=$work/upper/up,workdir=$work/upper/work /usr/bin || exit
    exec "\$@"' sh "\$@"
END
chmod 755 "$work/surroundings"
if "$work/surroundings" true 2>/dev/null; then
    around=$work/surroundings
    situation 'ntpd'
    "$work/ntpd" 300 &
    daemon=$!
    ntp
    healthy
    expect 'value daemon=ntpd'
    expect 'value offset_ms=-1.250'
    expect 'value source=192.0.2.10'
    expect 'value sources=2'
    expect 'value stratum=2'
    sed -i 's/^\*192/ 192/' "$work/ntpq"
    ntp
    expect 'finding error OS-NTP-040 sources=2'
    sed -i 's/leap_none/leap_alarm/; s/stratum=2/stratum=16/' "$work/ntpq"
    ntp
    expect 'finding error OS-NTP-020'

    situation 'timesyncd beside ntpd'
    "$work/systemd-timesyn" 300 &
    other=$!
    ntp
    expect 'finding warning OS-NTP-100 daemons="ntpd systemd-timesyn"'
    end "$daemon"

    situation 'timesyncd'
    ntp
    healthy
    expect 'value offset_ms=-62500.000'
    expect 'value stratum=3'
    expect 'value source=192.0.2.20'
    end "$other"
    around=''
else
    say 'not run: ntpd and timesyncd, which needs the right to mount'
fi

finish
