#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Firstline on the fleet: firstline_run.py FIRSTLINE FLEET JOB HOSTS [PARALLEL]

Trusts the fleet's host keys in a new data directory, then runs JOB on the first HOSTS hosts and proves that each of them
succeeded. Prints one line of JSON: the cost of the run alone. FIRSTLINE is the path of the binary.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from measure import measure

PLAYBOOKS = pathlib.Path(__file__).resolve().parent / "playbooks"


def trust_command(firstline, fleet, data):
    return [firstline, "host", "import-known-hosts", fleet / "known_hosts", "--data", data]


def run_command(firstline, inventory, job, data, parallel=512):
    """The command line that is measured; nothing else knows it."""
    return [firstline, "run", job, "--playbooks", PLAYBOOKS, "--inventory", inventory, "--on", "all",
            "--parallel", str(parallel), "--data", data, "-o", "json"]


def succeeded(result, hosts):
    """How many hosts the printed result proves; a wrong number of targets proves nothing."""
    targets = result["targets"]
    good = sum(target["state"] == "succeeded" for target in targets)
    counted = result.get("run", {}).get("counts", {}).get("succeeded", good)
    return min(good, counted) if len(targets) == hosts else 0


def main(firstline, fleet, job, hosts, parallel=512):
    fleet, hosts = pathlib.Path(fleet), int(hosts)
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as directory:
        directory = pathlib.Path(directory)
        inventory = directory / "inventory.yaml"
        lines = (fleet / "inventory.yaml").read_text().splitlines(keepends=True)
        inventory.write_text("".join(lines[: 2 + hosts]))  # two lines of heading
        subprocess.run(trust_command(firstline, fleet, directory / "data"), check=True, stdout=sys.stderr)
        with open(directory / "result.json", "w+") as output:
            status, cost = measure(run_command(firstline, inventory, job, directory / "data", parallel), output)
            output.seek(0)
            text = output.read()
        try:
            ok = succeeded(json.loads(text), hosts)
        except (ValueError, LookupError, TypeError) as problem:
            sys.exit(f"firstline_run: no result of {job} to read ({problem}); exit status {status}: {text[:300]}")
        if status or ok != hosts:
            sys.exit(f"firstline_run: {job} succeeded on {ok} of {hosts} hosts; exit status {status}")
        print(json.dumps({"hosts": hosts, "ok": ok, "failed": 0, **cost}))


if __name__ == "__main__":
    if len(sys.argv) not in (5, 6):
        sys.exit(__doc__)
    main(*sys.argv[1:])
