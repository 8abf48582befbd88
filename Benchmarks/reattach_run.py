#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How soon a new controller has taken up what a killed one left: reattach_run.py FIRSTLINE FLEET HOSTS

Starts a change on HOSTS hosts that runs until it is told to stop, kills the controller with SIGKILL when all of them run,
tells them to stop, and starts a controller anew. Proves that each was begun once, ended well, and that its log holds the very
bytes it has written into a file of its own; prints one line of JSON: `reattach_s` from the start of the new controller until
all outcomes were kept.
"""

import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tempfile
import time

from firstline_run import run_command, succeeded, trust_command
from measure import measure


def main(firstline, fleet, hosts):
    fleet, hosts = pathlib.Path(fleet), int(hosts)
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as name:
        directory = pathlib.Path(name)
        directory.chmod(0o711)
        shared = directory / "shared"
        shared.mkdir()
        shared.chmod(0o1777)
        data = directory / "data"
        inventory = directory / "inventory.yaml"
        inventory.write_text("".join((fleet / "inventory.yaml").read_text().splitlines(keepends=True)[: 2 + hosts]))
        subprocess.run(trust_command(firstline, fleet, data), check=True, stdout=sys.stderr)
        command = run_command(firstline, inventory, "os.bench.wait", data)
        command[command.index("--parallel") + 1] = str(hosts)
        first = subprocess.Popen([*command, "-e", f"directory={shared}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 300
        while sum(1 for _ in shared.glob("*.own")) < hosts:
            if time.monotonic() > deadline or first.poll() is not None:
                sys.exit("reattach_run: the steps did not all begin")
            time.sleep(0.2)
        time.sleep(2)
        first.kill()
        first.wait()
        (shared / "stop").touch()
        with open(directory / "result.json", "w+") as output:
            status, cost = measure([firstline, "run", "follow", "last", "--data", data, "-o", "json", "--quiet"], output)
            output.seek(0)
            result = json.loads(output.read())
        if status or succeeded(result, hosts) != hosts:
            sys.exit(f"reattach_run: {succeeded(result, hosts)} of {hosts} succeeded; exit status {status}")
        run = result["run"]["id"]

        def log(host):
            told = subprocess.run([firstline, "run", "logs", run, "--host", host, "--raw", "--data", data], capture_output=True)
            return host, told.stdout, (shared / f"{host}.own").read_bytes()

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for host, told, own in pool.map(log, [target["host"] for target in result["targets"]]):
                if told != own or own.count(b"begun") != 1:
                    sys.exit(f"reattach_run: {host} wrote {own!r}, and its log is {told!r}")
        print(json.dumps({"hosts": hosts, "reattach_s": cost["wall_s"], "user_s": cost["user_s"], "max_rss_kb": cost["max_rss_kb"]}))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
