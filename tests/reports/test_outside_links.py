"""Dead links on product pages are noticed and reported once, and a link can't make the portal ask its own network (EL-95)."""

import contextlib
import datetime
import http.server
import itertools
import socket
import threading

import pytest
import time_machine
from django.core.checks import run_checks
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from acts.act import SYSTEM
from outbox.delivery.sweep import sweep
from outbox.models import Message
from reports.links import fetch, rules
from reports.links.actions import record_answer
from reports.links.fetch import Answer, ask, is_public
from reports.links.pipeline import check_links
from reports.links.todo import dead_links
from reports.models import OutsideLink
from reports.showcase import actions
from tests.clock import NOW
from tests.factories import account
from tests.pages import client_of, text
from tests.reports import showcasing

DAY = datetime.timedelta(days=1)
numbers = itertools.count()


class Site(http.server.BaseHTTPRequestHandler):
    """A web server on this machine whose paths say how they answer."""

    def do_HEAD(self):
        self.answer()

    def do_GET(self):
        self.answer()

    def answer(self):
        self.server.requests.append((self.command, self.path, dict(self.headers)))
        name = self.path.strip("/").split("/")[0]
        if name == "slow":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            with contextlib.suppress(OSError):
                while not self.server.stopped.wait(0.1):  # a header that never ends
                    self.wfile.write(b"X-More: yes\r\n")
        elif name == "to":
            self.reply(302, Location=self.path.removeprefix("/to/"))
        elif name == "circle":
            self.reply(301, Location=f"/circle/{next(numbers)}")
        elif name == "no-head":
            self.reply(405 if self.command == "HEAD" else 200)
        elif name == "large":
            self.reply(404 if self.command == "HEAD" else 200, **{"Content-Length": str(10**10)})
            if self.command == "GET":
                with contextlib.suppress(OSError):
                    while not self.server.stopped.is_set():
                        self.wfile.write(b"x" * 65536)
                        self.server.sent += 65536
        else:
            self.reply(self.server.status.get(self.path, int(name) if name.isdigit() else 200))

    def reply(self, status, **headers):
        self.send_response(status)
        for name, value in ({"Content-Length": "0"} | headers).items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *args):
        pass


@contextlib.contextmanager
def serving(address):
    server = http.server.ThreadingHTTPServer((address, 0), Site)
    server.daemon_threads = True
    server.requests, server.status, server.sent, server.stopped = [], {}, 0, threading.Event()
    server.url = f"http://{address}:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.stopped.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def site(settings):
    settings.LINK_CHECK_ALLOWED_NETWORKS = ["127.0.0.1/32"]
    settings.CHECK_OUTSIDE_LINKS = True
    with serving("127.0.0.1") as server:
        yield server


@pytest.fixture
def inside():
    """A server in a network that isn't public and isn't allowed."""
    with serving("127.0.0.2") as server:
        yield server


def answer(url):
    return ask([url])[url]


# ── Asking ───────────────────────────────────────────────────────────────────────────────────


def test_a_link_is_asked_with_head_and_with_get_only_if_that_fails(site):
    assert answer(f"{site.url}/fine") == Answer("status", 200)
    assert [(method, path) for method, path, _headers in site.requests] == [("HEAD", "/fine")]
    assert answer(f"{site.url}/no-head") == Answer("status", 200)
    assert answer(f"{site.url}/404") == Answer("status", 404)
    assert answer(f"{site.url}/to//to//fine") == Answer("status", 200)


def test_the_portal_says_who_asks_and_sends_no_cookie(site, settings):
    answer(f"{site.url}/fine")
    _method, _path, headers = site.requests[0]
    assert settings.PRODUCT_NAME in headers["User-Agent"]
    assert settings.SITE_URL in headers["User-Agent"]
    assert settings.LAB_EMAIL in headers["User-Agent"]
    assert not {"Cookie", "Authorization", "Referer"} & set(headers)


def test_a_redirect_into_another_network_is_not_followed(site, inside):
    """The link is public; where it leads isn't."""
    assert answer(f"{site.url}/to/{inside.url}/secret") == Answer("not-public")
    assert answer(f"{site.url}/to/http://169.254.169.254/latest/meta-data/") == Answer("not-public")
    assert answer(f"{site.url}/to/file:///etc/passwd") == Answer("not-public")
    assert inside.requests == []


def test_a_circle_of_redirects_ends(site):
    assert answer(f"{site.url}/circle") == Answer("redirects")
    assert len(site.requests) == fetch.MOST_REDIRECTS + 1


def test_an_answer_that_drips_ends_with_the_time_limit(site, monkeypatch):
    monkeypatch.setattr(fetch, "SECONDS", 1)
    started = timezone.now()
    assert answer(f"{site.url}/slow") == Answer("timeout")
    assert timezone.now() - started < datetime.timedelta(seconds=5)


def test_a_body_is_not_read(site):
    assert answer(f"{site.url}/large") == Answer("status", 200)
    assert site.sent < 20_000_000  # what the kernel buffers


def test_what_is_not_there_has_no_answer(site):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    assert answer(f"http://127.0.0.1:{port}/") == Answer("no-answer")
    assert answer("http://nowhere.invalid/") == Answer("no-address")
    assert answer(site.url.replace("http:", "https:")).code in ("certificate", "no-answer")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://localhost/",
        "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
        "http://10.1.2.3/", "http://192.168.0.1/", "http://172.16.0.1/", "http://169.254.169.254/latest/", "http://100.64.0.1/",
        "http://0.0.0.0/", "http://[::]/", "http://[fe80::1]/", "http://[fc00::1]/", "http://224.0.0.1/", "http://255.255.255.255/",
        "http://name:secret@example.org/", "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "javascript:alert(1)",
        "http://example.org:22/", "http://example.org:6379/", "https://example.org:80/", "http:///", "http://", "", "http://[", "http://a:b/",
        "http://127.0.0.1.:80/", "http://１２７.0.0.1/", "//example.org/",
    ],
)  # fmt: skip
def test_what_is_no_public_web_address_is_never_asked(url, settings, monkeypatch):
    """No connection is even tried: every socket that is opened fails this test."""
    settings.LINK_CHECK_ALLOWED_NETWORKS = []

    def opened(self, *args):
        raise AssertionError(f"connected to {args}")

    monkeypatch.setattr(socket.socket, "connect", opened)
    monkeypatch.setattr("asyncio.base_events.BaseEventLoop.sock_connect", opened, raising=False)
    assert answer(url).code in ("not-public", "no-answer", "no-address")


@given(st.ip_addresses())
def test_an_address_is_public_only_if_python_says_so(ip):
    assert not is_public(str(ip)) or ip.is_global


@pytest.mark.parametrize("address", ["8.8.8.8", "142.34.0.1", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are_public(address):
    assert is_public(address)


def test_production_refuses_to_start_with_a_network_for_tests(settings):
    settings.DEBUG = False
    settings.LINK_CHECK_ALLOWED_NETWORKS = []
    assert "labportal.E012" not in {message.id for message in run_checks()}
    settings.LINK_CHECK_ALLOWED_NETWORKS = ["10.0.0.0/8"]
    assert "labportal.E012" in {message.id for message in run_checks()}


# ── Rules ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("status", "fails"), [(200, False), (204, False), (304, False), (401, False), (403, False), (404, True), (410, True), (429, False), (500, True), (503, True)])  # fmt: skip
def test_a_page_that_asks_to_sign_in_is_not_dead(status, fails):
    assert rules.fails("status", status) is fails


def test_a_portal_that_is_cut_off_says_nothing_of_links():
    for lately in (True, False):
        assert rules.is_cut_off(["timeout", "no-address", "no-answer"], answered_lately=lately)
        assert not rules.is_cut_off(["timeout", "no-address", "status"], answered_lately=lately)
        assert not rules.is_cut_off(["not-public"] * 9, answered_lately=lately)
    assert not rules.is_cut_off(["no-address", "no-address"], answered_lately=True)
    assert rules.is_cut_off(["no-address", "no-address"], answered_lately=False)


@given(st.lists(st.tuples(st.integers(), st.sampled_from("abc"))), st.integers(0, 5))
def test_each_host_is_asked_once_in_a_run(links, most):
    chosen = rules.one_per_host(links, most)
    assert len(chosen) == min(most, len({host for _link, host in links}))


# ── From link to mail ────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
class TestDeadLinks:
    @pytest.fixture
    def ops(self):
        return account("lab_ops")

    @pytest.fixture
    def of(self, ops, site):
        of = showcasing.product()
        for name in ("here", "gone"):
            actions.add_component(of, name=name, link=f"{site.url}/{name}", by=ops)
        site.status["/gone"] = 404
        return of

    def run(self, at):
        """Check links every hour of a day, as beat does."""
        for hour in range(3):
            with time_machine.travel(at + hour * datetime.timedelta(hours=1), tick=True):
                check_links()

    def test_a_link_is_dead_after_two_failed_checks_a_day_apart_and_mailed_again_after_two_weeks(self, of, site, ops):
        """EL-95, EL-60: to the program area and the lab; the history says so once."""
        self.run(NOW)
        gone = OutsideLink.objects.get(url__endswith="/gone")
        assert (gone.status, gone.dead_since) == (404, None)
        assert OutsideLink.objects.get(url__endswith="/here").failed_on is None
        self.run(NOW + DAY + datetime.timedelta(hours=3))
        gone.refresh_from_db()
        assert gone.dead_since == timezone.localdate(NOW + DAY)
        for days in (1, 2, 3, 9, 24):
            with time_machine.travel(NOW + days * DAY + datetime.timedelta(hours=4), tick=True):
                check_links()
                sweep()
        mails = Message.objects.filter(occasion="showcase-link-dead")
        assert {mail.person.user for mail in mails} == {showcasing.owner_of(of), ops}
        died = gone.dead_since
        assert sorted(mails.values_list("due_on", flat=True)) == [died, died, died + 14 * DAY, died + 14 * DAY]
        assert list(of.stream.events.filter(act__startswith="showcase-link").values_list("act", flat=True)) == ["showcase-link-died"]

    def test_two_failures_on_one_day_are_no_proof(self, ops):
        link = showcasing.failed_link(days=0)
        assert record_answer(link, Answer("status", 404), by=SYSTEM).dead_since is None
        with time_machine.travel(NOW + DAY, tick=True):
            assert record_answer(link, Answer("status", 404), by=SYSTEM).dead_since == timezone.localdate()

    def test_each_run_asks_a_host_once_and_each_link_once_a_week(self, of, site):
        self.run(NOW)
        paths = [path for method, path, _headers in site.requests if method == "HEAD"]
        assert sorted(paths) == ["/gone", "/here"]
        site.requests.clear()
        with time_machine.travel(NOW + 6 * DAY, tick=True):
            check_links()
            assert [path for method, path, _headers in site.requests if method == "HEAD"] == ["/gone"]
        with time_machine.travel(NOW + 7 * DAY + datetime.timedelta(hours=3), tick=True):
            check_links()
            assert "/here" in [path for _method, path, _headers in site.requests]

    def test_a_link_that_works_again_is_no_longer_dead(self, of, site):
        link = showcasing.dead_link()
        OutsideLink.objects.filter(pk=link.pk).update(url=f"{site.url}/back", next_check_at=NOW)
        link.subject.stream.showcase_entry.components.update(link=f"{site.url}/back")
        self.run(NOW + DAY)
        link.refresh_from_db()
        assert (link.dead_since, link.failed_on, link.status) == (None, None, 200)
        acts = link.stream.events.filter(act__startswith="showcase-link").values_list("act", flat=True)
        assert list(acts) == ["showcase-link-died", "showcase-link-back"]

    def test_a_link_that_was_removed_is_forgotten_and_one_on_the_public_version_is_not(self, of, site):
        self.run(NOW)
        of.stream.showcase_entry.components.all().delete()
        with time_machine.travel(NOW + DAY, tick=True):
            check_links()
        assert not OutsideLink.objects.filter(stream=of.stream).exists()
        shown = showcasing.product(product="Health Gateway")
        showcasing.published(shown, link=f"{site.url}/product")
        shown.stream.showcase_entry.__class__.objects.filter(stream=shown.stream).update(link="")
        with time_machine.travel(NOW + DAY, tick=True):
            check_links()
        assert OutsideLink.objects.get(stream=shown.stream).url == f"{site.url}/product"

    def test_two_workers_do_not_ask_the_same_link(self, of, site):
        check_links()
        asked = len(site.requests)
        OutsideLink.objects.exclude(checked_at=None).update(next_check_at=NOW + 30 * DAY)
        OutsideLink.objects.filter(checked_at=None).update(next_check_at=timezone.now() + DAY)  # another worker's claim
        assert check_links() == 0
        assert len(site.requests) == asked

    def test_a_server_that_is_gone_counts_only_if_others_answer(self, ops, site):
        of = showcasing.product()
        actions.add_component(of, name="gone", link="http://127.0.0.1:1/", by=ops)
        check_links()
        assert OutsideLink.objects.get().checked_at is None
        other = showcasing.product(product="Health Gateway")
        actions.add_component(other, name="here", link=f"{site.url}/here", by=ops)
        with time_machine.travel(NOW + DAY, tick=True):
            OutsideLink.objects.filter(url__contains=":1/").update(host="another")
            check_links()
        assert OutsideLink.objects.get(url__contains=":1/").code == "no-answer"

    def test_nothing_is_asked_while_checking_is_off(self, of, site, settings):
        settings.CHECK_OUTSIDE_LINKS = False
        assert check_links() == 0
        assert site.requests == []

    def test_the_page_and_home_show_what_to_correct(self, ops):
        """EL-95: to those who can correct it."""
        link = showcasing.dead_link()
        page = text(client_of(ops).get(reverse("showcase-entry", args=[link.subject.reference])))
        assert "Links to other websites" in page
        assert "Doesn’t work since" in page
        assert "the page doesn’t exist (404)" in page
        (line,) = dead_links(timezone.localdate())
        assert (line.url, line.note) == (reverse("showcase-entry", args=[link.subject.reference]), link.url)
        assert "Correct the link" in text(client_of(ops).get("/"))
