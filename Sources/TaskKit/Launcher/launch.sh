# Firstline's launcher: the one fixed text that a transport sends as a command. Everything that varies comes on standard
# input as data, one item a line: a letter for its kind, then its bytes; a line that begins with "+" continues the item
# before it after a newline. Nothing that is read here is ever evaluated. Comments and indentation are left out when it is
# sent, and it holds no single quote, so that every POSIX login shell can carry it in single quotes.
#
#   N nonce          first item; marks carry it, so that a program's own output is not taken for one
#   U account  M way of becoming it  K yes if a password line follows  B become it now
#   D directory      W anything: make a private directory and FIRSTLINE_OUTPUT in it
#   E NAME=value     A one argument     S bytes: the script is the next argument
#   I anything: the program reads standard input     F anything: start it in the background     G go
#
# Marks on standard output, each after the byte 036: READY, BECOME, START pid, FAIL word, END code (then FIRSTLINE_OUTPUT).
n=${1-} k="" v="" u="" way=sudo ask=-n t="" size="" in="" back=""
mark() { printf "\036FIRSTLINE %s %s\n" "$n" "$1"; }
fail() { mark "FAIL $1"; [ -z "$t" ] || rm -rf -- "$t"; exit "$2"; }
if [ -n "$n" ]; then
    mark READY
    while IFS= read -r line; do
        [ "$line" != "N$n" ] || break
    done
fi
set --
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
    N) n=$v ;;
    U) u=$v ;;
    M) way=$v ;;
    K) ask=-S ;;
    D) cd -- "$v" 2>/dev/null || fail directory 126 ;;
    E) export "$v" ;;
    A) set -- "$@" "$v" ;;
    S) size=$v; set -- "$@" "$t/script" ;;
    I) in=yes ;;
    F) back=yes ;;
    W)
        for t in "${TMPDIR:-/tmp}" /dev/shm /var/tmp /run; do
            mkdir -m 700 -- "$t/firstline.$n" 2>/dev/null && break
            t=
        done
        [ -n "$t" ] || fail workspace 126
        t=$t/firstline.$n
        FIRSTLINE_OUTPUT=$t/output
        export FIRSTLINE_OUTPUT
        : >"$t/output" || fail workspace 126
        ;;
    esac
    k=${line%"${line#?}"}
    v=${line#?}
    case $k in
    G) break ;;
    B)
        mark BECOME
        command -v sudo >/dev/null || way=su
        [ "$way" != su ] || exec su -s /bin/sh -c "$0" "$u" "$0" "$n"
        exec sudo "$ask" -p "" -u "$u" -- /bin/sh -c "$0" "$0" "$n"
        ;;
    esac
done
if [ -n "$size" ]; then
    if [ -n "$in" ]; then dd bs=1 count="$size" 2>/dev/null; else cat; fi >"$t/script" || fail workspace 126
    [ -s "$t/script" ] || [ "$size" = 0 ] || fail workspace 126
fi
command -v -- "$1" >/dev/null || fail program 127
if [ -n "$back" ]; then
    (
        if command -v setsid >/dev/null; then setsid "$@"; else "$@"; fi </dev/null >/dev/null 2>&1
        [ -z "$t" ] || rm -rf -- "$t"
    ) </dev/null >/dev/null 2>&1 &
    mark "START $!"
    mark "END 0"
    exit 0
fi
[ -n "$in" ] || exec </dev/null
mark "START $$"
[ -n "$t" ] || exec "$@"
"$@"
c=$?
mark "END $c"
[ ! -s "$t/output" ] || head -c 1048577 "$t/output"
rm -rf -- "$t"
exit "$c"
