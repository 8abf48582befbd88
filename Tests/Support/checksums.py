# SPDX-License-Identifier: Apache-2.0
"""Gives every page of a store its checksum again after another program than firstline wrote the store.

See Sources/SQLiteStorage/Pages/PageChecksum.swift. Usage: checksums.py DATABASE
"""

import pathlib
import struct
import sys
import zlib

PAGE = 4096
FREE = 8


def write(database):
    """Writes the checksums of a database that nobody has open and whose log is empty."""
    path = pathlib.Path(database)
    data = bytearray(path.read_bytes())
    for number in range(1, len(data) // PAGE + 1):
        start, end = (number - 1) * PAGE, number * PAGE - FREE
        checksum = zlib.crc32(data[start:end], zlib.crc32(struct.pack(">q", number)))
        data[end:end + FREE] = struct.pack(">II", checksum, checksum ^ 0xFFFFFFFF)
    path.write_bytes(data)


if __name__ == "__main__":
    write(sys.argv[1])
