#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A host that floods: flood_run.py firstline|ssh FIRSTLINE FLEET HOSTS

As `firstline`, runs os.bench.flood on HOSTS hosts, of which the first writes a gigabyte, and proves that the log was counted
to the last byte and cut, that the others succeeded meanwhile, and what the store then holds. As `ssh`, fetches the same bytes
with OpenSSH and throws them away: the floor. Prints one line of JSON.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

from firstline_run import PLAYBOOKS, run_command, succeeded, trust_command
from measure import measure

SCRIPT = re.search(r"text: \|\n(.*?)\n      environment", (PLAYBOOKS / "os/bench/flood.yaml").read_text(), re.S).group(1)


def by_ssh(fleet):
    address, _ = next(fleet.glob("targets-*")).read_text().splitlines()[0].split()
    command = ["ssh", "-F", fleet / "ssh_config", address, "NAME=h0001\n" + SCRIPT]
    status, cost = measure(command, subprocess.DEVNULL)
    if status:
        sys.exit(f"flood_run: ssh ended with {status}")
    return cost


def by_firstline(firstline, fleet, hosts):
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as folder:
        data, inventory = pathlib.Path(folder) / "data", pathlib.Path(folder) / "inventory.yaml"
        inventory.write_text("".join((fleet / "inventory.yaml").read_text().splitlines(keepends=True)[: 2 + hosts]))
        subprocess.run(trust_command(firstline, fleet, data), check=True, stdout=sys.stderr)
        with open(pathlib.Path(folder) / "result.json", "w+") as output:
            status, cost = measure(run_command(firstline, inventory, "os.bench.flood", data), output)
            output.seek(0)
            document = json.load(output)
        logs = {t["target"]: t["steps"][0]["log"] for t in document["targets"]}
        if status or succeeded(document, hosts) != hosts or not logs["h0001"]["cut"] or logs["h0002"]["bytes"]:
            sys.exit(f"flood_run: not as it should be: exit status {status}, logs {logs}")
        store = sum(file.stat().st_size for file in data.glob("firstline.db*"))
        others = max(t["steps"][0]["durationMs"] for t in document["targets"] if t["target"] != "h0001")
        return {"bytes": logs["h0001"]["bytes"], "store_kb": store // 1024, "others_s": others / 1000, **cost}


def main(who, firstline, fleet, hosts):
    fleet = pathlib.Path(fleet)
    figures = by_ssh(fleet) if who == "ssh" else by_firstline(firstline, fleet, int(hosts))
    print(json.dumps({"hosts": int(hosts), **figures}))


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
