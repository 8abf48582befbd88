#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Runs the tests of the playbooks' scripts, all or the named ones, with each shell that is here.
#
#   run.sh [os] [chrony] [nginx] [postgresql]
set -u
cd "$(dirname "$0")" || exit 1
[ $# -gt 0 ] || set -- os chrony nginx postgresql
failed=0
for name; do
    for shell in dash 'bash --posix' 'busybox ash'; do
        command -v "${shell%% *}" >/dev/null || { echo "$name with $shell: not run, it is not installed" && continue; }
        INTERPRETER=$shell sh "./$name.sh" || failed=1
    done
done
exit "$failed"
