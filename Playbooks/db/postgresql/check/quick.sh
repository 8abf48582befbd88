#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# One look at a PostgreSQL server (10 or later) within a few seconds: its process, whether it really answers a query (a
# positive ping proves little), sessions, locks, replication, databases. Reads only; WRITE_TEST adds a table that is
# rolled back. Runs as the server's account, which may read the data directory and log in over the socket.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
cd / || exit 1

exec 3>>"$FIRSTLINE_OUTPUT"
say() { printf '%s\n' "$*" >&3; }
give_up() { # LEVEL CODE …
    say "finding $*"
    say "summary postgresql-not-fine port=$PORT"
    exit 0
}
# The first line of a message, without what could break a finding.
plain() { head -n 1 | tr -d '[:cntrl:]' | tr '"\134' "'/" | cut -c 1-200; }

for tool in pg_isready psql; do
    [ -x "$BINDIR/$tool" ] || give_up "unknown DB-PG-001 tool=\"$BINDIR/$tool\""
done

# Which process it is: as the data directory says, or else the lock file of the socket. Either may be left over from a
# crash, and its number may be somebody else by now.
lock=$SOCKET_DIR/.s.PGSQL.$PORT.lock
pid_file=${DATADIR:+$DATADIR/postmaster.pid}
pid_file=${pid_file:-$lock}
dir=${pid_file%/*}
until [ -e "${dir:-/}" ]; do dir=${dir%/*}; done
if [ ! -x "${dir:-/}" ] || [ -e "$pid_file" ] && [ ! -r "$pid_file" ]; then
    give_up "unknown DB-PG-005 file=\"$pid_file\""
fi
pid=$(sed -n 1p "$pid_file" 2>/dev/null | tr -dc 0-9)
# The name of a process that lives; a zombie does not.
case $(sed -n 's/^[0-9]* (\(.*\)) [^ZX] .*/\1/p' "/proc/${pid:-none}/stat" 2>/dev/null) in
postgres | postmaster | edb-postgres | edb-postmaster) ;;
*)
    say 'value up=false'
    give_up "error DB-PG-010 port=$PORT"
    ;;
esac
say 'value up=true'
say "value pid=$pid"
# The answer must come from this server and not from a neighbour on its port.
if [ -r "$lock" ] && [ "$(sed -n 1p "$lock" | tr -dc 0-9)" != "$pid" ]; then
    give_up "error DB-PG-013 port=$PORT pid=$pid"
fi

"$BINDIR/pg_isready" -q -h "$SOCKET_DIR" -p "$PORT" -U "$DB_USER" -d "$CONNECT_DB" -t 3
ready=$?
say "value accepting=$([ "$ready" = 0 ] && echo true || echo false)"
case $ready in
0) ;;
1)
    # It is there and refuses: its pid file tells whether it starts, stops or waits.
    datadir=$(sed -n 2p "$pid_file")
    give_up "error DB-PG-011 state=$(sed -n 8p "$datadir/postmaster.pid" 2>/dev/null | tr -dc "[:lower:]" | grep . || echo '?')"
    ;;
*) give_up "error DB-PG-012 port=$PORT" ;;
esac

# Asks as a database user. Each answer is a line NAME=VALUE; a line with "#" in front is for the reader of the log. A
# question that takes too long ends the asking, so the costly ones come last. Names lose their newlines, lest one of them
# reads as an answer.
ask() {
    PGCONNECT_TIMEOUT=4 PGAPPNAME=firstline PGOPTIONS='-c statement_timeout=4s -c lock_timeout=1s' \
        timeout -k 1 9 "$BINDIR/psql" -X -w -q -At -h "$SOCKET_DIR" -p "$PORT" -U "$1" -d "$CONNECT_DB" \
        -v ON_ERROR_STOP=1 -v ignored="$LONG_QUERY_IGNORE" -v write_test="$WRITE_TEST" 2>"$FIRSTLINE_OUTPUT.said" <<'SQL'
select 'version=' || split_part(current_setting('server_version'), ' ', 1);
select 'uptime_s=' || extract(epoch from clock_timestamp() - pg_postmaster_start_time())::bigint;
select pg_is_in_recovery() as standby, current_setting('server_version_num')::int >= 140000 as has_waitstart \gset
\echo in_recovery=:standby

\if :write_test
\if :standby
\else
begin;
create temp table firstline_write_test on commit drop as select 1 as n;
rollback;
\echo write_test=passed
\endif
\endif

-- A role that may not see other sessions gets their rows with empty columns: every count would be a reassuring zero.
select rolsuper or exists (select from pg_roles m where m.rolname = 'pg_monitor'
    and pg_has_role(current_user, m.oid, 'usage')) as may_see from pg_roles where rolname = current_user \gset
\echo may_see=:may_see
\if :may_see

-- Sessions of clients but this one; the slots kept for superusers are no room.
with s as (
    select *, extract(epoch from clock_timestamp() - xact_start) as in_xact,
        extract(epoch from clock_timestamp() - query_start) as in_query,
        extract(epoch from clock_timestamp() - state_change) as in_state
    from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()
), room as (
    select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - coalesce(nullif(current_setting('reserved_connections', true), '')::int, 0) as slots
)
select unnest(array[
    'connections=' || count(s.pid),
    'connections_room=' || max(slots),
    'connections_used_pct=' || round(100.0 * count(s.pid) / max(slots), 1),
    'active=' || count(*) filter (where state = 'active'),
    'idle_in_tx=' || count(*) filter (where state like 'idle in transaction%'),
    'waiting_lock=' || count(*) filter (where wait_event_type = 'Lock'),
    'oldest_xact_s=' || coalesce(max(in_xact), 0)::bigint,
    'oldest_idle_in_tx_s=' || coalesce(max(in_state) filter (where state like 'idle in transaction%'), 0)::bigint,
    'longest_active_s=' || coalesce(max(in_query) filter (where state = 'active'
        and application_name <> all (string_to_array(:'ignored', E'\n'))), 0)::bigint])
from room left join s on true;

-- Who waits for a lock, and who is at the root: holds others up and waits for nobody. Before version 14 the server does
-- not tell since when; the start of the query is the longest it can be.
\if :has_waitstart
\set since l.waitstart
\else
\set since a.query_start
\endif
with waiting as (
    select l.pid, max(extract(epoch from clock_timestamp() - :since)) as seconds
    from pg_locks l join pg_stat_activity a on a.pid = l.pid where not l.granted group by l.pid
), root as (
    select distinct b.pid, a.usename, a.state, extract(epoch from clock_timestamp() - a.state_change) as in_state
    from waiting w cross join lateral unnest(pg_blocking_pids(w.pid)) as b(pid)
    left join pg_stat_activity a on a.pid = b.pid where b.pid not in (select pid from waiting)
)
select 'lock_wait_s=' || coalesce(max(seconds), 0)::bigint from waiting
union all
select 'blocker_idle_s=' || coalesce(max(in_state) filter (where state like 'idle in transaction%'), 0)::bigint from root
union all
select '# held up: pid ' || pid || ' for ' || seconds::bigint || ' s by ' || pg_blocking_pids(pid)::text from waiting
union all
select '# holds others up: pid ' || pid || ', user ' || coalesce(translate(usename, E'\n\r', '??'), '?') || ', ' || coalesce(state, '?') from root;

\if :standby
select unnest(array[
    'replication_receivers=' || (select count(*) from pg_stat_wal_receiver where status = 'streaming'),
    'replication_paused=' || pg_is_wal_replay_paused(),
    'replication_lag_bytes=' || coalesce(pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), 0)::bigint,
    -- Behind an idle primary the last transaction is old without any lag: only what was received and not replayed counts.
    'replication_lag_s=' || case when pg_last_wal_receive_lsn() is distinct from pg_last_wal_replay_lsn()
        then coalesce(extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()), 0)::bigint else 0 end]);
\else
select unnest(array[
    'replication_standbys=' || count(*),
    'replication_lag_bytes=' || coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)), 0)::bigint,
    'replication_lag_s=' || coalesce(max(extract(epoch from replay_lag)), 0)::bigint])
from pg_stat_replication where state <> 'backup';
select '# standby ' || coalesce(translate(application_name, E'\n\r', '??'), '?') || ': ' || state || ', ' || sync_state from pg_stat_replication;
\endif

select 'cache_hit_pct=' || coalesce(round(100.0 * sum(blks_hit) / nullif(sum(blks_hit) + sum(blks_read), 0), 1), 100)
from pg_stat_database;
select '# database ' || translate(d.datname, E'\n\r', '??') || ': ' || pg_size_pretty(pg_database_size(d.oid)) || ', ' || coalesce(s.numbackends, 0)
    || ' sessions, ' || coalesce(round(100.0 * blks_hit / nullif(blks_hit + blks_read, 0), 1)::text, '-') || ' % from memory'
from pg_database d left join pg_stat_database s on s.datid = d.oid where d.datallowconn order by 1;
\endif
\echo complete=yes
SQL
}

answers=$(ask "$DB_USER")
code=$?
said=$(cat "$FIRSTLINE_OUTPUT.said")
reason=$(printf '%s\n' "$said" | plain)
full=''
case $said in
*'connection slots are reserved'* | *'too many clients already'*)
    full=yes
    say "finding error DB-PG-030 user=\"$DB_USER\""
    # The slots kept for superusers may still let us in to see who holds the others.
    [ "$DB_USER" = "$(id -un)" ] || answers=$(ask "$(id -un)")
    ;;
esac
rm -f "$FIRSTLINE_OUTPUT.said"
if [ -z "$answers" ]; then
    case "$full:$said" in
    yes:*) say "summary postgresql-not-fine port=$PORT" ;;
    *'does not exist'* | *authentication* | *'no pg_hba.conf entry'* | *'pg_hba.conf rejects'* | *'no password supplied'*)
        give_up "unknown DB-PG-002 user=\"$DB_USER\" reason=\"$reason\""
        ;;
    *) give_up "error DB-PG-014 code=$code reason=\"$reason\"" ;; # it answers pings, and no question
    esac
    exit 0
fi

printf '%s\n' "$answers" | sed -n 's/^# //p'
# How many sessions and how long a wait is too much is judged by the thresholds of the task; here, what is no number.
printf '%s\n' "$answers" | REASON=$reason awk '
    function told(key) { return key in v ? v[key] : "?" }
    /^[a-z_]+=/ {
        key = $0; sub(/=.*/, "", key)
        text = substr($0, length(key) + 2)
        v[key] = text == "t" ? "true" : text == "f" ? "false" : text
        if (key !~ /^(complete|may_see|write_test)$/) print "value " key "=" v[key]
    }
    END {
        role = v["in_recovery"] == "true" ? "standby" : "primary"
        if (ENVIRON["ROLE_EXPECTED"] != "any" && ENVIRON["ROLE_EXPECTED"] != role)
            print "finding error DB-PG-070 role=" role " expected=" ENVIRON["ROLE_EXPECTED"]
        if (ENVIRON["WRITE_TEST"] == "true" && role == "primary" && told("write_test") != "passed")
            print "finding error DB-PG-080 reason=\"" ENVIRON["REASON"] "\""
        else if (told("may_see") == "false") print "finding unknown DB-PG-003"
        else if (told("complete") != "yes") print "finding unknown DB-PG-004 reason=\"" ENVIRON["REASON"] "\""
        if (told("replication_receivers") == "0") print "finding error DB-PG-062"
        if (told("replication_paused") == "true") print "finding warning DB-PG-063"
        print "summary postgresql-seen version=\"" told("version") "\" role=" role " connections=" told("connections") \
            " used=" told("connections_used_pct") " lock_wait=" told("lock_wait_s")
    }' >&3
