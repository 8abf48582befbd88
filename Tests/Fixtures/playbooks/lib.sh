# shellcheck shell=sh
# Read in by the test files beside it: runs a playbook's script the way Firstline does, and looks at what it wrote.
# The shell to run scripts with is in INTERPRETER. All that scripts wrote is added to the file TRANSCRIPT, if one is named.

root=$(cd "$(dirname "$0")/../../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/firstline-playbooks.XXXXXX")
chmod 755 "$work"
failures=0 checks=0 situation=''

say() { printf '%s\n' "$*"; }
situation() { situation=$*; }

fail() {
    failures=$((failures + 1))
    say "FAILED: $situation: $*"
    sed 's/^/    | /' "$work/run/output" "$work/run/stderr"
}

# perform SCRIPT NAME=VALUE…: SCRIPT below Playbooks. "as" may name another account to run it as,
# and "around" a program that makes the surroundings. A script must end with
# 0 and say nothing on standard error, whatever it finds.
as='' around=''
perform() {
    script=$root/Playbooks/$1
    shift
    rm -rf "$work/run"
    mkdir "$work/run"
    chmod 777 "$work/run"
    : >"$work/run/output"
    chmod 666 "$work/run/output"
    # shellcheck disable=SC2086  # words on purpose
    ${around:+"$around"} ${as:+runuser -u $as --} env -i FIRSTLINE_OUTPUT="$work/run/output" "$@" $INTERPRETER "$script" \
        </dev/null >"$work/run/stdout" 2>"$work/run/stderr"
    code=$?
    [ -z "${TRANSCRIPT-}" ] || sed "s|^|${script#"$root"/} |" "$work/run/output" >>"$TRANSCRIPT"
    checks=$((checks + 1))
    [ "$code" = 0 ] || fail "ended with $code"
    [ ! -s "$work/run/stderr" ] || fail 'said something on standard error'
    set -- "$work/run/"*
    [ $# = 3 ] || fail 'left a file behind'
}

as_nobody() {
    as=nobody
    "$@"
    as=''
}

# expect PATTERN: some line of the output matches; refuse PATTERN: none does. Basic regular expressions, anchored left.
expect() {
    checks=$((checks + 1))
    grep -q "^$1" "$work/run/output" || fail "expected '$1'"
}
refuse() {
    checks=$((checks + 1))
    ! grep -q "^$1" "$work/run/output" || fail "did not expect '$1'"
}
healthy() { refuse 'finding \(warning\|error\|unknown\)'; }
value() { sed -n "s/^value $1=//p" "$work/run/output"; }
# shown PATTERN: the evidence holds it.
shown() {
    checks=$((checks + 1))
    grep -q "$1" "$work/run/stdout" || fail "evidence lacks '$1'"
}

# Waits up to two minutes for a command to succeed.
await() {
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt 1200 ] || { fail "waited in vain: $*" && return 1; }
        sleep 0.1
    done
}

# Ends a process that this test started, by its pid, and waits until it is gone.
end() {
    for pid; do
        kill "$pid" 2>/dev/null
    done
    for pid; do
        tries=0
        while kill -0 "$pid" 2>/dev/null && ! grep -q '^State:.Z' "/proc/$pid/status" 2>/dev/null && [ "$tries" -lt 50 ]; do
            tries=$((tries + 1))
            sleep 0.1
        done
    done
}

finish() {
    rm -rf "$work"
    say "$(basename "$0" .sh) with $INTERPRETER: $checks checks, $failures failed"
    [ "$failures" = 0 ]
    exit
}
