"""Reminders: who gets one, which day it is counted from, when it is due, and what it says.

An app declares its own in its `reminders.py`; the sweep (outbox/reminders/due.py) turns them into messages. One
declaration answers four questions: what is due, to whom, whether it is still needed just before it is sent, and
what would be sent on another day.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import BigIntegerField, CharField, DateField, F, JSONField, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy

from outbox.catalogue.messages import MailParams, MessageKind
from outbox.models import Message, ScheduleOverride
from outbox.reminders.schedule import EffectiveSchedules, Leaves, Schedule, from_data

COLUMNS = ("r_stream", "r_person", "r_role", "r_audience", "r_part", "r_anchor", "r_since", "r_facts", "r_place")


EVERYBODY: Mapping[str, Any] = {"": gettext_lazy("everyone concerned")}


@dataclass(frozen=True)
class Reminder:
    """When a message is due, and to whom. Declaring one in a `reminders.py` registers it (ledger/apps.py).

    `counted` returns every subject that may need it, with the day to count from (`counted_from`); `concerned` returns who gets it
    (`to_tell`), and apps on higher floors can add to it. `letter` returns the values of the message's placeholders at sending.
    Nothing is due about a subject that has ended, unless the reminder is declared `after_end`.
    `leaves` says what happens to one that is due on a day off.
    `schedule` is the default, which an administrator can change (`ScheduleOverride`); for them, `counts_from` and `audiences` say
    in words which day is counted from and who a step can be for.
    `places` returns where recipients work if that isn't British Columbia, as `place_of` writes it; `concerned` says who works where.
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
    places: Callable[[], Iterable[str]] = tuple

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
    """Annotate `rows` as subjects, with their stream and the day to count from."""
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
    place: Any = None,
) -> QuerySet[Any]:
    """Annotate `rows` as recipients, in the columns that the sweep reads.

    Give either `person`, a path to the person's key, or `role`, for everyone who holds it. `part` names what the reminder is about
    within the stream and ends with a colon; with occasion, person and due day it makes the key. `since` is the first day that
    concerns them: they don't get what was due before it. `facts` is what the letter needs besides the stream. `place` is where they work (`place_of`).
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
        r_place=place if place is not None else Cast(Value(""), CharField()),
    ).values_list(*COLUMNS)  # fmt: skip


def place_of(zone: str, region: str) -> Any:
    """Return where someone works as the sweep reads it, from the columns of a time zone and of whose holidays are observed."""
    return Concat(F(zone), Value(" "), F(region), output_field=CharField())


def read_on(message: Message) -> datetime.date:
    """Return the day on which `message` is read: today, or the future day on which it will be sent."""
    return max(timezone.localdate(), timezone.localdate(message.due_at) if message.due_on else datetime.date.min)


def _column(value: Any) -> Any:
    return F(value) if isinstance(value, str) else value


# ── Schedules set by an administrator ───────────────────────────────────────────────────────────


def all_turns() -> dict[str, EffectiveSchedules]:
    """Return the schedules of every occasion that was ever changed, in one query."""
    rows = ScheduleOverride.objects.filter(occasion__in=list(REMINDERS))
    return {row.occasion: turns_of(REMINDERS[row.occasion], row) for row in rows}


def turns(reminder: Reminder) -> EffectiveSchedules:
    """Return the schedules of one occasion; one query."""
    row = ScheduleOverride.objects.filter(occasion=reminder.occasion).first()
    return turns_of(reminder, row) if row else EffectiveSchedules(reminder.schedule)


def turns_of(reminder: Reminder, row: ScheduleOverride) -> EffectiveSchedules:
    """Return the schedules in `row`, with the default in place of None; each counts down if the default does."""
    then = ((parse_date(turn["from"]), from_data(turn["plan"]) if turn["plan"] else reminder.schedule) for turn in row.turns)
    down = reminder.schedule.counts_down
    return EffectiveSchedules(reminder.schedule, tuple((day, replace(schedule, counts_down=down)) for day, schedule in then if day))


def with_turn(turns: EffectiveSchedules, schedule: Schedule, valid_from: datetime.date) -> EffectiveSchedules:
    """Return `turns` with `schedule` from a date; later changes are dropped."""
    return EffectiveSchedules(turns.first, (*((day, earlier) for day, earlier in turns.then if day < valid_from), (valid_from, schedule)))


def override_of(reminder: Reminder) -> ScheduleOverride:
    """Return the row of an occasion, or an unsaved one."""
    return ScheduleOverride.objects.filter(occasion=reminder.occasion).first() or ScheduleOverride(occasion=reminder.occasion)
