#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Runs the tests of the playbooks' scripts, all or the named ones, with each shell that is here. Needs root.
# They mostly wait, so all run at once; each sees only its own processes and its own loopback network.
#
#   run.sh [os] [chrony] [nginx] [postgresql]
set -u
cd "$(dirname "$0")" || exit 1
[ $# -gt 0 ] || set -- os chrony nginx postgresql
said=$(mktemp -d "${TMPDIR:-/tmp}/firstline-playbooks-run.XXXXXX")
running=''
for name; do
    for shell in dash 'bash --posix' 'busybox ash'; do
        command -v "${shell%% *}" >/dev/null || { echo "$name with $shell: not run, it is not installed" && continue; }
        INTERPRETER=$shell unshare --pid --fork --mount-proc --net --kill-child \
            sh -c 'ip link set lo up && exec sh "$0"' "./$name.sh" >"$said/$name-${shell%% *}" 2>&1 &
        running="$running $!"
    done
done
failed=0
for pid in $running; do wait "$pid" || failed=1; done
cat "$said"/*
rm -rf "$said"
exit "$failed"
