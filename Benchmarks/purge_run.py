#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What it takes to forget old runs: purge_run.py FIRSTLINE [STEPS]

A real run of one step with 2 KB of output is copied until a store holds STEPS (1,000,000) of them in runs of a thousand over thirty
days. Prints one line of JSON: `day_s` to forget the oldest day with `firstline store purge`, `rest_s` each of the 28 days after
it, `floor_s` the same oldest day deleted from a copy by one SQL transaction, all on disk when they end; and the size of the store's
file before and after (`before_mb`, `after_mb`: one day is left).
"""

import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Tests/Support"))
import checksums

DAYS, LANES, DAY = 30, 1000, 86_400_000_000
PLAYBOOK = """\
firstline: 1
title: {en: Two kilobytes}
tasks:
  talk: {type: RunProgram, effect: check, with: {program: /usr/bin/base64, arguments: [-w, "64", "%s"]}}
"""


def firstline(program, directory, *words):
    began = time.monotonic()
    done = subprocess.run([program, *words, "--data", directory / "data"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"purge_run: {' '.join(map(str, words))} ended with {done.returncode}: {done.stderr}")
    return time.monotonic() - began


def fill(path, runs):
    """Copies run 1 with its one step and its output."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA synchronous = OFF")
    now = int(time.time() * 1e6)

    def columns(table, **instead):
        names = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        return ", ".join(str(instead.get(name, f'"{name}"')) for name in names)

    lanes = f"WITH RECURSIVE lanes (lane_) AS (SELECT 0 UNION ALL SELECT lane_ + 1 FROM lanes WHERE lane_ < {LANES - 1}) "
    step, = database.execute("SELECT step FROM block WHERE run = 1").fetchone()
    database.execute("BEGIN")
    for run in range(2, runs + 2):
        ended = now - DAY // 2 - (run - 2) * DAYS // runs * DAY
        database.execute(
            f"INSERT INTO run SELECT {columns('run', number=run, arrival=run, id=repr(f'copy-{run}'), endedAt=ended)} FROM run WHERE number = 1")
        database.execute(f"INSERT INTO plan SELECT {columns('plan', run=run)} FROM plan WHERE run = 1")
        database.execute(f"INSERT INTO action SELECT {columns('action', run=run, number='NULL')} FROM action WHERE run = 1")
        database.execute(
            f"INSERT INTO step {lanes} SELECT {columns('step', run=run, lane='lane_', position='lane_ + 1')} FROM step, lanes "
            "WHERE run = 1 AND step = ?", (step,))
        database.execute(
            f"INSERT INTO block {lanes} SELECT {columns('block', run=run, lane='lane_')} FROM block, lanes WHERE run = 1")
    # The original is as new as a run can be, and stays.
    database.execute("COMMIT")
    database.close()
    checksums.write(path)


def delete(path, before):
    """The floor: one transaction that deletes by key and gives the pages back, and is folded back into the file."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA synchronous = FULL")
    database.execute("PRAGMA cache_size = -16000")
    began = time.monotonic()
    database.execute("BEGIN IMMEDIATE")
    old = [row[0] for row in database.execute("SELECT number FROM run WHERE endedAt < ?", (before,))]
    for run in old:
        for table in ("block", "step", "action", "plan"):
            database.execute(f"DELETE FROM {table} WHERE run = ?", (run,))
        database.execute("DELETE FROM run WHERE number = ?", (run,))
    database.execute("PRAGMA incremental_vacuum").fetchall()
    database.execute("COMMIT")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    took = time.monotonic() - began
    database.close()
    return len(old), took


def main(program, steps=1_000_000):
    runs = int(steps) // LANES
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as name:
        directory = pathlib.Path(name)
        (directory / "bytes").write_bytes(os.urandom(1500))
        (directory / "playbooks").mkdir()
        (directory / "playbooks/talk.yaml").write_text(PLAYBOOK % (directory / "bytes"))
        (directory / "hosts.yaml").write_text("firstline: 1\nhosts:\n  here: {transport: local}\n")
        firstline(program, directory, "run", "talk", "--on", "here", "--playbooks", directory / "playbooks",
                  "-i", directory / "hosts.yaml", "--quiet")
        store = directory / "data/firstline.db"
        fill(store, runs)
        before = store.stat().st_size
        shutil.copy(store, directory / "copy.db")
        subprocess.run(["sync"], check=True)
        count, floor = delete(directory / "copy.db", int(time.time() * 1e6) - (DAYS - 1) * DAY)
        (directory / "copy.db").unlink()
        # What every command costs is not what forgetting costs.
        start = firstline(program, directory, "store", "purge", "--runs", "99d", "--yes")
        day = firstline(program, directory, "store", "purge", "--runs", f"{DAYS - 1}d", "--yes") - start
        rest = firstline(program, directory, "store", "purge", "--runs", "1d", "--yes") - start
        left = sqlite3.connect(store).execute("SELECT count(*) FROM step").fetchone()[0] - 1
        after = store.stat().st_size
    newest = sum((run * DAYS) // runs == 0 for run in range(runs)) * LANES
    if left != newest:
        sys.exit(f"purge_run: {left} steps are left, not {newest}")
    print(json.dumps({
        "steps": runs * LANES, "day_steps": count * LANES, "day_s": round(day, 3), "rest_s": round(rest / (DAYS - 2), 3),
        "floor_s": round(floor, 3), "before_mb": round(before / 1e6), "after_mb": round(after / 1e6)}))


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
