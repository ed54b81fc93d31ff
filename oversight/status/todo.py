"""Home lines and calendar dates for status reports and decisions (people/todo.py; EL-96)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from ledger.subjects import has_ended
from oversight.choices import DecisionState, ReportState
from oversight.models import DecisionWanted, ReportingPlan, StatusReport
from people.lab import is_lab_staff
from people.todo import MOST, NOBODY, TODO, DateKind, DateState, Entry, Line, Scope, about, dates_of, with_leads

SOON = datetime.timedelta(days=7)


def _plans() -> Any:
    rows = ReportingPlan.objects.filter(next_due_on__isnull=False).exclude(has_ended("stream"))
    rows = rows.annotate(writer_at_lab=is_lab_staff("writer__user")).select_related("writer__user", "stream", *with_leads("stream"))
    return rows.order_by("next_due_on", "pk")


@TODO.add
def reports_due(today: datetime.date) -> list[Line]:
    """Return lines for status reports due within a week or overdue; one query. If the writer isn't at the lab, the line waits for them."""
    return [_report_line(plan) for plan in _plans().filter(next_due_on__lte=today + SOON)[:MOST]]


def _report_line(plan: ReportingPlan) -> Line:
    assert plan.next_due_on is not None  # noqa: S101 - asked for by its day
    writer, at_lab = plan.writer, bool(plan.writer_at_lab)  # type: ignore[attr-defined]  # annotated
    return Line(
        key=f"report/{plan.pk}/{plan.next_due_on}",
        title=_("Status report is due"),
        verb=_("Write the status report"),
        url=reverse("status", args=[plan.subject.reference]),
        since=plan.due_since or plan.next_due_on,
        due_on=plan.next_due_on,
        waits=writer is not None and not at_lab,
        about=about(plan.subject),
        assignee=writer.user_id if writer and at_lab else None,
        assignee_name=writer.name if writer else "",
    )


def _decisions() -> Any:
    rows = DecisionWanted.objects.open().exclude(has_ended("report__stream"))
    return rows.select_related("body", "report__stream", *with_leads("report__stream")).order_by("waits_until", "pk")


@TODO.add
def decisions_waiting(today: datetime.date) -> list[Line]:
    """Return lines for open decisions, the first due first; one query. Until they are overdue they wait for their group."""
    return [
        Line(
            key=f"decision/{row.pk}/{row.waits_until}",
            title=_("Decision needed from the %(body)s: %(decision)s") % {"body": row.body, "decision": row.text[:200]},
            verb=_("Record the answer"),
            url=row.get_absolute_url(),
            since=row.report.sent_on or row.due_on,
            due_on=row.waits_until,
            waits=row.waits_until is not None and row.waits_until >= today,
            about=about(row.subject),
            assignee_name=row.body.name,
        )
        for row in _decisions()[:MOST]
    ]


# ── Dates ────────────────────────────────────────────────────────────────────────────────────


@dates_of(DateKind.REPORT)
def dated_reports(start: datetime.date, end: datetime.date, scope: Scope) -> Iterator[Entry]:
    """Yield the days on which status reports are due or were sent; two queries."""
    due = _plans().filter(next_due_on__range=(start, end))
    assigned = Q(pk__in=scope.of(due.filter(writer__user=None), "stream").order_by().values("pk"))
    if scope.owner not in (None, NOBODY):
        assigned |= Q(writer__user=scope.owner)
    for plan in scope.of(due, "stream", assigned=assigned)[: scope.most]:
        yield Entry(
            key=f"report-due-{plan.pk}",
            kind=DateKind.REPORT.value,
            on=plan.next_due_on,
            title=_("Status report due"),
            url=reverse("status", args=[plan.subject.reference]),
            state=DateState.DUE.value,
            about=about(plan.subject),
            assignee=plan.writer.user_id if plan.writer else None,
            assignee_name=plan.writer.name if plan.writer else "",
        )
    sent = StatusReport.objects.filter(state=ReportState.SENT, to_on__range=(start, end)).select_related("stream", *with_leads("stream"))
    for report in scope.of(sent, "stream").order_by("to_on", "pk")[: scope.most]:
        yield Entry(
            key=f"report-{report.pk}",
            kind=DateKind.REPORT.value,
            on=report.to_on,
            title=_("%(report)s sent") % {"report": report},
            url=report.get_absolute_url(),
            state=DateState.DONE.value,
            about=about(report.subject),
        )


@dates_of(DateKind.DECISION)
def dated_decisions(start: datetime.date, end: datetime.date, scope: Scope) -> Iterator[Entry]:
    """Yield the days on which open decisions are due; one query."""
    rows = scope.of(_decisions().filter(state=DecisionState.OPEN, waits_until__range=(start, end)), "report__stream")
    for row in rows[: scope.most]:
        yield Entry(
            key=f"decision-{row.pk}",
            kind=DateKind.DECISION.value,
            on=row.waits_until,
            title=_("Decision due from the %(body)s: %(decision)s") % {"body": row.body, "decision": row.text[:200]},
            url=row.get_absolute_url(),
            state=DateState.DUE.value,
            about=about(row.subject),
            assignee_name=row.body.name,
        )
