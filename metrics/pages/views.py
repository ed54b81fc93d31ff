"""The value page of a subject, and a page per metric (EL-90 to EL-92)."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from dates.months import day_asked
from ledger.subjects import Subject, subject_or_404
from metrics.frame import framed, metric_or_404
from metrics.models import Metric, Observation
from metrics.pages.queries import MetricOf, ValueOf, corrections_of
from people.identity import account_on
from web.access import needs
from web.paging import Table, TemplateColumn, paged

DATE = "{% load portal %}{{ record.on|day }}"
NOTE = "{% include 'metrics/_note.html' with reading=record only %}"
ACTS = "{% include 'metrics/_reading_acts.html' with reading=record reference=table.reference only %}"
NO_PRINT = {"td": {"class": "no-print"}, "th": {"class": "no-print"}}
NUMBERS = {"td": {"class": "numbers"}, "th": {"class": "numbers"}}


class ReadingTable(Table):
    """A metric's readings, newest first, each with its progress against the goals of its day."""

    on = TemplateColumn(DATE, verbose_name=_("Date"), attrs={"td": {"class": "nowrap"}})
    value = tables.Column(_("Value"), orderable=False, attrs=NUMBERS)
    progress = tables.Column(_("Progress"), empty_values=(), orderable=False)
    note = TemplateColumn(NOTE, verbose_name=_("Note"), orderable=False, empty_values=())
    acts = TemplateColumn(ACTS, verbose_name=_("Change"), orderable=False, empty_values=(), attrs=NO_PRINT)

    label = _("Readings by date")
    cards = True

    def __init__(self, *args: Any, of: MetricOf, may_record: bool, **kwargs: Any) -> None:
        super().__init__(*args, exclude=() if may_record else ("acts",), **kwargs)
        self.of, self.reference = of, of.metric.subject.reference

    class Meta:
        model = Observation
        fields = ("on", "value", "progress", "note", "acts")

    def render_value(self, record: Observation) -> str:
        row = self.of.row(record)
        return f"{row.value} ({row.parts})" if row.parts else row.value

    def render_progress(self, record: Observation) -> str:
        return self.of.row(record).progress.words


@require_safe
@needs("metrics.view_metrics", subject_or_404)
def value(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Show the north star with its chart, the other metrics with their values, and what is missing."""
    of = ValueOf(subject, timezone.localdate())
    may_keep = subject.is_under_way and account_on(request).has_perm("metrics.keep_metrics", subject)  # type: ignore[arg-type]  # every kind is a model
    return render(request, "metrics/value.html", framed(subject, of=of, may_keep=may_keep))


@require_safe
@needs("metrics.view_metric", metric_or_404)
def metric(request: HttpRequest, metric: Metric) -> HttpResponse:
    """Show a metric's chart, readings, corrections and goals: as it is now, or as it was known on the day in the address."""
    today = timezone.localdate()
    asked = day_asked(request.GET.get("as_of", ""), today)
    as_of = asked if asked < today else None
    of = MetricOf(metric, today, as_of)
    account, subject = account_on(request), metric.subject
    may_keep = as_of is None and subject.is_under_way and account.has_perm("metrics.keep_metric", metric)
    may_record = as_of is None and metric.takes_readings(today) and account.has_perm("metrics.record_reading", metric)
    rows = of.known.select_related("entered_by", "person", "corrects")
    table = paged(request, ReadingTable(rows, of=of, may_record=may_record))
    table.empty = _no_readings(metric)
    context = framed(subject, metric=metric, of=of, table=table, may_keep=may_keep, may_record=may_record, today=today)
    return render(request, "metrics/metric.html", context | {"corrections": corrections_of(metric)})


def _no_readings(metric: Metric) -> dict[str, Any]:
    text = _("Add the first reading, or import the ones you have from a spreadsheet.")
    return {"title": _("No readings yet"), "text": text if metric.is_active else ""}
