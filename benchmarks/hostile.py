"""The attackers in benchmarks/verify_load.py: keeps uploads in flight until a line arrives on standard input, then prints the answers as JSON."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import sys
from collections import Counter
from pathlib import Path

BOUNDARY = "hostile"
addresses = (f"10.{a}.{b}.{c}" for a, b, c in itertools.product(range(256), repeat=3))


def doubling() -> bytes:
    """Build a PDF of four kilobytes whose form fields each contain the next one twice: two to the fortieth in all."""
    body, places = b"%PDF-1.7\n", []
    objects = [b"<< /Type /Catalog /AcroForm << /Fields [2 0 R] >> >>"]
    objects += [b"<< /FT /Sig /T (a) /Kids [%d 0 R %d 0 R] >>" % (n + 1, n + 1) for n in range(2, 42)]
    objects.append(b"<< /FT /Sig /T (z) >>")
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return b"%sxref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF" % (
        body, len(places) + 1, table, len(places) + 1, len(body),
    )  # fmt: skip


def large() -> bytes:
    return b"%PDF-1.7\n" + b"1 0 obj\n<<>>\nendobj\n" * 400_000 + b"%%EOF"


def request(token: str, data: bytes) -> bytes:
    """Build a POST of `data`, as the page's own form sends it."""
    parts = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
    )
    body = parts.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()
    head = (
        f"POST /verify/ HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: {next(addresses)}\r\n"
        f"Origin: https://localhost\r\nReferer: https://localhost/verify/\r\nCookie: __Host-csrf={token}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


async def upload(port: int, data: bytes, answers: Counter[str], *, trickling: bool) -> None:
    """Upload `data` again and again, as fast as it is answered."""
    token = "t" * 32
    while True:
        status = "cut off"
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            sent = request(token, data)
            sending = asyncio.ensure_future(_send(writer, sent, trickling=trickling))
            line = await reader.readline()
            status = line.split()[1].decode() if line else status
            await reader.read()
            sending.cancel()
            writer.close()
        except OSError:
            pass  # a connection that is closed on an unread body
        answers[f"{status}{' slow' if trickling else ''}"] += 1


async def _send(writer: asyncio.StreamWriter, sent: bytes, *, trickling: bool) -> None:
    with contextlib.suppress(OSError):
        if not trickling:
            writer.write(sent)
            return await writer.drain()
        head = sent.index(b"\r\n\r\n") + 4
        writer.write(sent[:head])
        for byte in sent[head:]:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.2)


async def main(port: int, count: int) -> None:
    answers: Counter[str] = Counter()
    kinds = ((doubling(), False), (doubling() + b"%" * 100_000, False), (large(), False), (large(), True))
    attackers = [asyncio.ensure_future(upload(port, *kinds[n % 4][:1], answers, trickling=kinds[n % 4][1])) for n in range(count)]
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    for attacker in attackers:
        attacker.cancel()
    print(json.dumps(answers))


if __name__ == "__main__":
    os.nice(10)
    with contextlib.suppress(OSError):  # if the kernel divides processor time between sessions first
        Path("/proc/self/autogroup").write_text("10")
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
