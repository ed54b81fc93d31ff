"""Who stands behind a residency, in the browser (EL-44)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from residencies.fetch import residency_or_404
from residencies.models import Residency
from teams import actions
from teams.forms.roster import KNOWN, NEW, PersonSearch
from teams.forms.sprints import ChampionEditForm, ChampionEndForm, ChampionForm
from teams.models import Champion
from teams.queries import people_to_choose
from teams.views.acting import acted
from web.access import needs
from web.paging import words_sought


def champion_or_404(user: Any, reference: str, champion: int) -> Champion:
    """A champion of a residency that `user` may know of."""
    residency = residency_or_404(user, reference)
    found = Champion.objects.filter(team__residency=residency, pk=champion).select_related("team", "person").first()
    if found is None:
        raise Http404(_("There is no such champion."))
    found.team.residency = residency
    return found


@needs("teams.plan_sprints", residency_or_404)
def add(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Name a champion."""
    sought = words_sought(request)
    people = people_to_choose(request.user, residency, sought)
    initial = {"who": KNOWN if sought and people else NEW, "from_on": residency.started_on or timezone.localdate()}
    form = ChampionForm(request.POST or None, people=people, initial=initial)
    search: dict[str, Any] = {"search": PersonSearch(initial={"q": sought}), "sought": sought, "people": people}
    act = lambda: actions.name_champion(residency, **form.facts, by=request.user)  # noqa: E731
    return acted(request, residency, form, act, heading=_("Name a champion"), done=_("Saved."), **search)


@needs("teams.keep_champion", champion_or_404)
def edit(request: HttpRequest, champion: Champion) -> HttpResponse:
    """Correct the role, or who leads the alliance team."""
    form = ChampionEditForm(request.POST or None, record=champion)
    act = lambda: actions.edit_champion(champion, expected=form.expected, by=request.user, **form.facts)  # noqa: E731
    return acted(request, champion.team.residency, form, act, heading=champion.person.name, done=_("Saved."))


@needs("teams.keep_champion", champion_or_404)
def end(request: HttpRequest, champion: Champion) -> HttpResponse:
    """Say somebody's last day as champion."""
    form = ChampionEndForm(request.POST or None, record=champion, initial={"to_on": champion.to_on or timezone.localdate()})
    act = lambda: actions.end_champion(champion, on=form.cleaned_data["to_on"], expected=form.expected, by=request.user)  # noqa: E731
    heading = _("Last day of %(name)s as champion") % {"name": champion.person.name}
    return acted(request, champion.team.residency, form, act, heading=heading, done=_("Saved."))
