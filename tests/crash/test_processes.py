"""What runs beside the web, as processes of its own: it starts, does its work and leaves when told to (EL-61, R6, R18)."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.outbox.sink import Sink, listening

ROOT = Path(settings.BASE_DIR)
QUEUE = """
import uuid
from ledger.actions import lab_stream
from outbox.actions import queue
from people.actions import add_person
for number in range({count}):
    dana = add_person(name="Dana Lee", email=f"dana-{{number}}@example.org", by="system")
    queue("password-link", to=dana, about=lab_stream(), key="k", subject="Hello", text="Hello.")
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
            command, cwd=ROOT, env=self.environment | environment, capture_output=True, text=True, timeout=100, check=False
        )

    def start(self, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"log-{len(self.running)}").open("wb")
        process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=self.environment | environment, stdout=log, stderr=log)
        self.running.append(process)
        return process

    def rows(self, sql: str) -> list[tuple]:
        with sqlite3.connect(self.folder / "lab-portal.sqlite3", timeout=20) as database:
            return database.execute(sql).fetchall()

    def until(self, holds: Callable[[], bool], seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, "it did not come to that in time"
            assert all(process.poll() is None for process in self.running), "a process ended by itself"
            time.sleep(0.1)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory) -> Path:
    """A database with its tables and nothing in them, made once."""
    folder = tmp_path_factory.mktemp("migrated")
    made = Place(folder, Sink(), 1).manage("migrate", "-v0")
    assert made.returncode == 0, made.stderr
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
    made = place.manage("shell", "-v0", "-c", QUEUE.format(count=count))
    assert made.returncode == 0, made.stderr


def sent(place: Place) -> int:
    return place.rows("SELECT count(*) FROM outbox_message WHERE state = 'sent'")[0][0]


def test_two_processes_on_sqlite_send_five_hundred_messages_once_each(place):
    """R6: SQLite has no row locks; the claim is one statement under its one write lock."""
    queue(place, 500)
    for _ in range(2):
        place.start("manage.py", "send_due", "--loop")
    place.until(lambda: sent(place) == 500, seconds=100)
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
