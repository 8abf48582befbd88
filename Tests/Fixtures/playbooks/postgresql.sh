#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# db.postgresql.check.quick against private servers on loopback. Needs root, the account postgres, and PostgreSQL's
# programs: in BINDIR, or the newest below /usr/lib/postgresql.
# shellcheck source=Tests/Fixtures/playbooks/lib.sh
. "$(dirname "$0")/lib.sh"

bindir=${BINDIR:-$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -n 1)}
port=${POSTGRESQL_PORT:-28432}
home=$work/pg
mkdir -m 700 "$home"
chown postgres "$home"
cd "$home" || exit

as_postgres() { runuser -u postgres -- "$@"; }
begin_server() { as_postgres "$bindir/pg_ctl" -D "$home/$1" -l "$home/$1.log" -s -w -t 30 start; }
end_server() { as_postgres "$bindir/pg_ctl" -D "$home/$1" -s -m "${2:-fast}" -w -t 30 stop; }
sql() { # PORT USER, the question on standard input
    as_postgres "$bindir/psql" -XqAt -h "$home" -p "$1" -U "$2" -d postgres -v ON_ERROR_STOP=1
}

# A session that stays open: what it is told goes through a pipe. Its number is the file descriptor, 4 to 8.
open_session() { # NUMBER USER
    mkfifo -m 666 "$home/session$1"
    (
        exec 4>&- 5>&- 6>&- 7>&- 8>&- <"$home/session$1" >/dev/null 2>&1
        # A backend that is just leaving may still hold the slot.
        tries=0
        until runuser -u postgres -- "$bindir/psql" -XqAt -h "$home" -p "$port" -U "$2" -d postgres || [ "$tries" -ge 50 ]; do
            tries=$((tries + 1))
            sleep 0.1
        done
    ) &
    case $1 in
    4) exec 4>"$home/session4" ;;
    5) exec 5>"$home/session5" ;;
    6) exec 6>"$home/session6" ;;
    7) exec 7>"$home/session7" ;;
    8) exec 8>"$home/session8" ;;
    esac
}
await_sql() { # PORT CONDITION
    tries=0
    until [ "$(echo "select $2" | sql "$1" postgres 2>/dev/null)" = t ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 1200 ] || { fail "waited in vain: $2" && return; }
        sleep 0.1
    done
}
close_sessions() {
    exec 4>&- 5>&- 6>&- 7>&- 8>&-
    rm -f "$home"/session*
    await_sql "$port" "count(*) = 1 from pg_stat_activity where backend_type = 'client backend'"
}

as=postgres
quick() {
    perform db/postgresql/check/quick.sh BINDIR="$bindir" SOCKET_DIR="$home" PORT="$port" DATADIR="$home/one" \
        DB_USER=postgres CONNECT_DB=postgres LONG_QUERY_IGNORE=pg_dump WRITE_TEST=false ROLE_EXPECTED=any "$@"
}

as_postgres "$bindir/initdb" -D "$home/one" -A trust --no-sync >/dev/null || exit
cat >>"$home/one/postgresql.conf" <<END
port = $port
listen_addresses = ''
unix_socket_directories = '$home'
max_connections = 5
superuser_reserved_connections = 2
max_wal_senders = 3
END
sed -i '1i local all locked reject\nlocal all secret scram-sha-256' "$home/one/pg_hba.conf"

situation 'never started'
quick
expect 'finding error DB-PG-010'
expect 'value up=false'

situation 'healthy'
begin_server one
sql "$port" postgres <<END
create role app login; create role monitor login; grant pg_monitor to monitor; create role locked login;
create role secret login; create table t (n int); insert into t values (1); grant all on t to app;
END
quick
healthy
expect 'value connections_room=3'
expect 'summary postgresql-seen .*role=primary'
shown 'database postgres'
quick DATADIR='' DB_USER=monitor WRITE_TEST=true ROLE_EXPECTED=primary
healthy
quick ROLE_EXPECTED=standby
expect 'finding error DB-PG-070 role=primary'

situation 'could not look'
quick BINDIR=/nonexistent
expect 'finding unknown DB-PG-001'
quick DB_USER=app
expect 'finding unknown DB-PG-003'
refuse 'value connections='
quick DB_USER=locked
expect 'finding unknown DB-PG-002'
quick DB_USER=secret
expect 'finding unknown DB-PG-002'
quick DB_USER=nobody_knows
expect 'finding unknown DB-PG-002'
as=nobody
quick
expect 'finding unknown DB-PG-005'
as=postgres
sql "$port" postgres <<END
revoke execute on function pg_database_size(oid) from public;
END
quick DB_USER=monitor
expect 'finding unknown DB-PG-004 .*pg_database_size'
expect 'value connections=0'
sql "$port" postgres <<END
grant execute on function pg_database_size(oid) to public;
END

situation 'cannot write'
echo "alter role monitor set default_transaction_read_only = on" | sql "$port" postgres
quick DB_USER=monitor WRITE_TEST=true
expect 'finding error DB-PG-080 .*read-only'
echo "alter role monitor reset default_transaction_read_only" | sql "$port" postgres

situation 'idle in transaction, and a lock held by it'
open_session 4 app
echo 'begin; update t set n = n + 1;' >&4
await_sql "$port" "exists (select from pg_stat_activity where state = 'idle in transaction' and now() - state_change > '1.2 s')"
quick
healthy
expect 'value idle_in_tx=1'
expect 'value oldest_idle_in_tx_s=[1-9]'
open_session 5 app
echo 'update t set n = n + 1;' >&5
await_sql "$port" "exists (select from pg_locks where not granted and clock_timestamp() - waitstart > '1.2 s')"
quick
expect 'value waiting_lock=1'
expect 'value lock_wait_s=[1-9]'
expect 'value blocker_idle_s=[1-9]'
shown 'holds others up: pid .*, user app, idle in transaction'
close_sessions

situation 'a long query'
open_session 4 app
echo "set application_name = 'report'; select pg_sleep(300);" >&4
await_sql "$port" "exists (select from pg_stat_activity where query like '%pg_sleep(300)%' and pid <> pg_backend_pid() and now() - query_start > '1.2 s')"
quick
expect 'value longest_active_s=[1-9]'
quick LONG_QUERY_IGNORE='pg_dump
report'
expect 'value longest_active_s=0'
echo "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app'" | sql "$port" postgres >/dev/null
close_sessions
open_session 4 app

situation 'connections exhausted'
open_session 5 app
open_session 6 app
await_sql "$port" "count(*) = 3 from pg_stat_activity where usename = 'app'"
quick DB_USER=monitor
expect 'finding error DB-PG-030 user="monitor"'
expect 'value connections_used_pct=100'
quick
healthy
expect 'value connections_used_pct=100'
open_session 7 postgres
open_session 8 postgres
tries=0
until quick && grep -q DB-PG-030 "$work/run/output" || [ "$tries" -ge 30 ]; do tries=$((tries + 1)); done
expect 'finding error DB-PG-030 user="postgres"'
refuse 'value connections='
expect 'value accepting=true' # the trap: pings are answered all the same
echo "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app'" >&7
close_sessions

situation 'pings but no answers'
echo "alter role monitor set session_preload_libraries = 'no_such_library'" | sql "$port" postgres
quick DB_USER=monitor
expect 'finding error DB-PG-014 .*no_such_library'
echo 'alter role monitor reset session_preload_libraries' | sql "$port" postgres

situation 'standby'
as_postgres "$bindir/pg_basebackup" -h "$home" -p "$port" -U postgres -D "$home/two" -R -X stream -c fast
sed -i "s/^port = .*/port = $((port + 1))/" "$home/two/postgresql.conf"
begin_server two
await_sql "$port" "exists (select from pg_stat_replication where state = 'streaming')"
standby() { quick PORT=$((port + 1)) DATADIR="$home/two" "$@"; }
standby ROLE_EXPECTED=standby WRITE_TEST=true
healthy
expect 'value in_recovery=true'
expect 'value replication_receivers=1'
quick
healthy
expect 'value replication_standbys=1'
shown 'standby walreceiver: streaming'
echo 'select pg_wal_replay_pause()' | sql $((port + 1)) postgres >/dev/null
await_sql $((port + 1)) "pg_get_wal_replay_pause_state() = 'paused'"
echo 'insert into t select generate_series(1, 1000)' | sql "$port" postgres
# The standby has received what it does not replay, and the primary knows both.
await_sql "$port" "exists (select from pg_stat_replication where flush_lsn = pg_current_wal_lsn() and replay_lsn < flush_lsn)"
standby
expect 'finding warning DB-PG-063'
expect 'value replication_lag_bytes=[1-9]'
quick
expect 'value replication_lag_bytes=[1-9]'
echo 'select pg_wal_replay_resume()' | sql $((port + 1)) postgres >/dev/null

situation 'another server on the port'
quick DATADIR="$home/two"
expect 'finding error DB-PG-013'

situation 'stopping'
open_session 4 app
echo 'select 1;' >&4
await_sql "$port" "exists (select from pg_stat_activity where usename = 'app')"
as_postgres "$bindir/pg_ctl" -D "$home/one" -s -m smart -W stop
stopping() { grep -q '^stopping' "$home/one/postmaster.pid"; }
await stopping
quick
expect 'finding error DB-PG-011 state=stopping'
exec 4>&-
rm -f "$home/session4"
await test ! -e "$home/one/postmaster.pid"
standby
expect 'finding error DB-PG-062'
end_server two

situation 'frozen'
begin_server one
pid=$(sed -n 1p "$home/one/postmaster.pid")
kill -STOP "$pid"
quick
expect 'finding error DB-PG-012'
kill -CONT "$pid"

situation 'crashed: pid file and lock file left over'
kill -KILL "$pid"
# Its children see that it is gone and end, one after the other.
await sh -c "! grep -ls '^postgres:' /proc/[0-9]*/cmdline"
[ -e "$home/one/postmaster.pid" ] || fail 'the test needs a left-over pid file'
quick
expect 'finding error DB-PG-010'
quick DATADIR=''
expect 'finding error DB-PG-010'
sleep 300 &
stranger=$!
sed -i "1s/.*/$stranger/" "$home/one/postmaster.pid"
quick
expect 'finding error DB-PG-010'
end "$stranger"

cd /
finish
