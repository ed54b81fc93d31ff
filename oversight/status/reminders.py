"""Reminders that a status report, an answer for one, or a decision is due (EL-60, EL-96)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from dates.database import LocalDate
from ledger.subjects import with_subject
from outbox.catalogue.messages import MailParams, address_of
from outbox.models import Message
from outbox.reminders.declare import Reminder, counted_from, read_on, to_tell
from outbox.reminders.schedule import Schedule, Step
from oversight.choices import DecisionState, ReportState
from oversight.models import DecisionWanted, ReportingPlan, ReportLine
from oversight.recipients import to_all, to_lead, to_owner
from oversight.status import mail


def _part(name: str) -> Any:
    return Concat(Value(f"{name}:"), Cast("pk", CharField()), Value(":"))


# ── Reports ──────────────────────────────────────────────────────────────────────────────────


def due_reports() -> QuerySet[ReportingPlan]:
    return ReportingPlan.objects.filter(next_due_on__isnull=False)


def _of_plan(rows: QuerySet[Any], **whom: Any) -> QuerySet[Any]:
    facts = JSONObject(plan=F("pk"))
    return to_tell(rows, stream="stream", part=_part("report-due"), anchor="next_due_on", since="due_since", facts=facts, **whom)


def report_letter(message: Message) -> MailParams:
    """Return the due date, and the link to the page for writing the report."""
    plan = ReportingPlan.objects.select_related(*with_subject("stream")).get(pk=message.facts["plan"])
    assert plan.next_due_on is not None  # noqa: S101 - what is reminded of has a day
    params = {"day": date_format(plan.next_due_on, "j F Y"), "link": address_of("status", plan.subject.reference)}
    return MailParams(params, "late" if plan.next_due_on < read_on(message) else "ahead")


REPORT_DUE = Reminder(
    mail.REPORT_DUE,
    schedule=Schedule(steps=(Step(days=-5), Step(), Step(days=3)), every_days=7, most=8),
    counted=lambda: counted_from(due_reports(), stream="stream", anchor="next_due_on"),
    concerned=[partial(who, due_reports, _of_plan, "writer", "stream") for who in (to_owner, to_lead, to_all)],
    letter=report_letter,
    counts_from=_("the day the report is due"),
)


# ── Questions ────────────────────────────────────────────────────────────────────────────────


def open_questions() -> QuerySet[ReportLine]:
    return ReportLine.objects.filter(answered_at=None, report__state=ReportState.DRAFT)


def to_contributor() -> QuerySet[Any]:
    """Select the person who was asked."""
    return to_tell(
        open_questions(),
        stream="report__stream",
        part=_part("question-due"),
        anchor="due_on",
        since=LocalDate("asked_at"),
        person="contributor",
        facts=JSONObject(line=F("pk")),
    )


def question_letter(message: Message) -> MailParams:
    line = ReportLine.objects.select_related("asked_by").get(pk=message.facts["line"])
    params, mint = mail.question_params(line)
    return MailParams(params, mint=mint)


QUESTION_DUE = Reminder(
    mail.QUESTION_DUE,
    schedule=Schedule(steps=(Step(days=-1), Step(days=2)), every_days=5, most=4),
    counted=lambda: counted_from(open_questions(), stream="report__stream", anchor="due_on"),
    concerned=[to_contributor],
    letter=question_letter,
    counts_from=_("the day the answer is due"),
)


# ── Decisions ────────────────────────────────────────────────────────────────────────────────


def open_decisions() -> QuerySet[DecisionWanted]:
    return DecisionWanted.objects.filter(state=DecisionState.OPEN)


def to_members() -> QuerySet[Any]:
    """Select today's members of the group that is asked."""
    today = timezone.localdate()
    seats = Q(body__seats__from_on__lte=today) & (Q(body__seats__to_on=None) | Q(body__seats__to_on__gte=today))
    return to_tell(
        open_decisions().filter(seats),
        stream="report__stream",
        part=_part("decision-due"),
        anchor="waits_until",
        since=LocalDate("report__sent_at"),
        person="body__seats__person",
        facts=JSONObject(decision=F("pk")),
    )


def decision_letter(message: Message) -> MailParams:
    """Return the decision, the day it is due, and the link for answering it."""
    decision = DecisionWanted.objects.select_related("body").get(pk=message.facts["decision"])
    has_account = message.person is not None and message.person.user_id is not None
    due_on = decision.waits_until or decision.due_on
    return MailParams(mail.decision_params(decision, has_account=has_account), "late" if due_on < read_on(message) else "ahead")


DECISION_DUE = Reminder(
    mail.DECISION_DUE,
    schedule=Schedule(steps=(Step(days=-5), Step(), Step(days=7)), every_days=14, most=6),
    counted=lambda: counted_from(open_decisions(), stream="report__stream", anchor="waits_until"),
    concerned=[to_members],
    letter=decision_letter,
    counts_from=_("the day the decision is due"),
)
