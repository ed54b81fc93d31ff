"""Whom training gives cause to remind: leaders who have not taken theirs, product owners without Agile training (EL-44, EL-45, EL-60)."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db.models import CharField, DateField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Greatest, JSONObject
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outbox import reminding
from outbox.models import Message
from outbox.reminding import Letter, Reminder, counted_from, to_tell
from outbox.schedules import Schedule, Step
from residencies.figures import all_figures
from residencies.states import State
from teams.models import Seat
from teams.roles import TeamRole
from teams.templatetags.learning import hours
from teams.training_queries import leaders

STREAM = "team__residency__stream"
# A leader has four weeks from the day on which both the residency and their own part in it have begun.
LEADER_SINCE = Greatest("from_on", "team__residency__started_on")
ALWAYS = Cast(Value(datetime.date(2000, 1, 1)), DateField())


def leaders_behind() -> QuerySet[Any]:
    """Leaders of teams in residence or live who lack hours of their lab training."""
    today = timezone.localdate()
    rows = leaders(today, all_figures(today)).filter(lacks__gt=0)
    return rows.filter(team__residency__state__in=(State.IN_RESIDENCE, State.LIVE), team__residency__started_on__isnull=False)


def to_leaders() -> QuerySet[Any]:
    return to_tell(
        leaders_behind(), stream=STREAM, part=Concat(Value("champion:"), Cast("pk", CharField()), Value(":")), anchor=LEADER_SINCE,
        since=LEADER_SINCE, person="person", facts=JSONObject(champion=F("pk")),
    )  # fmt: skip


def owners_untrained() -> QuerySet[Seat]:
    """Product owners, there or coming, of whom no Agile training is known."""
    today = timezone.localdate()
    rows: QuerySet[Any] = Seat.objects.standing().with_people().filter(Q(to_on=None) | Q(to_on__gte=today), role=TeamRole.PRODUCT_OWNER)
    states = (State.AGREEMENT, State.IN_RESIDENCE, State.LIVE)
    return rows.filter(person__isnull=False, agile_trained_on=None, learnt_on=None, team__residency__state__in=states)


def to_owners() -> QuerySet[Any]:
    return to_tell(
        owners_untrained(), stream=STREAM, part=Concat(Value("seat:"), Cast("pk", CharField()), Value(":")), anchor="from_on",
        since=ALWAYS, person="person", facts=JSONObject(seat=F("pk")),
    )  # fmt: skip


def leader_letter(message: Message) -> Letter:
    """How many hours of how many, and how to agree on a day."""
    today = timezone.localdate()
    champion: Any = leaders(today, all_figures(today)).get(pk=message.facts["champion"])
    said = {
        "name": message.to_name,
        "residency": str(message.subject_matter),
        "role": champion.get_role_display(),
        "expected": hours(champion.expected),
        "taken": hours(champion.taken),
        "lab": settings.LAB_NAME,
    }
    return Letter(_("Your lab training: %(residency)s") % said, str(_SOME if champion.taken else _NONE) % said)


def owner_letter(message: Message) -> Letter:
    """That Agile training comes before the team starts."""
    seat = Seat.objects.get(pk=message.facts["seat"])
    residency = message.subject_matter
    said = {
        "name": message.to_name,
        "residency": str(residency),
        "day": date_format(seat.from_on, "j F Y"),
        "link": f"{settings.SITE_URL.rstrip('/')}{reverse('training', args=[residency.reference])}",
        "lab": settings.LAB_NAME,
    }
    return Letter(_("Agile training for you as product owner: %(residency)s") % said, str(_OWNER) % said)


_NONE = gettext_lazy(
    """Hello %(name)s,

You stand behind %(residency)s (%(role)s). Every leader who does takes some training at the lab: for you it is %(expected)s. None of it is on record yet.

Answer this message and we will find a day. If you took it already, tell us when, and we put it on record.

%(lab)s"""
)
_SOME = gettext_lazy(
    """Hello %(name)s,

You stand behind %(residency)s (%(role)s). Every leader who does takes some training at the lab: for you it is %(expected)s, and you have taken %(taken)s of it.

Answer this message and we will find a day for the rest. If you took it already, tell us when, and we put it on record.

%(lab)s"""
)
_OWNER = gettext_lazy(
    """Hello %(name)s,

You are the product owner of %(residency)s from %(day)s. A product owner learns to work the Agile way before the team starts. No such course is on record for you yet.

If you took one, put it on record here, with its certificate if you have it:
%(link)s

If not, answer this message and we will find a seat for you.

%(lab)s"""
)

LEADERS = Reminder(
    occasion="leader-training",
    label=gettext_lazy("A leader's lab training is missing"),
    schedule=Schedule(steps=(Step(days=28), Step(days=56)), every_days=56, most=4),
    counted=lambda: counted_from(leaders_behind(), stream=STREAM, anchor=LEADER_SINCE),
    concerned=[to_leaders],
    letter=leader_letter,
    counts_from=gettext_lazy("the start, or the first day as a champion if that is later"),
    optional=True,
    may_wait=True,
)
OWNERS = Reminder(
    occasion="owner-agile-training",
    label=gettext_lazy("A product owner's Agile training is missing"),
    schedule=Schedule(steps=(Step(days=-14), Step()), every_days=14, most=6),
    counted=lambda: counted_from(owners_untrained(), stream=STREAM, anchor="from_on"),
    concerned=[to_owners],
    letter=owner_letter,
    counts_from=gettext_lazy("the product owner's first day on the team"),
    may_wait=True,
)


def register() -> None:
    """Called once, when the app is ready."""
    reminding.declare(LEADERS, OWNERS)
