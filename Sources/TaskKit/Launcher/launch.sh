# Firstline's launcher: the one fixed text that a transport sends as a command. Everything that varies comes on standard
# input as data and is never evaluated. It is sent as one line without a single quote, so that no log-in shell can split it:
# comments and indentation are left out and lines are joined by ";", so a line ends where a command ends, or with a word
# after which more must follow. There are no strings of several lines.
#
# First come two lines: "exit", which ends whatever other shell may read it, and "FIRSTLINE" with a random key. The launcher
# answers HELLO on both streams, and before that nothing else is sent. Then come requests, one after another, until standard
# input ends. The first may be U and the key, and three lines: the account to become, the way of becoming it, and -S if there
# is a password for it, else -n; the launcher started as that account answers READY on both streams. Any other request is
# a list of items, one a line: a letter for its kind, then its bytes; a line that begins with "+" continues the item before
# it after a newline.
#
#   N nonce          first; begins with the key. Marks carry it, so that a program's own output is not taken for one
#   K nonce          instead of it where P follows
#   D directory      W anything: make a private directory and FIRSTLINE_OUTPUT in it
#   T number         the limit of file locks (which Linux does not use) for all it starts, by which they are found again
#   E NAME=value     A one argument     S bytes: the script is the next argument
#   I bytes: the program reads so many, or without a spool all that comes, so that no request can follow
#   F anything: start it in the background
#   P path: keep its state and output in the spool under this name, start it only if nobody has, and let it survive us
#   B boot: start it only if the machine is still as it was when the spool was asked for
#   G go; then the script, then what the program reads
#
# A question begins with Q and a nonce instead, and is answered without a shell of its own: A, P as above, O the first day of
# which nothing is forgotten, and G with a word: ground, revoke or forget. A launcher whose name is "ground" and not "firstline"
# answers the question for its usual ground unasked, at once after HELLO and with the key as nonce.
#
# Marks on standard output, each after the byte 036: HELLO, BECOME way, READY, START pid age, OUTPUT (then what was written
# to FIRSTLINE_OUTPUT), END code; HELLO, READY and END also on standard error. FAIL word instead, where the program could not
# be started. PASSWORD on standard error is what sudo asks with, each time it wants the password; su wants it once, without
# a word.
#
# In the spool, P is a file that says who runs or what became of it; P.out, P.err, P.output hold what was written. P stays
# when they are emptied, so that a request which comes late never starts anything a second time. After START, or TAKEN
# where P was there already, lines "R out err" ask for what was written from these bytes on. The answer ends with AGAIN on
# both streams while the program runs; it is the whole rest, OUTPUT and END when it has ended; and LOST word when nobody can
# say any more. DONE tells that it is worth asking.
mark() { printf "\036FIRSTLINE %s %s\n" "$n" "$1"; }
both() {
    mark "$1"
    mark "$1" >&2
}
# The hand takes no further request: what is left of this one could be taken for it.
last() { kill -s TERM "$$"; }
fail() {
    mark "FAIL $1"
    [ -z "$t" ] || rm -rf -- "$t"
    [ -z "$p" ] || rm -f -- "$p.$n"
    last
    exit 126
}
# Sets $me to the account's number.
who() {
    [ -z "$me" ] || return 0
    # shellcheck disable=SC2034
    while read -r line u me l; do
        [ "$line" != Uid: ] || break
    done </proc/self/status
}
entry() { mode=$1 owner=$3 group=$4; }
# Whether nobody but root and we can put something else in the place of the directory we are in: no directory on the way to
# it may be a link, another account's, or open to others without the sticky bit. $why tells which is. It is asked in a shell
# of its own, and starts one program only.
firm() {
    d=${PWD%/}
    set --
    while [ -n "$d" ]; do
        set -- "$d" "$@"
        d=${d%/*}
    done
    who
    set -f -- / "$@"
    # shellcheck disable=SC2012
    list=$(LC_ALL=C ls -ldn -- "$@" 2>/dev/null)$nl
    for d in "$@"; do
        # shellcheck disable=SC2086
        entry ${list%%"$nl"*}
        list=${list#*"$nl"}
        # A group of the account's own number is its private one.
        why=""
        case $mode in
        d????????[tT]*) ;;
        d???????w* | d????w*+) why=open ;;
        d????w*) [ "$group" = "$me" ] || why=open ;;
        d*) ;;
        *) why=barred ;;
        esac
        [ -z "$mode" ] || [ "$owner" = 0 ] || [ "$owner" = "$me" ] || why=foreign
        [ -z "$why" ] || break
    done
    why=${why:+$why $d}
    [ -z "$why" ]
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
# Makes what is missing of the directory $1/$2, goes there and sets $s to it, if nobody else can put something else in its
# place; else $why tells why not. Nothing is made before that is proven of where it is made.
place() {
    d=$1 r=$2 why="barred $1"
    case $d in /*) ;; *) return 1 ;; esac
    while [ ! -d "$d/" ]; do
        r=${d##*/}/$r
        d=${d%/*}
    done
    cd -P -- "$d/" 2>/dev/null || {
        why="barred $d"
        return 1
    }
    c=""
    IFS=/
    # shellcheck disable=SC2086
    set -f -- $r
    unset IFS
    for i in "$@"; do
        [ -n "$i" ] || continue
        if [ ! -e "./$i" ] && [ ! -L "./$i" ]; then
            [ -n "$c" ] || firm || return 1
            c=made
            mkdir -m 700 -- "./$i" 2>/dev/null
        fi
        d=${PWD%/}/$i
        if ! cd -P -- "./$i" 2>/dev/null || [ "$PWD" != "$d" ]; then
            why="barred $d"
            return 1
        fi
    done
    firm || return 1
    why="foreign $PWD"
    [ -O . ] && [ -w . ] && s=$PWD
}
# Where the account can keep a spool: $s, or why it cannot, or nothing.
ground() {
    s="" why=""
    [ -n "$boot" ] && [ "$1" != none ] && command -v setsid >/dev/null || return 0
    # There the end of a log-in is the end of all that it started.
    if [ -d /run/systemd/system ] &&
        grep -Eqs "^ *KillUserProcesses *= *(1|y|t|on)" /etc/systemd/logind.conf /etc/systemd/logind.conf.d/*; then
        why=logind
        return 0
    fi
    who
    IFS= read -r b 2>/dev/null </etc/machine-id || b=$(uname -n)
    a=firstline-$me/spool/$b
    case $1 in
    /*) place "$1" "$a" ;;
    *)
        # The standard has the variable ignored where it is no absolute path.
        d=${XDG_STATE_HOME-}
        case $d in /*) ;; *) d=${HOME:-/dev/null}/.local/state ;; esac
        place "$d" "firstline/spool/$b" || place /var/tmp "$a"
        ;;
    esac
}
# Tells where the account keeps its spool and the first day of which that has not forgotten everything. Where we are stays as
# it is for those who come after.
survey() (
    ground "$1"
    c=""
    read -r c 2>/dev/null <"$s/.swept"
    mark "GROUND ${boot:-none} ${c:--} ${s:-- $why}"
)
# Whether the directory of P is still ours; what stands on the way to it was proven when it was asked for.
ours() { [ -O "$s" ] && [ -d "$s" ] && [ ! -L "$s" ]; }
# Forgets what ended more than 30 days ago and began before $o, once for each $o.
sweep() {
    read -r line 2>/dev/null <"$s/.swept" || line=""
    [ "$line" != "$o" ] && echo "$o" >"$s/.swept" || return 0
    who
    # What a launcher left that was ended in the middle.
    for d in "${TMPDIR:-/tmp}" /dev/shm /var/tmp /run; do
        find "$d" -maxdepth 1 -type d -name "firstline.*.*" -user "$me" -mtime +30 -exec rm -rf -- {} +
    done
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
    c=${line%% *}
    if ! { note "running $boot $c $born" && : >"$p.out" && : >"$p.err"; }; then
        rm -f -- "$p" "$p".*
        fail spool
    fi
    trap : HUP
    trap "" PIPE
    mark "START $c 0"
    told
    trap - PIPE
    exec </dev/null
    if [ -n "$in" ]; then
        exec <"$p.in"
        rm -f -- "$p.in"
    fi
    if [ -n "$back" ]; then
        (detach "$@") </dev/null >/dev/null 2>&1 &
        c=0
    else
        (detach "$@") >>"$p.out" 2>>"$p.err"
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
            [ ! -e "$p.killed" ] || mark "KILLED $(cat <"$p.killed")"
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
    i="0 0"
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
    mark "TAKEN $i"
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
    if [ -n "$p" ] && ! ours; then
        mark "FAIL spool"
        return
    fi
    case $v in
    ground) survey "$1" ;;
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
# Becomes the program. Its variables are set here and not before: one may have the name of one of ours, or be so long that no
# other program could be started.
run() {
    # shellcheck disable=SC3045
    [ -z "$m" ] || ulimit -S "$limit" "$m" 2>/dev/null
    eval "export $vars"
    exec "$@"
}
# Becomes the program, in a session of its own.
detach() {
    # With its own PATH it may not find what it is started by.
    [ -z "$path" ] || run "$(command -v setsid)" "$@"
    run setsid "$@"
}
findable() {
    if [ -n "$path" ]; then (PATH=$path && command -v -- "$1"); else command -v -- "$1"; fi >/dev/null
}
# Makes a directory for this request alone and sets $t to it.
workspace() {
    for t in "${TMPDIR:-/tmp}" /dev/shm /var/tmp /run; do
        if [ "$t" = "${TMPDIR-}" ] || [ ! -k "$t" ]; then
            (cd -P -- "$t" && firm) 2>/dev/null || continue
        fi
        mkdir -m 700 -- "$t/firstline.$n" 2>/dev/null || continue
        t=$t/firstline.$n
        return
    done
    t=""
}
# Takes the item $k with its bytes $v. Words and variables are kept each under a name of its own; $words and $vars hold those
# names for eval, and no value.
take() {
    case $k in
    D) cd -- "$v" 2>/dev/null || fail directory ;;
    T) m=$v ;;
    E)
        e=$((e + 1))
        vars="$vars \"\$e$e\""
        eval "e$e=\$v"
        case $v in PATH=*) path=${v#PATH=} ;; esac
        ;;
    A)
        a=$((a + 1))
        words="$words \"\$a$a\""
        eval "a$a=\$v"
        ;;
    S)
        size=$v v=${p:-$t/}${p:+.}script k=A
        take
        ;;
    I)
        in=$v
        [ -n "$p" ] || last
        ;;
    F) back=yes ;;
    B) b=$v ;;
    P)
        p=$v s=${v%/*}
        ours || fail spool
        FIRSTLINE_OUTPUT=$p.output
        export FIRSTLINE_OUTPUT
        ;;
    W)
        workspace
        [ -n "$t" ] || fail workspace
        FIRSTLINE_OUTPUT=$t/output
        export FIRSTLINE_OUTPUT
        : >"$t/output" || fail workspace
        ;;
    esac
}
# shellcheck disable=SC2120
request() {
    k="" v="" t="" p="" size="" in="" back="" b="" m="" path="" a=0 e=0 i=0 r="" words="" vars=""
    while :; do
        IFS= read -r line || exit 125
        case $line in
        +*)
            # Many lines are put together some at a time: each time all that is there is copied.
            r=$r$nl${line#+} i=$((i + 1))
            [ "$i" -lt 200 ] || { v=$v$r r="" i=0; }
            continue
            ;;
        esac
        v=$v$r r="" i=0
        take
        # The shortest rest would be sought byte by byte; this finds the only one at once.
        k=${line%%"${line#?}"}
        v=${line#?}
        [ "$k" != G ] || break
    done
    eval "set -- $words"
    findable "$1" || fail program
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
            if command -v setsid >/dev/null; then (detach "$@"); else (run "$@"); fi
            [ -z "$t" ] || rm -rf -- "$t"
        ) </dev/null >/dev/null 2>&1 &
        mark "START 0 0"
        exit 0
    fi
    [ -n "$in" ] || exec </dev/null
    mark "START $$ 0"
    [ -n "$t" ] || run "$@"
    (run "$@")
    c=$?
    # Also when nobody listens any more, nothing is left behind.
    trap "" PIPE
    {
        mark OUTPUT
        [ ! -s "$t/output" ] || head -c 1048577 "$t/output"
    } 2>/dev/null
    rm -rf -- "$t"
    exit "$c"
}
# What starts this text: it comes as the words of a shell, because some log-in shells take only short ones.
start="t=;for i do t=\$t\$i;done;eval \"\$t\""
# shellcheck disable=SC2031
become() {
    command -v sudo >/dev/null || way=su
    mark "BECOME $way"
    if [ "$way" != su ]; then
        exec sudo "$ask" -p "$(mark PASSWORD)$nl" -u "$u" -- /bin/sh -c "$start" "$n" "$@"
    elif [ "$ask" = -S ]; then
        exec su -s /bin/sh -c "$start" "$u" "$n" "$@"
    fi
    # There is no password: what su asks for would be taken from what is meant for us.
    exec su -s /bin/sh -c "exec <&5 5<&-;$start" "$u" "$n" "$@" 5<&0 </dev/null
}
n="" t="" p="" s="" o="" over="" boot="" why="" nl=${IFS#??} key=$0 hello=READY me=""
case $key in
firstline | ground)
    # A start-up file of the log-in shell may have read what was meant for us.
    IFS= read -r line || exit 125
    [ "$line" = exit ] || exit 124
    IFS= read -r line || exit 125
    case $line in "FIRSTLINE "*) key=${line#* } ;; *) exit 124 ;; esac
    hello=HELLO
    ;;
esac
n=$key
both "$hello"
# bash and busybox call the limit of file locks x, dash calls it w.
# shellcheck disable=SC3045
if ulimit -S -x >/dev/null 2>&1; then limit=-x; else limit=-w; fi
# SPOOL:
IFS= read -r boot 2>/dev/null </proc/sys/kernel/random/boot_id
exec 3<&0 4>&1
if [ "$0" = ground ]; then
    survey ""
    both "END 0"
fi
# END OF SPOOL
trap "over=yes" TERM
while [ -z "$over" ] && IFS= read -r line; do
    n=${line#?}
    case $line in
    "N$key"*)
        # shellcheck disable=SC2119
        (request)
        c=$?
        ;;
    "Q$key"*)
        answer
        c=0
        ;;
    "K$key"*)
        # shellcheck disable=SC2119
        { request <&3 3>&1 >&4 4>&-; } | converse
        c=$?
        ;;
    "U$key")
        IFS= read -r u && IFS= read -r way && IFS= read -r ask && become "$@"
        exit 125
        ;;
    # A password that nobody asked for may stand before the first request.
    *) continue ;;
    esac
    both "END $c"
done
