"""What people without an account upload never takes more than one of a process's threads (ASVS 2.4.1).

A body is read inside a web thread, as fast as its sender likes. So each process reads few of them at once, refuses
the next one unread, and stops reading after a while. The proxy in front buffers what it passes on
(docs/operators-guide.md); this holds where it doesn't.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.template.loader import render_to_string

SMALL_BYTES = 16 * 1024  # what proxies hold back until it is whole, even those that buffer nothing else
READ_SECONDS = 20.0
DRAIN_SECONDS = 0.5
READ_AHEAD = 8 * 1024  # what the server has read of the body together with the headers, at most
PAUSE_SECONDS = 0.01
CHUNK = 256 * 1024
WHEN_BUSY_SECONDS = 15
_pages: dict[int, str] = {}


class StrangerUploads:
    """Refuses at once (503) what can't be read at once, and gives up (408) on what doesn't arrive."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.room = threading.BoundedSemaphore(settings.STRANGERS_UPLOADS_AT_ONCE)
        self.draining = threading.BoundedSemaphore(1)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_upload(request) or request.user.is_authenticated:
            return self.get_response(request)
        if not self.room.acquire(blocking=False):
            return self._refused(request)
        try:
            return self.get_response(request) if _arrives(request) else _hanging_up(request, _page(request, 408))
        finally:
            self.room.release()

    def _refused(self, request: HttpRequest) -> HttpResponse:
        """A sender that is quick gets the answer whole: a connection closed on an unread body loses it on some proxies."""
        response = _page(request, 503)
        response["Retry-After"] = str(WHEN_BUSY_SECONDS)
        if not self.draining.acquire(blocking=False):
            return _hanging_up(request, response)
        try:
            _drain(request)
            return _hanging_up(request, response)
        finally:
            self.draining.release()


def _is_upload(request: HttpRequest) -> bool:
    """A form with a file in it, or more of a form than a proxy holds back for us."""
    if request.content_type == "multipart/form-data":
        return True
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0) > SMALL_BYTES
    except ValueError:
        return False


def _arrives(request: HttpRequest) -> bool:
    """Read the form into memory; False when it didn't come in time or broke off."""
    with _at_most(request, READ_SECONDS) as late:
        try:
            len(request.POST)
        except UnreadablePostError:
            return False
    return not late.is_set()


def _drain(request: HttpRequest) -> None:
    """Take what a quick sender still sends, straight from the connection, for half a second at most."""
    connection = _connection(request)
    if connection is None:
        return
    end, size = time.monotonic() + DRAIN_SECONDS, int(request.META.get("CONTENT_LENGTH") or 0)
    buffer, received = bytearray(CHUNK), 0
    with contextlib.suppress(OSError):
        while time.monotonic() < end:
            connection.settimeout(DRAIN_SECONDS if received < size - READ_AHEAD else PAUSE_SECONDS)
            count = connection.recv_into(buffer)
            if not count:
                break
            received += count


@contextlib.contextmanager
def _at_most(request: HttpRequest, seconds: float) -> Iterator[threading.Event]:
    """Ends whatever is read from the sender's connection after `seconds`; the event says that it was so."""
    late, connection = threading.Event(), _connection(request)

    def stop() -> None:
        late.set()
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RD)

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()


def _hanging_up(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """End the connection once the answer is out. Else gunicorn waits for the rest of the body, up to seven seconds, for all its threads."""
    connection = _connection(request)

    def hang_up() -> None:
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    response._resource_closers.append(hang_up)  # type: ignore[attr-defined]
    return response


def _connection(request: HttpRequest) -> socket.socket | None:
    connection = request.META.get("gunicorn.socket")
    return connection if isinstance(connection, socket.socket) else None


def _page(request: HttpRequest, status: int) -> HttpResponse:
    """The page that says so, rendered once: a refusal has to cost less than what it refuses."""
    if status not in _pages:
        context = {"seconds": WHEN_BUSY_SECONDS, "busy": status == 503}
        _pages[status] = render_to_string("upload_refused.html", context, request)
    return HttpResponse(_pages[status], status=status)
