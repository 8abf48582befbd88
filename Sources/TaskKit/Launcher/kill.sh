# Ends everything one attempt started: TERM, a grace time, then KILL. Reads from standard input, a line each: the attempt's
# id, the process id its launcher reported (or 0), the grace time in seconds, the request's nonce.
# Two ways find the processes: the process group of the launcher, and the attempt's id in their environment, which also finds
# what made a session of its own.
IFS= read -r attempt && IFS= read -r pid && IFS= read -r grace && IFS= read -r nonce || exit 64
# Sets $parent and $group of a process; the fields of its line come after the name, which ends at the last parenthesis.
look_at() {
    IFS= read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
    # shellcheck disable=SC2086
    set -- ${stat##*)}
    parent=$2 group=$3
}
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
    grep -ls "^[0-9]* (.*) [^ZX] [0-9]* $own " /proc/[0-9]*/stat 2>/dev/null
}
living() {
    for p in $( { tagged; grouped; } | tr -dc "0-9\n"); do
        case $kept in *" $p "*) ;; *) echo "$p" ;; esac
    done
}
signal() {
    for p in $(living); do kill -s "$1" -- "$p" 2>/dev/null; done
}
# Waits so many tenths of a second for all of it to be gone, repeating a signal meanwhile if one is given.
wait_gone() {
    i=0
    while [ "$i" -lt "$1" ] && [ -n "$(living)" ]; do
        [ -z "${2-}" ] || signal "$2"
        sleep 0.1
        i=$((i + 1))
    done
}
signal TERM
wait_gone $((grace * 10))
wait_gone 20 KILL
for d in "${TMPDIR:-/tmp}" /dev/shm /var/tmp /run; do
    rm -rf -- "$d/firstline.$nonce" 2>/dev/null
done
[ -z "$(living)" ]
