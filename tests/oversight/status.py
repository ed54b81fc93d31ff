"""Status reports for tests, through the acts that people use."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

from django.utils import timezone

from oversight.bodies.actions import add_body, add_body_seat
from oversight.models import DecisionAnswer, DecisionWanted, ReportLine, StatusReport
from oversight.status.actions import decisions, questions, reports
from people.models import Body, Person, User
from residencies.models import Residency
from residencies.models.states import State
from tests.factories import account, person
from tests.residencies.rows import residency

numbers = itertools.count(1)
DAY = datetime.timedelta(days=1)


def started(**fields: Any) -> Residency:
    """A residency that started a month ago."""
    return residency(State.IN_RESIDENCE, started_on=timezone.localdate() - 30 * DAY, **fields)


def group(*members: Person, by: User | None = None) -> Body:
    """A group whose members took their seats long ago."""
    ops = by or account("lab_ops")
    body = add_body(name=f"Steering committee {next(numbers)}", by=ops)
    for member in members or (person(),):
        add_body_seat(body, person=member, from_on=timezone.localdate() - 300 * DAY, by=ops)
    return body


def draft(of: Residency | None = None, *, by: User | None = None) -> StatusReport:
    return reports.draft_report(of or started(), by=by or account("lab_ops"))


def fresh(report: StatusReport) -> StatusReport:
    return StatusReport.objects.select_related("stream").get(pk=report.pk)


def edited(report: StatusReport, *bodies: Body, by: User | None = None, **fields: Any) -> StatusReport:
    """Save a draft with a line in it, for a group."""
    report = fresh(report)
    values = {"summary": "On track.", "done": "Held a review.", "upcoming": "Hold the next.", "health": {}}
    for_groups = bodies or [row.body for row in report.recipients.select_related("body")] or (group(),)
    return reports.edit_report(report, **(values | fields), bodies=for_groups, shown_revision=report.revision, by=by or account("lab_ops"))


def sent(report: StatusReport | None = None, *bodies: Body, by: User | None = None, **fields: Any) -> StatusReport:
    """Edit and send a draft."""
    report = edited(report or draft(by=by), *bodies, by=by, **fields)
    return reports.send_report(report, shown_revision=report.revision, by=by or account("lab_ops"))


def question(report: StatusReport | None = None, *, by: User | None = None, **fields: Any) -> ReportLine:
    """Ask a person a question that is due in a week."""
    values = {"question": "How many people use it?", "due_on": timezone.localdate() + 7 * DAY, "person": None} | fields
    values["person"] = values["person"] or person()
    return questions.ask_question(report or draft(by=by), **values, by=by or account("lab_ops"))


def wanted(report: StatusReport | None = None, *, by: User | None = None, **fields: Any) -> DecisionWanted:
    """Ask a group for a decision that is due in two weeks, in a draft."""
    values = {"text": "Agree to a second vendor.", "due_on": timezone.localdate() + 14 * DAY, "body": None} | fields
    values["body"] = values["body"] or group()
    return decisions.want_decision(report or draft(by=by), **values, by=by or account("lab_ops"))


def asked(of: Residency | None = None, *, by: User | None = None, **fields: Any) -> DecisionWanted:
    """Ask for a decision in a report that was sent."""
    decision = wanted(draft(of, by=by), by=by, **fields)
    sent(decision.report, decision.body, by=by)
    return DecisionWanted.objects.select_related("body", "report__stream", "report__sent_by").get(pk=decision.pk)


def answered(decision: DecisionWanted, *, by: User | None = None, **fields: Any) -> DecisionAnswer:
    """Record that a member accepted."""
    member = decision.body.seats.select_related("person").all()[0].person
    values = {"outcome": "accepted", "text": "It is needed.", "answered_on": timezone.localdate(), "person": member} | fields
    decision = DecisionWanted.objects.select_related("body", "report__stream", "report__sent_by").get(pk=decision.pk)
    return decisions.answer_decision(decision, **values, shown_revision=decision.revision, by=by or account("lab_ops"))


def reported(of: Residency, *, by: User) -> None:
    """Send a report whose decision was answered, and draft the next one, with a question and a decision."""
    answered(asked(of, by=by), by=by)
    row = Residency.objects.select_related("stream").get(pk=of.pk)
    question(draft(row, by=by), by=by)
    wanted(StatusReport.objects.select_related("stream").get(stream=row.stream, state="draft"), by=by)
