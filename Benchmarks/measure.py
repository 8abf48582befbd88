#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a program and says what it cost.

    measure.py [--repeat N] PROGRAM [ARGUMENT...]

Prints one line of JSON; the program's standard output goes to standard error. With --repeat, the figures are medians.
Exit status: the program's (of the first run that failed).
"""

import ctypes
import json
import os
import statistics
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36


def measure(command, output, **options):
    """Exit status and cost of `command`, with its standard output in `output`; the cost covers every process it started.

    What a grandchild used is lost if its parent does not wait for it (a multiplexing ssh, a daemon), so this process
    adopts orphans. max_rss_kb is that of the largest single process; what is started has at least the size of this
    interpreter for an instant, so figures below some 15 MB say nothing.
    """
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    start = time.perf_counter()
    child = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=output, **options)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    usages = [usage]
    try:
        while (orphan := os.wait4(-1, os.WNOHANG))[0]:
            usages.append(orphan[2])
    except ChildProcessError:
        pass
    return child.returncode, {
        "wall_s": round(wall, 4),
        "user_s": round(sum(u.ru_utime for u in usages), 4),
        "sys_s": round(sum(u.ru_stime for u in usages), 4),
        "max_rss_kb": max(u.ru_maxrss for u in usages),
    }


def main(arguments):
    repeat = 1
    if arguments[:1] == ["--repeat"]:
        repeat, arguments = int(arguments[1]), arguments[2:]
    if not arguments:
        sys.exit(__doc__)
    costs = []
    for _ in range(repeat):
        status, cost = measure(arguments, output=sys.stderr)
        if status:
            print(f"measure: {arguments[0]} ended with {status}", file=sys.stderr)
            return max(status, 1)
        costs.append(cost)
    print(json.dumps({key: round(statistics.median(c[key] for c in costs), 4) for key in costs[0]}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
