"""A time stamping authority on this machine: answers over HTTP, and can be told to fail."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import tsp
from cryptography.hazmat.primitives.serialization import Encoding

from tests.agreements.sealing.papers import time_stamper


@dataclass
class Authority:
    """`url` to ask, `pem` of its certificate; `ails` makes it answer with an error, `asked` counts."""

    url: str = ""
    pem: bytes = b""
    ails: bool = False
    asked: list[str] = field(default_factory=list)


@contextmanager
def answering() -> Iterator[Authority]:
    stamper, certificate = time_stamper()
    authority = Authority(pem=certificate.public_bytes(Encoding.PEM))

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            authority.asked.append(self.headers["Content-Type"])
            if authority.ails:
                self.send_error(503)
                return
            answer = stamper.request_tsa_response(question).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    authority.url = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()
