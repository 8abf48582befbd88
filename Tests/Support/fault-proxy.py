#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A TCP proxy that misbehaves on purpose.

    fault-proxy.py LISTEN_PORT TO_PORT FAULT [--address 127.0.0.1] [--after BYTES | --when FILE]

Takes connections on a loopback port and carries them to another, until so many bytes came from the host (--after), or a file
exists (--when); without either, from the first byte on. Then:

    stall      nothing is read or written any more, the connections stay open
    drop       both sides are reset
    mute       what the host sends is thrown away; what the client sends still arrives (a link cut one way)
    deaf       what the client sends is thrown away; what the host sends still arrives
    drip       the host's bytes come one a second
"""

import argparse
import asyncio
import os
import socket
import struct


class Link:
    """One connection on its way from a client to the host."""

    def __init__(self, options):
        self.options = options
        self.from_host = 0
        self.writers = []

    def is_faulty(self):
        if self.options.after is not None:
            return self.from_host >= self.options.after
        return self.options.when is None or os.path.exists(self.options.when)

    async def carry(self, reader, writer, is_host):
        fault = self.options.fault
        while data := await reader.read(65536):
            if is_host:
                self.from_host += len(data)
            faulty = self.is_faulty()
            if faulty and fault == "stall":
                await asyncio.Event().wait()
            if faulty and fault == "drop":
                return self.reset()
            if faulty and fault == ("mute" if is_host else "deaf"):
                continue
            if faulty and fault == "drip" and is_host:
                for byte in data:
                    writer.write(bytes([byte]))
                    await asyncio.sleep(1)
                continue
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()

    def reset(self):
        for writer in self.writers:
            raw = writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.close()

    async def watch(self):
        """Drops a connection on which nothing moves once the fault has come."""
        while not self.is_faulty():
            await asyncio.sleep(0.02)
        self.reset()

    async def run(self, reader, writer):
        try:
            host_reader, host_writer = await asyncio.open_connection(self.options.address, self.options.to)
        except OSError:
            return writer.close()
        self.writers = [writer, host_writer]
        ways = [self.carry(reader, host_writer, False), self.carry(host_reader, writer, True)]
        if self.options.fault == "drop" and self.options.when:
            ways.append(self.watch())
        await asyncio.gather(*ways, return_exceptions=True)
        for end in self.writers:
            end.close()


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("listen", type=int)
    parser.add_argument("to", type=int)
    parser.add_argument("fault", choices=["stall", "drop", "mute", "deaf", "drip"])
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--after", type=int)
    parser.add_argument("--when")
    options = parser.parse_args()
    server = await asyncio.start_server(
        lambda reader, writer: Link(options).run(reader, writer), options.address, options.listen)
    async with server:
        await server.serve_forever()


asyncio.run(main())
