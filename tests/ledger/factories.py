"""Chains of events to look at and to break."""

from django.db import connection, transaction

from ledger.actions import append
from ledger.models import Event, Stream
from tests.flush import _asleep_on_postgresql, _asleep_on_sqlite


def chain(*acts: str, kind: str = "test") -> Stream:
    """A stream that holds `acts`, each with a fact."""
    stream = Stream.objects.create(kind=kind)
    with transaction.atomic():
        for number, act in enumerate(acts, 1):
            append(stream, act, by="system", facts={"number": number})
    return stream


def check_now() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def tamper(sql: str, *params: object) -> None:
    """Do what only somebody with the database's own password could: change rows past the triggers."""
    asleep = _asleep_on_postgresql if connection.vendor == "postgresql" else _asleep_on_sqlite
    if connection.vendor == "postgresql":  # or the triggers of foreign keys still wait, and the table can't be altered
        check_now()
    with transaction.atomic(), asleep(connection), connection.cursor() as cursor:
        cursor.execute(sql, params)


def events(stream: Stream) -> list[Event]:
    return list(Event.objects.filter(stream=stream).order_by("seq"))
