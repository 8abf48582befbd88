#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The nginx playbooks' scripts against private instances on loopback. Needs root, nginx, openssl and curl.
# shellcheck source=Tests/Fixtures/playbooks/lib.sh
. "$(dirname "$0")/lib.sh"

port=${NGINX_PORT:-28180}
conf=$work/nginx.conf pid_file=$work/nginx.pid
openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -days 20 -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null

write_config() { # EXTRA: a line more in the server block
    cat >"$conf" <<END
worker_processes 2;
pid $pid_file;
error_log $work/error.log;
events { worker_connections 64; }
http {
    access_log off;
    client_body_temp_path $work/body; proxy_temp_path $work/proxy; fastcgi_temp_path $work/fastcgi;
    uwsgi_temp_path $work/uwsgi; scgi_temp_path $work/scgi;
    ssl_certificate $work/cert.pem; ssl_certificate_key $work/key.pem;
    server {
        listen 127.0.0.1:$port; listen 127.0.0.1:$((port + 1)) ssl;
        location / { return 200 "hello\n"; }
        location /status { stub_status; }
        location /slow/ { proxy_pass http://127.0.0.1:$((port + 2)); }
        ${1-}
    }
}
END
}

find_master() {
    perform mw/nginx/find-master.sh BINARY=/usr/sbin/nginx CONFIG="$conf" GIVEN_PID_FILE=''
    state=$(value running) pid=$(value pid) started=$(value started)
}
# The same, where it must run: no test goes on to signal the process 0, which would be everybody.
find_running() {
    find_master
    [ "${pid:-0}" -gt 0 ] || { fail 'it does not run, so nothing more can be tried' && finish; }
}
health() {
    perform mw/nginx/health.sh STATE="$state" PID="$pid" STARTED="$started" PROBE_URL='' PROBE_MIN=200 PROBE_MAX=399 \
        PROBE_TIMEOUT=2 WAIT=0 ADVISORY=false OLD_WORKER_AGE=3600 "$@"
}
config() {
    perform mw/nginx/test-config.sh BINARY=/usr/sbin/nginx CONFIG="$conf" STATE="$state" LEVEL=error RUNNING_ONLY=false "$@"
}
stop() {
    perform mw/nginx/stop.sh STATE="$state" PID="$pid" STARTED="$started" IS_DEFAULT=false DRAIN=10 "$@"
    ports=$(value ports) workers=$(value workers)
}
down() {
    perform mw/nginx/down-status.sh PID="$pid" STARTED="$started" PORTS="$ports" WORKERS="$workers" WAIT=10 "$@"
}
start() {
    perform mw/nginx/start.sh BINARY=/usr/sbin/nginx CONFIG="$conf" PID_FILE="$pid_file" STATE="$state" PID="$pid" \
        UNIT=auto IS_DEFAULT=false "$@"
}
write_config

situation 'stopped server'
find_master
expect 'value running=stopped'
health
expect 'finding error MW-NGX-010'
health ADVISORY=true
expect 'finding warning MW-NGX-010'
expect 'summary nginx-unhealthy'
stop
expect 'changed no'
expect 'summary nginx-already-stopped'
down
expect 'summary nginx-down'

situation 'start'
config
healthy
expect 'value tls_ports='$((port + 1))'$'
expect 'value worker_connections=64'
find_master
expect 'value running=stopped' # the test has left an empty pid file
start
healthy
expect 'changed yes'
find_running
health WAIT=10
healthy
expect 'value workers=2'
expect "value listeners=127.0.0.1:$port 127.0.0.1:$((port + 1))\$"
expect 'value probe_status=200'

situation 'start of a running server'
start
expect 'changed no'
expect 'summary nginx-already-running'

situation 'probes'
health PROBE_URL="http://127.0.0.1:$port/"
healthy
health PROBE_URL="https://127.0.0.1:$((port + 1))/"
healthy
health PROBE_URL="http://127.0.0.1:$port/" PROBE_MAX=199
expect 'finding error MW-NGX-041 .*status=200'
health PROBE_URL="http://127.0.0.1:$((port + 3))/"
expect 'finding error MW-NGX-040'
health PROBE_URL="http://127.0.0.1:$((port + 1))/" # plain HTTP to a TLS port
expect 'finding error MW-NGX-041 .*status=400'

situation 'another account may not see enough'
chmod 644 "$conf" "$pid_file"
as_nobody find_master
expect 'finding unknown MW-NGX-003'
expect 'value running=unclear'
as_nobody stop
expect 'finding error MW-NGX-003'
expect 'changed no'
as_nobody start
expect 'finding error MW-NGX-003'
find_running
as_nobody health
expect 'finding unknown MW-NGX-031'
as_nobody config LEVEL=warning
expect 'finding unknown MW-NGX-051'
as_nobody config
expect 'finding error MW-NGX-051'
as_nobody stop DRAIN=1
expect 'finding error MW-NGX-094'
expect 'changed no'

situation 'workers that do not answer'
# shellcheck disable=SC2046
kill -STOP $(cat "/proc/$pid/task/$pid/children")
health
expect 'finding error MW-NGX-040'
# shellcheck disable=SC2046
kill -CONT $(cat "/proc/$pid/task/$pid/children")

situation 'certificates'
served() {
    perform mw/nginx/certificates.sh LISTENERS="127.0.0.1:$port 127.0.0.1:$((port + 1))" TLS_PORTS="$((port + 1))" \
        CERT_WARN_DAYS=30 CERT_ERROR_DAYS=7 "$@"
}
served
expect 'finding warning MW-NGX-060 .*days=19'
served CERT_WARN_DAYS=5 CERT_ERROR_DAYS=2
healthy
served CERT_ERROR_DAYS=25
expect 'finding error MW-NGX-060'
served TLS_PORTS="$port"
expect 'finding error MW-NGX-061'
served TLS_PORTS=none
healthy
served TLS_PORTS=''
expect 'finding unknown MW-NGX-052'

situation 'load'
load() {
    perform mw/nginx/load.sh STATUS_URL="http://127.0.0.1:$port/status" WORKERS=2 WORKER_CONNECTIONS=64 LOAD_WARN=80 \
        LOAD_ERROR=95 "$@"
}
load
healthy
expect 'value connections=1$'
load WORKERS=1 WORKER_CONNECTIONS=1
expect 'finding error MW-NGX-070'
load STATUS_URL="http://127.0.0.1:$port/"
expect 'finding unknown MW-NGX-072'
load STATUS_URL=''
healthy
load WORKER_CONNECTIONS=''
expect 'finding unknown MW-NGX-052'

situation 'error log'
log() { perform mw/nginx/error-log.sh ERROR_LOG="$work/error.log" STARTED="$started" SINCE=3600 "$@"; }
printf '%s [crit] 1#1: an old line\n' "$(date -d '-30 minutes' '+%Y/%m/%d %H:%M:%S')" >>"$work/error.log"
printf '%s [error] 1#1: not grave\n' "$(date '+%Y/%m/%d %H:%M:%S')" >>"$work/error.log"
log
healthy
printf '%s [crit] 1#1: a new line\n' "$(date '+%Y/%m/%d %H:%M:%S')" >>"$work/error.log"
log
expect 'finding warning MW-NGX-080 count=1'
shown 'a new line'
log ERROR_LOG=none
healthy
log ERROR_LOG=''
expect 'finding unknown MW-NGX-052'
log ERROR_LOG=/nonexistent
expect 'finding unknown MW-NGX-081'

situation 'tools that are not there'
cat >"$work/without" <<'END'
#!/bin/sh
exec unshare -m sh -c '
    for tool in curl wget openssl; do [ ! -e /usr/bin/$tool ] || mount --bind /dev/null /usr/bin/$tool || exit; done
    exec "$@"' sh "$@"
END
chmod 755 "$work/without"
if "$work/without" true 2>/dev/null; then
    around=$work/without
    health
    expect 'finding unknown MW-NGX-042'
    served
    expect 'finding unknown MW-NGX-062'
    around=''
else
    say 'not run: missing tools, which needs the right to mount'
fi

situation 'configuration broken'
write_config 'no_such_directive on;'
config
expect 'finding error MW-NGX-050 .*reason="unknown directive .no_such_directive'
config LEVEL=warning
expect 'finding warning MW-NGX-050'
health
healthy # it goes on with what it has read

situation 'pid file lost while running'
mv "$pid_file" "$work/kept"
perform mw/nginx/find-master.sh BINARY=/usr/sbin/nginx CONFIG="$conf" GIVEN_PID_FILE=''
expect "finding error MW-NGX-011 pid=$pid"
mv "$work/kept" "$pid_file"

situation 'graceful stop'
find_running
stop
healthy
expect 'changed yes'
expect "value ports=$port $((port + 1))\$"
down
healthy
expect 'summary nginx-down'
stop # again, with what was found before
expect 'changed no'
expect 'summary nginx-already-stopped'

situation 'start with a broken configuration'
find_master
start
expect 'finding error MW-NGX-050 .*no_such_directive'
expect 'changed no'

situation 'pid file left over'
write_config
sleep 300 &
stranger=$!
echo "$stranger" >"$pid_file"
find_master
expect 'value running=stopped'
expect "finding info MW-NGX-012 pid=$stranger"
echo 99999999 >"$pid_file"
find_master
expect 'value running=stopped'
: >"$pid_file"
find_master
expect 'value running=stopped'
refuse 'finding'

situation 'port taken by another program'
(cd "$work" && exec python3 -m http.server --bind 127.0.0.1 "$port" >/dev/null 2>&1) &
other=$!
await curl -s -o /dev/null "http://127.0.0.1:$port/"
start
expect 'finding error MW-NGX-100 .*Address already in use'
find_master
expect 'value running=stopped'
end "$other"
kill -0 "$stranger" || fail 'a process that was not ours is gone'
end "$stranger"

situation 'a request that does not end'
cat >"$work/mute.py" <<'END'
import socket, sys, time
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
connection, _ = server.accept()
time.sleep(300)
END
python3 "$work/mute.py" "$((port + 2))" &
mute=$!
await sh -c "ss -lnt | grep -q :$((port + 2))"
start
find_running
health WAIT=10
healthy
curl -s -o /dev/null "http://127.0.0.1:$port/slow/" &
client=$!
await sh -c "ss -nt | grep -q 'ESTAB.*:$((port + 2))'"
kill -HUP "$pid" # a reload: the worker with the open request stays until it is answered
await grep -qs 'worker process is shutting down' /proc/[0-9]*/cmdline
health
healthy
expect 'value workers_leaving=1'
health OLD_WORKER_AGE=0
expect 'finding warning MW-NGX-022 count=1'
stop DRAIN=2
expect 'finding warning MW-NGX-090 seconds=2'
down
healthy
end "$mute"
wait "$client"

situation 'a worker outlives its master'
find_master
start
find_running
health WAIT=10
stop DRAIN=0 # only what it held is wanted
kill -KILL "$pid" 2>/dev/null
down WAIT=10
healthy
find_master
start
find_running
health WAIT=10
perform mw/nginx/find-master.sh BINARY=/usr/sbin/nginx CONFIG="$conf" GIVEN_PID_FILE=''
held=$(cat "/proc/$pid/task/$pid/children")
# shellcheck disable=SC2086
kill -STOP $held
kill -KILL "$pid"
ports=$port workers=$held
down WAIT=1
expect 'finding error MW-NGX-092'
# shellcheck disable=SC2086
kill -KILL $held
down
healthy

situation 'a master that is frozen'
find_master
start
find_running
health WAIT=10
kill -STOP "$pid"
stop DRAIN=1
expect 'finding warning MW-NGX-090'
down WAIT=1
expect "finding error MW-NGX-091 pid=$pid"
kill -CONT "$pid"
down
healthy

situation 'no worker'
find_master
start
find_running
health WAIT=10
held=$(cat "/proc/$pid/task/$pid/children")
kill -STOP "$pid"
# shellcheck disable=SC2086
kill -KILL $held
# The stopped master cannot reap them: they stay zombies, which is all that the health check is to see.
for worker in $held; do await grep -q '^State:.Z' "/proc/$worker/status"; done
health
expect 'finding error MW-NGX-020'
kill -CONT "$pid"
stop
down
healthy

situation 'another program takes the port at once'
(cd "$work" && exec python3 -m http.server --bind 127.0.0.1 "$port" >/dev/null 2>&1) &
other=$!
await curl -s -o /dev/null "http://127.0.0.1:$port/"
ports=$port workers=''
down WAIT=1
expect "finding error MW-NGX-093 port=$port holder=.*pid=$other"
end "$other"

situation 'workers of root'
sed -i '1i user root;' "$conf"
find_master
config RUNNING_ONLY=true
expect 'summary nginx-config-not-tested'
start
find_running
health WAIT=10
expect 'finding warning MW-NGX-021 count=2'
stop
down
healthy
write_config

situation 'nothing where nginx should be'
perform mw/nginx/find-master.sh BINARY=/nonexistent CONFIG="$conf" GIVEN_PID_FILE=''
expect 'finding error MW-NGX-001'
perform mw/nginx/find-master.sh BINARY=/usr/sbin/nginx CONFIG=/nonexistent GIVEN_PID_FILE=''
expect 'finding error MW-NGX-002'

situation 'kept by systemd'
# A systemd of our own making, seen by the script alone: it knows one unit, whose main process is $main.
cat >"$work/systemctl" <<END
#!/bin/sh
echo "\$*" >>$work/asked
case "\$1 \$*" in
show*MainPID*) echo "MainPID=\$(cat $work/main)" ;;
show*LoadState*nginx.service) echo LoadState=loaded ;;
show*LoadState*) echo LoadState=not-found ;;
stop*) kill -QUIT "\$(cat $work/main)" ;;
start*) nginx -c $conf </dev/null >/dev/null 2>&1 ;;
esac
END
cat >"$work/surroundings" <<END
#!/bin/sh
exec unshare -m sh -c '
    mount --bind $work/systemctl /usr/bin/systemctl && mkdir -p /run/systemd && mount -t tmpfs tmpfs /run/systemd &&
    mkdir /run/systemd/system || exit
    [ ! -e $work/cgroup ] || mount --bind $work/cgroup "/proc/\$(cat $work/main)/cgroup" || exit
    exec "\$@"' sh "\$@"
END
chmod 755 "$work/systemctl" "$work/surroundings"
find_master
echo 0 >"$work/main"
if "$work/surroundings" true 2>/dev/null; then
    around=$work/surroundings
    start IS_DEFAULT=true
    healthy
    expect 'summary nginx-started-unit unit=nginx.service'
    around=''
    find_running
    health WAIT=10
    around=$work/surroundings
    echo "$pid" >"$work/main"
    echo '0::/system.slice/nginx.service' >"$work/cgroup"
    stop
    healthy
    expect 'value unit=nginx.service'
    expect 'summary nginx-stop-unit'
    grep -q '^stop nginx.service' "$work/asked" || fail 'systemd was not asked to stop the unit'
    rm "$work/cgroup"
    down
    healthy

    situation 'systemd cannot stop it'
    around=''
    find_master
    start
    find_running
    health WAIT=10
    around=$work/surroundings
    echo "$pid" >"$work/main"
    echo '0::/system.slice/nginx.service' >"$work/cgroup"
    sed 's/^stop.*/stop*) exit 1 ;;/' "$work/systemctl" >"$work/systemctl.kept" && mv "$work/systemctl" "$work/good" &&
        mv "$work/systemctl.kept" "$work/systemctl" && chmod 755 "$work/systemctl"
    stop
    expect 'finding error MW-NGX-095 unit=nginx.service'
    rm "$work/cgroup" && mv "$work/good" "$work/systemctl"
    end "$pid"

    situation 'started by hand, from the service somebody logged in through'
    around=''
    find_master
    start
    find_running
    health WAIT=10
    around=$work/surroundings
    echo "$pid" >"$work/main"
    echo '0::/system.slice/ssh.service' >"$work/cgroup"
    sed -i 's/^show.*MainPID.*/show*MainPID*) echo MainPID=1 ;;/' "$work/systemctl"
    : >"$work/asked"
    stop IS_DEFAULT=true
    expect 'value unit=$'
    expect 'finding warning MW-NGX-096'
    refuse 'finding error'
    ! grep -q '^stop' "$work/asked" || fail 'systemd was asked to stop a stranger'
    rm "$work/cgroup"
    down
    healthy
    find_master
    start UNIT=other.service
    expect 'finding error MW-NGX-103 unit=other.service'
else
    say 'not run: a systemd of our own making needs the right to mount'
fi
around=''

[ ! -s "$pid_file" ] || end "$(cat "$pid_file")"
finish
