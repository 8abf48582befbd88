#!/usr/bin/env python3
"""Asks a server on this machine as nobody should, for the tests.

Usage: http-attack.py MODE ADDRESS [NUMBER]; ADDRESS is HOST:PORT or the path of a socket.

  idle      opens NUMBER connections and says nothing on them
  drip      opens NUMBER connections that send the head of a request byte by byte, and waits until the server ends all of them
  slow      opens NUMBER connections as the account 65534, each with a request whose body comes byte by byte, and opens those that the
            server ends again
  bodies    sends NUMBER requests with bodies of 60 MB at once, and prints the statuses of the answers
  chunks    sends a body in chunks whose lengths are none, and prints the answer

'idle' and 'slow' print 'ready' once all are open and hold them until they are ended.
"""
import ctypes
import os
import resource
import socket
import sys
import threading
import time


def connect(address):
    if address.startswith("/"):
        client = socket.socket(socket.AF_UNIX)
        client.connect(address)
        return client
    host, port = address.rsplit(":", 1)
    return socket.create_connection((host, int(port)))


def idle(address, number):
    held = [connect(address) for _ in range(number)]
    print("ready", flush=True)
    threading.Event().wait()
    return held


def drip(address, number):
    clients = [connect(address) for _ in range(number)]
    for client in clients:
        client.settimeout(0.001)
    sent, limit = b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"X-Slow: 1\r\n" * 1000, time.monotonic() + 120
    for byte in range(len(sent)):
        for client in list(clients):
            try:
                client.send(sent[byte : byte + 1])
                if client.recv(1) == b"":
                    clients.remove(client)
            except TimeoutError:
                pass
            except OSError:
                clients.remove(client)
        if not clients or time.monotonic() > limit:
            break
        time.sleep(0.2)
    print("still open:", len(clients))


def slow(address, number):
    # Only who connects counts for the server; what this process may open stays as it is.
    os.seteuid(65534)
    ctypes.CDLL(None).setfsuid(0)
    path = "/api/v1/slots" if address.startswith("/") else "/healthz"
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n".encode()

    def begin():
        client = connect(address)
        client.setblocking(False)
        client.send(head)
        return client

    clients = [begin() for _ in range(number)]
    print("ready", flush=True)
    while True:
        for position, client in enumerate(clients):
            try:
                client.send(b" ")
                if client.recv(65536) == b"":
                    raise ConnectionResetError
            except BlockingIOError:
                pass
            except OSError:
                client.close()
                clients[position] = begin()
        time.sleep(0.2)


def answer(client):
    received = b""
    client.settimeout(120)
    while True:
        try:
            piece = client.recv(65536)
        except ConnectionError:
            break
        if not piece:
            break
        received += piece
        if b"\r\n\r\n" in received and received.rstrip().endswith(b"}"):
            break
    return received.decode(errors="replace")


def bodies(address, number):
    body = b'{"contract": [' + b"0," * 30_000_000 + b"0]}"
    head = f"POST /api/v1/slots HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    plans = head.replace(b"/slots", b"/runs")
    answers = []

    def send(start):
        client = connect(address)
        try:
            client.sendall(start + body)
        except OSError:
            pass
        answers.append(answer(client).split("\r\n")[0].split(" ")[1])

    threads = [threading.Thread(target=send, args=(head if n % 2 else plans,)) for n in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(" ".join(sorted(answers)))


def chunks(address, _):
    client = connect(address)
    client.sendall(
        b"POST /api/v1/runs HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\nnone\r\n1}\r\n0\r\n\r\n"
    )
    print(answer(client), flush=True)


if __name__ == "__main__":
    mode, address = sys.argv[1:3]
    number = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    {"idle": idle, "drip": drip, "slow": slow, "bodies": bodies, "chunks": chunks}[mode](address, number)
