"""Queries for the pages of status reports and decisions, each with a fixed number of database queries."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from ledger import subjects
from ledger.memory import remembered
from ledger.models import Event, Stream
from ledger.subjects import Subject, in_list, subject_called, subject_or_404, with_subject
from oversight.choices import Dimension, Health, ReportCadence, ReportState
from oversight.models import DecisionAnswer, DecisionWanted, HealthRating, ReportingPlan, ReportLine, StatusReport
from oversight.status import rules
from oversight.status.rules import Rated, Turned
from people.models import Role, User

MOST_IN_TREND = 8
MOST_DECISIONS = 20
MOST_RATED = 20_000


@dataclass(frozen=True)
class TrendRow:
    """A dimension's colours in the last reports, oldest first; None where a report has none."""

    dimension: Dimension
    ratings: list[HealthRating | None]


def reports_of(stream: Stream) -> QuerySet[StatusReport]:
    """Return the reports that were sent, newest first, with their ratings."""
    rows = StatusReport.objects.sent().filter(stream=stream).select_related("sent_by")
    return rows.prefetch_related("ratings").order_by("-number")


def trend(reports: list[StatusReport]) -> list[TrendRow]:
    """Return the colours of the last reports by dimension; no query if the reports were read with their ratings."""
    last = list(reversed(reports[:MOST_IN_TREND]))
    by_report = [{rating.dimension: rating for rating in report.ratings.all()} for report in last]
    return [TrendRow(dimension, [ratings.get(dimension) for ratings in by_report]) for dimension in Dimension]


def latest_health(subject: Subject) -> StatusReport | None:
    """Return the last report that was sent, with its ratings; two queries."""
    return reports_of(subject.stream).first()


def decisions_of(report: StatusReport) -> list[DecisionWanted]:
    """Return a report's decisions with their answers, the last one first; two queries."""
    answers = DecisionAnswer.objects.select_related("person", "recorded_by").order_by("-number")
    rows = list(report.decisions.select_related("body").prefetch_related(Prefetch("answers", queryset=answers)))
    for row in rows:
        row.report = report
    return rows


def usual_cadence(subject: Subject, on: datetime.date) -> ReportCadence:
    """Return how often subjects of this kind usually report, by the program's figure on `on`."""
    return rules.cadence_of(subjects.weeks_between_reports(subject, on))


# ── Lookups ──────────────────────────────────────────────────────────────────────────────────


def report_or_404(user: User, reference: str, report: int) -> StatusReport:
    """Return a subject's report by its number, with its subject. Raises `Http404` if there is none that the account can read."""
    # Not `subject_or_404`: a member of a group reads a report that was sent to it, but not the rest of the subject's pages.
    subject = subject_called(reference)
    if subject is not None:
        rows = StatusReport.objects.select_related("written_by", "sent_by", "document").exclude(state=ReportState.DISCARDED)
        row = rows.filter(stream=subject.stream, number=report).first()
        if row is not None:
            row.stream = subject.stream
            if user.has_perm("oversight.view_report", row):
                return row
    raise Http404(_("This report doesn’t exist, or your account doesn’t have access to it."))


def draft_or_404(user: User, reference: str, report: int) -> StatusReport:
    """Return a draft by its number. Raises `Http404` if it was sent, or the account can't see its subject."""
    subject = subject_or_404(user, reference)
    row = StatusReport.objects.filter(stream=subject.stream, number=report, state=ReportState.DRAFT).first()
    if row is None:
        raise Http404(_("This report doesn’t exist, or your account doesn’t have access to it."))
    row.stream = subject.stream
    return row


def sent_report_or_404(user: User, reference: str, report: int) -> StatusReport:
    """Return a report that was sent, with its rows. Raises `Http404` if there is none, or the account can't see its subject."""
    subject = subject_or_404(user, reference)
    rows = StatusReport.objects.sent().select_related("document", "counted_rows").filter(stream=subject.stream, number=report)
    row = rows.first()
    if row is None:
        raise Http404(_("This report doesn’t exist, or your account doesn’t have access to it."))
    row.stream = subject.stream
    return row


def line_of_draft_or_404(user: User, reference: str, report: int, question: int) -> ReportLine:
    draft = draft_or_404(user, reference, report)
    row = draft.lines.filter(pk=question).first()
    if row is None:
        raise Http404(question)
    row.report = draft
    return row


def decision_of_draft_or_404(user: User, reference: str, report: int, decision: int) -> DecisionWanted:
    draft = draft_or_404(user, reference, report)
    row = draft.decisions.filter(pk=decision).first()
    if row is None:
        raise Http404(decision)
    row.report = draft
    return row


def _with_report(path: str = "report") -> list[str]:
    return [f"{path}__stream", f"{path}__sent_by", *with_subject(f"{path}__stream")]


def decision_or_404(user: User, decision: int) -> DecisionWanted:
    """Return a decision that was asked. Raises `Http404` if the account can't read it."""
    row = DecisionWanted.objects.select_related("body", *_with_report()).filter(pk=decision, report__state=ReportState.SENT).first()
    if row is None or not user.has_perm("oversight.view_decision", row):
        raise Http404(_("This decision doesn’t exist, or your account doesn’t have access to it."))
    return row


def answer_or_404(user: User, decision: int, answer: int) -> DecisionAnswer:
    """Return an answer to a decision that the account can read."""
    wanted = decision_or_404(user, decision)
    row = wanted.answers.select_related("person").filter(pk=answer).first()
    if row is None:
        raise Http404(answer)
    row.decision = wanted
    return row


def question_or_404(user: User, question: int) -> ReportLine:
    """Return a question that was put to the account's person."""
    row = ReportLine.objects.select_related("contributor", "asked_by", *_with_report()).filter(pk=question).first()
    if row is None or not user.has_perm("oversight.answer_line", row):
        raise Http404(_("This question doesn’t exist, or someone else was asked."))
    return row


# ── The whole lab ────────────────────────────────────────────────────────────────────────────


def decisions_on(stream: Stream) -> list[DecisionWanted]:
    """Return the open decisions about a subject, the first due first; one query."""
    rows = DecisionWanted.objects.open().filter(report__stream=stream).select_related("body", "report").order_by("waits_until", "pk")
    decisions = list(rows[:MOST_DECISIONS])
    for decision in decisions:
        decision.report.stream = stream
    return decisions


def open_decisions(*, body: int | None = None) -> QuerySet[DecisionWanted]:
    """Return the open decisions, the first due first, with what a list shows."""
    rows = in_list(DecisionWanted.objects.open().select_related("body", "report"), "report__stream").order_by("waits_until", "pk")
    return rows if body is None else rows.filter(body=body)


def decisions_by_body(today: datetime.date) -> dict[int, tuple[int, int]]:
    """Return how many decisions each group is asked for, and how many of them are overdue; one query."""
    counts = DecisionWanted.objects.open().order_by().values("body")
    rows = counts.annotate(count=Count("pk"), late=Count("pk", filter=Q(waits_until__lt=today)))
    return {row["body"]: (row["count"], row["late"]) for row in rows}


@dataclass(frozen=True)
class StatusRow:
    """A subject that reports its status: its plan, and the last report with its colour in each dimension."""

    plan: ReportingPlan
    report: StatusReport | None
    colours: list[tuple[Dimension, Health]]


def plans() -> QuerySet[ReportingPlan]:
    """Return the plans of subjects that report, the first due first; `last_report` is the key of the last report that was sent."""
    last = StatusReport.objects.sent().filter(stream=OuterRef("stream")).order_by("-number").values("pk")[:1]
    rows = ReportingPlan.objects.filter(next_due_on__isnull=False).annotate(last_report=last)
    return in_list(rows).order_by("next_due_on", "pk")


def rated(colour: str) -> Exists:
    """Return a condition on `plans`: the last report has a dimension of this colour."""
    return Exists(HealthRating.objects.filter(report=OuterRef("last_report"), colour=colour))


def rows_of(page: Iterable[ReportingPlan]) -> list[StatusRow]:
    """Return a page of plans with their last reports; two queries."""
    chosen: list[Any] = list(page)
    keys = [plan.last_report for plan in chosen if plan.last_report]
    reports = StatusReport.objects.defer("summary", "done", "upcoming", "figures").in_bulk(keys)
    colours: dict[int, dict[str, Health]] = defaultdict(dict)
    for report, dimension, colour, proposed in HealthRating.objects.filter(report__in=keys).values_list(
        "report", "dimension", "colour", "proposed"
    ):
        colours[report][dimension] = Health(colour or proposed)
    return [
        StatusRow(
            plan,
            reports.get(plan.last_report),
            [(dimension, colours[plan.last_report][dimension]) for dimension in Dimension if dimension in colours[plan.last_report]],
        )
        for plan in chosen
    ]


@dataclass(frozen=True)
class TurnedRow:
    role: str
    turned: Turned


def how_often_green_turned_red(today: datetime.date) -> list[TurnedRow]:
    """Return, by the role of who sent the report, how often green turned red within 30 days in the last year; up to two queries.

    Remembered until the next act, because it takes longer than the rest of the page. An act that was committed out of order shows
    in it at the next one, or after 15 minutes.
    """
    newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first()
    counts = remembered("turned-red", {"lab": str(newest or "")}, today, lambda keys: {key: _turned(today) for key in keys})["lab"]
    labels = dict(Role.choices)
    return [TurnedRow(str(labels.get(role, _("Others"))), Turned(role, green, red)) for role, green, red in counts]


def _turned(today: datetime.date) -> list[tuple[str, int, int]]:
    since = today - datetime.timedelta(days=365)
    rows = HealthRating.objects.filter(report__state=ReportState.SENT, report__to_on__gte=since).order_by("-report__sent_at")
    values = rows.values_list("report__stream", "dimension", "colour", "report__to_on", "report__sent_as")[:MOST_RATED]
    return [(turned.role, turned.green, turned.red) for turned in rules.turned_red((Rated(*row) for row in values), today)]
