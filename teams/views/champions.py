"""Who stands behind a residency, in the browser (EL-44)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from findings import Refused
from residencies.fetch import residency_or_404
from residencies.models import Residency
from teams import actions
from teams.forms.roster import KNOWN, NEW
from teams.forms.sprints import ChampionEditForm, ChampionEndForm, ChampionForm
from teams.forms.training import HandLeadForm, MarkForm
from teams.models import Champion, Expectation, Fulfilment
from teams.queries import people_to_choose
from teams.training_queries import AllianceOf
from teams.views.acting import acted
from web.access import needs
from web.paging import words_sought


@needs("teams.view_team", residency_or_404)
def champions(request: HttpRequest, residency: Residency) -> HttpResponse:
    """The alliance team: who, in which role, what is expected of each, learnt and attended."""
    context = {
        "residency": residency,
        "tab": "champions",
        "alliance": AllianceOf(residency, timezone.localdate()),
        "may_keep": residency.is_under_way and request.user.has_perm("teams.plan_sprints", residency),
        "may_see_people": request.user.has_perm("people.view_person"),
    }
    return render(request, "teams/champions.html", context)


def champion_or_404(user: Any, reference: str, champion: int) -> Champion:
    """A champion of a residency that `user` may know of."""
    residency = residency_or_404(user, reference)
    record = Champion.objects.filter(team__residency=residency, pk=champion).select_related("team", "person").first()
    if record is None:
        raise Http404(_("There is no such champion."))
    record.team.residency = residency
    return record


@needs("teams.plan_sprints", residency_or_404)
def add_champion(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Name a champion."""
    sought = words_sought(request)
    champion_ids = set(Champion.objects.filter(team__residency=residency, to_on=None).values_list("person", flat=True))
    people = [person for person in people_to_choose(request.user, residency, sought) if person.pk not in champion_ids]
    initial = {"who": KNOWN if people else NEW, "from_on": residency.started_on or timezone.localdate()}
    form = ChampionForm(request.POST or None, people=people, initial=initial)
    search: dict[str, Any] = {"sought": sought, "people": people}
    if people and not sought:
        search["intro"] = _("People of the agreement and of the team are offered below. Look for others above.")
    act = lambda: actions.name_champion(residency, **form.facts, by=request.user)
    return acted(request, residency, form, act, heading=_("Name a champion"), done=_("Saved."), tab="champions", **search)


@needs("teams.keep_champion", champion_or_404)
def edit_champion(request: HttpRequest, champion: Champion) -> HttpResponse:
    """Correct the role, or who leads the alliance team."""
    form = ChampionEditForm(request.POST or None, record=champion)
    act = lambda: actions.edit_champion(champion, expected=form.expected, by=request.user, **form.facts)
    return acted(request, champion.team.residency, form, act, heading=champion.person.name, done=_("Saved."), tab="champions")


@needs("teams.keep_champion", champion_or_404)
def end_champion(request: HttpRequest, champion: Champion) -> HttpResponse:
    """Say somebody's last day as champion."""
    form = ChampionEndForm(request.POST or None, record=champion, initial={"to_on": champion.to_on or timezone.localdate()})
    act = lambda: actions.end_champion(champion, on=form.cleaned_data["to_on"], expected=form.expected, by=request.user)
    heading = _("Last day of %(name)s as champion") % {"name": champion.person.name}
    return acted(request, champion.team.residency, form, act, heading=heading, done=_("Saved."), tab="champions")


@needs("teams.keep_champion", champion_or_404)
def hand_lead(request: HttpRequest, champion: Champion) -> HttpResponse:
    """Let them lead the alliance team in place of whoever does."""
    form = HandLeadForm(request.POST or None, record=champion)
    act = lambda: actions.hand_lead(champion, expected=form.expected, by=request.user)
    before = Champion.objects.filter(team=champion.team, is_lead=True).exclude(pk=champion.pk).select_related("person").first()
    params = {"name": champion.person.name, "before": before.person.name if before else ""}
    intro = (_("%(before)s leads it now. From now on %(name)s does.") if before else _("From now on %(name)s leads it.")) % params
    heading = _("Alliance lead: %(name)s") % params
    residency = champion.team.residency
    return acted(request, residency, form, act, heading=heading, done=_("The lead is handed over."), tab="champions", intro=intro)


def mark_or_404(user: Any, reference: str, champion: int, expectation: int) -> Fulfilment:
    """What a champion did of what is expected, marked or not yet."""
    champion_record = champion_or_404(user, reference, champion)
    expected = Expectation.objects.filter(pk=expectation).first()
    if expected is None:
        raise Http404(_("Nothing like that is expected."))
    return Fulfilment(champion=champion_record, expectation=expected)


@require_POST
@needs("teams.keep_fulfilment", mark_or_404)
def mark(request: HttpRequest, mark: Fulfilment) -> HttpResponse:
    """One tap: they did what is expected, or it was marked by mistake."""
    form = MarkForm(request.POST)
    champion = mark.champion
    if form.is_valid():
        try:
            if form.cleaned_data["undo"]:
                actions.take_mark_back(champion, mark.expectation, by=request.user)
            else:
                actions.mark_done(champion, mark.expectation, note=form.cleaned_data["note"], by=request.user)
        except Refused as refused:
            for finding in refused.findings:
                messages.error(request, f"{finding.message} {finding.remedy}")
    else:
        messages.error(request, _("A note has at most 300 letters."))
    return redirect(f"{reverse('champions', args=[champion.team.residency.reference])}#champion-{champion.pk}")
