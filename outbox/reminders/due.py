"""Queue due reminders with one idempotent INSERT … SELECT per occasion (EL-61, EL-65).

Only the key, the subject, the recipient, the due day and a few facts are written; the text is written when the message is
sent, from the facts of that day.
"""

from __future__ import annotations

import datetime
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from dates.database import LocalDate, adapted, cast, rows_of
from dates.moments import DUE_AT, moment_of
from dates.working_days import BC
from dates.zone import PACIFIC
from ledger import subjects
from ledger.models import Stream
from outbox.models import Message, State
from outbox.queue import withdraw_all
from outbox.reminders.declare import REMINDERS, Reminder
from outbox.reminders.declare import turns as turns_now
from outbox.reminders.schedule import EffectiveSchedules, leaving
from people.models import RoleGrant

Sql = tuple[str, list[Any]]
COLUMNS = (
    "key", "occasion", "stream_id", "person_id", "to_name", "to_address", "facts", "due_on", "due_at", "next_try_at", "useful_until",
    "state", "subject", "text", "mint", "made_at", "attempts", "claimed_by", "last_error",
)  # fmt: skip


def insert_due(
    reminder: Reminder, first: datetime.date, last: datetime.date, now: datetime.datetime, turns: EffectiveSchedules | None = None
) -> int:
    """Queue what is due from `first` to `last` in one statement; what has expired by `now` is inserted as stale."""
    select = due(reminder, first, last, now, turns or EffectiveSchedules(reminder.schedule))
    if select is None:
        return 0
    names = ", ".join(COLUMNS)
    with connection.cursor() as cursor:
        # ON CONFLICT, not an earlier query: of two simultaneous sweeps, the second finds the key taken and writes nothing.
        # Sorted, so that two simultaneous sweeps take locks in the same order and never deadlock.
        cursor.execute(f"INSERT INTO outbox_message ({names}) {select[0]} ORDER BY 1 ON CONFLICT (key) DO NOTHING", select[1])
        return int(cursor.rowcount)


def holding(reminder: Reminder, messages: Iterable[Message]) -> set[str]:
    """Return the keys of `messages` that are still due now; three queries for each day on which they were due."""
    days: dict[datetime.date, list[Message]] = defaultdict(list)
    for message in messages:
        if message.due_on is not None:
            days[message.due_on].append(message)
    keys: set[str] = set()
    for day, ours in days.items():
        streams = {message.stream_id for message in ours if message.stream_id}
        select = due(reminder, day, day, timezone.now(), turns_now(reminder), streams=streams)
        if select:
            keys |= {key for (key,) in rows_of(f"SELECT due.key FROM ({select[0]}) AS due", select[1])}  # noqa: S608 - made of our own names
    return keys


def due(
    reminder: Reminder,
    first: datetime.date,
    last: datetime.date,
    now: datetime.datetime,
    turns: EffectiveSchedules,
    *,
    streams: Collection[int] | None = None,
) -> Sql | None:
    """Return the SELECT of the messages that are due from `first` to `last`, optionally about some streams; None if there can be none.

    Its columns are `COLUMNS`.
    """
    anchors = anchored(reminder, first, last, turns, streams=streams).values_list("r_anchor", flat=True).distinct()
    return due_from(reminder, anchors, first, last, now, turns, streams=streams)


def anchored(
    reminder: Reminder, first: datetime.date, last: datetime.date, turns: EffectiveSchedules, *, streams: Collection[int] | None = None
) -> QuerySet[Any]:
    """Return the subjects that may have something due from `first` to `last`, judging by the day to count from."""
    least, most = turns.reach
    rows = _under_way(reminder, reminder.counted().filter(r_anchor__lte=last - datetime.timedelta(days=least)))
    if most is not None:
        rows = rows.filter(r_anchor__gte=first - datetime.timedelta(days=most))
    return rows if streams is None else rows.filter(r_stream__in=streams)


def _under_way(reminder: Reminder, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Leave out subjects that have ended, even if the reminder's own query forgot to (EL-85)."""
    return rows if reminder.after_end else rows.exclude(subjects.has_ended("r_stream"))


def due_from(
    reminder: Reminder,
    anchors: Iterable[datetime.date],
    first: datetime.date,
    last: datetime.date,
    now: datetime.datetime,
    turns: EffectiveSchedules,
    *,
    streams: Collection[int] | None = None,
    made_up_on: datetime.date | None = None,
    places: Iterable[str] | None = None,
) -> Sql | None:
    """Return the same as `due` if the days to count from are known, and optionally where recipients work (`Reminder.places`).

    Missed reminders go out on `made_up_on`, by default today.
    """
    anchors = list(anchors)
    names = () if not anchors else reminder.places() if places is None else places
    days = _calendar(reminder, anchors, names, first, last, turns, timezone.localdate(now), made_up_on)
    if not days:
        return None
    people, people_params = _union([_under_way(reminder, _narrowed(rows(), days, streams)) for rows in reminder.concerned])
    holders, held = compiled(_holders())
    table, dates = _values(days)
    fixed = [reminder.occasion, reminder.occasion, str(reminder.label)[:200], "{}", adapted(now)]
    waits = "TRUE" if reminder.kind.may_wait else "FALSE"
    parts = {"people": people, "holders": holders, "calendar": table, "json": cast("%s", "jsonb"), "may_wait": waits}
    return SELECT.format(**parts), [*people_params, *held, *dates, *fixed]


# The columns are in the order of `COLUMNS`, for the INSERT, and `TO_COME` in outbox/pages/forecast.py reads them by name.
# The key is data: if its format changes, reminders of the last month may be sent again.
# Recipients are given as persons, or as a role that persons hold; each is joined with the days on which something is due.
SELECT = """WITH concerned (stream_id, person_id, role, audience, part, anchor, since, facts, place) AS ({people}),
holder (role, person_id, since) AS ({holders}),
calendar (anchor, audience, due_on, due_at, useful_until, state, place) AS ({calendar}),
recipient (stream_id, person_id, audience, part, anchor, since, facts, place) AS (
  SELECT stream_id, person_id, audience, part, anchor, since, facts, place FROM concerned WHERE person_id IS NOT NULL
  UNION ALL
  SELECT c.stream_id, h.person_id, c.audience, c.part, c.anchor, CASE WHEN h.since > c.since THEN h.since ELSE c.since END, c.facts, c.place
  FROM concerned c JOIN holder h ON h.role = c.role
)
SELECT %s || '|' || p.id || '|' || r.part || d.due_on AS key, %s AS occasion, r.stream_id, p.id AS person_id, p.name AS to_name,
  CASE WHEN p.email <> '' THEN p.email ELSE u.email END AS to_address, r.facts, d.due_on, d.due_at, d.due_at AS next_try_at, d.useful_until,
  CASE WHEN d.state = 'queued' AND w.digest AND {may_wait} THEN 'held' ELSE d.state END AS state,
  %s AS subject, '' AS text, {json} AS mint, %s AS made_at, 0 AS attempts, '' AS claimed_by, '' AS last_error
FROM recipient r JOIN calendar d ON d.anchor = r.anchor AND d.audience = r.audience AND d.place = r.place AND d.due_on >= r.since
JOIN people_person p ON p.id = r.person_id LEFT JOIN people_user u ON u.id = p.user_id
LEFT JOIN outbox_mailpreference w ON w.person_id = p.id
WHERE (p.email <> '' OR u.id IS NOT NULL) AND (u.id IS NULL OR u.is_active)"""


def _calendar(
    reminder: Reminder,
    anchors: Sequence[datetime.date],
    places: Iterable[str],
    first: datetime.date,
    last: datetime.date,
    turns: EffectiveSchedules,
    today: datetime.date,
    made_up_on: datetime.date | None,
) -> list[tuple[Any, ...]]:
    """Return each day to count from with each due day, when the reminder is sent, to whom, and where they work.

    Missed reminders are also sent in the morning, not at midnight; one that would have expired by then is stale.
    """
    return [
        (anchor, audience, departure.due_on, leaves_at, until, State.STALE if until <= leaves_at else State.QUEUED, place.name)
        for place in map(_place, dict.fromkeys(("", *places)))
        for anchor in anchors
        for departure in leaving(turns, reminder.leaves, anchor, first, last, today, made_up_on, place.region)
        for leaves_at, until in ((moment_of(departure.leaves_on, DUE_AT, place.zone), moment_of(departure.useful_until, zone=place.zone)),)
        for audience in departure.to
    ]


@dataclass(frozen=True)
class _Place:
    """Where recipients work: the name that joins them with their days, their time zone, and whose holidays they observe."""

    name: str
    zone: datetime.tzinfo
    region: str


def _place(name: str) -> _Place:
    zone, _space, region = name.partition(" ")
    return _Place(name, ZoneInfo(zone) if zone else PACIFIC, region or BC)


def _narrowed(people: QuerySet[Any], days: Iterable[tuple[Any, ...]], streams: Collection[int] | None) -> QuerySet[Any]:
    people = people.filter(r_anchor__in=sorted({day[0] for day in days}))
    return people if streams is None else people.filter(r_stream__in=streams)


def _holders() -> QuerySet[Any]:
    """Return who holds which role, and since when."""
    held = RoleGrant.objects.filter(to_at=None, user__is_active=True, user__person__isnull=False)
    return held.annotate(since=LocalDate("from_at")).values_list("role", "user__person", "since")


def compiled(rows: QuerySet[Any]) -> Sql:
    sql, params = rows.query.sql_with_params()
    return sql, list(params)


def _union(parts: list[QuerySet[Any]]) -> Sql:
    pairs = [compiled(part) for part in parts]
    return " UNION ALL ".join(sql for sql, _params in pairs), [param for _sql, params in pairs for param in params]


TYPES = ("date", "text", "date", "timestamptz", "timestamptz", "text", "text")


def _values(days: list[tuple[Any, ...]]) -> Sql:
    row = "(" + ", ".join(cast("%s", kind) for kind in TYPES) + ")"
    return "VALUES " + ", ".join([row] * len(days)), [adapted(value) for day in days for value in day]


def withdraw_reminders(about: Stream) -> int:
    """Cancel every unsent reminder about a subject that has ended (EL-85); returns how many."""
    return withdraw_all(Message.objects.unsent().filter(stream=about, occasion__in=list(REMINDERS)))


# ── Whether they are still needed ───────────────────────────────────────────────────────────────────────


# A batch checks all its messages together: three queries instead of three for each. An answer is never older than this, because a
# seat or a date may change while the batch is being sent.
FRESH_SECONDS = 2.0


class _Batch:
    """Messages that are sent one after another, with the latest check for each occasion and its time."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self.messages = list(messages)
        self.keys_by_occasion: dict[str, tuple[float, set[str]]] = {}

    def holds(self, message: Message) -> bool:
        # Monotonic: setting the clock back must not make an old answer look fresh.
        asked_at, keys = self.keys_by_occasion.get(message.occasion, (-FRESH_SECONDS, set()))
        if time.monotonic() - asked_at >= FRESH_SECONDS:
            left = self.messages[self.messages.index(message) :]
            keys = holding(REMINDERS[message.occasion], [other for other in left if other.occasion == message.occasion])
            self.keys_by_occasion[message.occasion] = (time.monotonic(), keys)
        return message.cause_key in keys


_together: ContextVar[_Batch | None] = ContextVar("causes_together", default=None)


@contextmanager
def asked_together(messages: Sequence[Message]) -> Iterator[None]:
    """Check `messages` together within the block, and the remaining ones again every two seconds."""
    before = _together.set(_Batch(messages))
    try:
        yield
    finally:
        _together.reset(before)


def still_holds(message: Message) -> bool:
    """Return whether the reminder would still be due now; a message that isn't a reminder always holds."""
    reminder = REMINDERS.get(message.occasion)
    if reminder and message.due_on is None and message.text:
        return True  # sent by hand: the act that wrote it withdraws it once it isn't needed
    if reminder is None:  # a reminder that is no longer declared has no text either
        return message.due_on is None or message.is_digest or bool(message.text)
    batch = _together.get()
    if batch and message in batch.messages:
        return batch.holds(message)
    return message.cause_key in holding(reminder, [message])
