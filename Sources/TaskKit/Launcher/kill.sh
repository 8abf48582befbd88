# Ends everything one attempt started: TERM, a grace time, then KILL. Reads from standard input, a line each: the attempt's
# id, the process id its launcher reported (or 0), the grace time in seconds, the request's nonce, its name in the spool (or
# nothing).
# Three ways find the processes: the process group of the launcher; in the spool, the sessions of what it started; and the
# attempt's id in their environment, which also finds what made a session of its own.
IFS= read -r attempt && IFS= read -r pid && IFS= read -r grace && IFS= read -r nonce && IFS= read -r spool || exit 64
# Sets $parent, $group, $session and $born of a process; the fields of its line come after the name, which ends at the last
# parenthesis.
look_at() {
    IFS= read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
    # shellcheck disable=SC2086
    set -- ${stat##*)}
    parent=$2 group=$3 session=$4 born=${20}
}
# What runs in the spool is found again by what its name says of it, after the connection and the controller are gone.
if [ -n "$spool" ]; then
    pid=0
    IFS= read -r boot </proc/sys/kernel/random/boot_id
    if read -r word one two three rest 2>/dev/null <"$spool" && [ "$word $one" = "running $boot" ]; then
        if look_at "$two" && [ "$born" = "$three" ]; then pid=$two; fi
    fi
    # From here on, its end tells nothing about its work.
    [ "$word" != running ] || : >"$spool.killed"
fi
# The launcher, and what started it (sudo, sshd), stay.
kept=" " number=$pid own=""
while [ "$number" -gt 1 ] && look_at "$number"; do
    [ "$number" != "$pid" ] || own=$group
    kept="$kept$number "
    number=$parent
done
tagged() { grep -lszx "FIRSTLINE_ATTEMPT=$attempt" /proc/[0-9]*/environ 2>/dev/null; }
# The launcher may be gone and its number taken by another: only the group of a launcher is looked at.
grouped() {
    [ -n "$own" ] && grep -qs FIRSTLINE "/proc/$pid/cmdline" || return 0
    if [ -z "$spool" ]; then
        grep -ls "^[0-9]* (.*) [^ZX] [0-9]* $own " /proc/[0-9]*/stat 2>/dev/null
        return 0
    fi
    for p in $(grep -ls "^[0-9]* (.*) [^ZX] $pid " /proc/[0-9]*/stat 2>/dev/null | tr -dc "0-9\n"); do
        if look_at "$p" && [ "$session" = "$p" ]; then
            grep -ls "^[0-9]* (.*) [^ZX] [0-9]* [0-9]* $session " /proc/[0-9]*/stat 2>/dev/null
        fi
    done
}
living() {
    for p in $( { tagged; grouped; } | tr -dc "0-9\n"); do
        case $kept in *" $p "*) ;; *) echo "$p" ;; esac
    done
}
signal() {
    for p in $(living); do kill -s "$1" -- "$p" 2>/dev/null; done
}
# Sets $now to the seconds since the machine was started: the clock on the wall may be set meanwhile.
tell_time() { IFS=. read -r now rest </proc/uptime; }
# Waits at least so many seconds for all of it to be gone, repeating a signal meanwhile if one is given.
wait_gone() {
    tell_time
    over=$((now + $1 + 1))
    while [ "$now" -lt "$over" ] && [ -n "$(living)" ]; do
        [ -z "${2-}" ] || signal "$2"
        sleep 0.1
        tell_time
    done
}
signal TERM
wait_gone "$grace"
wait_gone 4 KILL
for d in "${TMPDIR:-/tmp}" /dev/shm /var/tmp /run; do
    rm -rf -- "$d/firstline.$nonce" 2>/dev/null
done
[ -z "$(living)" ]
