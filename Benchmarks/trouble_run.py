#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What Firstline does in trouble, and how soon it is over: trouble_run.py TROUBLE FIRSTLINE FLEET HOSTS

    store     the controller's disk (64 MB) gets full while changes run on HOSTS hosts: their end and their logs find no room.
              `back_s` from the moment there is space again until the same process has kept the outcome of all
    spool     the disk of the hosts' spools (64 MB) gets full while changes write there. `back_s` until the next run succeeds
    flush     from a certain moment on no flush of the store succeeds. `stopped_s` until the controller has ended
    kill      a change on HOSTS hosts refuses to end. `gone_s` from `run kill` until nothing of it is left, less the grace

Proves that nothing was told to have succeeded that had not: every log is what the program wrote, or is said to be cut; a
change that found no room for its output has failed or is `unknown`. Prints one line of JSON. Needs root, for disks of their own.
"""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from firstline_run import PLAYBOOKS, trust_command

HERE = pathlib.Path(__file__).resolve().parent
MEGABYTE = 1 << 20
GRACE = 5  # seconds a program gets to end when it is asked to


def fail(words):
    sys.exit(f"trouble_run: {words}")


def until(what, holds, seconds=120):
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            fail(f"{what}: not within {seconds} s")
        time.sleep(0.02)


@contextlib.contextmanager
def small_disk(directory):
    directory.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m,mode=1777", "tmpfs", directory], check=True)
    try:
        yield directory
    finally:
        subprocess.run(["umount", "--lazy", directory], check=True)


def fill(directory):
    with open(directory / "taken", "wb", buffering=0) as file:
        for size in (MEGABYTE, 4096, 1):
            with contextlib.suppress(OSError):
                while file.write(bytes(size)) == size:
                    pass


class Bench:
    """Firstline with a store and an inventory of its own, and a directory that it shares with the programs on its hosts."""

    def __init__(self, firstline, fleet, directory, hosts, data, spool=None):
        self.firstline, self.data, self.hosts = firstline, data, hosts
        self.shared = directory / "shared"
        self.shared.mkdir()
        self.shared.chmod(0o1777)
        self.inventory = directory / "inventory.yaml"
        lines = (fleet / "inventory.yaml").read_text().splitlines(keepends=True)[: 2 + hosts]
        if spool:
            lines[2:] = [line.replace("}", f", spool: {spool}}}") for line in lines[2:]]
        self.inventory.write_text("".join(lines))
        subprocess.run(trust_command(firstline, fleet, data), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def command(self, *words):
        return [str(word) for word in (self.firstline, *words, "--data", self.data, "--playbooks", PLAYBOOKS)]

    def run(self, job):
        values = [] if job == "true" or job == "change" else ["-e", f"directory={self.shared}"]
        return self.command("run", f"os.bench.{job}", "--inventory", self.inventory, "--on", "all", "--quiet", "-o", "json", *values)

    def start(self, job, **options):
        return subprocess.Popen(self.run(job), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)

    def until_begun(self):
        until("the programs run", lambda: sum(1 for _ in self.shared.glob("*.begun")) == self.hosts)

    def result(self):
        return json.loads(subprocess.run(self.command("run", "get", "last", "-o", "json"), capture_output=True, check=True).stdout)

    def steps(self):
        return [(target["host"], step) for target in self.result()["targets"] for step in target["steps"]]

    def prove_logs(self):
        """How many logs are cut; each other one is what its program wrote."""
        cut = 0
        for host, step in self.steps():
            told = subprocess.run(self.command("run", "logs", "last", "--host", host, "--raw"), capture_output=True).stdout
            if told == (self.shared / f"{host}.own").read_bytes():
                continue
            if step["state"] == "succeeded" and not step.get("log", {}).get("cut"):
                fail(f"{host}: a log that is not whole is not said to be cut: {step}")
            cut += 1
        return cut


def store(firstline, fleet, directory, hosts):
    with small_disk(directory / "disk") as disk:
        bench = Bench(firstline, fleet, directory, hosts, disk / "data")
        process = bench.start("write")
        bench.until_begun()
        fill(disk)
        (bench.shared / "go").touch()
        until("the programs end", lambda: sum(1 for _ in bench.shared.glob("*.own")) == hosts)
        time.sleep(5)
        if process.poll() is not None:
            fail(f"it ended with {process.returncode} while the disk was full")
        told = [step["state"] for _, step in bench.steps()]
        (disk / "taken").unlink()
        free = time.monotonic()
        if process.wait() != 0:
            fail(f"it ended with {process.returncode}")
        back = time.monotonic() - free
        if any(step["state"] != "succeeded" for _, step in bench.steps()):
            fail("not all of them succeeded")
        return {"back_s": round(back, 2), "kept_while_full": told.count("succeeded"), "logs_cut": bench.prove_logs()}


def spool(firstline, fleet, directory, hosts):
    with small_disk(directory / "disk") as disk:
        bench = Bench(firstline, fleet, directory, hosts, directory / "data", spool=disk)
        process = bench.start("write")
        bench.until_begun()
        fill(disk)
        (bench.shared / "go").touch()
        process.wait()
        steps = bench.steps()
        for host, step in steps:
            if step["state"] not in ("unknown", "failed"):
                fail(f"{host} found no room for what it wrote, and is told to have {step['state']}")
        refused = subprocess.run(bench.run("change"), capture_output=True)
        if refused.returncode == 0:
            fail("a change began where there was no room for its state")
        (disk / "taken").unlink()
        free = time.monotonic()
        while subprocess.run(bench.run("change"), capture_output=True).returncode:
            if time.monotonic() - free > 60:
                fail("it does not succeed again")
        return {"back_s": round(time.monotonic() - free, 2), "unknown": sum(step["state"] == "unknown" for _, step in steps)}


def flush(firstline, fleet, directory, hosts):
    library, trigger = directory / "failing-disk.so", directory / "fails"
    source = HERE.parent / "Tests" / "Support" / "failing-disk.c"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source], check=True)
    bench = Bench(firstline, fleet, directory, hosts, directory / "data")
    process = bench.start("write", env={**os.environ, "LD_PRELOAD": str(library), "FAILING_DISK": str(trigger)})
    bench.until_begun()
    time.sleep(1)
    trigger.touch()
    (bench.shared / "go").touch()
    # What is measured begins with the first flush that fails: the first thing to be kept after a program's end.
    until("a program ends", lambda: any(bench.shared.glob("*.own")))
    began = time.monotonic()
    status = process.wait()
    stopped = time.monotonic() - began
    if status != 74:
        fail(f"it ended with {status}")
    if any(step["state"] == "succeeded" for _, step in bench.steps()):
        fail("a step is told to have succeeded that was never kept")
    trigger.unlink()
    taken_up = subprocess.run(bench.command("run", "follow", "last", "--quiet"), capture_output=True, text=True)
    if taken_up.returncode:
        fail(f"it was not taken up: {taken_up.stderr} {[step for _, step in bench.steps() if step['state'] != 'succeeded']}")
    bench.prove_logs()
    return {"stopped_s": round(stopped, 2)}


def kill(firstline, fleet, directory, hosts):
    bench = Bench(firstline, fleet, directory, hosts, directory / "data")
    process = bench.start("stubborn")
    bench.until_begun()
    tag = f"DIRECTORY={bench.shared}\0".encode()

    def alive():
        count = 0
        for environment in pathlib.Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):
                count += tag in environment.read_bytes()
        return count

    before = alive()
    if before < hosts * 8:
        fail(f"only {before} processes run")
    began = time.monotonic()
    asked = subprocess.Popen(bench.command("run", "kill", "last", "--step", "stay"), stdout=subprocess.DEVNULL)
    until("they go", lambda: alive() == 0)
    gone = time.monotonic() - began
    if asked.wait() or not process.wait():
        fail(f"kill ended with {asked.returncode}, the run with {process.returncode}")
    for host, step in bench.steps():
        if step["state"] != "cancelled":
            fail(f"{host}: {step}")
    return {"gone_s": round(gone - GRACE, 2), "processes": before}


TROUBLES = {"store": store, "spool": spool, "flush": flush, "kill": kill}


def main(trouble, firstline, fleet, hosts):
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as name:
        directory = pathlib.Path(name)
        directory.chmod(0o711)
        print(json.dumps({"hosts": int(hosts), **TROUBLES[trouble](firstline, pathlib.Path(fleet), directory, int(hosts))}))


if __name__ == "__main__":
    if len(sys.argv) != 5 or sys.argv[1] not in TROUBLES:
        sys.exit(__doc__)
    main(*sys.argv[1:])
