"""The web as it is served: probes are answered whatever the threads for pages do, and pages beside uploads that never end (K8)."""

from __future__ import annotations

import contextlib
import socket
import urllib.request

import pytest

from benchmarks.hostile import doubling, request
from benchmarks.verify_load import command_of_the_image
from tests.crash.plant import Plant, folder, until
from tests.crash.plant import services as helpers
from tests.migrated import copied_to

pytestmark = [pytest.mark.crash, pytest.mark.timeout(300)]


@pytest.fixture
def port():
    with folder() as place:
        plant = Plant(place, f"sqlite:///{place}/portal.sqlite3", "", 1, TRUSTED_PROXIES="1", SEAL_ALLOW_DEVELOPMENT="1")
        try:
            copied = copied_to(place / "portal.sqlite3")
            assert copied or plant.start("manage.py", "migrate", "-v0").process.wait() == 0, plant.logs()
            port = helpers.free_port()
            plant.start("-m", *command_of_the_image(port))
            until(lambda: answers(port, "/health/live"), 60, "the web")
            yield port
        finally:
            plant.stop()


def answers(port: int, path: str) -> bool:
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"X-Forwarded-Proto": "https", "Host": "localhost"})
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310 - our own server
            return answer.status == 200
    except OSError:
        return False


def test_probes_and_pages_are_answered_while_forty_uploads_never_end(port):
    """K8: the eight threads are neither taken by bodies that don't arrive nor by connections that say nothing."""
    body = request("t" * 32, doubling() + b"%" * 100_000)
    uploads = [socket.create_connection(("127.0.0.1", port)) for _ in range(40)]
    try:
        for upload in uploads[:30]:
            upload.sendall(body[:2000])  # the rest never comes; ten say nothing at all
        for path in ("/health/live", "/health/ready", "/verify/", "/accounts/login/", "/health/live"):
            assert answers(port, path), path
    finally:
        for upload in uploads:
            upload.close()


@contextlib.contextmanager
def sent(port, data, count):
    """So many connections, each of which says `data` and then neither reads nor hangs up."""
    with contextlib.ExitStack() as held:
        for _ in range(count):
            connection = held.enter_context(socket.create_connection(("127.0.0.1", port)))
            connection.sendall(data)
        yield


def test_probes_have_threads_of_their_own_while_requests_that_never_end_hold_all_the_others(port):
    """K8: half a request takes a thread each; half a request for a probe takes none of the probes' threads."""
    with sent(port, b"GET /verify/ HTTP/1.1\r\nHost: localhost\r\n", 16), sent(port, b"GET /health/ready HTTP/1.1\r\nHost:", 8):
        for path in ("/health/live", "/health/ready") * 3:
            assert answers(port, path), path
