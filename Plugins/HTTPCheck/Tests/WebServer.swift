// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// A real web server on this machine, with and without TLS, that ends when the tests end.
struct WebServer: Sendable {
    /// Ports by name: `http`, `https`, `expired`, `silent` (accepts and says nothing), `full` (does not even accept), `closed`.
    let ports: [String: Int]
    /// The authority of the good certificate.
    let caFile: String

    static let shared = start()

    func url(_ port: String, _ path: String, host: String = "127.0.0.1") -> String {
        let scheme = port == "https" || port == "expired" ? "https" : "http"
        return "\(scheme)://\(host):\(ports[port] ?? 0)\(path)"
    }

    private static func start() -> WebServer {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("firstline-web-\(UUID())").path
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program, folder]
        let output = Pipe()
        process.standardOutput = output
        // Its standard input closes when the tests end, however they end, and with it the server.
        process.standardInput = keptOpen
        try? process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let ports = (try? JSONDecoder().decode([String: Int].self, from: Data(line.utf8))) ?? [:]
        return WebServer(ports: ports, caFile: folder + "/good.pem")
    }

    private static let keptOpen = Pipe()
}

private let program = #"""
    import gzip, http.server, json, os, shutil, socket, ssl, subprocess, sys, threading, time, urllib.parse

    folder = sys.argv[1]
    log = []

    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "key.pem", "-out",
            "good.pem", "-days", "10", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
    openssl("req", "-new", "-key", "key.pem", "-subj", "/CN=localhost", "-out", "request.pem")
    openssl("x509", "-req", "-in", "request.pem", "-signkey", "key.pem", "-days", "-1", "-out", "expired.pem")

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def log_message(self, *words): pass
        def send(self, status, body=b"", headers={}):
            self.send_response(status)
            for name, value in headers.items(): self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD": self.wfile.write(body)
        def answer(self):
            url = urllib.parse.urlsplit(self.path)
            query = dict(urllib.parse.parse_qsl(url.query))
            path = url.path
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if path == "/ok": self.send(200, b"all is UP here, version 1.2.3")
            elif path == "/json": self.send(200, b'{"state":"UP","n":2.0,"list":[{"a b":null},[true,{"deep":"x"}]],"big":[%s]}' % b",".join([b"1"] * 1000))
            elif path == "/notjson": self.send(200, b'{"state": UP}')
            elif path == "/bomb": self.send(200, b"[" * 500000)
            elif path == "/large": self.send(200, b"x" * 5000000 + b"END")
            elif path == "/echo": self.send(200, json.dumps({"method": self.command, "body": body.decode(), "headers": dict(self.headers)}).encode())
            elif path == "/redirect": self.send(int(query.get("status", 302)), b"", {"Location": query["to"]})
            elif path == "/loop": self.send(302, b"", {"Location": "/loop"})
            elif path == "/slow": time.sleep(int(query["ms"]) / 1000); self.send(200, b"late")
            elif path == "/half": self.send_response(200); self.send_header("Content-Length", "100"); self.end_headers(); self.wfile.write(b"half"); self.wfile.flush(); self.connection.shutdown(socket.SHUT_RDWR); self.close_connection = True
            elif path == "/empty": self.connection.shutdown(socket.SHUT_RDWR); self.close_connection = True
            elif path == "/versions": self.send(200, b'{"version":"1.10","exact":9007199254740993,"large":18446744073709551615,"one":1.10,"word":"null","none":null,"flag":true}')
            elif path == "/packed": self.send(200, gzip.compress(b"packed, and all is UP"), {"Content-Encoding": "gzip"})
            elif path == "/korean": self.send(200, "상태: 정상".encode("euc-kr"), {"Content-Type": "text/plain; charset=EUC-KR"})
            elif path == "/latin": self.send(200, "Zustand: läuft".encode("latin-1"), {"Content-Type": 'text/html; charset="iso-8859-1"'})
            elif path == "/nocharset": self.send(200, b"all is UP", {"Content-Type": "text/html; charset=x-none"})
            elif path == "/bytes": self.send(200, bytes(range(256)))
            elif path.startswith("/status/"): self.send(int(path[8:]), b"status")
            else: self.send(404)
        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer

    class Server(http.server.ThreadingHTTPServer):
        request_queue_size = 1024
        def handle_error(self, *words): pass
        def get_request(self):
            connection, address = super().get_request()
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            return connection, address

    def serve(certificate=None):
        server = Server(("127.0.0.1", 0), Handler)
        server.context = None
        if certificate:
            server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            server.context.load_cert_chain(folder + "/" + certificate, folder + "/key.pem")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server.server_address[1]

    def listen(backlog):
        server = socket.socket()
        server.bind(("127.0.0.1", 0))
        server.listen(backlog)
        return server

    silent, full, closed = listen(1000), listen(0), socket.socket()
    closed.bind(("127.0.0.1", 0))
    clients = []
    for _ in range(3):
        client = socket.socket(); client.setblocking(False); client.connect_ex(full.getsockname()); clients.append(client)
    print(json.dumps({"http": serve(), "https": serve("good.pem"), "expired": serve("expired.pem"),
                      "silent": silent.getsockname()[1], "full": full.getsockname()[1], "closed": closed.getsockname()[1]}), flush=True)
    sys.stdin.read()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)
    """#
