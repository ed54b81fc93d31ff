"""Whom training gives cause to remind: leaders who have not taken theirs, product owners without Agile training (EL-44, EL-45, EL-60)."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import CharField, DateField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Greatest, JSONObject
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from outbox.catalogue.messages import MailParams, address_of
from outbox.models import Message
from outbox.reminders.declare import Reminder, counted_from, to_tell
from outbox.reminders.schedule import Schedule, Step
from residencies.models.states import State
from residencies.reference_data import all_figures
from teams.choices import TeamRole
from teams.models import Seat
from teams.templatetags.teams import hours
from teams.training import mail
from teams.training.queries import leaders

STREAM = "team__stream"
# A leader has four weeks from the day on which both the residency and their own part in it have begun.
LEADER_SINCE = Greatest("from_on", "team__stream__residency__started_on")
ALWAYS = Cast(Value(datetime.date(2000, 1, 1)), DateField())


def leaders_behind() -> QuerySet[Any]:
    """Leaders of teams in residence or live who lack hours of their lab training."""
    today = timezone.localdate()
    rows = leaders(today, all_figures(today)).filter(lacks__gt=0)
    return rows.filter(
        team__stream__residency__state__in=(State.IN_RESIDENCE, State.LIVE), team__stream__residency__started_on__isnull=False
    )


def to_leaders() -> QuerySet[Any]:
    return to_tell(
        leaders_behind(), stream=STREAM, part=Concat(Value("champion:"), Cast("pk", CharField()), Value(":")), anchor=LEADER_SINCE,
        since=LEADER_SINCE, person="person", facts=JSONObject(champion=F("pk")),
    )  # fmt: skip


def owners_untrained() -> QuerySet[Seat]:
    """Product owners, there or coming, of whom no Agile training is known."""
    today = timezone.localdate()
    rows: QuerySet[Any] = Seat.objects.current().with_people().filter(Q(to_on=None) | Q(to_on__gte=today), role=TeamRole.PRODUCT_OWNER)
    states = (State.AGREEMENT, State.IN_RESIDENCE, State.LIVE)
    return rows.filter(person__isnull=False, agile_trained_on=None, learnt_on=None, team__stream__residency__state__in=states)


def to_owners() -> QuerySet[Any]:
    return to_tell(
        owners_untrained(), stream=STREAM, part=Concat(Value("seat:"), Cast("pk", CharField()), Value(":")), anchor="from_on",
        since=ALWAYS, person="person", facts=JSONObject(seat=F("pk")),
    )  # fmt: skip


def leader_letter(message: Message) -> MailParams:
    """How many hours of how many, and how to agree on a day."""
    today = timezone.localdate()
    champion: Any = leaders(today, all_figures(today)).get(pk=message.facts["champion"])
    params = {"role": champion.get_role_display(), "expected": hours(champion.expected)}
    return MailParams(params | {"taken": hours(champion.taken)}, "some") if champion.taken else MailParams(params, "none")


def owner_letter(message: Message) -> MailParams:
    """That Agile training comes before the team starts."""
    seat = Seat.objects.get(pk=message.facts["seat"])
    return MailParams({"day": date_format(seat.from_on, "j F Y"), "link": address_of("training", message.subject_matter.reference)})


LEADERS = Reminder(
    mail.LEADER_TRAINING,
    schedule=Schedule(steps=(Step(days=28), Step(days=56)), every_days=56, most=4),
    counted=lambda: counted_from(leaders_behind(), stream=STREAM, anchor=LEADER_SINCE),
    concerned=[to_leaders],
    letter=leader_letter,
    counts_from=gettext_lazy("the start, or the first day as a champion if that is later"),
)
OWNERS = Reminder(
    mail.AGILE_TRAINING,
    schedule=Schedule(steps=(Step(days=-14), Step()), every_days=14, most=6),
    counted=lambda: counted_from(owners_untrained(), stream=STREAM, anchor="from_on"),
    concerned=[to_owners],
    letter=owner_letter,
    counts_from=gettext_lazy("the product owner's first day on the team"),
)
