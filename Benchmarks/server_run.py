#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A server with many schedules that all start at the same minute: server_run.py FIRSTLINE SCHEDULES

Prints one line of JSON: `ready_ms` from the start of the process until its socket answers, with one schedule; `idle_mb` that it
then holds; and of SCHEDULES starts that are planned for one instant, how long after it they were runs that are kept
(`late_p50_ms`, `late_p99_ms`, `late_max_ms`), as the store has it, and what the process held then (`busy_mb`).
"""

import json
import pathlib
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

PLAYBOOK = """\
firstline: 1
title: {en: Nothing}
concurrent: true
tasks:
  nothing: {type: CompareValue, with: {value: "1", operator: "==", to: "1"}}
"""


def start(firstline, directory, schedules):
    (directory / "playbooks/test").mkdir(parents=True, exist_ok=True)
    (directory / "playbooks/test/nothing.yaml").write_text(PLAYBOOK)
    (directory / "hosts.yaml").write_text("firstline: 1\nhosts:\n  here: {transport: local}\n")
    lines = [f"  s{number:05}: {{job: test.nothing, on: here, zone: UTC, rules: [{{cron: '* * * * *'}}]}}"
             for number in range(schedules)]
    (directory / "schedules.yaml").write_text("firstline: 1\nschedules:\n" + "\n".join(lines) + "\n")
    (directory / "server.yaml").write_text(
        "firstline: 1\ndata: data\nplaybooks: [playbooks]\ninventory: hosts.yaml\nschedules: [schedules.yaml]\nstatus: off\n")
    began = time.monotonic()
    process = subprocess.Popen(
        [firstline, "server", "--config", directory / "server.yaml"], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not answers(directory / "data/server.sock"):
        if process.poll() is not None or time.monotonic() > began + 60:
            sys.exit("server_run: the server does not answer")
        time.sleep(0.002)
    return process, (time.monotonic() - began) * 1000


def answers(path):
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(path))
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return connection.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def memory_mb(process):
    return int(pathlib.Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * 4096 / 1e6


def end(process):
    process.send_signal(signal.SIGTERM)
    if process.wait(30) != 0:
        sys.exit("server_run: the server did not end well")


def main(firstline, schedules):
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as name:
        directory = pathlib.Path(name) / "one"
        process, ready = start(firstline, directory, 1)
        time.sleep(2)
        idle = memory_mb(process)
        end(process)
        directory = pathlib.Path(name) / "many"
        process, _ = start(firstline, directory, int(schedules))
        # The next whole minute for which there is time to plan everything, and what comes of it.
        minute = (int(time.time() + 15) // 60 + 1) * 60
        time.sleep(minute + 20 - time.time())
        busy = memory_mb(process)
        end(process)
        database = sqlite3.connect(f"file:{directory / 'data/firstline.db'}?mode=ro", uri=True)
        late = sorted(
            (created - starts) / 1000 for created, starts in database.execute(
                "SELECT run.createdAt, slot.startsAt FROM run JOIN slot ON slot.id = run.slot WHERE slot.startsAt = ?",
                (minute * 1_000_000,)))
    if len(late) != int(schedules):
        sys.exit(f"server_run: {len(late)} of {schedules} starts became runs")
    print(json.dumps({
        "ready_ms": round(ready, 1), "idle_mb": round(idle, 1), "busy_mb": round(busy, 1), "starts": len(late),
        "late_p50_ms": round(late[len(late) // 2], 1), "late_p99_ms": round(late[len(late) * 99 // 100], 1),
        "late_max_ms": round(late[-1], 1)}))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
