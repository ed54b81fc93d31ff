"""Training of a residency and over the lab, with certificates (EL-44, EL-45)."""

from __future__ import annotations

from itertools import chain
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from residencies.fetch import residency_or_404
from residencies.models import Residency
from residencies.reference_data import all_figures
from teams import actions
from teams.forms.training import CertificateForm, LogTrainingForm, StrikeTrainingForm
from teams.models import Training
from teams.training_lists import LabLeaderTable, LeaderFilter, LeaderRows, LeaderTable, TrainingFilter, TrainingTable
from teams.training_queries import TrainingOf, counted_by_course, leaders, leaders_of_lab
from teams.views.acting import acted
from web.access import needs
from web.exports import export
from web.paging import in_order, paged
from web.uploads.storage import as_download


def _training_of(request: HttpRequest, residency: Residency) -> TrainingOf:
    """What the lab's own leaders have taken is for those who see training over the lab."""
    return TrainingOf(residency, timezone.localdate(), with_lab=request.user.has_perm("teams.view_lab_training"))


@needs("teams.view_team", residency_or_404)
def training(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Who has learnt what of those on and behind the team; whoever may, logs more right here."""
    today = timezone.localdate()
    learnt = _training_of(request, residency)
    context = {
        "residency": residency,
        "tab": "training",
        "learnt": learnt,
        "form": LogTrainingForm(learners=learnt.present, initial={"finished_on": today}),
        "may_log": request.user.has_perm("teams.log_training", residency),
        "may_see_people": request.user.has_perm("people.view_person"),
    }
    return render(request, "teams/training.html", context)


@needs("teams.log_training", residency_or_404)
def log(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Log one course for everybody who took it."""
    today = timezone.localdate()
    learners = _training_of(request, residency).present
    form = LogTrainingForm(request.POST or None, learners=learners, initial={"finished_on": today})
    act = lambda: actions.log_training(residency, **form.facts, by=request.user)
    return acted(request, residency, form, act, heading=_("Log training"), done=_("Logged."), tab="training")


def training_or_404(user: Any, reference: str, training: int) -> Training:
    """An entry of the log of a residency that `user` may know of."""
    residency = residency_or_404(user, reference)
    record = Training.objects.filter(team__residency=residency, pk=training).select_related("team", "course", "person").first()
    if record is None:
        raise Http404(_("There is no such entry."))
    record.team.residency = residency
    return record


@needs("teams.keep_training", training_or_404)
def certificate(request: HttpRequest, training: Training) -> HttpResponse:
    """Keep the certificate, as a link or a file; no more of it is read than the limit."""
    initial = {"certified_on": training.certified_on or training.finished_on, "file": None}
    form = CertificateForm(request.POST or None, request.FILES or None, record=training, initial=initial)

    def act() -> Training:
        facts = form.facts
        sent = facts.pop("file")
        kept = {"name": sent.name, "content": sent.read(settings.UPLOAD_LIMIT_BYTES + 1)} if sent else {}
        values = {"url": facts["certificate_url"], "certified_on": facts["certified_on"], **kept}
        return actions.attach_certificate(training, **values, expected=form.expected, by=request.user)

    heading = _("Certificate of %(name)s: %(course)s") % {"name": training.person.name, "course": training.course.name}
    return acted(request, training.team.residency, form, act, heading=heading, done=_("The certificate is kept."), tab="training")


@needs("teams.keep_training", training_or_404)
def strike(request: HttpRequest, training: Training) -> HttpResponse:
    """Take out an entry that was a mistake."""
    form = StrikeTrainingForm(request.POST or None, record=training)
    act = lambda: actions.strike_training(training, expected=form.expected, by=request.user, **form.facts)
    heading = _("Take out: %(name)s, %(course)s") % {"name": training.person.name, "course": training.course.name}
    return acted(request, training.team.residency, form, act, heading=heading, done=_("Taken out."), tab="training", tone="danger")


def certificate_or_404(user: Any, training: int) -> Training:
    """An entry with a certificate on file, for those who may see it; for others there is none."""
    record = Training.objects.current().exclude(file="").select_related("team__residency", "person").filter(pk=training).first()
    if record is None or not user.has_perm("teams.view_training", record):
        raise Http404(_("There is no such certificate."))
    return record


@needs("teams.view_training", certificate_or_404)
def certificate_file(request: HttpRequest, training: Training) -> HttpResponse:
    """The file, always as a download and never as a page of ours (ASVS 3.2.1)."""
    return as_download(training.file, training.file_name, training.content_type)


# ── Over the lab ─────────────────────────────────────────────────────────────────────────────


@needs("teams.view_lab_training")
def lab_training(request: HttpRequest) -> HttpResponse:
    """What was taken across the lab: by course this fiscal year, and every entry."""
    today = timezone.localdate()
    training_filter = TrainingFilter(request.GET, queryset=Training.objects.current().for_list(), today=today)
    table = paged(request, TrainingTable(training_filter.qs))
    table.empty = {"title": _("No training is logged"), "text": _("Training is logged on the page of a residency, under Training.")}
    return render(request, "teams/lab_training.html", {"filter": training_filter, "table": table, "counted": counted_by_course(today)})


@needs("teams.view_lab_training")
def lab_training_export(request: HttpRequest, file_format: str) -> HttpResponse:
    """What is filtered, as a spreadsheet."""
    header = (
        _("Finished"), _("Person"), _("Organization"), _("Course"), _("Kind"), _("Hours"), _("By whom"), _("Residency"), _("Product"),
        _("Day on the certificate"),
    )  # fmt: skip
    training_filter = TrainingFilter(request.GET, queryset=Training.objects.current().for_list(), today=timezone.localdate())
    rows = (
        (
            row.finished_on, row.person.name, row.person.organisation, row.course.name, row.course.get_kind_display(), row.hours, row.given_by,
            row.team.residency.reference, row.team.residency.product, row.certified_on,
        )
        for row in in_order(request, TrainingTable(training_filter.qs)).iterator(chunk_size=1000)
    )  # fmt: skip
    return export("training", file_format, header, rows)


def _leaders(request: HttpRequest) -> tuple[LeaderFilter, Any]:
    """The filter with the champions it leaves, and the leaders of the lab it leaves; those who lack the most first."""
    today = timezone.localdate()
    figures = all_figures(today)
    leader_filter = LeaderFilter(request.GET, queryset=leaders(today, figures).order_by("-lacks", "pk"))
    return leader_filter, leader_filter.of_lab(leaders_of_lab(figures).order_by("-lacks", "pk"))


@needs("teams.view_lab_training")
def lab_leaders(request: HttpRequest) -> HttpResponse:
    """What is expected of leaders of residencies under way and of the lab, and taken; those who lack the most first."""
    leader_filter, of_lab = _leaders(request)
    table = paged(request, LeaderTable(LeaderRows(leader_filter.qs)))
    text = _("Leaders appear here once they sign an agreement or are named as champions of a residency.")
    table.empty = {"title": _("No leaders match these filters"), "text": text}
    context = {
        "filter": leader_filter,
        "table": table,
        "lab_table": LabLeaderTable(list(of_lab), orderable=False),
        "untrained": f"{reverse('checks')}?code=product-owner-untrained",
    }
    return render(request, "teams/lab_leaders.html", context)


@needs("teams.view_lab_training")
def lab_leaders_export(request: HttpRequest, file_format: str) -> HttpResponse:
    """What is filtered, as a spreadsheet."""
    header = (
        _("Person"), _("Organization"), _("Role"), _("Leads the alliance team"), _("Residency"), _("Product"), _("Hours expected"),
        _("Hours taken"), _("Hours missing"),
    )  # fmt: skip
    leader_filter, of_lab = _leaders(request)
    rows: Any = (
        in_order(request, LeaderTable(LeaderRows(leader_filter.qs))).select_related("person", "team__residency").iterator(chunk_size=1000)
    )
    lab_cells = (
        (leader.name, leader.organisation, _("Leader of the lab"), "", "", "", leader.expected, leader.taken, max(0, leader.lacks))
        for leader in of_lab
    )
    cells = (
        (
            leader.person.name, leader.person.organisation, leader.get_role_display(), _("yes") if leader.is_lead else "",
            leader.team.residency.reference, leader.team.residency.product, leader.expected, leader.taken, max(0, leader.lacks),
        )
        for leader in rows
    )  # fmt: skip
    return export("training-expected", file_format, header, chain(lab_cells, cells))
