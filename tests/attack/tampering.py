"""Writing past the product, as the owner of the tables can: triggers off, hashes made to fit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from ledger.models import GENESIS, Event, Stream
from tests import flush


@contextmanager
def unguarded() -> Iterator[None]:
    """Without the triggers that keep rows as they are."""
    asleep = flush._asleep_on_postgresql if connection.vendor == "postgresql" else flush._asleep_on_sqlite
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with asleep(connection):
        yield
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def rewrite(stream: Stream, *, head: bool = True) -> Stream:
    """Number a stream's events again and make every hash fit, and the stream's head too."""
    seq, digest = 0, GENESIS
    for event in list(Event.objects.filter(stream=stream).order_by("seq")):
        seq += 1
        event.seq, event.prev_hash = seq, digest
        event.hash = digest = event.computed_hash()
        Event.objects.filter(pk=event.pk).update(seq=seq, prev_hash=event.prev_hash, hash=digest)
    if head:
        Stream.objects.filter(pk=stream.pk).update(head_seq=seq, head_hash=digest)
        stream.head_seq, stream.head_hash = seq, digest
    return stream
