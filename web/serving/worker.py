"""gunicorn's worker of threads, in which probes never wait for pages (K8; gunicorn.conf.py)."""

from __future__ import annotations

import contextlib
import socket
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from gunicorn.workers import gthread

LIVE, READY = PROBES = (b"GET /health/live ", b"GET /health/ready ")
PEEKED_BYTES = 4096
END_OF_HEADERS = b"\r\n\r\n"


class Worker(gthread.ThreadWorker):
    """Besides the threads for pages, each probe has one of its own, and so a database connection of its own.

    `live` doesn't share a thread with `ready`, which may wait for a database that doesn't answer.
    """

    def init_process(self) -> None:
        from web.serving import health  # in the process that serves, not in the one that starts it

        self.waiting_pages = health.waiting_pages
        self.probe_threads = {probe: ThreadPoolExecutor(1, "probe") for probe in PROBES}
        super().init_process()

    def run(self) -> None:
        """Serve; the thread of `ready` connects to the database and reads the migrations meanwhile, which takes longer than a probe may."""
        from web.serving import health  # the portal is loaded by now

        self.probe_threads[READY].submit(health.ready)
        super().run()

    def enqueue_req(self, conn: Any) -> None:
        """Give a connection a thread once it has said something; until then the poller watches it."""
        begun = _peek(conn.sock)
        if begun is None and conn.parser is None:
            self.finish_request(conn, _deferred())
            return
        threads = self._probe_threads(begun)
        if threads is None:
            threads = self.tpool
            self.waiting_pages.append(time.monotonic())
        # As gunicorn submits it: what follows belongs to the thread that accepts connections.
        answer = threads.submit(self.handle if threads is not self.tpool else self._handle_page, conn)
        answer.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))

    def _probe_threads(self, begun: bytes | None) -> ThreadPoolExecutor | None:
        """The thread of the probe that is asked for. A request that isn't there whole must not get it: it could keep it for ever."""
        if not begun or END_OF_HEADERS not in begun:
            return None
        return next((threads for probe, threads in self.probe_threads.items() if begun.startswith(probe)), None)

    def _handle_page(self, conn: Any) -> Any:
        self.waiting_pages.popleft()
        return self.handle(conn)

    def handle(self, conn: Any) -> Any:
        """Answer, and close at once what is to be closed.

        gunicorn waits up to two seconds for the other side to hang up, in the one thread that accepts connections: a few
        clients that don't would keep every page and probe waiting.
        """
        goes_on = super().handle(conn)
        if goes_on is False:
            with contextlib.suppress(OSError):
                conn.sock.shutdown(socket.SHUT_RD)
        return goes_on


def _peek(connection: socket.socket) -> bytes | None:
    """What has arrived and wasn't read, which stays there; None when nothing has."""
    try:
        return connection.recv(PEEKED_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return None
    except OSError:
        return b""  # broken: whoever reads it finds out


def _deferred() -> Future[Any]:
    """What gunicorn's thread hands back for a connection that says nothing."""
    nothing: Future[Any] = Future()
    nothing.set_result(gthread._DEFER)
    return nothing
