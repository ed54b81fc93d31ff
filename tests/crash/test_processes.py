"""What runs beside the web, as processes of its own: it starts, does its work and leaves when told to (EL-61, R6, R18)."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.clock import HUNG
from tests.migrated import copied_to
from tests.outbox.sink import Sink, listening

ROOT = Path(settings.BASE_DIR)
QUEUE = """
import uuid
from ledger.actions import lab_stream
from outbox.queue import put
from outbox.catalogue.messages import RenderedMail
from acts.act import SYSTEM
from people.actions import add_person
for number in range({count}):
    dana = add_person(name="Dana Lee", email=f"dana-{{number}}@example.org", by=SYSTEM)
    put("password-link", RenderedMail("Hello", "Hello."), to=dana, about=lab_stream(), key="k")
"""


class Place:
    """A portal of its own in a folder: SQLite, a mail server that keeps what it gets, and processes that end with the test."""

    def __init__(self, folder: Path, sink: Sink, port: int) -> None:
        self.folder, self.sink = folder, sink
        self.running: list[subprocess.Popen[bytes]] = []
        self.environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}} | {
            "DEBUG": "1", "VAR_DIR": str(folder), "EMAIL_URL": f"smtp://127.0.0.1:{port}", "LOG_LEVEL": "ERROR", "LOG_JSON": "1",
            "INSTALL_STANDARD_TEMPLATE": "0",
        }  # fmt: skip

    def manage(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment | environment, capture_output=True, text=True, timeout=HUNG, check=False
        )

    def start(self, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"log-{len(self.running)}").open("wb")
        process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=self.environment | environment, stdout=log, stderr=log)
        self.running.append(process)
        return process

    def rows(self, sql: str) -> list[tuple]:
        with sqlite3.connect(self.folder / "lab-portal.sqlite3", timeout=20) as database:
            return database.execute(sql).fetchall()

    def until(self, holds: Callable[[], bool], seconds: float = HUNG) -> None:
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, "it did not come to that in time"
            assert all(process.poll() is None for process in self.running), "a process ended by itself"
            time.sleep(0.1)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory) -> Path:
    """A database with its tables and nothing in them, made once."""
    folder = tmp_path_factory.mktemp("migrated")
    if not copied_to(folder / "lab-portal.sqlite3"):
        result = Place(folder, Sink(), 1).manage("migrate", "-v0")
        assert result.returncode == 0, result.stderr
    with sqlite3.connect(folder / "lab-portal.sqlite3") as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder


@pytest.fixture
def place(tmp_path, migrated) -> Iterator[Place]:
    shutil.copy(migrated / "lab-portal.sqlite3", tmp_path)
    with listening() as (sink, port):
        place = Place(tmp_path, sink, port)
        try:
            yield place
        finally:
            for process in place.running:
                process.kill()
                process.wait()


def queue(place: Place, count: int) -> None:
    result = place.manage("shell", "-v0", "-c", QUEUE.format(count=count))
    assert result.returncode == 0, result.stderr


def sent(place: Place) -> int:
    return place.rows("SELECT count(*) FROM outbox_message WHERE state = 'sent'")[0][0]


def test_the_loop_delivers_keeps_house_and_leaves_when_told_to(place):
    """EL-61, R18: ended sessions are cleared; then SIGTERM, and a clean end."""
    queue(place, 1)
    with sqlite3.connect(place.folder / "lab-portal.sqlite3") as database:
        database.execute("INSERT INTO django_session VALUES ('over', '', '2001-01-01 00:00:00')")
    loop = place.start("manage.py", "send_due", "--loop")
    place.until(lambda: sent(place) == 1)
    place.until(lambda: place.rows("SELECT count(*) FROM django_session")[0][0] == 0)
    queue(place, 3)
    place.until(lambda: sent(place) == 3)
    loop.send_signal(signal.SIGTERM)
    assert loop.wait(HUNG) == 0
    assert len(place.sink.mails) == 3
    assert place.rows("SELECT count(*) FROM outbox_message WHERE state = 'claimed'") == [(0,)]


DIGEST = """
import datetime
from django.utils import timezone
from ledger.actions import lab_stream
from outbox import digest as batching
from outbox.preferences.actions import choose_mail
from outbox.queue import put
from dates.moments import DUE_AT, moment_of
from outbox.catalogue.messages import RenderedMail
from outbox.preferences.links import MailLinkHolder, token_of
from acts.act import SYSTEM
from people.actions import add_person
yesterday = timezone.localdate() - datetime.timedelta(days=1)
dana = add_person(name="Dana Lee", email="dana@example.org", by=SYSTEM)
choose_mail(dana, digest=True, by=MailLinkHolder(token_of(dana, dana.email), dana))
for number in range(3):
    put("qualified", RenderedMail(f"News {number}", "Hello."), to=dana, about=lab_stream(), key=f"{number}",
        due_at=moment_of(yesterday, DUE_AT) - datetime.timedelta(hours=1))
batching.make(moment_of(yesterday, DUE_AT))
"""


@pytest.mark.thorough
def test_a_worker_killed_as_the_mail_server_takes_a_digest_repeats_that_mail_alone_and_loses_nothing_in_it(place):
    """EL-61, EL-64, R1: kill -9 between the server's yes and the record; the same Message-ID, the same text, each part recorded once."""
    place.environment |= {"OUTBOX_LEASE_SECONDS": "6", "EMAIL_TIMEOUT": "2"}
    result = place.manage("shell", "-v0", "-c", DIGEST)
    assert result.returncode == 0, result.stderr
    place.sink.mute = 1
    first = place.start("manage.py", "send_due", "--loop")
    place.sink.wait_for(1)
    first.kill()
    first.wait()
    place.running.remove(first)
    assert place.rows("SELECT count(*) FROM outbox_message WHERE state = 'sent'") == [(0,)]
    place.start("manage.py", "send_due", "--loop")
    place.until(lambda: sent(place) == 4)
    original, repeat = (mail.get_body(("plain",)).get_content() for mail in place.sink.mails)
    assert len(set(place.sink.ids)) == 1
    assert original == repeat
    assert all(f"News {number}" in repeat for number in range(3))


def test_two_processes_on_sqlite_send_five_hundred_messages_once_each(place):
    """R6: SQLite has no row locks; the claim is one statement under its one write lock."""
    queue(place, 500)
    for _ in range(2):
        place.start("manage.py", "send_due", "--loop")
    place.until(lambda: sent(place) == 500)
    ids = place.sink.ids
    assert len(ids) == len(set(ids)) == 500


@pytest.mark.parametrize("key", ["", "development-only-and-refused-when-debug-is-off-" + "x" * 24])
def test_nothing_starts_in_public_with_no_key_or_the_one_everybody_knows(place, key):
    """D3-40."""
    surroundings = {"DEBUG": "0", "SECRET_KEY": key, "ALLOWED_HOSTS": "localhost", "SITE_URL": "https://localhost"}
    refused = place.manage("check", **surroundings)
    assert refused.returncode != 0
    assert "SECRET_KEY" in refused.stderr
    assert not key or key not in refused.stderr


@pytest.mark.redis
def test_a_nudge_wakes_a_worker_over_a_real_broker(place, redis_url):
    """EL-60: the message is delivered though nothing looks for it on a clock."""
    broker = redis_url.rsplit("/", 1)[0] + "/9" if redis_url.count("/") > 2 else f"{redis_url}/9"
    worker = place.start("-m", "celery", "-A", "labportal", "worker", "--concurrency", "1", "--loglevel", "ERROR", REDIS_URL=broker)
    result = place.manage("shell", "-v0", "-c", QUEUE.format(count=1), REDIS_URL=broker)
    assert result.returncode == 0, result.stderr
    place.until(lambda: sent(place) == 1)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(HUNG) == 0


def test_the_demo_s_pages_are_there_with_debug_and_nowhere_else(place):
    """D3-28: mail to read and accounts to enter, only where nothing is at stake."""
    ask = (
        "from django.test import Client\n"
        "from people.models import User\n"
        "User.objects.get_or_create(email='ops@example.test', name='Ops')\n"
        "c = Client(headers={'host': 'localhost'})\n"
        "print(c.get('/demo/mail/', secure=True).status_code, c.post('/demo/sign-in/', {'email': 'ops@example.test'}, secure=True).status_code,"
        " '_auth_user_id' in c.session)"
    )
    with_debug = place.manage("shell", "-v0", "-c", ask)
    assert with_debug.stdout.split() == ["200", "302", "True"], with_debug.stderr
    key = "of-our-own-" * 6
    without = {"DEBUG": "0", "SECRET_KEY": key, "ALLOWED_HOSTS": "localhost", "SITE_URL": "https://localhost", "SECURE_SSL_REDIRECT": "0"}
    seek = (
        "from django.urls import Resolver404, resolve\n"
        "for path in ('/demo/mail/', '/demo/sign-in/', '/accounts/login/'):\n"
        "    try: print(resolve(path).url_name)\n"
        "    except Resolver404: print('nowhere')"
    )
    in_public = place.manage("shell", "-v0", "-c", seek, **without)
    assert in_public.stdout.split() == ["nowhere", "nowhere", "account_login"], in_public.stderr
    refused = place.manage("demo", **without)
    assert refused.returncode != 0
    assert "Unknown command" in refused.stderr
