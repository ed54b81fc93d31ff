"""R1: nothing is lost, whenever a worker dies."""

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from outbox.models import Message, State
from tests.factories import person
from tests.outbox.factories import message
from tests.outbox.sink import listening

ROOT = Path(__file__).resolve().parent.parent.parent
DUE, WORKERS, KILLS = 300, 2, 5


def environment(port: int) -> dict[str, str]:
    """What a worker process needs to work on this test's own database and mail server."""
    database = connection.settings_dict
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "labportal.settings",
        "DATABASE_URL": f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}",
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "SECRET_KEY": settings.SECRET_KEY,
        "LOG_LEVEL": "CRITICAL",
        "REDIS_URL": "",
    }


def start(port: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "manage.py", "send_due", "--loop"], cwd=ROOT, env=environment(port), stdout=subprocess.DEVNULL)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_when_workers_are_killed_at_any_moment():
    """R1: 300 due, 2 workers, 5 × SIGKILL: lost 0; repeats at most as many as kills, each under the same Message-ID."""
    people = [person() for _ in range(30)]
    for number in range(DUE):
        message(people[number % 30])
    wanted = {row.message_id for row in Message.objects.all()}
    chance = random.Random(7)
    with listening() as (sink, port):
        workers = [start(port) for _ in range(WORKERS)]
        try:
            for moment in sorted(chance.sample(range(10, DUE - 60), KILLS)):
                sink.wait_for(moment, seconds=90)
                victim = chance.randrange(WORKERS)
                workers[victim].send_signal(signal.SIGKILL)
                workers[victim].wait()
                # The dead worker's lease runs for a minute: its clock is moved on rather than waited for.
                left = Message.objects.filter(state=State.CLAIMED, claimed_by__contains=f"-{workers[victim].pid}-")
                left.update(claimed_until="2000-01-01T00:00Z")
                workers[victim] = start(port)
            sink.wait_for(DUE, seconds=60)
            for worker in workers:
                worker.terminate()
                worker.wait(timeout=60)
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()
        copies = Counter(sink.ids)
    assert set(copies) == wanted, "lost"
    assert sum(copies.values()) - DUE <= KILLS
    assert max(copies.values()) <= 2
    assert Message.objects.filter(state=State.SENT).count() == DUE
