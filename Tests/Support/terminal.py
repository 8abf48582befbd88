#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A person at a terminal: terminal.py PROGRAM [ARGUMENT...], with what the person does as JSON on standard input.

A list of steps: {"expect": TEXT} waits until the terminal shows a text that was not there before, {"type": TEXT} types.
Ends with the program's code, or with 99 when it did not show what was expected within 30 seconds. Prints all that was shown.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time


def main(program):
    steps = json.load(sys.stdin)
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(program[0], program)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 160, 0, 0))
    shown, seen = "", 0

    def read(patience):
        nonlocal shown
        if not select.select([terminal], [], [], patience)[0]:
            return True
        try:
            data = os.read(terminal, 65536)
        except OSError:
            return False
        shown += data.decode("utf-8", "replace")
        return bool(data)

    for step in steps:
        if "type" in step:
            os.write(terminal, step["type"].encode())
            continue
        deadline = time.monotonic() + 30
        while (at := shown.find(step["expect"], seen)) < 0:
            if time.monotonic() > deadline or not read(0.1):
                print(shown)
                print(f"terminal: waited in vain for {step['expect']!r}", file=sys.stderr)
                sys.exit(99)
        seen = at + len(step["expect"])
    while read(0.1):
        pass
    print(shown)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) % 256)


main(sys.argv[1:])
