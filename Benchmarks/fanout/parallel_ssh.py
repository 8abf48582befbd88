# SPDX-License-Identifier: Apache-2.0
"""`true` on many hosts with parallel-ssh, as its documentation shows it: parallel_ssh.py native|ssh POOL TARGETS USER KEY

Runs in the environment that `peers install` makes. Neither of its clients checks host keys, which Firstline and all other
peers do: it has a little less work.
"""

import sys

from pssh.config import HostConfig

kind, pool, targets, user, key = sys.argv[1:]
if kind == "native":
    from pssh.clients import ParallelSSHClient
else:
    from pssh.clients.ssh import ParallelSSHClient

hosts = [line.split() for line in open(targets)]
client = ParallelSSHClient(
    [address for address, _ in hosts],
    host_config=[HostConfig(port=int(port)) for _, port in hosts],
    user=user,
    pkey=key,
    pool_size=int(pool),
    num_retries=1,
    allow_agent=False,
    identity_auth=False,
)
output = client.run_command("true")
client.join(output)
bad = [o.host for o in output if o.exit_code != 0 or o.exception]
if bad or len(output) != len(hosts):
    sys.exit(f"parallel_ssh.py: {len(bad)} of {len(hosts)} hosts failed, first {bad[:3]}")
