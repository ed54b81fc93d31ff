"""Limits uploads by people without an account, so that they never use more than one of a process's threads (ASVS 2.4.1).

A body is read in a web thread, as fast as its sender sends it. So each process reads only a few at once, refuses the
next one unread, and stops reading after a while. The proxy in front buffers requests (docs/operators-guide.md); these
limits are for when it doesn't.
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

SMALL_BYTES = 16 * 1024  # proxies buffer this much even if they buffer nothing else
READ_SECONDS = 20.0
DRAIN_SECONDS = 0.5
READ_AHEAD = 8 * 1024  # the most of a body that the server reads together with the headers
PAUSE_SECONDS = 0.01
CHUNK = 256 * 1024
WHEN_BUSY_SECONDS = 15
_pages: dict[int, str] = {}


class StrangerUploads:
    """Refuses an upload (503) if others are being read, and gives up (408) on one that doesn't arrive."""

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
        """Refuse an upload. A quick sender gets the complete answer, which some proxies lose if the connection is closed on an unread body."""
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
    """Whether the request has a file, or is larger than what a proxy buffers for us."""
    if request.content_type == "multipart/form-data":
        return True
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0) > SMALL_BYTES
    except ValueError:
        return False


def _arrives(request: HttpRequest) -> bool:
    """Read the form into memory; False if it didn't arrive in time or was cut off."""
    with _at_most(request, READ_SECONDS) as late:
        try:
            len(request.POST)
        except UnreadablePostError:
            return False
    return not late.is_set()


def _drain(request: HttpRequest) -> None:
    """Read what a quick sender is still sending, straight from the connection, for half a second at most."""
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
    """Stop reading from the sender's connection after `seconds`; the event is set if that happened."""
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
    """Close the connection once the answer is sent. Otherwise gunicorn waits up to seven seconds for the rest of the body, in all threads."""
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
    """Return the page for this status, rendered once, because a refusal must cost less than what it refuses."""
    if status not in _pages:
        context = {"seconds": WHEN_BUSY_SECONDS, "busy": status == 503}
        _pages[status] = render_to_string("upload_refused.html", context, request)
    return HttpResponse(_pages[status], status=status)
