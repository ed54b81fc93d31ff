"""Pages on which readings are entered: a form, a correction, a spreadsheet, and the link in a reminder (EL-91)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ledger.subjects import Subject, subject_or_404
from metrics.figures import figure
from metrics.frame import framed, metric_or_404, observation_or_404
from metrics.models import Metric, Observation
from metrics.readings import actions, importing, links
from metrics.readings.forms import CorrectForm, ImportForm, LinkForm, ReadingForm, RemoveForm
from metrics.readings.links import period_of
from people.models import User
from web import token_pages
from web.access import needs, open_to_anyone
from web.acts import carry_out, run
from web.exports import FORMATS, export
from web.forms import ActForm
from web.spreadsheets.reading import Table

ACT = "metrics/act.html"
SHOWN = 20  # rows of an import that are shown before it is confirmed


def _acted(request: HttpRequest, metric: Metric, form: ActForm, act: Any, *, heading: str, done: str, **more: Any) -> HttpResponse:
    context = framed(metric.subject, heading=heading, metric=metric, **more)
    return run(request, form, act, done=done, to=metric.get_absolute_url(), page=ACT, **context)


@needs("metrics.record_reading", metric_or_404)
def add(request: HttpRequest, metric: Metric) -> HttpResponse:
    """Add a reading."""
    form = ReadingForm(request.POST or None, metric=metric)
    act = lambda: actions.record_observation(metric, **form.reading, by=request.user)
    intro = last_in_words(metric)
    return _acted(
        request, metric, form, act, heading=_("Add a reading: %(metric)s") % {"metric": metric}, done=_("Reading added."), intro=intro
    )


def last_in_words(metric: Metric) -> str:
    """Say what the last reading was, so that a new one can be compared."""
    if metric.last_on is None:
        return ""
    params = {"value": figure(metric.last_value, metric.unit), "day": _day(metric.last_on)}
    return _("Last reading: %(value)s on %(day)s.") % params


def _day(day: datetime.date) -> str:
    return date_format(day, "j F Y")


@needs("metrics.correct_reading", observation_or_404)
def correct(request: HttpRequest, observation: Observation) -> HttpResponse:
    """Correct a reading."""
    form = CorrectForm(request.POST or None, observation=observation)
    act = lambda: actions.correct_observation(observation, **form.reading, by=request.user)
    heading = _("Correct the reading for %(day)s") % {"day": _day(observation.on)}
    return _acted(request, observation.metric, form, act, heading=heading, done=_("Reading corrected."))


@needs("metrics.keep_reading", observation_or_404)
def remove(request: HttpRequest, observation: Observation) -> HttpResponse:
    """Remove a reading that was entered by mistake."""
    form = RemoveForm(request.POST or None)
    act = lambda: actions.remove_observation(observation, reason=form.cleaned_data["reason"], by=request.user)
    params = {"day": _day(observation.on), "value": figure(observation.value, observation.metric.unit)}
    heading = _("Remove the reading for %(day)s") % params
    intro = _("%(value)s on %(day)s.") % params
    return _acted(request, observation.metric, form, act, heading=heading, done=_("Reading removed."), tone="danger", intro=intro)


# ── Spreadsheets ─────────────────────────────────────────────────────────────────────────────


@needs("metrics.keep_metrics", subject_or_404)
def import_all(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Import readings of any of the subject's metrics."""
    return _import(request, subject, None)


@needs("metrics.keep_metric", metric_or_404)
def import_one(request: HttpRequest, metric: Metric) -> HttpResponse:
    """Import readings of one metric, whose name the file doesn't need."""
    return _import(request, metric.subject, metric)


def _import(request: HttpRequest, subject: Subject, metric: Metric | None) -> HttpResponse:
    """Show the form; then what the rows would add, or everything that is wrong with them; then add them."""
    form = ImportForm(request.POST or None, request.FILES or None)
    form.metric = metric
    back = metric.get_absolute_url() if metric else reverse("value", args=[subject.reference])
    table, plan = None, None
    if form.is_bound and form.is_valid():
        checked = carry_out(lambda: _checked(subject, form.facts["text"], metric))
        if checked.refusal:
            form.show_refusal(checked.refusal)
        elif checked.value:
            table, plan = checked.value
    if plan and "confirm" in request.POST:
        act = lambda: importing.import_observations(subject, form.facts["text"], metric=metric, by=request.user)
        return run(
            request,
            form,
            act,
            done=lambda done: done.summary,
            to=back,
            page=lambda status: _import_page(request, subject, form, back, status),
        )
    if table is not None and table.faults:
        if request.POST.get("download") in FORMATS:
            return export(f"{subject.reference}-readings-problems", request.POST["download"], *table.faulty_rows())
        return _import_page(request, subject, form, back, 422, metric=metric, table=table)
    return _import_page(request, subject, form, back, form.status_or_422, metric=metric, plan=plan)


def _checked(subject: Subject, text: str, metric: Metric | None) -> tuple[Table, importing.Plan | None]:
    """Return the rows, and what they would add if there is nothing wrong with them. Writes nothing."""
    table = importing.read(text, metric)
    plan = importing.plan_import(subject, table, metric)
    return table, None if table.faults else plan


def _import_page(request: HttpRequest, subject: Subject, form: ImportForm, back: str, status: int, **more: Any) -> HttpResponse:
    metric = more.get("metric")
    plan = more.get("plan")
    names = ", ".join(column.label for column in importing.columns(metric) if column.name != "metric" or metric is None)
    context = framed(subject, form=form, back=back, names=names, **more)
    if plan:
        context |= {"shown": plan.readings[:SHOWN], "more": max(0, plan.added - SHOWN)}
    return render(request, "metrics/import.html", context, status=status)


def download_or_404(user: User, reference: str, file_format: str) -> Download:
    return Download(subject_or_404(user, reference), file_format)


@dataclass(frozen=True)
class Download:
    """A subject's readings as a file."""

    subject: Subject
    file_format: str


@needs("metrics.view_metric", download_or_404)
def export_readings(request: HttpRequest, of: Download) -> HttpResponse:
    """Export all current readings as a spreadsheet that can be imported again."""
    rows = Observation.objects.current().filter(metric__stream=of.subject.stream_id).select_related("metric").order_by("metric", "on")
    name = f"{of.subject.reference}-readings"
    return export(name, of.file_format, importing.headers(), importing.rows_of(rows.iterator(chunk_size=1000)))


# ── The link in a reminder ───────────────────────────────────────────────────────────────────

LOOKUPS_A_MINUTE = 60
WHY_LINK = "A metric’s owner may have no account. The link enters one reading of one metric."
private = token_pages.private("reading-lookups", LOOKUPS_A_MINUTE)


@open_to_anyone(WHY_LINK)
@private
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show the last reading and a field for the new one; a GET changes nothing."""
    link = links.reading_link(token)
    if link is None or link.expires_at <= timezone.now() or not link.metric.takes_readings(timezone.localdate()):
        return render(request, "metrics/link_ended.html", {"link": link}, status=404)
    metric, by = link.metric, links.ReadingLinkHolder(link)
    period = period_of(metric, link.due_on)
    form = LinkForm(request.POST or None, metric=metric, observation=link.observation, period=period)
    if form.carried_out(lambda: _by_link(link, form.reading, by)):
        return redirect("reading-by-link-done", token=token)
    context = {"link": link, "metric": metric, "subject": metric.subject, "form": form, "last": last_in_words(metric), "period": period}
    return render(request, "metrics/link.html", context, status=form.status)


def _by_link(link: Any, reading: dict[str, Any], by: links.ReadingLinkHolder) -> Observation:
    if link.observation is None:
        return actions.record_observation(link.metric, **reading, by=by)
    return actions.correct_observation(link.observation, **reading, reason=_("Corrected through the link in the email"), by=by)


@open_to_anyone(WHY_LINK)
@private
@require_safe
def by_link_done(request: HttpRequest, token: str) -> HttpResponse:
    """Thank the owner, show what was recorded, and offer to change it."""
    link = links.reading_link(token)
    if link is None or link.observation is None:
        return render(request, "metrics/link_ended.html", {"link": link}, status=404)
    context = {"link": link, "metric": link.metric, "subject": link.metric.subject, "observation": link.observation, "token": token}
    return render(request, "metrics/link_done.html", context)
