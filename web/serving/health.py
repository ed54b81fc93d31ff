"""Two health probes, answered before anything else: "live" touches nothing, and "ready" asks the database.

Neither waits for the threads that serve pages (web/serving/worker.py), so "live" can report that those are stuck.

Anything that is late but doesn't stop pages from being served is listed after "ready" and doesn't change the status:
taking the site down because email is late would turn late email into an outage.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse

from acts.registry import Registry, RegistryKind

STUCK_SECONDS = 60
# When each request arrived that is waiting for a thread. Our gunicorn worker fills this (web/serving/worker.py).
waiting_pages: deque[float] = deque()
_migrated = False
# Sources of sentences that the readiness probe adds.
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
    """Answer "live", or 503 if a page has waited a minute for a thread, because only a new process helps then."""
    if _longest_wait() > STUCK_SECONDS:
        return HttpResponse("no thread has come free for a minute\n", content_type="text/plain", status=503)
    return HttpResponse("live\n", content_type="text/plain")


def _longest_wait() -> float:
    try:
        return time.monotonic() - waiting_pages[0]
    except IndexError:
        return 0.0


def ready() -> HttpResponse:
    """Answer the readiness probe. A new process also runs it once before serving, so that the first probe is quick."""
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
    """Whether all migrations are applied. Checked until they are; after that they stay applied for the life of the process."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated
