"""Pages of rapid responses: all of a partnership, one with its clock and tasks, and the forms to work on it from a phone (PB-12)."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from oversight.checklists.queries import TaskRow, list_of
from partnerships.choices import IncidentKind, Stage
from partnerships.fetch import part_or_404, partnership_or_404
from partnerships.models import Incident, Partner, Partnership, Resource
from partnerships.models.incidents import in_words
from partnerships.workspace.incidents import actions
from partnerships.workspace.incidents.checklists import PLAN, RAPID_RESPONSE, code_of
from people.fields import LineInput
from people.models import User
from web.access import needs
from web.acts import press, run
from web.forms import ActForm, ClockField, DayField

PAGE = "partnerships/act.html"
PAGE_SIZE = 25


# ── Forms ────────────────────────────────────────────────────────────────────────────────────


def moment(on: datetime.date | None, at: datetime.time | None) -> datetime.datetime | None:
    """Return the moment that a date and a time name, or None without either; a date alone begins at midnight."""
    if on is None and at is None:
        return None
    day = on or timezone.localdate()
    return timezone.make_aware(datetime.datetime.combine(day, at or datetime.time()))


def _moment_now() -> dict[str, Any]:
    now = timezone.localtime()
    return {"on": now.date(), "at": now.time().replace(second=0, microsecond=0)}


class IncidentForm(ActForm):
    """What has to be known at once. All partners are ticked, and the call came when the form was opened, unless someone says otherwise."""

    kind = forms.ChoiceField(label=gettext_lazy("What happened"), choices=IncidentKind.choices, widget=forms.RadioSelect)
    about = LineInput(
        label=gettext_lazy("In a few words"), max_length=100, required=False, help_text=gettext_lazy("Only if you chose “Other”.")
    )
    community = LineInput(label=gettext_lazy("Community"), max_length=100)
    called = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Partners called"), queryset=Partner.objects.none(), widget=forms.CheckboxSelectMultiple, required=False
    )
    presence = LineInput(
        label=gettext_lazy("First presence"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Where and when, for example “Legion hall, today from 14:00”."),
    )
    on = DayField(label=gettext_lazy("Call received on"), required=False)
    at = ClockField(label=gettext_lazy("Call received at"), required=False)

    def __init__(self, *args: Any, partnership: Partnership, record: Incident | None = None, **kwargs: Any) -> None:
        partners = Partner.objects.filter(partnership=partnership, left_on=None).select_related("organization").order_by("pk")
        initial: dict[str, Any] = {**_moment_now(), "called": partners}
        if record:
            called_at = timezone.localtime(record.called_at)
            initial = {"on": called_at.date(), "at": called_at.time(), "called": record.called.all()}
        super().__init__(*args, record=record, initial=initial, **kwargs)
        self.verb = _("Save changes") if record else _("Open rapid response")
        self.fields["called"].queryset = partners  # type: ignore[attr-defined]

    @property
    def words(self) -> dict[str, Any]:
        """What was entered, with the moment of the call, unless it was left blank or is the one that the form showed."""
        facts = self.facts
        entered = (facts.pop("on"), facts.pop("at"))
        called_at = moment(*entered)
        shown = timezone.localtime(self.record.called_at) if isinstance(self.record, Incident) else None
        if called_at and not (shown and called_at == shown.replace(second=0, microsecond=0)):
            facts["called_at"] = called_at
        return facts


class ServedForm(ActForm):
    """When the first client was served."""

    verb = gettext_lazy("Record first client")
    on = DayField(label=gettext_lazy("Served on"))
    at = ClockField(label=gettext_lazy("Served at"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial=_moment_now(), **kwargs)


class LessonsForm(ActForm):
    verb = gettext_lazy("Deactivate rapid response")
    lessons = forms.CharField(
        label=gettext_lazy("Lessons"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("What worked, and what to do differently next time. Everyone on the partnership can read it."),
    )  # fmt: skip


# ── What the address names ───────────────────────────────────────────────────────────────────


def incident_or_404(user: User, reference: str, incident: int) -> Incident:
    return part_or_404(Incident.objects.all(), user, reference, pk=incident)


def open_incident_or_404(user: User, reference: str, incident: int) -> Incident:
    return part_or_404(Incident.objects.filter(ended_at=None), user, reference, pk=incident)


def incidents_of(partnership: Partnership) -> QuerySet[Incident]:
    """Return a partnership's rapid responses, the newest first, with the partners called; two queries."""
    return Incident.objects.filter(partnership=partnership).order_by("-number").prefetch_related("called__organization")


def tasks_of(incident: Incident, today: datetime.date) -> list[TaskRow]:
    """Return the tasks of an incident; one query."""
    tasks = list_of(incident.partnership, RAPID_RESPONSE.code, today)
    return [row for row in tasks.rows if row.item.code.startswith(code_of(incident))] if tasks else []


def plan() -> Resource | None:
    """Return the newest version of the joint action plan; one query."""
    return Resource.objects.filter(code=PLAN, superseded_by=None).first()


def running(partnership: Partnership) -> list[dict[str, Any]]:
    """Return the open rapid responses, with the time since the call; one query."""
    now, rows = timezone.now(), Incident.objects.filter(partnership=partnership, ended_at=None).order_by("-number")
    return [{"incident": row, "since_call": in_words(now - row.called_at)} for row in rows]


# ── Pages ────────────────────────────────────────────────────────────────────────────────────


@require_safe
@needs("partnerships.view_partnership", partnership_or_404)
def incidents(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """List the rapid responses with how long each took to serve its first client, and what was learned; three queries."""
    page = Paginator(incidents_of(partnership), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "partnership": partnership,
        "tab": "incidents",
        "page": page,
        "rows": [(row, in_words(row.took)) for row in page.object_list],
        "may_open": partnership.state == Stage.OPERATING and request.user.has_perm("partnerships.respond", partnership),
        "is_operating": partnership.state == Stage.OPERATING,
    }
    return render(request, "partnerships/incidents/incidents.html", context)


@require_safe
@needs("partnerships.view_partnership", incident_or_404)
def incident(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Show a rapid response with its clock, the partners called and its tasks; five queries."""
    partnership, user = incident.partnership, request.user
    tasks = tasks_of(incident, timezone.localdate())
    context = {
        "partnership": partnership,
        "tab": "incidents",
        "incident": incident,
        "took": in_words(incident.took),
        "called": list(incident.called.select_related("organization").order_by("pk")),
        # The page says what happened already, so its tasks needn't.
        "tasks": [(row, row.item.text.removeprefix(f"{incident}: ")) for row in tasks],
        "done": sum(not row.item.is_left for row in tasks),
        "plan": plan() if user.has_perm("partnerships.view_guidance") else None,
        "may_respond": incident.is_open and partnership.is_under_way and user.has_perm("partnerships.respond", partnership),
    }
    return render(request, "partnerships/incidents/incident.html", context)


def _acted(request: HttpRequest, partnership: Partnership, form: Any, act: Any, *, heading: str, done: Any) -> HttpResponse:
    to = lambda row: row.get_absolute_url()
    context = {
        "partnership": partnership,
        "tab": "incidents",
        "heading": heading,
        "cancel": reverse("incidents", args=[partnership.reference]),
    }
    return run(request, form, act, done=done, to=to, page=PAGE, **context)


@needs("partnerships.respond", partnership_or_404)
def open_incident(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Open a rapid response with one form."""
    form = IncidentForm(request.POST or None, partnership=partnership)
    act = lambda: actions.open_incident(partnership, **form.words, by=request.user)
    done = lambda row: _("Rapid response opened: %(incident)s. The clock runs until the first client is served.") % {"incident": row}
    return _acted(request, partnership, form, act, heading=_("Open a rapid response"), done=done)


@needs("partnerships.respond", open_incident_or_404)
def edit(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Change what is known of a rapid response."""
    form = IncidentForm(request.POST or None, partnership=incident.partnership, record=incident)
    act = lambda: actions.edit_incident(incident, shown_revision=form.shown_revision, **form.words, by=request.user)
    return _acted(request, incident.partnership, form, act, heading=str(incident), done=_("Saved."))


@needs("partnerships.respond", open_incident_or_404)
def served(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Record the first client served: now, by one button on the page of the response, or at a time that is entered."""
    done = lambda row: _("Recorded. The first client was served %(took)s after the call.") % {"took": in_words(row.took)}
    if "now" in request.POST:
        return press(request, lambda: actions.record_first_served(incident, by=request.user), done=done, to=incident.get_absolute_url())
    form = ServedForm(request.POST or None)
    act = lambda: actions.record_first_served(incident, at=moment(**form.facts), by=request.user)
    return _acted(
        request, incident.partnership, form, act, heading=_("First client served: %(incident)s") % {"incident": incident}, done=done
    )


@needs("partnerships.respond", open_incident_or_404)
def end(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Deactivate a rapid response, with what was learned."""
    form = LessonsForm(request.POST or None)
    act = lambda: actions.end_incident(incident, **form.facts, by=request.user)
    heading = _("Deactivate: %(incident)s") % {"incident": incident}
    done = _("Deactivated. The lessons are listed under Rapid response. Update the joint action plan if it needs to change.")
    return _acted(request, incident.partnership, form, act, heading=heading, done=done)
