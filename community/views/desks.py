"""The lab's desks: how many, who has them, week by week (EL-49)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from community import actions
from community.forms.experts import DeskCountForm, WeekForm
from community.forms.residency import DesksEditForm, DesksForm, TakeBackForm
from community.models import DeskAllocation, DeskCount
from community.queries import DesksOver
from community.views.experts import lab_act
from community.views.residency import done_on_community
from residencies.fetch import residency_or_404
from residencies.models import Residency
from teams.sprints.rules import WEEK
from web.access import needs


@needs("community.view_lab_community")
def desks(request: HttpRequest) -> HttpResponse:
    """Twelve weeks: who has how many, how many there are, how many are free."""
    form = WeekForm(request.GET if "start" in request.GET else None)
    asked = form.cleaned_data["start"] if form.is_valid() else None
    over = DesksOver(asked or timezone.localdate())
    context = {
        "part": "desks",
        "form": form if asked else WeekForm(initial={"start": over.start}),
        "over": over,
        "counts": DeskCount.objects.order_by("-from_on"),
        "may_keep": request.user.has_perm("community.keep_desks"),
    }
    return render(request, "community/desks.html", context)


@needs("community.keep_desks")
def count(request: HttpRequest) -> HttpResponse:
    """Say how many desks there are from a day on."""
    form = DeskCountForm(request.POST or None, initial={"from_on": timezone.localdate()})
    act = lambda: actions.set_desk_count(**form.facts, by=request.user)
    return lab_act(request, form, act, _("How many desks there are"), "desks")


def allocating(user: Any, reference: str) -> Residency:
    """The residency that is to be given desks."""
    return residency_or_404(user, reference)


@needs("community.keep_desks", allocating)
def allocate(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Give the team desks; twelve weeks are usual for a first phase."""
    first = max(residency.started_on or timezone.localdate(), timezone.localdate())
    form = DesksForm(request.POST or None, initial={"from_on": first, "to_on": first + 12 * WEEK})
    act = lambda: actions.allocate_desks(residency, **form.facts, by=request.user)
    return done_on_community(request, residency, form, act, heading=_("Give desks"), done=_("The desks are theirs."))


def allocation_or_404(user: Any, reference: str, allocation: int) -> DeskAllocation:
    """Desks that a residency which `user` may know of has or had."""
    residency = residency_or_404(user, reference)
    desk_allocation = DeskAllocation.objects.filter(residency=residency, pk=allocation).first()
    if desk_allocation is None:
        raise Http404(_("There are no such desks."))
    desk_allocation.residency = residency
    return desk_allocation


@needs("community.keep_desks", allocation_or_404)
def change(request: HttpRequest, given: DeskAllocation) -> HttpResponse:
    """Give more or fewer, or for other days."""
    form = DesksEditForm(request.POST or None, record=given)
    act = lambda: actions.change_desks(given, expected=form.expected, by=request.user, **form.facts)
    return done_on_community(request, given.residency, form, act, heading=_("Change the desks"), done=_("Saved."))


@needs("community.keep_desks", allocation_or_404)
def take_back(request: HttpRequest, given: DeskAllocation) -> HttpResponse:
    """Take them back whole."""
    form = TakeBackForm(request.POST or None, record=given)
    act = lambda: actions.take_back_desks(given, expected=form.expected, by=request.user, **form.facts)
    intro = _("For a plan given up or a mistake. For a team that leaves earlier, change the last day instead.")
    return done_on_community(
        request, given.residency, form, act, heading=_("Take the desks back"), done=_("The desks are released."), tone="danger", intro=intro
    )
