"""What need not wait for the disk: each commit that does takes milliseconds, and a message has two."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from django.db import DatabaseError, connection


@contextlib.contextmanager
def in_memory() -> Iterator[None]:
    """Within the block commits are seen by everybody at once, and are on disk with the next one outside of it.

    A worker that dies loses nothing by it. PostgreSQL itself losing power may lose what a batch has recorded, never
    in another order: such messages are sent again, under the same Message-ID. SQLite is left as it is.
    """
    if connection.vendor != "postgresql":
        yield
        return
    _set("off")
    try:
        yield
    finally:
        with contextlib.suppress(DatabaseError):  # a connection that is gone needs no setting
            _set("DEFAULT")


def _set(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET synchronous_commit TO {value}")
