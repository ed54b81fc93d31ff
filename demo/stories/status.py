"""Status reports in the stories: sent ones with a colour that was chosen, decisions that are answered and overdue, and a draft."""

from __future__ import annotations

import datetime
from typing import Any

from acts.act import Actor
from oversight.models import DecisionWanted, ReportLine, StatusReport
from oversight.status.actions import decisions, questions, reports
from people.models import Body, BodySeat, Person
from residencies.models import Residency

GROUP = "Steering committee"


def draft(residency: Residency, *, by: Actor) -> StatusReport:
    """Return the draft of a residency's next report, for the steering committee."""
    current = StatusReport.objects.filter(stream=residency.stream, state="draft").select_related("stream").first()
    return current or reports.draft_report(residency, by=by)


def send(residency: Residency, health: dict[str, tuple[str, str]], *, by: Actor) -> None:
    """Send the report as it was drafted, with the colours in `health` and the reasons for them."""
    report = draft(residency, by=by)
    texts = {name: getattr(report, name) for name in ("summary", "done", "upcoming")}
    texts["done"] = texts["done"] or "Agreed on how the team works."
    chosen = {rating.dimension: health.get(rating.dimension, ("", "")) for rating in report.ratings.all()}
    bodies = [Body.objects.get(name=GROUP)]
    report = reports.edit_report(report, **texts, health=chosen, bodies=bodies, shown_revision=report.revision, by=by)
    reports.send_report(report, shown_revision=report.revision, by=by)


def want(residency: Residency, text: str, due_on: datetime.date, *, by: Actor) -> None:
    decisions.want_decision(draft(residency, by=by), text=text, body=Body.objects.get(name=GROUP), due_on=due_on, by=by)


def decide(residency: Residency, on: datetime.date, *, by: Actor, **answer: Any) -> None:
    """Record the chair's answer to the oldest open decision."""
    rows = DecisionWanted.objects.open().filter(report__stream=residency.stream).select_related("body", "report__stream", "report__sent_by")
    decision = rows.earliest("pk")
    chair = BodySeat.objects.filter(body=decision.body).on(on).select_related("person").earliest("pk").person
    decisions.answer_decision(decision, **answer, answered_on=on, person=chair, shown_revision=decision.revision, by=by)


def ask(residency: Residency, person: Person, question: str, due_on: datetime.date, *, by: Actor) -> ReportLine:
    return questions.ask_question(draft(residency, by=by), question=question, person=person, due_on=due_on, by=by)
