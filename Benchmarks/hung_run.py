#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What hosts that hang cost the healthy ones: hung_run.py FIRSTLINE FLEET HOSTS [--seed N]

Of HOSTS hosts, 5 % take the connection and never speak, 2 % stop in the middle of the step, 1 % send a byte a second; which
ones, the seed says. First a run on the healthy ones alone, then one on all. Proves that each host has its own exact result
and prints one line of JSON: `alone_s` and `among_sick_s`, from the run's start until the last healthy host was done.
Must run as root (it stops processes of the test user).
"""

import argparse
import datetime
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading

from firstline_run import run_command, trust_command
from measure import measure

PROXY = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "Support" / "fault-proxy.py"


def choose(hosts, seed):
    names = [f"h{number:04}" for number in range(1, hosts + 1)]
    order = random.Random(seed).sample(names, len(names))
    mute, stop, drip = (max(1, hosts * share // 100) for share in (5, 2, 1))
    return names, {
        "mute": order[:mute],
        "stop": order[mute: mute + stop],
        "drip": order[mute + stop: mute + stop + drip],
    }


def write_inventory(path, fleet, names, ports):
    """The fleet's inventory with these hosts, some of them at another port."""
    lines = {line.split(":")[0].strip(): line for line in (fleet / "inventory.yaml").read_text().splitlines()[2:]}
    rows = []
    for name in names:
        row = lines[name]
        if name in ports:
            row = f"  {name}: {{address: 127.0.0.1, port: {ports[name]}, " + row.split(", ", 2)[2]
        rows.append(row)
    path.write_text("firstline: 1\nhosts:\n" + "\n".join(rows) + "\n")


def mute_listener():
    """Takes every connection and says nothing."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    held = []

    def take():
        while True:
            try:
                held.append(listener.accept())
            except OSError:
                return

    threading.Thread(target=take, daemon=True).start()
    return listener, listener.getsockname()[1]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def run(firstline, inventory, data, healthy):
    """The document of a run, its cost, and how long the healthy hosts took."""
    with open(data / "result.json", "w+") as output:
        _, cost = measure(run_command(firstline, inventory, "os.bench.sick", data), output)
        output.seek(0)
        document = json.load(output)
    start = moment(document["run"]["startedAt"])
    ends = []
    for target in document["targets"]:
        if target["target"] in healthy:
            if target["state"] != "succeeded":
                sys.exit(f"hung_run: {target['target']} is healthy and {target['state']}: {target['message']}")
            step = target["steps"][-1]
            ends.append(moment(step["startedAt"]) + step["durationMs"] / 1000)
    if len(ends) != len(healthy):
        sys.exit(f"hung_run: {len(ends)} of {len(healthy)} healthy hosts in the result")
    return document, cost, max(ends) - start


def silent_hosts(folder):
    """The server process each silent host stopped, and when: by host."""
    lines = (folder / "pids").read_text().splitlines() if (folder / "pids").exists() else []
    return {name: (int(pid), float(when)) for pid, name, when in (line.split() for line in lines)}


def judge(document, sick, silent):
    """Whether every sick host has its exact reason, and how long the slowest of each kind took to be told.

    For those that stop in the middle, the time since they stopped counts, else the time since the step began.
    """
    expected = {"mute": "handshake-timeout", "stop": "connection-lost", "drip": "handshake-timeout"}
    targets = {target["target"]: target for target in document["targets"]}
    told = {}
    for kind, names in sick.items():
        for name in names:
            target = targets[name]
            if target["state"] != "failed" or target["reason"] != expected[kind]:
                sys.exit(f"hung_run: {name} ({kind}) is {target['state']}, {target['reason']}: {target['message']}")
            step = target["steps"][-1]
            took = step["durationMs"] / 1000
            if kind == "stop":
                took += moment(step["startedAt"]) - silent[name][1]
            told[kind] = max(told.get(kind, 0), took)
    return told


def end_silent(folder):
    for pid, _ in silent_hosts(folder).values():
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("firstline")
    parser.add_argument("fleet", type=pathlib.Path)
    parser.add_argument("hosts", type=int)
    parser.add_argument("--seed", type=int, default=20261126)
    options = parser.parse_args()
    user = (options.fleet / "user").read_text().strip()
    silent = pathlib.Path(f"/var/lib/{user}/silent")
    names, sick = choose(options.hosts, options.seed)
    healthy = set(names) - set(sum(sick.values(), []))
    listener, mute_port = mute_listener()
    drip_port = free_port()
    to = (options.fleet / f"targets-{options.hosts}").read_text().split()[1]
    proxy = subprocess.Popen([sys.executable, PROXY, str(drip_port), to, "drip"])
    ports = {name: mute_port for name in sick["mute"]} | {name: drip_port for name in sick["drip"]}
    try:
        with tempfile.TemporaryDirectory(prefix="firstline-bench-") as folder:
            data = pathlib.Path(folder)
            subprocess.run(
                trust_command(options.firstline, options.fleet, data), check=True, stdout=sys.stderr)
            write_inventory(data / "alone.yaml", options.fleet, [n for n in names if n in healthy], {})
            write_inventory(data / "all.yaml", options.fleet, names, ports)
            _, _, alone = run(options.firstline, data / "alone.yaml", data, healthy)
            subprocess.run(["install", "-d", "-o", user, "-m", "755", silent], check=True)
            for name in sick["stop"]:
                (silent / name).touch()
            document, cost, among = run(options.firstline, data / "all.yaml", data, healthy)
            told = judge(document, sick, silent_hosts(silent))
    finally:
        end_silent(silent)
        subprocess.run(["rm", "-rf", silent], check=True)
        proxy.terminate()
        listener.close()
    print(json.dumps({
        "hosts": options.hosts, "sick": options.hosts - len(healthy), "seed": options.seed,
        "alone_s": round(alone, 3), "among_sick_s": round(among, 3), "all_told_s": cost["wall_s"],
        **{f"{kind}_told_s": round(seconds, 1) for kind, seconds in told.items()}, **cost}))


if __name__ == "__main__":
    main()
