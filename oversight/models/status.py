"""Status reports of a subject, the questions they ask of people, and the decisions they ask of groups (EL-96)."""

from __future__ import annotations

import datetime
import json
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.personal_data import ACCOUNTABLE, EVIDENCE, SUBJECT, TEAMWORK, personal
from acts.revisions import Revised
from findings import blocking
from ledger.records import RecordQuerySet, recorded
from oversight.choices import DecisionState, Dimension, Health, Outcome, ReportCadence, ReportState
from oversight.models.barriers import OfStream
from people.fields import LineField


@personal("writer", purpose=TEAMWORK, kept=SUBJECT)
class ReportingPlan(OfStream):
    """How often a subject reports, who writes the reports, which groups usually get them, and when the next one is due."""

    stream = models.OneToOneField("ledger.Stream", on_delete=models.PROTECT, related_name="reporting_plan")
    cadence = models.CharField(_("how often"), max_length=12, choices=ReportCadence, default=ReportCadence.USUAL)
    writer = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="reporting_plans", verbose_name=_("who writes it")
    )
    bodies = models.ManyToManyField("people.Body", related_name="reporting_plans", verbose_name=_("groups that usually get it"))
    next_due_on = models.DateField(_("next report due"), null=True, blank=True)
    due_since = models.DateField(null=True, editable=False)

    class Meta:
        ordering = ["next_due_on", "pk"]
        verbose_name = _("plan for status reports")
        verbose_name_plural = _("plans for status reports")
        constraints = [
            models.CheckConstraint(condition=Q(cadence__in=ReportCadence.values), name="oversight_report_cadence"),
            models.CheckConstraint(condition=Q(next_due_on=None) | Q(due_since__isnull=False), name="oversight_report_due_since"),
        ]
        indexes = [models.Index(fields=["next_due_on"], condition=Q(next_due_on__isnull=False), name="oversight_reports_due")]

    def __str__(self) -> str:
        return self.get_cadence_display()

    @property
    def is_overdue(self) -> bool:
        return self.next_due_on is not None and self.next_due_on < timezone.localdate()


class StatusReportQuerySet(RecordQuerySet["StatusReport"]):
    def sent(self) -> StatusReportQuerySet:
        return self.filter(state=ReportState.SENT)


@recorded(
    in_stream="stream",
    fields="stream number from_on to_on state summary done upcoming figures sent_at sent_by sent_as document",
    acts="report-drafted report-sent",
)
@personal("written_by sent_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class StatusReport(OfStream):
    """A report on a period. A draft can be edited; one that was sent never changes, and is followed by a later one.

    `figures` is canonical JSON: the facts, what they propose for each dimension, and the figures shown. `sent_as` is the role of
    the account that sent it; `document` is what was sealed.
    """

    stream = models.ForeignKey("ledger.Stream", on_delete=models.PROTECT, related_name="status_reports")
    number = models.PositiveIntegerField(editable=False)
    state = models.CharField(max_length=10, choices=ReportState, default=ReportState.DRAFT, editable=False)
    from_on = models.DateField(editable=False)
    to_on = models.DateField(editable=False)
    summary = models.TextField(_("in short"), max_length=600, blank=True)
    done = models.TextField(_("done"), max_length=5000, blank=True)
    upcoming = models.TextField(_("next"), max_length=5000, blank=True)
    figures = models.TextField(editable=False)
    facts_at = models.DateTimeField(editable=False)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False)
    sent_as = models.CharField(max_length=20, blank=True, editable=False)
    document = models.OneToOneField("oversight.Document", null=True, on_delete=models.PROTECT, related_name="status_report", editable=False)

    objects = StatusReportQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("status report")
        verbose_name_plural = _("status reports")
        constraints = [
            models.UniqueConstraint(fields=["stream", "number"], name="oversight_report_number"),
            models.UniqueConstraint(fields=["stream"], condition=Q(state=ReportState.DRAFT), name="oversight_one_draft_report"),
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="oversight_report_state"),
            models.CheckConstraint(condition=Q(to_on__gte=models.F("from_on")), name="oversight_report_dates"),
            models.CheckConstraint(
                condition=Q(state=ReportState.SENT, sent_at__isnull=False, sent_by__isnull=False, document__isnull=False) & ~Q(sent_as="")
                | ~Q(state=ReportState.SENT) & Q(sent_at=None, sent_by=None, sent_as="", document=None),
                name="oversight_report_sent",
            ),
        ]
        indexes = [models.Index(fields=["-sent_at"], condition=Q(state="sent"), name="oversight_reports_sent")]

    def __str__(self) -> str:
        return gettext("Status report %(number)d") % {"number": self.number}

    def get_absolute_url(self) -> str:
        return reverse("status-report", args=[self.subject.reference, self.number])

    @property
    def is_draft(self) -> bool:
        return self.state == ReportState.DRAFT

    @property
    def is_sent(self) -> bool:
        return self.state == ReportState.SENT

    @property
    def sent_on(self) -> datetime.date | None:
        return timezone.localdate(self.sent_at) if self.sent_at else None

    @cached_property
    def figures_data(self) -> dict[str, Any]:
        """Return the figures as Python values."""
        data: dict[str, Any] = json.loads(self.figures)
        return data

    @property
    def done_lines(self) -> list[str]:
        return _lines(self.done)

    @property
    def upcoming_lines(self) -> list[str]:
        return _lines(self.upcoming)


def _lines(text: str) -> list[str]:
    return [line.strip().removeprefix("- ") for line in text.splitlines() if line.strip()]


declare(
    "oversight_one_draft_report",
    lambda: blocking("report-draft", gettext("There is already a draft."), gettext("Continue with that one."), "status"),
)


@recorded(in_stream="report__stream", fields="report dimension proposed because colour reason decided_by")
@personal("decided_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class HealthRating(models.Model):
    """A report's colour in one dimension: what the rules propose and why, and what was chosen, with a reason if it differs.

    In a draft, `colour` is empty as long as the proposal is followed.
    """

    report = models.ForeignKey(StatusReport, on_delete=models.PROTECT, related_name="ratings")
    dimension = models.CharField(max_length=10, choices=Dimension)
    proposed = models.CharField(max_length=10, choices=Health)
    because = models.TextField()
    colour = models.CharField(_("health"), max_length=10, choices=Health, blank=True)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = RecordQuerySet["HealthRating"].as_manager()

    class Meta:
        ordering = ["report", "pk"]
        verbose_name = _("health rating")
        constraints = [
            models.UniqueConstraint(fields=["report", "dimension"], name="oversight_health_once"),
            models.CheckConstraint(condition=Q(dimension__in=Dimension.values), name="oversight_health_dimension"),
            models.CheckConstraint(
                condition=Q(proposed__in=Health.values, colour__in=["", *Health.values]), name="oversight_health_colour"
            ),
            models.CheckConstraint(condition=Q(colour="") | Q(colour=models.F("proposed")) | ~Q(reason=""), name="oversight_health_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.dimension}: {self.shown}"

    @property
    def shown(self) -> Health:
        """Return the colour that counts: the one that was chosen, or the proposed one."""
        return Health(self.colour or self.proposed)

    @property
    def differs(self) -> bool:
        return self.shown != self.proposed

    @property
    def because_lines(self) -> list[str]:
        return self.because.splitlines()


@recorded(in_stream="report__stream", fields="report body")
class ReportRecipient(models.Model):
    """A group that a report is for, or was sent to."""

    report = models.ForeignKey(StatusReport, on_delete=models.PROTECT, related_name="recipients")
    body = models.ForeignKey("people.Body", on_delete=models.PROTECT, related_name="reports")

    objects = RecordQuerySet["ReportRecipient"].as_manager()

    class Meta:
        ordering = ["report", "body__name"]
        verbose_name = _("recipient of a status report")
        verbose_name_plural = _("recipients of status reports")
        constraints = [models.UniqueConstraint(fields=["report", "body"], name="oversight_recipient_once")]

    def __str__(self) -> str:
        return str(self.body)


@recorded(in_stream="report__stream", fields="report contributor question due_on answer answered_at", acts="report-question-asked")
@personal("contributor asked_by", purpose=TEAMWORK, kept=EVIDENCE)
class ReportLine(models.Model):
    """A question to a person for a report, with the day the answer is due. The report lists those without an answer."""

    report = models.ForeignKey(StatusReport, on_delete=models.PROTECT, related_name="lines")
    contributor = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="report_lines", verbose_name=_("person"))
    question = LineField(_("question"), max_length=300)
    due_on = models.DateField(_("answer due"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True, editable=False)

    objects = RecordQuerySet["ReportLine"].as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("question for a status report")
        verbose_name_plural = _("questions for status reports")
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | ~Q(answer="") & Q(answered_at__isnull=False), name="oversight_line_answered"
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(answered_at=None), name="oversight_lines_due")]

    def __str__(self) -> str:
        return self.question

    @property
    def subject(self) -> Any:
        return self.report.subject

    @property
    def is_overdue(self) -> bool:
        return self.answered_at is None and self.due_on < timezone.localdate()


class LineLink(models.Model):
    """A link in a mail, with which a person answers a question without an account. Only its hash is stored."""

    line = models.ForeignKey(ReportLine, on_delete=models.PROTECT, related_name="links")
    sha256 = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"link for {self.line_id}"


@recorded(in_stream="report__stream", fields="report rows rows_sha256")
@personal("rows", purpose=ACCOUNTABLE, kept=EVIDENCE)
class CountedRows(models.Model):
    """The rows that the figures of a sent report were counted from, as they were then. Triggers refuse any change (EL-97).

    `rows` is canonical JSON (oversight/status/facts.py); its hash is in the sealed document. People are in it by their keys, and by
    name only where someone wrote a name into a text, such as a task. Reports that were sent before this table was added have none.
    """

    report = models.OneToOneField(StatusReport, on_delete=models.PROTECT, related_name="counted_rows")
    rows = models.TextField()
    rows_sha256 = models.CharField(max_length=64)

    objects = RecordQuerySet["CountedRows"].as_manager()

    class Meta:
        ordering = ["report"]
        verbose_name = _("rows of a status report")
        verbose_name_plural = _("rows of status reports")
        constraints = [models.CheckConstraint(condition=Q(rows_sha256__length=64), name="oversight_rows_hash")]

    def __str__(self) -> str:
        return str(self.report)


# ── Decisions ────────────────────────────────────────────────────────────────────────────────


class DecisionQuerySet(RecordQuerySet["DecisionWanted"]):
    def open(self) -> DecisionQuerySet:
        return self.filter(state=DecisionState.OPEN)


@recorded(in_stream="report__stream", fields="report number body text due_on state waits_until", acts="decision-answered")
class DecisionWanted(Revised):
    """A decision that a report asks of a group. `waits_until` is the day an answer is due, which a deferral moves; None once it is settled."""

    report = models.ForeignKey(StatusReport, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveSmallIntegerField(editable=False)
    body = models.ForeignKey("people.Body", on_delete=models.PROTECT, related_name="decisions", verbose_name=_("group"))
    text = models.TextField(_("decision needed"), max_length=1000)
    due_on = models.DateField(_("decision due"))
    state = models.CharField(max_length=10, choices=DecisionState, default=DecisionState.DRAFT, editable=False)
    waits_until = models.DateField(null=True, editable=False)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["report", "number"]
        verbose_name = _("decision needed")
        verbose_name_plural = _("decisions needed")
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="oversight_decision_number"),
            models.CheckConstraint(condition=Q(state__in=DecisionState.values), name="oversight_decision_state"),
            models.CheckConstraint(
                condition=Q(state=DecisionState.OPEN, waits_until__isnull=False) | ~Q(state=DecisionState.OPEN) & Q(waits_until=None),
                name="oversight_decision_waits",
            ),
        ]
        indexes = [models.Index(fields=["waits_until"], condition=Q(state="open"), name="oversight_decisions_due")]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("decision", args=[self.pk])

    @property
    def subject(self) -> Any:
        return self.report.subject

    @property
    def is_open(self) -> bool:
        return self.state == DecisionState.OPEN

    @property
    def is_settled(self) -> bool:
        return self.state in (DecisionState.ACCEPTED, DecisionState.DECLINED)

    @property
    def is_overdue(self) -> bool:
        return self.waits_until is not None and self.waits_until < timezone.localdate()


@recorded(
    in_stream="decision__report__stream",
    fields="decision number outcome text answered_on deferred_until person recorded_by corrects",
    acts="decision-answered decision-corrected",
)
@personal("person recorded_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class DecisionAnswer(models.Model):
    """A group's answer to a decision. It is final: a correction is a new answer that names the old one. The last one counts."""

    decision = models.ForeignKey(DecisionWanted, on_delete=models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(_("answer"), max_length=10, choices=Outcome)
    text = models.TextField(_("reason"), max_length=2000)
    answered_on = models.DateField(_("date of the decision"))
    deferred_until = models.DateField(_("deferred until"), null=True, blank=True)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("answered by"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    corrects = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="corrected_by")

    objects = RecordQuerySet["DecisionAnswer"].as_manager()

    class Meta:
        ordering = ["decision", "number"]
        verbose_name = _("answer to a decision")
        verbose_name_plural = _("answers to decisions")
        constraints = [
            models.UniqueConstraint(fields=["decision", "number"], name="oversight_answer_number"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values) & ~Q(text=""), name="oversight_answer_outcome"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.DEFERRED, deferred_until__isnull=False) | ~Q(outcome=Outcome.DEFERRED) & Q(deferred_until=None),
                name="oversight_answer_deferred",
            ),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()
