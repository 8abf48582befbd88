# Firstline's launcher: the one fixed text that a transport sends as a command. Everything that varies comes on standard
# input as data and is never evaluated. Comments and indentation are left out when it is sent, and it holds no single quote,
# so that every POSIX login shell can carry it in single quotes.
#
# First come four lines: a random key, the account to become (empty: stay), the way of becoming it, and -S if there is a
# password for it, else -n. Then requests, one after another, until standard input ends. A request is a list of items, one
# a line: a letter for its kind, then its bytes; a line that begins with "+" continues the item before it after a newline.
#
#   N nonce          first; begins with the key. Marks carry it, so that a program's own output is not taken for one
#   K nonce          instead of it where P follows
#   D directory      W anything: make a private directory and FIRSTLINE_OUTPUT in it
#   E NAME=value     A one argument     S bytes: the script is the next argument
#   I bytes: the program reads so many, or without a spool all that comes, so that no request can follow
#   F anything: start it in the background
#   P path: keep its state and output in the spool under this name, start it only if nobody has, and let it survive us
#   B boot: start it only if the machine is still as it was when the spool was asked for
#   G go; then the script, then what the program reads
#
# A question begins with Q and a nonce instead, and is answered without a shell of its own: A, P as above, O the first day of
# which nothing is forgotten, and G with a word: ground, revoke or forget.
#
# Marks on standard output, each after the byte 036: BECOME way, READY, START pid age, OUTPUT (then what was written to
# FIRSTLINE_OUTPUT), END code; END also on standard error. FAIL word instead, where the program could not be started.
# PASSWORD on standard error is what sudo asks with, each time it wants the password; su wants it once, without a word.
#
# In the spool, P is a file that says who runs or what became of it; P.out, P.err, P.output hold what was written. P stays
# when they are emptied, so that a request which comes late never starts anything a second time. After START, or TAKEN
# where P was there already, lines "R out err" ask for what was written from these bytes on. The answer ends with AGAIN on
# both streams while the program runs; it is the whole rest, OUTPUT and END when it has ended; and LOST word when nobody can
# say any more. DONE tells that it is worth asking.
mark() { printf "\036FIRSTLINE %s %s\n" "$n" "$1"; }
# The hand takes no further request: what is left of this one could be taken for it.
last() { kill -s TERM "$$"; }
fail() {
    mark "FAIL $1"
    [ -z "$t" ] || rm -rf -- "$t"
    [ -z "$p" ] || rm -f -- "$p.$n"
    last
    exit 126
}
# SPOOL: from here on, only what keeps errands needs it; others are sent a text without it.
# Sets $born to the time a process was started at, in ticks since the machine was; fails when it runs no more.
birth() {
    IFS= read -r line 2>/dev/null <"/proc/$1/stat" || return 1
    # shellcheck disable=SC2086
    set -- ${line##*)}
    born=${20}
    [ "$1" != Z ]
}
age() {
    IFS=. read -r up line </proc/uptime
    echo $((up - born / $(getconf CLK_TCK 2>/dev/null || echo 100)))
}
# Only one of all who try makes the file.
claim() {
    set -C
    { printf "" >"$p"; } 2>/dev/null
    c=$?
    set +C
    return "$c"
}
# Written over in place: where the disk is full there is no room for a file to be renamed. What counts is the first line;
# the blanks behind it cover a longer one that stood there.
note() { printf "%s\n%98s" "$1" "" 1<>"$p"; }
# Sets $state to what the spool says of a name.
look() {
    word="" one="" two="" three=""
    read -r word one two three line 2>/dev/null <"$1"
    case $word in
    ended) state="ended $one $two" ;;
    revoked | rebooted) state=$word ;;
    running)
        if [ "$one" != "$boot" ]; then
            state=rebooted
        elif birth "$two" && [ "$born" = "$three" ]; then
            state="running $two"
        else
            state=gone
        fi
        ;;
    *) state=empty ;;
    esac
}
# Whether a directory of ours can be had for the spool; sets $s to it.
place() {
    [ -d "$1/$line" ] || (umask 077 && mkdir -p -- "$1/$line") 2>/dev/null
    [ -O "${1%/*}" ] && [ -O "$1" ] && [ -O "$1/$line" ] && [ -w "$1/$line" ] && s=$1/$line
}
# Where the account can keep a spool: $s, or nothing.
ground() {
    s=""
    [ -n "$boot" ] && [ "$1" != none ] && command -v setsid >/dev/null || return 0
    # There the end of a log-in is the end of all that it started.
    if [ -d /run/systemd/system ]; then
        ! grep -Eqs "^ *KillUserProcesses *= *(1|y|t|on)" /etc/systemd/logind.conf /etc/systemd/logind.conf.d/* || return 0
    fi
    IFS= read -r line 2>/dev/null </etc/machine-id || line=$(uname -n)
    if [ -n "$1" ]; then
        place "$1/firstline-$(id -u)/spool"
    else
        place "${XDG_STATE_HOME:-${HOME:-/dev/null}/.local/state}/firstline/spool" || place "/var/tmp/firstline-$(id -u)/spool"
    fi
}
# Forgets what ended more than 30 days ago and began before $o, once for each $o.
sweep() {
    read -r line 2>/dev/null <"$s/.swept" || line=""
    [ "$line" != "$o" ] && echo "$o" >"$s/.swept" || return 0
    find "$s" -type f -name "[0-9]*" ! -name "*.*" -mtime +30 | while IFS= read -r d; do
        i=${d##*/}
        look "$d"
        case $state in ended* | revoked | rebooted) [ "${i%%-*}" -ge "$o" ] || rm -f -- "$d" "$d".* ;; esac
    done
} 2>/dev/null
# Forgets what the names given wrote. The empty files go with their name: to start a program that removes them would cost
# more than all else here.
forget() {
    for i in "$@"; do
        for d in script out err output; do
            [ ! -s "$s/$i.$d" ] || : >"$s/$i.$d"
        done
    done
}
# Runs the program for as long as it takes, whoever listens.
supervise() {
    birth self
    me=${line%% *}
    if ! { note "running $boot $me $born" && : >"$p.out" && : >"$p.err"; }; then
        rm -f -- "$p" "$p".*
        fail spool
    fi
    trap : HUP
    trap "" PIPE
    mark "START $me 0"
    told
    trap - PIPE
    exec </dev/null
    if [ -n "$in" ]; then
        exec <"$p.in"
        rm -f -- "$p.in"
    fi
    if [ -n "$back" ]; then
        setsid "$@" </dev/null >/dev/null 2>&1 &
        c=0
    else
        setsid "$@" >>"$p.out" 2>>"$p.err"
        c=$?
    fi
    # Where this finds no room, the program may have found none for what it wrote.
    i="whole"
    printf "%4096s" "" 2>/dev/null >>"$p" || i="cut"
    note "ended $c $i"
    trap "" PIPE
    mark DONE
} 2>/dev/null
# Sends what stands in a file from a byte on.
send() { [ ! -s "$1" ] || tail -c "+$(($2 + 1))" "$1" 2>/dev/null; }
# Answers questions about P until it has ended; the first line says what P is.
converse() {
    IFS= read -r p || exit 126
    exec <&3 3<&- 4>&-
    while IFS=" " read -r word out err; do
        [ "$word" = R ] || continue
        look "$p"
        # It may have ended between two looks; and who has just claimed it may not have written yet.
        [ "$state" != gone ] || look "$p"
        for i in 1 2 3 4 5; do
            [ "$state" != empty ] || { sleep 1 && look "$p"; }
        done
        i=$state
        send "$p.out" "$out"
        send "$p.err" "$err" >&2
        case $i in
        running*)
            mark AGAIN
            mark AGAIN >&2
            continue
            ;;
        ended*)
            mark OUTPUT
            [ ! -s "$p.output" ] || head -c 1048577 "$p.output"
            [ ! -e "$p.killed" ] || mark KILLED
            c=${i#* }
            [ "${c#* }" != cut ] || mark CUT
            exit "${c%% *}"
            ;;
        *)
            mark "LOST $i"
            exit 0
            ;;
        esac
    done
    exit 125
}
# Lets the questions begin.
told() { echo "$p" >&3 && exec 3>&-; }
# Starts the program unless P is there; either way, tells about it.
spool() {
    if ! claim; then
        rm -f -- "$p.$n"
        look "$p"
        [ "${state%% *}" != running ] || i="${state#* } $(age)"
    elif [ "$boot" != "$b" ]; then
        note rebooted
    else
        [ -z "$size$in" ] || receive
        supervise "$@"
        exit
    fi
    mark "TAKEN ${i:-0 0}"
    told
}
# Takes apart what was sent: the script, then what the program reads.
receive() {
    if [ -n "$in" ]; then
        tail -c "+$((${size:-0} + 1))" "$p.$n" >"$p.in"
        [ -z "$size" ] || head -c "$size" "$p.$n" >"$p.script"
        rm -f -- "$p.$n"
    else
        mv -f -- "$p.$n" "$p.script"
    fi
}
# Answers a question, in the hand itself: to start a shell costs a host more than most answers.
answer() {
    p="" o=""
    set --
    while IFS= read -r line; do
        v=${line#?}
        case $line in
        A*) set -- "$@" "$v" ;;
        O*) o=$v ;;
        P*) p=$v s=${v%/*} ;;
        G*) break ;;
        esac
    done
    case $v in
    ground)
        ground "$1"
        mark "GROUND ${boot:-none} $s"
        ;;
    revoke)
        ! claim || note revoked || rm -f -- "$p"
        look "$p"
        mark "STATE $state"
        ;;
    forget)
        sweep
        forget "$@"
        ;;
    esac
}
# END OF SPOOL
request() {
    k="" v="" t="" p="" size="" in="" back="" b="" i=""
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
        S) size=$v; set -- "$@" "${p:-$t/}${p:+.}script" ;;
        I) in=$v; [ -n "$p" ] || last ;;
        F) back=yes ;;
        B) b=$v ;;
        P)
            p=$v s=${v%/*}
            [ -O "$s" ] || fail spool
            FIRSTLINE_OUTPUT=$p.output
            export FIRSTLINE_OUTPUT
            ;;
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
    command -v -- "$1" >/dev/null || fail program
    if [ -n "$p" ]; then
        if [ -n "$size$in" ]; then
            c=$((${size:-0} + ${in:-0}))
            head -c "$c" 2>/dev/null >"$p.$n"
            [ "$(wc -c 2>/dev/null <"$p.$n" | tr -dc 0-9)" = "$c" ] || fail spool
        fi
        spool "$@"
        exit
    fi
    if [ -n "$size" ]; then
        # Not a byte too many may be taken where the program reads the same input.
        if [ -n "$in" ]; then dd bs=1 count="$size" 2>/dev/null; else head -c "$size"; fi >"$t/script" || fail workspace
        [ -s "$t/script" ] || [ "$size" = 0 ] || fail workspace
    fi
    if [ -n "$back" ]; then
        (
            if command -v setsid >/dev/null; then setsid "$@"; else "$@"; fi </dev/null >/dev/null 2>&1
            [ -z "$t" ] || rm -rf -- "$t"
        ) </dev/null >/dev/null 2>&1 &
        mark "START $! 0"
        exit 0
    fi
    [ -n "$in" ] || exec </dev/null
    mark "START $$ 0"
    [ -n "$t" ] || exec "$@"
    "$@"
    c=$?
    mark OUTPUT
    [ ! -s "$t/output" ] || head -c 1048577 "$t/output"
    rm -rf -- "$t"
    exit "$c"
}
n="" over="" boot=""
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
IFS= read -r boot 2>/dev/null </proc/sys/kernel/random/boot_id
exec 3<&0 4>&1
trap "over=yes" TERM
while [ -z "$over" ] && IFS= read -r line; do
    n=${line#?}
    case $line in
    "N$1"*)
        (request)
        c=$?
        ;;
    "Q$1"*)
        answer
        c=0
        ;;
    "K$1"*)
        { request <&3 3>&1 >&4 4>&-; } | converse
        c=$?
        ;;
    # A password that nobody asked for may stand before the first request.
    *) continue ;;
    esac
    mark "END $c"
    mark "END $c" >&2
done
