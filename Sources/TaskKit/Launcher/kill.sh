# Ends everything one attempt started: TERM, a grace time, then KILL. Reads from standard input, a line each: the attempt's
# id, its number, the process id its launcher reported (or 0), the grace time in seconds, the request's nonce, its name in the
# spool (or nothing).
# What belongs to it: what carries its number as a limit or its id in its environment, what its launcher started, the children
# of all those, and who shares a session with them. Whatever was found once is remembered: when a parent has ended, nothing
# tells any more whose child it was. Ends with 0 when all of it has ended and nothing else can be of it; else it writes what
# is left.
IFS= read -r attempt && IFS= read -r number && IFS= read -r pid && IFS= read -r grace && IFS= read -r nonce &&
    IFS= read -r spool || exit 64
# Sets $name, $state, $parent, $session and $born of a process; the fields of its line come after the name, which ends at the
# last parenthesis.
look_at() {
    IFS= read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
    # A name may hold a newline.
    case $stat in *")"*) ;; *) stat=$(cat "/proc/$1/stat" 2>/dev/null) ;; esac
    name=${stat#*(}
    name=${name%)*}
    # shellcheck disable=SC2086
    set -- ${stat##*)}
    state=$1 parent=$2 session=$4 born=${20}
}
# Sets $account to the number of a process's account.
account_of() {
    account=""
    while read -r word rest account rest; do
        [ "$word" != Uid: ] || return 0
    done 2>/dev/null <"/proc/$1/status"
}
account_of self
me=$account
# What runs in the spool is found again by what its name says of it, after the connection and the controller are gone.
since=""
if [ -n "$spool" ]; then
    pid=0
    IFS= read -r boot </proc/sys/kernel/random/boot_id
    if read -r word one two three rest 2>/dev/null <"$spool" && [ "$word $one" = "running $boot" ]; then
        since=$three
        if look_at "$two" && [ "$born" = "$three" ]; then pid=$two; fi
    fi
    # From here on, its end tells nothing about its work.
    [ "$word" != running ] || : >"$spool.killed"
elif look_at "$pid"; then
    since=$born
fi
grep -qs FIRSTLINE "/proc/$pid/cmdline" || pid=0
# The launcher, and what started it (sudo, sshd), stay. Those of them that are no shell and no server may be where orphans
# go, as process 1 is.
kept=" $$ " reapers=" 1 " up=$pid
while [ "$up" -gt 1 ] && look_at "$up"; do
    kept="$kept$up "
    case $name in sshd* | sudo | su | *sh | busybox) ;; *) reapers="$reapers$up " ;; esac
    up=$parent
done
# Where systemd and the audit system say what log-in a process belongs to, they say it of all it starts.
login_of() { cat "/proc/$1/cgroup" "/proc/$1/sessionid" 2>/dev/null; }
login=$(login_of "$pid")
marked() {
    grep -lszx "FIRSTLINE_ATTEMPT=$attempt" /proc/[0-9]*/environ
    grep -ls "^Max file locks  *$number " /proc/[0-9]*/limits
} 2>/dev/null
# Writes for each process: its number, its parent, its session, and when it began.
list_all() {
    cat /proc/[0-9]*/stat 2>/dev/null |
        sed -n "s/^\([0-9]*\) (.*) [^ZX] \([0-9]*\) [0-9]* \([0-9]*\)\( [-0-9]*\)\{15\} \([0-9]*\) .*/\1:\2:\3:\5/p"
    # One whose name holds a newline is not among them.
    for p in $ids; do
        look_at "$p" && echo "$p:$parent:$session:$born"
    done
}
known=" " sessions=" " ids=" "
# Whether a process of the table belongs to it.
belongs() {
    [ "$1" -gt 1 ] || return 1
    case $kept in *" $1 "*) return 1 ;; esac
    case $known in *" $1:$4 "*) return 1 ;; esac
    case $ids in *" $1 "* | *" $2 "*) return 0 ;; esac
    case $sessions in *" $3 "*) return 0 ;; esac
    [ "$2" -gt 1 ] && [ "$2" = "$pid" ]
}
# Remembers what belongs to it now.
gather() {
    ids=" $(marked | tr -cs "0-9" " ") "
    table=$(list_all)
    more=yes
    while [ -n "$more" ]; do
        more=""
        for row in $table; do
            IFS=:
            # shellcheck disable=SC2086
            set -- $row
            unset IFS
            belongs "$@" || continue
            known="$known$1:$4 " ids="$ids$1 " more=yes
            case $kept in *" $3 "*) ;; *) [ "$3" -le 1 ] || sessions="$sessions$3 " ;; esac
        done
    done
}
# Writes the number of each process that is remembered and lives.
living() {
    for row in $known; do
        if look_at "${row%:*}" && [ "$born" = "${row#*:}" ]; then
            case $state in [ZX]) ;; *) echo "${row%:*}" ;; esac
        fi
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
    while [ "$now" -lt "$over" ]; do
        gather
        [ -n "$(living)" ] || return 0
        [ -z "${2-}" ] || signal "$2"
        sleep 0.1
        tell_time
    done
}
# Whether a process may be of it although nothing says so: a daemon that another account's log-in has cut off from it. It
# began meanwhile, its parent has ended, and it is not known to be another's.
suspicious() {
    case $reapers in *" $2 "*) ;; *) return 1 ;; esac
    case $kept$known in *" $1 "* | *" $1:$4 "*) return 1 ;; esac
    [ "$4" -ge "$since" ] && look_at "$1" && account_of "$1" || return 1
    case $name in sshd*) return 1 ;; esac
    # Root's errand may have become anybody. Of what root runs without a spool this is not asked: those are mostly checks, and
    # much of what root starts on a machine has no parent.
    if [ "$me" = 0 ]; then [ -n "$spool" ] || return 1; else [ "$account" = "$me" ] || return 1; fi
    if grep -qs FIRSTLINE "/proc/$1/cmdline" "/proc/$1/environ"; then return 1; fi
    if grep -qs "^Max file locks  *[0-9]" "/proc/$1/limits"; then return 1; fi
    [ -z "$login" ] || [ "$(login_of "$1")" = "$login" ]
}
gather
signal TERM
wait_gone "$grace"
wait_gone 4 KILL
for d in "${TMPDIR:-/tmp}" /dev/shm /var/tmp /run; do
    rm -rf -- "$d/firstline.$nonce" 2>/dev/null
done
left=$(
    for p in $(living); do look_at "$p" && echo "$p ($name)"; done
    table=$(list_all)
    [ -z "$since" ] || for row in $table; do
        IFS=:
        # shellcheck disable=SC2086
        set -- $row
        unset IFS
        suspicious "$@" && echo "$1 ($name)"
    done
)
# Where the processes of other accounts are hidden from us, nothing is known of them.
[ -n "$left" ] || [ -r /proc/1/stat ] || left="other accounts' processes cannot be seen"
[ -z "$left" ] || printf "%s\n" "$left"
# Whoever asks the spool later hears of it too.
[ -z "$spool" ] || [ -z "$left" ] || [ ! -e "$spool.killed" ] || printf "%s" "$left" | tr "\n" "," >"$spool.killed"
[ -z "$left" ]
