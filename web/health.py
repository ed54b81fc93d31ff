"""Two probes, answered before anything else: live touches nothing, ready asks the database."""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse

_migrated = False


class Probes:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == "/health/live":
            return HttpResponse("live\n", content_type="text/plain")
        if request.path_info == "/health/ready":
            return _ready()
        return self.get_response(request)


def _ready() -> HttpResponse:
    try:
        ready = _database_answers() and _migrations_applied()
    except DatabaseError:
        ready = False
    return HttpResponse("ready\n" if ready else "not ready\n", content_type="text/plain", status=200 if ready else 503)


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
