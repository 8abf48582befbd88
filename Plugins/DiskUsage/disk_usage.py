#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reports how full a file system is: one JSON object on standard input, one JSON object a line on standard output."""

import json
import os
import sys


def say(**words):
    """Writes one line of the protocol."""
    print(json.dumps(words), flush=True)


def percent(used, total):
    """A share in percent, with two decimals."""
    return round(100.0 * used / total, 2) if total else 0.0


def measure(path):
    """The figures of the file system that a path stands on, as df shows them."""
    info = os.statvfs(path)
    used = info.f_blocks - info.f_bfree
    return {
        "used_percent": percent(used, used + info.f_bavail),
        "inodes_used_percent": percent(info.f_files - info.f_ffree, info.f_files),
        "free_bytes": info.f_bavail * info.f_frsize,
        "total_bytes": info.f_blocks * info.f_frsize,
    }


def findings(path, values, warning, error):
    """What is worth telling, each with a code that never changes its meaning."""
    for name, code in (("used_percent", "OS-FS-010"), ("inodes_used_percent", "OS-FS-011")):
        level = "error" if values[name] >= error else "warning" if values[name] >= warning else None
        if level:
            yield {"level": level, "code": code, "values": {"path": path, "percent": values[name]}}


def main():
    task = json.load(sys.stdin)
    parameters = task["parameters"]
    path = parameters["path"]
    say(log=f"looking at {path}")
    try:
        values = measure(path)
    except OSError as problem:
        finding = {"level": "unknown", "code": "OS-FS-001", "values": {"path": path, "problem": problem.strerror}}
        say(outcome="succeeded", changed=False, findings=[finding])
        return
    found = list(findings(path, values, parameters["warning_percent"], parameters["error_percent"]))
    summary = {"id": "disk-usage", "values": {"path": path, "percent": values["used_percent"]}}
    say(outcome="succeeded", changed=False, values=values, findings=found, summary=summary)


main()
