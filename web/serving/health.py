"""Two probes, answered before anything else: live touches nothing, ready asks the database.

Neither waits for the threads that answer pages (web/serving/worker.py). So live is the one to say when those are stuck.

What is late without keeping pages from being answered is told after "ready" and changes no status: to take the
web away because mail is late would make a late mail an outage.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse

from acts.registry import Registry, RegistryKind

STUCK_SECONDS = 60
# When each request came in that waits for a thread; the server keeps it, where there is one (web/serving/worker.py).
waiting_pages: deque[float] = deque()
_migrated = False
# Sentences that the readiness probe tells besides.
NOTES: Registry[Callable[[], Iterable[str]]] = Registry(RegistryKind.HEALTH_NOTE)


class Probes:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == "/health/live":
            return _live()
        if request.path_info == "/health/ready":
            return ready()
        return self.get_response(request)


def _live() -> HttpResponse:
    """Not live (503) when a page has waited a minute for a thread: a new process is all that helps."""
    if _longest_wait() > STUCK_SECONDS:
        return HttpResponse("no thread has come free for a minute\n", content_type="text/plain", status=503)
    return HttpResponse("live\n", content_type="text/plain")


def _longest_wait() -> float:
    try:
        return time.monotonic() - waiting_pages[0]
    except IndexError:
        return 0.0


def ready() -> HttpResponse:
    """The answer of the readiness probe. Also asked before a process serves, so that the first probe finds all of it at hand."""
    try:
        is_ready = _database_answers() and _migrations_applied()
        late = "".join(f"late: {sentence}\n" for note in NOTES.all() for sentence in note()) if is_ready else ""
    except DatabaseError:
        is_ready = False
    return HttpResponse(f"ready\n{late}" if is_ready else "not ready\n", content_type="text/plain", status=200 if is_ready else 503)


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _migrations_applied() -> bool:
    """Once applied, they stay so for the life of this process: asked until the first yes."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated
