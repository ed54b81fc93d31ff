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
from django.utils.translation import gettext_lazy

from oversight.checklists.queries import may_tick
from people.identity import account_on
from people.lists.page import View, list_page
from people.models import Person, User
from people.picker import Picker, people_to_choose
from residencies.fetch import part_or_404, residency_or_404
from residencies.models import Residency
from residencies.reference_data import all_figures
from teams.models import Champion, Training
from teams.pages import acted
from teams.roster.queries import people_around_team
from teams.sprints.forms import ChampionEditForm, ChampionEndForm, ChampionForm
from teams.training import actions
from teams.training.checklists import EXPECTATIONS
from teams.training.forms import CertificateForm, HandLeadForm, LogTrainingForm, StrikeTrainingForm
from teams.training.queries import AllianceOf, TrainingOf, counted_by_course, leaders, leaders_of_lab
from teams.training.rules import LAB
from teams.training.tables import NEAR, OPEN, LabLeaderTable, LeaderFilter, LeaderRows, LeaderTable, TrainingFilter, TrainingTable
from web.access import needs
from web.exports import export
from web.paging import in_order
from web.uploads.storage import as_download


def _training_of(request: HttpRequest, residency: Residency) -> TrainingOf:
    """What the lab's own leaders have taken is for those who see training over the lab."""
    return TrainingOf(residency, timezone.localdate(), with_lab=request.user.has_perm("teams.view_lab_training"))


@needs("teams.view_team", residency_or_404)
def training(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Who has learnt what of those on and behind the team; whoever may, logs more right here."""
    picker = _picker(request, residency)
    if picker.is_asked:
        return picker.answer()
    today = timezone.localdate()
    learnt = _training_of(request, residency)
    context = {
        "residency": residency,
        "tab": "training",
        "learnt": learnt,
        "form": LogTrainingForm(picker=picker, learners=learnt.present, initial={"finished_on": today}),
        "may_log": request.user.has_perm("teams.log_training", residency),
        "may_see_people": request.user.has_perm("people.view_person"),
    }
    return render(request, "teams/training.html", context)


@needs("teams.log_training", residency_or_404)
def log(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Log one course for everybody who took it."""
    picker = _picker(request, residency)
    if picker.is_asked:
        return picker.answer()
    today = timezone.localdate()
    learners = _training_of(request, residency).present
    form = LogTrainingForm(request.POST or None, picker=picker, learners=learners, initial={"finished_on": today})
    act = lambda: actions.log_training(residency, **form.facts, by=request.user)
    return acted(request, residency, form, act, heading=_("Log training"), done=_("Training logged."), tab="training")


def _picker(request: HttpRequest, residency: Residency) -> Picker:
    return Picker(request, lambda sought: people_to_choose(account_on(request), people_around_team(residency), sought))


def training_or_404(user: User, reference: str, training: int) -> Training:
    """An entry of the log of a residency that `user` may know of."""
    rows = Training.objects.select_related("team", "course", "person")
    return part_or_404(rows, user, reference, path="team__stream", pk=training, missing=_("This entry doesn’t exist."))


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
        return actions.attach_certificate(training, **values, shown_revision=form.shown_revision, by=request.user)

    heading = _("Certificate of %(name)s: %(course)s") % {"name": training.person.name, "course": training.course.name}
    return acted(request, training.team.subject, form, act, heading=heading, done=_("Certificate saved."), tab="training")


@needs("teams.keep_training", training_or_404)
def strike(request: HttpRequest, training: Training) -> HttpResponse:
    """Take out an entry that was a mistake."""
    form = StrikeTrainingForm(request.POST or None, record=training)
    act = lambda: actions.cancel_training(training, shown_revision=form.shown_revision, by=request.user, **form.facts)
    heading = _("Remove training: %(name)s, %(course)s") % {"name": training.person.name, "course": training.course.name}
    return acted(request, training.team.subject, form, act, heading=heading, done=_("Training removed."), tab="training", tone="danger")


def certificate_or_404(user: User, training: int) -> Training:
    """An entry with a certificate on file, for those who may see it; for others there is none."""
    record = Training.objects.current().exclude(file="").select_related("team__stream__residency", "person").filter(pk=training).first()
    if record is None or not user.has_perm("teams.view_training", record):
        raise Http404(_("This certificate doesn’t exist."))
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
    table = TrainingTable(training_filter.qs)
    table.empty = {"title": _("No training logged"), "text": _("Log training on a residency’s Training page.")}
    page = list_page(request, table, training_filter, export="lab-training-export")
    return render(request, "teams/lab_training.html", {"list": page, "table": table, "counted": counted_by_course(today)})


@needs("teams.view_lab_training")
def lab_training_export(request: HttpRequest, file_format: str) -> HttpResponse:
    """What is filtered, as a spreadsheet."""
    header = (
        _("Finished"), _("Person"), _("Organization"), _("Course"), _("Kind"), _("Hours"), _("Given by"), _("Residency"), _("Product"),
        _("Date on the certificate"),
    )  # fmt: skip
    training_filter = TrainingFilter(request.GET, queryset=Training.objects.current().for_list(), today=timezone.localdate())
    rows = (
        (
            row.finished_on, row.person.name, row.person.organisation, row.course.name, row.course.get_kind_display(), row.hours, row.given_by,
            row.team.subject.reference, row.team.subject.name, row.certified_on,
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
    table = LeaderTable(LeaderRows(leader_filter.qs))
    text = _("Leaders appear here once they sign an agreement or are named as champions of a residency.")
    table.empty = {"title": _("No leaders match these filters"), "text": text}
    lab_table = LabLeaderTable(list(of_lab), orderable=False)
    views = [
        View(gettext_lazy("Hours missing"), {"missing": OPEN}),
        View(gettext_lazy("Not started, live or nearly live"), {"missing": NEAR}),
    ]
    context = {
        "list": list_page(request, table, leader_filter, views=views, export="lab-leaders-export"),
        "table": table,
        "lab_table": lab_table,
        "without_rows": bool(lab_table.rows) and request.GET.get("role") == LAB,
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
        in_order(request, LeaderTable(LeaderRows(leader_filter.qs)))
        .select_related("person", "team__stream__residency")
        .iterator(chunk_size=1000)
    )
    lab_cells = (
        (leader.name, leader.organisation, _("Leader of the lab"), "", "", "", leader.expected, leader.taken, max(0, leader.lacks))
        for leader in of_lab
    )
    cells = (
        (
            leader.person.name, leader.person.organisation, leader.get_role_display(), _("yes") if leader.is_lead else "",
            leader.team.subject.reference, leader.team.subject.name, leader.expected, leader.taken, max(0, leader.lacks),
        )
        for leader in rows
    )  # fmt: skip
    return export("training-expected", file_format, header, chain(lab_cells, cells))


@needs("teams.view_team", residency_or_404)
def champions(request: HttpRequest, residency: Residency) -> HttpResponse:
    """The alliance team: who, in which role, what is expected of each, learnt and attended."""
    context = {
        "residency": residency,
        "tab": "champions",
        "alliance": AllianceOf(residency, timezone.localdate()),
        "may_keep": residency.is_under_way and request.user.has_perm("teams.plan_sprints", residency),
        "may_tick": may_tick(request.user, residency, EXPECTATIONS),
        "may_see_people": request.user.has_perm("people.view_person"),
    }
    return render(request, "teams/champions.html", context)


def champion_or_404(user: User, reference: str, champion: int) -> Champion:
    """A champion of a residency that `user` may know of."""
    rows = Champion.objects.select_related("team", "person")
    return part_or_404(rows, user, reference, path="team__stream", pk=champion, missing=_("This champion doesn’t exist."))


@needs("teams.plan_sprints", residency_or_404)
def add_champion(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Name a champion."""
    champion_ids = set(Champion.objects.filter(team__stream=residency.stream_id, to_on=None).values_list("person", flat=True))

    def not_champions(sought: str) -> list[Person]:
        return [
            person
            for person in people_to_choose(account_on(request), people_around_team(residency), sought)
            if person.pk not in champion_ids
        ]

    picker = Picker(request, not_champions)
    if picker.is_asked:
        return picker.answer()
    form = ChampionForm(request.POST or None, picker=picker, initial={"from_on": residency.started_on or timezone.localdate()})
    act = lambda: actions.name_champion(residency, **form.facts, by=request.user)
    return acted(request, residency, form, act, heading=_("Name a champion"), done=_("Champion saved."), tab="champions")


@needs("teams.keep_champion", champion_or_404)
def edit_champion(request: HttpRequest, champion: Champion) -> HttpResponse:
    """Correct the role, or who leads the alliance team."""
    form = ChampionEditForm(request.POST or None, record=champion)
    act = lambda: actions.edit_champion(champion, shown_revision=form.shown_revision, by=request.user, **form.facts)
    return acted(request, champion.team.subject, form, act, heading=champion.person.name, done=_("Champion saved."), tab="champions")


@needs("teams.keep_champion", champion_or_404)
def end_champion(request: HttpRequest, champion: Champion) -> HttpResponse:
    """Say somebody's last day as champion."""
    form = ChampionEndForm(request.POST or None, record=champion, initial={"to_on": champion.to_on or timezone.localdate()})
    act = lambda: actions.end_champion(champion, on=form.cleaned_data["to_on"], shown_revision=form.shown_revision, by=request.user)
    heading = _("Last day of %(name)s as champion") % {"name": champion.person.name}
    return acted(request, champion.team.subject, form, act, heading=heading, done=_("Champion saved."), tab="champions")


@needs("teams.keep_champion", champion_or_404)
def hand_lead(request: HttpRequest, champion: Champion) -> HttpResponse:
    """Let them lead the alliance team in place of whoever does."""
    form = HandLeadForm(request.POST or None, record=champion)
    act = lambda: actions.hand_lead(champion, shown_revision=form.shown_revision, by=request.user)
    before = Champion.objects.filter(team=champion.team, is_lead=True).exclude(pk=champion.pk).select_related("person").first()
    params = {"name": champion.person.name, "before": before.person.name if before else ""}
    intro = (
        _("%(before)s leads the alliance team now. %(name)s will take over.") if before else _("%(name)s will lead the alliance team.")
    ) % params
    heading = _("Alliance lead: %(name)s") % params
    residency = champion.team.subject
    return acted(request, residency, form, act, heading=heading, done=_("Alliance lead handed over."), tab="champions", intro=intro)
