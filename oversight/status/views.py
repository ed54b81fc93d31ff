"""Pages of a subject's status reports: the overview, the draft, the report as it is read, and the plan (EL-96)."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ledger.subjects import Subject, kind_of_subject, people_of, subject_or_404
from oversight.choices import ReportState
from oversight.models import DecisionWanted, ReportingPlan, ReportLine, StatusReport
from oversight.status import mail
from oversight.status.actions import decisions, questions, reports
from oversight.status.differences import Differences
from oversight.status.forms import DecisionForm, PlanForm, QuestionForm, ReportForm
from oversight.status.queries import (
    MOST_IN_TREND,
    decision_of_draft_or_404,
    decisions_of,
    decisions_on,
    draft_or_404,
    line_of_draft_or_404,
    report_or_404,
    reports_of,
    sent_report_or_404,
    trend,
    usual_cadence,
)
from oversight.status.recompute import RowsNotKept, recompute
from people.identity import account_on
from people.picker import Picker, people_to_choose
from web.access import needs
from web.acts import press, run
from web.forms import ActForm

TAB = "status"
PAGE_SIZE = 20
WEEK = datetime.timedelta(days=7)


def frame(request: HttpRequest, subject: Subject) -> dict[str, Any]:
    """Return the template context for the subject's frame, or for a plain one if the account can't see the subject's own pages."""
    kind = kind_of_subject(subject)
    base = kind.base if account_on(request).has_perm(kind.view_permission, subject) else "oversight/status/plain_frame.html"
    return {"base": base, "subject": subject, kind.name: subject, "tab": TAB}


def _page(request: HttpRequest, name: str, subject: Subject, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, f"oversight/status/{name}.html", frame(request, subject) | context, status=status)


def acted(
    request: HttpRequest, subject: Subject, form: ActForm, act: Any, *, heading: str, done: Any, to: Any, **more: Any
) -> HttpResponse:
    """Show `form` in the subject's frame. When it is valid, run `act`, show the message `done` and redirect to `to`."""
    page = "oversight/status/act.html"
    return run(request, form, act, done=done, to=to, page=page, heading=heading, **frame(request, subject), **more)


@require_safe
@needs("oversight.view_status", subject_or_404)
def status(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Show the latest health and its trend, the draft, when the next report is due, open decisions, and all reports."""
    may_keep = subject.is_under_way and account_on(request).has_perm("oversight.keep_status", subject)
    sent = Paginator(reports_of(subject.stream), PAGE_SIZE).get_page(request.GET.get("page"))
    newest = list(sent) if sent.number == 1 else list(reports_of(subject.stream)[:MOST_IN_TREND])
    for row in (*sent, *newest):
        row.stream = subject.stream
    draft = StatusReport.objects.filter(stream=subject.stream, state=ReportState.DRAFT).first() if may_keep else None
    if draft:
        draft.stream = subject.stream
    context: dict[str, Any] = {
        "plan": ReportingPlan.objects.filter(stream=subject.stream).select_related("writer").prefetch_related("bodies").first(),
        "latest": newest[0] if newest else None,
        "trend": trend(newest),
        "columns": list(reversed(newest[:MOST_IN_TREND])),
        "draft": draft,
        "page": sent,
        "decisions": decisions_on(subject.stream),
        "may_keep": may_keep,
        "may_plan": subject.is_under_way and account_on(request).has_perm("oversight.plan_status"),
        "today": timezone.localdate(),
    }
    return _page(request, "status", subject, **context)


@require_POST
@needs("oversight.keep_status", subject_or_404)
def write(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Draft the next report, and open it."""
    current = StatusReport.objects.filter(stream=subject.stream, state=ReportState.DRAFT).first()
    if current:
        return press(request, lambda: current, to=reverse("status-edit", args=[subject.reference, current.number]))
    act = lambda: reports.draft_report(subject, by=request.user)
    form = ActForm(request.POST)
    to = lambda report: reverse("status-edit", args=[subject.reference, report.number])
    done = _("The report is drafted from what has happened since the last one. Check the health, and edit the text.")
    page = lambda code: _page(request, "refused", subject, code, form=form)
    return run(request, form, act, done=done, to=to, page=page)


@needs("oversight.keep_report", draft_or_404)
def edit(request: HttpRequest, report: StatusReport) -> HttpResponse:
    """Edit a draft: health, texts, groups; with its questions, decisions and figures beside it."""
    ratings = list(report.ratings.all())
    bodies = list(report.recipients.values_list("body", flat=True))
    form = ReportForm(request.POST or None, record=report, ratings=ratings, bodies=bodies)
    act = lambda: reports.edit_report(report, **form.report, shown_revision=form.shown_revision, by=request.user)
    page = lambda code: _edit_page(request, report, form, code)
    return run(request, form, act, done="", to=report.get_absolute_url(), page=page)


def _edit_page(request: HttpRequest, report: StatusReport, form: ReportForm, code: int) -> HttpResponse:
    lines = list(report.lines.select_related("contributor"))
    wanted = list(report.decisions.select_related("body"))
    return _page(request, "edit", report.subject, code, report=report, form=form, lines=lines, wanted=wanted)


@require_POST
@needs("oversight.keep_report", draft_or_404)
def refresh(request: HttpRequest, report: StatusReport) -> HttpResponse:
    """Update the facts of a draft."""
    done = _("The facts are up to date. Your text hasn’t changed.")
    return press(request, lambda: reports.update_facts(report, by=request.user), done=done, to=_draft_url(report))


def _draft_url(report: StatusReport) -> str:
    return reverse("status-edit", args=[report.subject.reference, report.number])


@needs("oversight.keep_report", draft_or_404)
def discard(request: HttpRequest, report: StatusReport) -> HttpResponse:
    """Discard a draft, after a question."""
    form = ActForm(request.POST or None)
    form.verb = _("Discard draft")
    act = lambda: reports.discard_report(report, by=request.user)
    text = _("Its text is no longer shown, and people don’t need to answer its questions. The next draft covers the same days.")
    to = reverse("status", args=[report.subject.reference])
    return run(
        request, form, act, done=_("Draft discarded."), to=to, page="oversight/status/confirm.html", heading=_("Discard this draft?"), text=text,
        **frame(request, report.subject),
    )  # fmt: skip


@require_safe
@needs("oversight.view_report", report_or_404)
def report(request: HttpRequest, report: StatusReport) -> HttpResponse:
    """Show a report as its readers see it. A draft is shown as a preview, with the button that sends it."""
    return _report_page(request, report)


def _report_page(request: HttpRequest, report: StatusReport, form: ActForm | None = None, code: int = 200) -> HttpResponse:
    bodies = [row.body for row in report.recipients.select_related("body")]
    sending = report.is_draft and report.subject.is_under_way
    if sending and form is None:
        form = SendForm(record=report)
    context = {
        "report": report,
        "ratings": list(report.ratings.select_related("decided_by")),
        "bodies": bodies,
        "lines": list(report.lines.select_related("contributor")),
        "decisions": decisions_of(report),
        "form": form if sending else None,
        "document_url": _document_url(request, report),
        "shows_changes": report.is_sent and account_on(request).has_perm("oversight.view_report_changes", report),
        "readers": [person.name for person in mail.members_of([body.pk for body in bodies])] if sending else [],
    }
    return _page(request, "report", report.subject, code, **context)


def _document_url(request: HttpRequest, report: StatusReport) -> str:
    """Return the address of the sealed document, if the account can open it."""
    if report.document is None:
        return ""
    report.document.stream = report.stream
    if not account_on(request).has_perm("oversight.view_document", report.document):
        return ""
    return reverse("document", args=[report.subject.reference, report.document.number])


@require_safe
@needs("oversight.view_report_changes", sent_report_or_404)
def changes(request: HttpRequest, report: StatusReport) -> HttpResponse:
    """Show how today's figures differ from a report that was sent, with the rows that explain it; and whether they can be recomputed."""
    try:
        recomputed = recompute(report)
        differences = Differences(report, report.subject, timezone.localdate())
    except RowsNotKept:
        return _page(request, "changes", report.subject, report=report)
    rows = [*differences.colours, *differences.figures]
    return _page(request, "changes", report.subject, report=report, recomputed=recomputed, rows=rows)


class SendForm(ActForm):
    verb = _("Send report")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("oversight.keep_report", draft_or_404)
def send(request: HttpRequest, report: StatusReport) -> HttpResponse:
    """Send a draft to its groups. A GET, such as a reload after a refusal, shows the preview."""
    if request.method != "POST":
        return _report_page(request, report)
    form = SendForm(request.POST, record=report)
    act = lambda: reports.send_report(report, shown_revision=form.shown_revision, by=request.user)
    page = lambda code: _report_page(request, report, form, code)
    return run(request, form, act, done=_sent_message, to=report.get_absolute_url(), page=page)


def _sent_message(report: StatusReport) -> str:
    names = ", ".join(row.body.name for row in report.recipients.select_related("body"))
    return _("%(report)s was sent to: %(names)s. Members get an email.") % {"report": report, "names": names}


@needs("oversight.plan_status", subject_or_404)
def plan(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Set how often reports are due, who writes them, and which groups get them."""
    picker = Picker(request, lambda sought: people_to_choose(account_on(request), people_of(subject), sought))
    if picker.is_asked:
        return picker.answer()
    row = ReportingPlan.objects.filter(stream=subject.stream).first() or ReportingPlan(stream=subject.stream, revision=0)
    usual = str(usual_cadence(subject, timezone.localdate()).label).lower()
    form = PlanForm(request.POST or None, record=row, picker=picker, usual=usual)
    act = lambda: reports.plan_reports(subject, **form.plan, shown_revision=form.shown_revision, by=request.user)
    to = reverse("status", args=[subject.reference])
    return acted(request, subject, form, act, heading=_("Reporting plan"), done=_("Saved."), to=to)


# ── Questions and decisions of a draft ───────────────────────────────────────────────────────


@needs("oversight.keep_report", draft_or_404)
def ask(request: HttpRequest, report: StatusReport) -> HttpResponse:
    """Ask a person a question for a draft."""
    subject = report.subject
    picker = Picker(request, lambda sought: people_to_choose(account_on(request), people_of(subject), sought))
    if picker.is_asked:
        return picker.answer()
    form = QuestionForm(request.POST or None, picker=picker, initial={"due_on": timezone.localdate() + WEEK})
    act = lambda: questions.ask_question(report, **form.facts, by=request.user)
    done = lambda line: _("Question sent to %(name)s.") % {"name": line.contributor}
    return acted(request, subject, form, act, heading=_("Ask someone"), done=done, to=_draft_url(report))


@require_POST
@needs("oversight.keep_report", line_of_draft_or_404)
def withdraw_question(request: HttpRequest, line: ReportLine) -> HttpResponse:
    """Remove a question from a draft."""
    act = lambda: questions.withdraw_question(line, by=request.user)
    return press(request, act, done=_("Question removed."), to=_draft_url(line.report))


@needs("oversight.keep_report", draft_or_404)
def want(request: HttpRequest, report: StatusReport) -> HttpResponse:
    """Add a decision needed to a draft."""
    usual = report.recipients.values_list("body", flat=True).first()
    form = DecisionForm(request.POST or None, initial={"due_on": timezone.localdate() + 2 * WEEK, "body": usual})
    act = lambda: decisions.want_decision(report, **form.facts, by=request.user)
    done = _("Decision added. The group is asked when you send the report.")
    return acted(request, report.subject, form, act, heading=_("Ask a group for a decision"), done=done, to=_draft_url(report))


@require_POST
@needs("oversight.keep_report", decision_of_draft_or_404)
def remove_decision(request: HttpRequest, decision: DecisionWanted) -> HttpResponse:
    """Remove a decision from a draft."""
    act = lambda: decisions.remove_decision(decision, by=request.user)
    return press(request, act, done=_("Decision removed."), to=_draft_url(decision.report))
