"""Lines to the mail server: two at most are open at once, in however many processes (engineering.md C4.4)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, connection

LOCKS = 0x0B0C  # any number, the same in every process


@contextlib.contextmanager
def line() -> Iterator[bool]:
    """Hold a line for the length of the block; False when all are taken: then somebody else is sending.

    PostgreSQL frees the line of a process that dies. SQLite has no such locks: two loops at most run on it.
    """
    if connection.vendor != "postgresql":
        yield True
        return
    number = next((n for n in range(settings.MAIL_CONNECTIONS) if _call_lock("pg_try_advisory_lock", n)), None)
    try:
        yield number is not None
    finally:
        if number is not None:
            with contextlib.suppress(DatabaseError):  # a connection that is gone has freed it
                _call_lock("pg_advisory_unlock", number)


def _call_lock(function: str, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [LOCKS, number])
        return bool(cursor.fetchone()[0])
