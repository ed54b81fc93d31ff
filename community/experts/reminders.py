"""What the lab is reminded of: a team that is waiting for an expert, and a session whose outcome isn't recorded (EL-48, EL-60)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from community import mail
from community.choices import SessionState
from community.models import ExpertSession
from dates.database import LocalDate
from outbox.catalogue.messages import MailParams
from outbox.models import Message
from outbox.reminders.declare import Reminder, counted_from, to_tell
from outbox.reminders.schedule import Schedule, Step
from people.models import Role
from residencies.models.states import ENDED
from residencies.reminders import looked_after


def waiting() -> QuerySet[ExpertSession]:
    """Asked for, with no expert yet, by residencies under way."""
    return ExpertSession.objects.filter(state=SessionState.REQUESTED).exclude(residency__state__in=ENDED)


def to_record() -> QuerySet[ExpertSession]:
    """With an expert and a day; whether that is over, the steps say."""
    return ExpertSession.objects.filter(state=SessionState.MATCHED)


def to_owner(rows: Any, anchor: Any) -> QuerySet[Any]:
    """Whoever at the lab looks after the residency."""
    return _to(rows().filter(looked_after("residency__")), anchor, person="residency__owner__person")


def to_all(rows: Any, anchor: Any) -> QuerySet[Any]:
    """All of lab operations, where nobody looks after it."""
    return _to(rows().filter(~looked_after("residency__")), anchor, role=Role.LAB_OPS)


def _to(rows: QuerySet[Any], anchor: Any, **whom: Any) -> QuerySet[Any]:
    return to_tell(
        rows,
        stream="residency__stream",
        part=Concat(Value("expert-session:"), Cast("pk", CharField()), Value(":")),
        anchor=anchor,
        since=anchor,
        facts=JSONObject(session=F("pk")),
        **whom,
    )


ASKED_ON, HELD_ON = LocalDate("requested_at"), F("on")


def waiting_letter(message: Message) -> MailParams:
    """Who waits, since when, and what for."""
    session = ExpertSession.objects.for_list().get(pk=message.facts["session"])
    return MailParams(mail.session_params(session) | {"since": date_format(timezone.localdate(session.requested_at), "j F Y")})


def outcome_letter(message: Message) -> MailParams:
    """Which session it was."""
    session = ExpertSession.objects.for_list().get(pk=message.facts["session"])
    return MailParams(mail.session_params(session) | {"day": date_format(session.on or timezone.localdate(), "j F Y")})


WAITING = Reminder(
    mail.SESSION_WAITING,
    schedule=Schedule(steps=(Step(days=5), Step(days=10)), every_days=7, most=12),
    counted=lambda: counted_from(waiting(), stream="residency__stream", anchor=ASKED_ON),
    concerned=[partial(to_owner, waiting, ASKED_ON), partial(to_all, waiting, ASKED_ON)],
    letter=waiting_letter,
    counts_from=gettext_lazy("the day the team sent its request"),
)
TO_RECORD = Reminder(
    mail.OUTCOME_MISSING,
    schedule=Schedule(steps=(Step(days=3), Step(days=10)), every_days=14, most=4),
    counted=lambda: counted_from(to_record(), stream="residency__stream", anchor=HELD_ON),
    concerned=[partial(to_owner, to_record, HELD_ON), partial(to_all, to_record, HELD_ON)],
    letter=outcome_letter,
    counts_from=gettext_lazy("the day of the session"),
)
