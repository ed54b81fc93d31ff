"""What people without an account upload takes one thread of a process at most, and a refusal is immediate (ASVS 2.4.1)."""

import socket
import threading

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory

from web.uploads.limits import SMALL_BYTES, StrangerUploads

pytestmark = pytest.mark.django_db  # the page asks who is signed in
LARGE = b"x" * (SMALL_BYTES + 1)


class Account:
    is_authenticated = True


def send(middleware, data=LARGE, user=None, kind="application/octet-stream", **extra):
    request = RequestFactory().post("/anywhere/", data, content_type=kind, **extra)
    request.user = user or AnonymousUser()
    return middleware(request)


@pytest.fixture
def reading():
    """A middleware that is reading one stranger's upload already, and whether the view was called for another."""
    inside, leave, calls = threading.Event(), threading.Event(), []

    def view(request):
        calls.append(len(request.body) if request.content_type != "multipart/form-data" else 0)
        if len(calls) == 1:
            inside.set()
            leave.wait(60)
        return HttpResponse("done")

    middleware = StrangerUploads(view)
    first = threading.Thread(target=send, args=(middleware,))
    first.start()
    assert inside.wait(60)
    yield middleware, calls
    leave.set()
    first.join()


def test_a_second_upload_of_a_stranger_is_refused_at_once_and_unread(reading):
    """K8: with a time to come back and a way that needs no waiting."""
    middleware, calls = reading
    response = send(middleware)
    assert (response.status_code, len(calls)) == (503, 1)
    assert int(response["Retry-After"]) > 0
    assert 'href="/verify/"' in response.content.decode()


def test_a_small_form_with_a_file_in_it_is_an_upload_too(reading):
    middleware, calls = reading
    response = send(middleware, b"--b--\r\n", kind="multipart/form-data; boundary=b")
    assert (response.status_code, len(calls)) == (503, 1)


def test_people_with_an_account_and_small_forms_are_never_refused(reading):
    middleware, _calls = reading
    assert send(middleware, user=Account()).status_code == 200
    assert send(middleware, b"email=a", kind="application/x-www-form-urlencoded").status_code == 200


def test_the_place_is_free_again_afterwards_also_after_a_fault():
    def broken(request):
        raise RuntimeError

    middleware = StrangerUploads(broken)
    for _ in range(2):
        with pytest.raises(RuntimeError):
            send(middleware)


def test_a_body_that_does_not_arrive_is_given_up_and_never_acted_on(monkeypatch):
    """K8: the sender sends a byte at a time; half a file isn't taken for a file."""
    monkeypatch.setattr("web.uploads.limits.READ_SECONDS", 0.05)
    ours, theirs = socket.socketpair()
    called = []
    middleware = StrangerUploads(lambda request: called.append(request) or HttpResponse())
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF'
    theirs.sendall(head)
    environ = {"CONTENT_LENGTH": str(len(head) + 1000), "CONTENT_TYPE": "multipart/form-data; boundary=b"}
    with ours, theirs, ours.makefile("rb", buffering=0) as stream:
        request = RequestFactory().generic("POST", "/anywhere/", **{**environ, "wsgi.input": stream, "gunicorn.socket": ours})
        request.user = AnonymousUser()
        response = middleware(request)
        assert (response.status_code, called) == (408, [])
        response.close()
        assert theirs.recv(1) == b""  # hung up: nothing of the server waits for the rest
