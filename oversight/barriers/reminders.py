"""Whom risks and barriers give cause to remind: the owner, else the lab lead, else all of lab operations (EL-60, EL-73)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db.models import BigIntegerField, CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat, JSONObject
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from ledger import subjects
from outbox.catalogue.messages import MailParams, address_of
from outbox.models import Message
from outbox.reminders.declare import Reminder, counted_from, to_tell
from outbox.reminders.schedule import Schedule, Step
from oversight.barriers import mail
from oversight.choices import OPEN, Impact, Likelihood
from oversight.models import BarrierStay, Risk
from oversight.models.barriers import LAB
from people.lab import is_lab_staff
from people.models import Role

Rows = Callable[[], QuerySet[Any]]


def open_risks() -> QuerySet[Risk]:
    return Risk.objects.filter(closed_on=None)


def open_stays() -> QuerySet[BarrierStay]:
    """Where open barriers of subjects are now. What several teams have is on home alone: it hangs on no subject to write about."""
    return BarrierStay.objects.filter(to_on=None, barrier__state__in=OPEN).exclude(barrier__stream__kind=LAB)


def _lead(stream: str, last: str = "") -> Any:
    """The account at the lab that leads the subject that `stream` is about, whatever its kind, or with `last` what it leads to."""
    paths = [f"{stream}__{kind.related_name}__{kind.contact}{last}" for kind in subjects.kinds() if kind.contact]
    return Coalesce(*map(F, paths), Value(None, output_field=BigIntegerField()), Value(None, output_field=BigIntegerField()))


def to_owner(rows: Rows, to: Any, owner: str, stream: str) -> QuerySet[Any]:
    """Whoever owns it."""
    return to(rows().exclude(**{owner: None}), person=owner)


def to_lead(rows: Rows, to: Any, owner: str, stream: str) -> QuerySet[Any]:
    """The lab lead, where no one owns it."""
    unowned = rows().filter(**{owner: None}).annotate(lead_account=_lead(stream), lead=_lead(stream, "__person"))
    return to(unowned.filter(is_lab_staff("lead_account"), lead__isnull=False), person="lead")


def to_all(rows: Rows, to: Any, owner: str, stream: str) -> QuerySet[Any]:
    """All of lab operations, where no one owns it and it has no lab lead."""
    unowned = rows().filter(**{owner: None}).annotate(lead_account=_lead(stream), lead=_lead(stream, "__person"))
    return to(unowned.exclude(is_lab_staff("lead_account"), lead__isnull=False), role=Role.LAB_OPS)


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
    """Which risk, how it was rated last, and where it is rated again."""
    risk = Risk.objects.rated().get(pk=message.facts["risk"])
    names = {"band": risk.band.label, "likelihood": Likelihood(risk.likelihood).label, "impact": Impact(risk.impact).label}
    rating = "{band}: {likelihood}, {impact}".format(**{key: str(value) for key, value in names.items()})
    due = date_format(risk.next_review_on, "j F Y")
    return MailParams({"risk": risk.text, "rating": rating, "due": due, "link": address_of("risk-rate", risk.pk)})


def barrier_letter(message: Message) -> MailParams:
    """Which barrier, which level has it, and until when it was to be cleared."""
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
    counts_from=gettext_lazy("the day on which the risk is to be reviewed"),
)
BARRIER_OVER = Reminder(
    mail.BARRIER_OVER,
    schedule=Schedule(steps=(Step(days=1),), every_days=7, most=8),
    counted=lambda: counted_from(open_stays(), stream="barrier__stream", anchor="due_on"),
    concerned=[partial(who, open_stays, _of_stay, "barrier__owner", "barrier__stream") for who in (to_owner, to_lead, to_all)],
    letter=barrier_letter,
    counts_from=gettext_lazy("the last day on which the level is within its allowance"),
)
