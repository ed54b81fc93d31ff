"""Reminders: who is concerned, from which day it is counted, when it is due, and what it says.

An app declares its own in its `reminders.py`; the sweep (outbox/reminders/due.py) turns them into messages. One
declaration answers four questions: what is due, to whom, whether it still holds just before it is sent, and
what would be sent on another day.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import BigIntegerField, CharField, DateField, F, JSONField, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy

from outbox.catalogue.messages import MailParams, MessageKind
from outbox.models import Message, ScheduleOverride
from outbox.reminders.schedule import EffectiveSchedules, Leaves, Schedule, from_data

COLUMNS = ("r_stream", "r_person", "r_role", "r_audience", "r_part", "r_anchor", "r_since", "r_facts")


EVERYBODY: Mapping[str, Any] = {"": gettext_lazy("everyone concerned")}


@dataclass(frozen=True)
class Reminder:
    """When a message falls due, and to whom; it makes itself known as it is declared, in a `reminders.py` (ledger/apps.py).

    `counted` gives every subject that may need it with the day that is counted from (`counted_from`), `concerned`
    whom to tell (`to_tell`); apps on higher floors add to it. `letter` gives today's values of the message's placeholders as it leaves.
    What is about a subject that has ended is never due, unless the reminder is declared `after_end`.
    `leaves` says what becomes of one that falls due on a day off.
    `schedule` is the default, which an administrator may change (outbox/reminders/declare.py); for them `counts_from` says in
    words which day is counted from, and `audiences` whom a step can be for.
    """

    kind: MessageKind
    schedule: Schedule
    counted: Callable[[], QuerySet[Any]]
    concerned: list[Callable[[], QuerySet[Any]]]
    letter: Callable[[Message], MailParams]
    counts_from: Any
    after_end: bool = False
    leaves: Leaves = Leaves.ON_WORKING_DAYS
    audiences: Mapping[str, Any] = field(default_factory=lambda: EVERYBODY)

    def __post_init__(self) -> None:
        REMINDERS[self.occasion] = self

    @property
    def occasion(self) -> str:
        return self.kind.key

    @property
    def label(self) -> Any:
        return self.kind.label


REMINDERS: dict[str, Reminder] = {}


def counted_from(rows: QuerySet[Any], *, stream: Any, anchor: Any) -> QuerySet[Any]:
    """`rows` as subjects: their stream, and the day that is counted from."""
    return rows.order_by().annotate(r_stream=_column(stream), r_anchor=_column(anchor))


def to_tell(
    rows: QuerySet[Any],
    *,
    stream: Any,
    part: Any,
    anchor: Any,
    since: Any,
    person: Any = None,
    role: str = "",
    audience: str = "",
    facts: Any = None,
) -> QuerySet[Any]:
    """`rows` as people to tell, in the columns that the sweep reads.

    Either `person`, a path to its key, or all who hold `role`. `part` names what it is about within the stream and
    ends with a colon; with occasion, person and due day it makes the key. `since` is the first day that concerns
    them: what was due before is not made up for. `facts` is what the letter needs beside the stream.
    """
    return rows.order_by().annotate(
        r_stream=_column(stream),
        r_person=Cast(F(person) if person else Value(None), BigIntegerField()),
        r_role=Cast(Value(role), CharField()),
        r_audience=Cast(Value(audience), CharField()),
        r_part=part,
        r_anchor=_column(anchor),
        r_since=Cast(_column(since), DateField()) if isinstance(since, str) else since,
        r_facts=facts if facts is not None else Cast(Value("{}"), JSONField()),
    ).values_list(*COLUMNS)  # fmt: skip


def read_on(message: Message) -> datetime.date:
    """The day on which `message` is read: today, or the day to come on which it leaves."""
    return max(timezone.localdate(), timezone.localdate(message.due_at) if message.due_on else datetime.date.min)


def _column(value: Any) -> Any:
    return F(value) if isinstance(value, str) else value


# ── Schedules that an administrator set ───────────────────────────────────────────────────────────


def all_turns() -> dict[str, EffectiveSchedules]:
    """The schedules of every occasion that was ever changed, in one query."""
    rows = ScheduleOverride.objects.filter(occasion__in=list(REMINDERS))
    return {row.occasion: turns_of(REMINDERS[row.occasion], row) for row in rows}


def turns(reminder: Reminder) -> EffectiveSchedules:
    """The schedules of one occasion; one query."""
    row = ScheduleOverride.objects.filter(occasion=reminder.occasion).first()
    return turns_of(reminder, row) if row else EffectiveSchedules(reminder.schedule)


def turns_of(reminder: Reminder, row: ScheduleOverride) -> EffectiveSchedules:
    """The schedules that `row` tells of, the default in the place of None; each counts down if the default does."""
    then = ((parse_date(turn["from"]), from_data(turn["plan"]) if turn["plan"] else reminder.schedule) for turn in row.turns)
    down = reminder.schedule.counts_down
    return EffectiveSchedules(reminder.schedule, tuple((day, replace(schedule, counts_down=down)) for day, schedule in then if day))


def with_turn(turns: EffectiveSchedules, schedule: Schedule, valid_from: datetime.date) -> EffectiveSchedules:
    """The same with `schedule` from a day on; what was to come after that day goes."""
    return EffectiveSchedules(turns.first, (*((day, earlier) for day, earlier in turns.then if day < valid_from), (valid_from, schedule)))


def override_of(reminder: Reminder) -> ScheduleOverride:
    """The row of an occasion, or one that is not kept yet."""
    return ScheduleOverride.objects.filter(occasion=reminder.occasion).first() or ScheduleOverride(occasion=reminder.occasion)
