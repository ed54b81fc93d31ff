"""Reminders to the owners of metrics whose reading is due (EL-60, EL-86, EL-91)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils.translation import gettext_lazy as _

from ledger.subjects import has_ended, with_subject
from metrics.models import Metric
from metrics.readings import mail
from outbox.catalogue.messages import MailParams
from outbox.models import Message
from outbox.reminders.declare import Reminder, counted_from, read_on, to_tell
from outbox.reminders.schedule import Schedule, Step


def due(*, after_end: bool = False) -> QuerySet[Metric]:
    """Return the metrics with an owner that expect a reading: of subjects under way, or reported after the end."""
    rows = Metric.objects.active().filter(next_due_on__isnull=False, owner__isnull=False)
    ended = has_ended("stream")
    return rows.filter(ended, after_end_until__gte=F("next_due_on")) if after_end else rows.exclude(ended)


def to_owner(*, after_end: bool = False) -> QuerySet[Any]:
    """Select the owners. Steps due before the metric was defined are skipped."""
    return to_tell(
        due(after_end=after_end),
        stream="stream",
        part=Concat(Value("metric:"), Cast("pk", CharField()), Value(":")),
        anchor="next_due_on",
        since="defined_on",
        person="owner",
        facts=JSONObject(metric=F("pk")),
    )


def letter(message: Message, *, after_end: bool = False) -> MailParams:
    """Return the values for a message, from the metric as it is now."""
    metric = Metric.objects.select_related(*with_subject("stream")).get(pk=message.facts["metric"])
    assert metric.next_due_on is not None  # noqa: S101 - what is reminded of has a day
    write = mail.benefit_due if after_end else mail.reading_due
    return write(metric, person=message.person_id, late=metric.next_due_on < read_on(message))


def counted(*, after_end: bool = False) -> QuerySet[Any]:
    return counted_from(due(after_end=after_end), stream="stream", anchor="next_due_on")


SCHEDULE = Schedule(steps=(Step(), Step(days=7)), every_days=14, most=4)
READING_DUE = Reminder(
    mail.READING_DUE,
    schedule=SCHEDULE,
    counted=counted,
    concerned=[to_owner],
    letter=letter,
    counts_from=_("the day the reading is due"),
)
# A quarter's figure is due ten working days after its end: the first email is sent while there is still time.
BENEFIT_SCHEDULE = Schedule(steps=(Step(days=-13), Step()), every_days=14, most=4)
BENEFIT_DUE = Reminder(
    mail.BENEFIT_DUE,
    schedule=BENEFIT_SCHEDULE,
    counted=partial(counted, after_end=True),
    concerned=[partial(to_owner, after_end=True)],
    letter=partial(letter, after_end=True),
    counts_from=_("the day the reading is due"),
    after_end=True,
)
