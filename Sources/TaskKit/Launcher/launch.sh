# Firstline's launcher: the one fixed text that a transport sends as a command. Everything that varies comes on standard
# input as data and is never evaluated. Comments and indentation are left out when it is sent, and it holds no single quote,
# so that every POSIX login shell can carry it in single quotes.
#
# First come four lines: a random key, the account to become (empty: stay), the way of becoming it, and -S if there is a
# password for it, else -n. Then requests, one after another, until standard input ends. A request is a list of items, one
# a line: a letter for its kind, then its bytes; a line that begins with "+" continues the item before it after a newline.
#
#   N nonce          first; begins with the key. Marks carry it, so that a program's own output is not taken for one
#   D directory      W anything: make a private directory and FIRSTLINE_OUTPUT in it
#   E NAME=value     A one argument     S bytes: the script is the next argument
#   I anything: the program reads standard input, so no request can follow     F anything: start it in the background
#   G go; then the script, then what the program reads
#
# Marks on standard output, each after the byte 036: BECOME way, READY, START pid, OUTPUT (then what was written to
# FIRSTLINE_OUTPUT), END code; END also on standard error. FAIL word instead, where the program could not be started.
# PASSWORD on standard error is what sudo asks with, each time it wants the password; su wants it once, without a word.
mark() { printf "\036FIRSTLINE %s %s\n" "$n" "$1"; }
# The hand takes no further request: what is left of this one could be taken for it.
last() { kill -s TERM "$$"; }
fail() { mark "FAIL $1"; [ -z "$t" ] || rm -rf -- "$t"; last; exit 126; }
request() {
    k="" v="" t="" size="" in="" back=""
    while :; do
        IFS= read -r line || exit 125
        case $line in
        +*)
            v="$v
${line#+}"
            continue
            ;;
        esac
        # What E exports is "NAME=value", given as one item.
        # shellcheck disable=SC2163
        case $k in
        D) cd -- "$v" 2>/dev/null || fail directory ;;
        E) export "$v" ;;
        A) set -- "$@" "$v" ;;
        S) size=$v; set -- "$@" "$t/script" ;;
        I) in=yes; last ;;
        F) back=yes ;;
        W)
            for t in "${TMPDIR:-/tmp}" /dev/shm /var/tmp /run; do
                mkdir -m 700 -- "$t/firstline.$n" 2>/dev/null && break
                t=
            done
            [ -n "$t" ] || fail workspace
            t=$t/firstline.$n
            FIRSTLINE_OUTPUT=$t/output
            export FIRSTLINE_OUTPUT
            : >"$t/output" || fail workspace
            ;;
        esac
        k=${line%"${line#?}"}
        v=${line#?}
        [ "$k" != G ] || break
    done
    if [ -n "$size" ]; then
        # Not a byte too many may be taken where the program reads the same input.
        if [ -n "$in" ]; then dd bs=1 count="$size" 2>/dev/null; else head -c "$size"; fi >"$t/script" || fail workspace
        [ -s "$t/script" ] || [ "$size" = 0 ] || fail workspace
    fi
    command -v -- "$1" >/dev/null || fail program
    if [ -n "$back" ]; then
        (
            if command -v setsid >/dev/null; then setsid "$@"; else "$@"; fi </dev/null >/dev/null 2>&1
            [ -z "$t" ] || rm -rf -- "$t"
        ) </dev/null >/dev/null 2>&1 &
        mark "START $!"
        exit 0
    fi
    [ -n "$in" ] || exec </dev/null
    mark "START $$"
    [ -n "$t" ] || exec "$@"
    "$@"
    c=$?
    mark OUTPUT
    [ ! -s "$t/output" ] || head -c 1048577 "$t/output"
    rm -rf -- "$t"
    exit "$c"
}
n="" over=""
if [ "$#" = 0 ]; then
    IFS= read -r n && IFS= read -r u && IFS= read -r way && IFS= read -r ask || exit 125
    if [ -n "$u" ]; then
        command -v sudo >/dev/null || way=su
        mark "BECOME $way"
        [ "$way" != su ] || exec su -s /bin/sh -c "$0" "$u" "$0" "$n"
        exec sudo "$ask" -p "$(mark PASSWORD)
" -u "$u" -- /bin/sh -c "$0" "$0" "$n"
    fi
    set -- "$n"
else
    n=$1
    mark READY
fi
trap "over=yes" TERM
while [ -z "$over" ] && IFS= read -r line; do
    # A password that nobody asked for may stand before the first request.
    case $line in "N$1"*) n=${line#N} ;; *) continue ;; esac
    (request)
    c=$?
    mark "END $c"
    mark "END $c" >&2
done
