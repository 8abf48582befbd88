# Ends everything one attempt started: TERM, a grace time, then KILL. Reads from standard input, a line each: the attempt's
# id, the process id its launcher reported (or 0), the grace time in seconds, the launcher's nonce.
# Two ways find the processes: the process group of the launcher, and the attempt's id in their environment, which also finds
# what made a session of its own.
IFS= read -r attempt && IFS= read -r pid && IFS= read -r grace && IFS= read -r nonce || exit 64
tagged() {
    grep -ls "FIRSTLINE_ATTEMPT=$attempt" /proc/[0-9]*/environ 2>/dev/null | tr -dc "0-9\n"
}
# The launcher may be gone and its number taken by another: only a group that still holds the attempt is signalled.
signal() {
    for p in $(tagged); do
        [ "$p" = "$pid" ] && kill -s "$1" -- "-$pid" 2>/dev/null
        kill -s "$1" -- "$p" 2>/dev/null
    done
}
signal TERM
i=0
while [ -n "$(tagged)" ] && [ "$i" -lt $((grace * 10)) ]; do
    sleep 0.1
    i=$((i + 1))
done
signal KILL
i=0
while [ -n "$(tagged)" ] && [ "$i" -lt 20 ]; do
    sleep 0.1
    i=$((i + 1))
    signal KILL
done
for d in "${TMPDIR:-/tmp}" /dev/shm /var/tmp /run; do
    rm -rf -- "$d/firstline.$nonce" 2>/dev/null
done
[ -z "$(tagged)" ]
