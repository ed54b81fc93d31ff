"""Reminders about risks and barriers, and who gets them: the owner, or the lab lead, or lab operations (EL-60, EL-73)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from outbox.catalogue.messages import MailParams, address_of
from outbox.models import Message
from outbox.reminders.declare import Reminder, counted_from, to_tell
from outbox.reminders.schedule import Schedule, Step
from oversight.barriers import mail
from oversight.choices import OPEN, Impact, Likelihood
from oversight.models import BarrierStay, Risk
from oversight.models.barriers import LAB
from oversight.recipients import to_all, to_lead, to_owner


def open_risks() -> QuerySet[Risk]:
    return Risk.objects.filter(closed_on=None)


def open_stays() -> QuerySet[BarrierStay]:
    """Return the open stays of subjects' barriers. Lab-wide barriers get no reminders, because they have no subject; they are on home."""
    return BarrierStay.objects.filter(to_on=None, barrier__state__in=OPEN).exclude(barrier__stream__kind=LAB)


def _of_risk(rows: QuerySet[Any], **whom: Any) -> QuerySet[Any]:
    return to_tell(
        rows, stream="stream", part=Concat(Value("risk:"), Cast("pk", CharField()), Value(":")), anchor=F("next_review_on"),
        since=F("raised_on"), facts=JSONObject(risk=F("pk")), **whom,
    )  # fmt: skip


def _of_stay(rows: QuerySet[Any], **whom: Any) -> QuerySet[Any]:
    return to_tell(
        rows, stream="barrier__stream", part=Concat(Value("barrier-stay:"), Cast("pk", CharField()), Value(":")), anchor=F("due_on"),
        since=F("from_on"), facts=JSONObject(stay=F("pk")), **whom,
    )  # fmt: skip


def risk_letter(message: Message) -> MailParams:
    """Return the risk, its last rating, and the link for rating it again."""
    risk = Risk.objects.rated().get(pk=message.facts["risk"])
    names = {"band": risk.band.label, "likelihood": Likelihood(risk.likelihood).label, "impact": Impact(risk.impact).label}
    rating = "{band}: {likelihood}, {impact}".format(**{key: str(value) for key, value in names.items()})
    due = date_format(risk.next_review_on, "j F Y")
    return MailParams({"risk": risk.text, "rating": rating, "due": due, "link": address_of("risk-rate", risk.pk)})


def barrier_letter(message: Message) -> MailParams:
    """Return the barrier, its level, and the day it was due there."""
    stay = BarrierStay.objects.select_related("barrier", "level").get(pk=message.facts["stay"])
    barrier, level = stay.barrier, stay.level.name
    days = {"due": date_format(stay.due_on, "j F Y"), "raised": date_format(barrier.raised_on, "j F Y")}
    return MailParams({"barrier": barrier.text, "level": level[:1].lower() + level[1:], "link": address_of("barrier", barrier.pk), **days})


RISK_REVIEW = Reminder(
    mail.RISK_REVIEW,
    schedule=Schedule(steps=(Step(), Step(days=7)), every_days=14, most=6),
    counted=lambda: counted_from(open_risks(), stream="stream", anchor="next_review_on"),
    concerned=[partial(who, open_risks, _of_risk, "owner", "stream") for who in (to_owner, to_lead, to_all)],
    letter=risk_letter,
    counts_from=gettext_lazy("the day the risk is due for review"),
)
BARRIER_OVER = Reminder(
    mail.BARRIER_OVER,
    schedule=Schedule(steps=(Step(days=1),), every_days=7, most=8),
    counted=lambda: counted_from(open_stays(), stream="barrier__stream", anchor="due_on"),
    concerned=[partial(who, open_stays, _of_stay, "barrier__owner", "barrier__stream") for who in (to_owner, to_lead, to_all)],
    letter=barrier_letter,
    counts_from=gettext_lazy("the day the barrier is due at its level"),
)
