"""Upcoming messages by day: the current queue, and the reminders that will be added if nothing changes (EL-60, EL-62).

Runs the sweep's own queries (outbox/reminders/due.py) for future days, and writes nothing.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

import structlog
from django.db.models import Case, CharField, DateTimeField, ExpressionWrapper, Value, When
from django.db.models.functions import Cast, Greatest
from django.utils import timezone
from django.utils.dateparse import parse_date

from dates.database import LocalDate, adapted, cast, day_sql, rows_of
from dates.moments import DUE_AT
from dates.working_days import REGIONS, waiting_since
from ledger import subjects
from ledger.models import Stream
from outbox.catalogue.messages import occasion_label
from outbox.delivery import health
from outbox.delivery.compose import letter_of
from outbox.models import Message, State, unsealed
from outbox.preferences import links
from outbox.reminders.declare import REMINDERS, Reminder, all_turns
from outbox.reminders.due import Sql, anchored, compiled, due_from
from outbox.reminders.schedule import DAY, LONGEST_USEFUL_DAYS, EffectiveSchedules
from outbox.wording import read_once

log = structlog.get_logger(__name__)

AFTER_EIGHT = datetime.timedelta(hours=24 - DUE_AT.hour)  # added to a time, this moves 8 a.m. or later to the next day


@dataclass(frozen=True)
class Coming:
    """Counts of the messages of one kind that will go out on a day, and of their recipients and subjects."""

    day: datetime.date
    occasion: str
    messages: int
    people: int
    subjects: int


class Ahead(NamedTuple):
    """One message that is expected to go out; it has a `pk` if it is already queued."""

    occasion: str
    stream: int | None
    person: int | None
    to_name: str
    to_address: str
    facts: str
    due_on: datetime.date | None
    pk: int | None


def coming(
    first: datetime.date,
    last: datetime.date,
    *,
    stream: int | None = None,
    only: Collection[Reminder] | None = None,
    turns: EffectiveSchedules | None = None,
) -> list[Coming]:
    """Count what will go out from `first` to `last` by day and occasion, optionally about one stream, in seven queries.

    `only` limits it to some reminders; `turns` tries other schedules for those and leaves out what is already queued.
    """
    if only is not None and not only:
        return []
    sql, values = _ahead(first, last, stream, only, turns)
    people = "count(DISTINCT person_id) + count(DISTINCT CASE WHEN person_id IS NULL THEN to_address END)"
    counted = f"""SELECT day, occasion, count(*), {people}, count(DISTINCT stream_id)
        FROM ({sql}) AS ahead WHERE day BETWEEN {_date()} AND {_date()} GROUP BY day, occasion ORDER BY day, occasion"""  # noqa: S608 - made of our own names
    return [Coming(_day(day), *rest) for day, *rest in rows_of(counted, [*values, adapted(first), adapted(last)])]


def messages_on(day: datetime.date, *, occasion: str = "", start: int = 0, most: int | None = None) -> list[Ahead]:
    """Return the messages that will go out on a day, ordered by occasion and subject; six queries."""
    only = [REMINDERS[occasion]] if occasion in REMINDERS else None
    sql, values = _ahead(day, day, None, only, None)
    listed = f"""SELECT occasion, stream_id, person_id, to_name, to_address, CAST(facts AS text), due_on, pk
        FROM ({sql}) AS ahead WHERE day = {_date()} ORDER BY occasion, stream_id, 6, to_name, to_address, pk"""  # noqa: S608 - made of our own names
    window = " LIMIT %s OFFSET %s" if most is not None else ""
    rows = rows_of(listed + window, [*values, adapted(day), *((most, start) if most is not None else ())])
    return [Ahead(*row)._replace(due_on=_day(row[6]) if row[6] else None) for row in rows]


class OnDay(Sequence[Ahead]):
    """The messages of a day, loaded one page at a time."""

    def __init__(self, day: datetime.date) -> None:
        self.day = day

    def __len__(self) -> int:
        return sum(entry.messages for entry in coming(self.day, self.day))

    def __getitem__(self, piece: Any) -> Any:
        return messages_on(self.day, start=piece.start, most=piece.stop - piece.start)


@dataclass(frozen=True)
class MessageGroup:
    """Messages with the same content to several people: their occasion, what they are about, subject and text."""

    occasion: str
    about: Any
    people: list[Ahead]
    subject: str
    text: str


def grouped(ahead: Iterable[Ahead]) -> list[MessageGroup]:
    """Group `ahead` in its order, with what each message would say on its day; three queries, plus those of the letters."""
    ahead = list(ahead)
    waiting = {row.pk: row for row in Message.objects.with_subject().filter(pk__in=[item.pk for item in ahead if item.pk])}
    related = (kind.related_name for kind in subjects.kinds())
    streams = Stream.objects.select_related(*related).in_bulk({item.stream for item in ahead if item.stream and not item.pk})
    groups = []
    with read_once():
        for _key, same in groupby(
            ahead, key=lambda item: (item.occasion, item.stream, item.facts, item.due_on, item.pk if item.due_on is None else None)
        ):
            people = list(same)
            message = waiting.get(people[0].pk or 0) or _to_come(people[0], streams)
            subject, text = _says(message)
            groups.append(MessageGroup(occasion_label(message.occasion), message.subject_matter, people, subject, text))
    return groups


def _says(message: Message) -> tuple[str, str]:
    try:
        letter = letter_of(message)
    except Exception as error:  # a letter that can't be written yet mustn't hide the others
        log.warning("letter_not_written", occasion=message.occasion, error=type(error).__name__)
        return occasion_label(message.occasion), ""
    return letter.subject, unsealed(letter.text)


def _to_come(item: Ahead, streams: Mapping[int, Stream]) -> Message:
    return Message(
        occasion=item.occasion, stream=streams.get(item.stream or 0), person_id=item.person, to_name=item.to_name, to_address=item.to_address,
        facts=json.loads(item.facts), due_on=item.due_on,
    )  # fmt: skip


def _ahead(
    first: datetime.date, last: datetime.date, stream: int | None, only: Collection[Reminder] | None, tried: EffectiveSchedules | None
) -> Sql:
    """Return the SELECT of what will go out, with its `day`; includes some days before `first`."""
    now = timezone.now()
    today, made_up_on = timezone.localdate(now), _made_up_on(now)
    refused = links.refused()
    changed = {} if tried else all_turns()
    wanted = REMINDERS.values() if only is None else only
    asked = [(reminder, tried or changed.get(reminder.occasion) or EffectiveSchedules(reminder.schedule)) for reminder in wanted]
    # What waits for the first day, wherever recipients work: their days off may begin earlier than those here.
    waits = min(waiting_since(first, region) for region in REGIONS)
    since = waits if waits > made_up_on else today - datetime.timedelta(days=LONGEST_USEFUL_DAYS)
    anchors = _anchors(asked, since, last, stream)
    parts = [] if tried else [_waiting(now, stream, only, refused)]
    # Reminders that ask in the same way are asked once.
    workplaces = {ask: list(ask()) for ask in {reminder.places for reminder, _turns in asked if anchors.get(reminder.occasion)}}
    for reminder, turns in asked:
        select = due_from(
            reminder, sorted(anchors.get(reminder.occasion, ())), since, last, now, turns, streams=None if stream is None else [stream],
            made_up_on=made_up_on, places=workplaces.get(reminder.places, ()),
        )  # fmt: skip
        if select:
            not_wanted = refused.get(reminder.occasion, [0])
            values = [*select[1], adapted(today), *not_wanted]
            places = ", ".join(["%s"] * len(not_wanted))
            parts.append((TO_COME.format(day=day_sql("due_at"), select=select[0], date=_date(), not_wanted=places), values))
    parts = parts or [_waiting(now, 0, only, refused)]
    return " UNION ALL ".join(sql for sql, _values in parts), [value for _sql, values in parts for value in values]


TO_COME = """SELECT {day} AS day, occasion, stream_id, person_id, to_name, to_address, facts, due_on, CAST(NULL AS bigint) AS pk
FROM (SELECT DISTINCT key, occasion, stream_id, person_id, to_name, to_address, facts, due_on, due_at, state FROM ({select}) AS every) AS due
WHERE state <> 'stale'
  AND (due_on > {date} OR NOT EXISTS (SELECT 1 FROM outbox_message made WHERE made.key = due.key))
  AND person_id NOT IN ({not_wanted})"""


def _waiting(now: datetime.datetime, stream: int | None, only: Collection[Reminder] | None, refused: Mapping[str, Sequence[int]]) -> Sql:
    """Select what is queued. Messages held for a digest go out with the next one: today's until 8 a.m., then tomorrow's."""
    rows = Message.objects.filter(digest=None).waiting().of_use(now)
    for occasion, people in refused.items():
        rows = rows.exclude(occasion=occasion, person__in=people)
    if stream is not None:
        rows = rows.filter(stream=stream)
    if only is not None:
        rows = rows.filter(occasion__in=[reminder.occasion for reminder in only])
    leaves: Any = Greatest("next_try_at", Value(now))
    digested = ExpressionWrapper(leaves + AFTER_EIGHT, output_field=DateTimeField())
    day = Case(When(state=State.HELD, then=LocalDate(digested)), default=LocalDate(leaves))
    select, values = compiled(
        rows.order_by().annotate(day=day).values_list(
            "day", "occasion", "stream_id", "person_id", "to_name", "to_address", "facts", "due_on", "pk"
        )
    )  # fmt: skip
    names = "day, occasion, stream_id, person_id, to_name, to_address, facts, due_on, pk"
    return f"SELECT * FROM (SELECT NULL AS {names.replace(', ', ', NULL AS ')} WHERE 1 = 0 UNION ALL {select}) AS waiting", values  # noqa: S608 - made of our own names


def _anchors(
    asked: Iterable[tuple[Reminder, EffectiveSchedules]], first: datetime.date, last: datetime.date, stream: int | None
) -> dict[str, set[datetime.date]]:
    """Return the days that each reminder is counted from, in one query."""
    parts = [
        anchored(reminder, first, last, turns, streams=None if stream is None else [stream])
        .annotate(r_occasion=Cast(Value(reminder.occasion), CharField()))
        .values_list("r_occasion", "r_anchor")
        for reminder, turns in asked
    ]
    anchors: dict[str, set[datetime.date]] = {}
    for occasion, anchor in parts[0].union(*parts[1:]) if parts[1:] else parts and parts[0].distinct():
        anchors.setdefault(occasion, set()).add(anchor)
    return anchors


def _made_up_on(now: datetime.datetime) -> datetime.date:
    """Return the day whose first sweep catches up on earlier days: today, unless that sweep has already run."""
    today = timezone.localdate(now)
    return today + DAY if health.done_on(health.SWEEP) == today else today


def _date() -> str:
    return cast("%s", "date")


def _day(value: Any) -> datetime.date:
    return value if isinstance(value, datetime.date) else parse_date(value) or datetime.date.min
