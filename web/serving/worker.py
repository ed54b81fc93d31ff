"""gunicorn's threaded worker, changed so that probes never wait for pages (K8; gunicorn.conf.py)."""

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
    """A worker that gives each probe its own thread, and so its own database connection, besides the threads for pages.

    `live` doesn't share a thread with `ready`, which may wait for a database that doesn't answer.
    """

    def init_process(self) -> None:
        from web.serving import health  # in the process that serves, not in the one that starts it

        self.waiting_pages = health.waiting_pages
        self.probe_threads = {probe: ThreadPoolExecutor(1, "probe") for probe in PROBES}
        super().init_process()

    def run(self) -> None:
        """Serve requests, while the thread of `ready` connects to the database and reads the migrations, which takes longer than a probe may."""
        from web.serving import health  # the portal is loaded by now

        self.probe_threads[READY].submit(health.ready)
        super().run()

    def enqueue_req(self, conn: Any) -> None:
        """Give a connection a thread once data has arrived; until then, the poller watches it."""
        begun = _peek(conn.sock)
        if begun is None and conn.parser is None:
            self.finish_request(conn, _deferred())
            return
        threads = self._probe_threads(begun)
        if threads is None:
            threads = self.tpool
            self.waiting_pages.append(time.monotonic())
        # The callback hands over to the thread that accepts connections, as gunicorn's own code does.
        answer = threads.submit(self.handle if threads is not self.tpool else self._handle_page, conn)
        answer.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))

    def _probe_threads(self, begun: bytes | None) -> ThreadPoolExecutor | None:
        """Return the thread of the requested probe. An incomplete request must not get it, because it could keep it forever."""
        if not begun or END_OF_HEADERS not in begun:
            return None
        return next((threads for probe, threads in self.probe_threads.items() if begun.startswith(probe)), None)

    def _handle_page(self, conn: Any) -> Any:
        self.waiting_pages.popleft()
        return self.handle(conn)

    def handle(self, conn: Any) -> Any:
        """Answer the request, and close the connection at once if it is to be closed.

        gunicorn waits up to two seconds for the other side to hang up, in the single thread that accepts connections, so a few
        clients that don't hang up would keep every page and probe waiting.
        """
        goes_on = super().handle(conn)
        if goes_on is False:
            with contextlib.suppress(OSError):
                conn.sock.shutdown(socket.SHUT_RD)
        return goes_on


def _peek(connection: socket.socket) -> bytes | None:
    """Return data that has arrived but wasn't read, without reading it; None if there is none."""
    try:
        return connection.recv(PEEKED_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return None
    except OSError:
        return b""  # broken: the reader will find out


def _deferred() -> Future[Any]:
    """Return what gunicorn's thread returns for a connection without data."""
    nothing: Future[Any] = Future()
    nothing.set_result(gthread._DEFER)
    return nothing
