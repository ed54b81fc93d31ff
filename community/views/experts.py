"""Experts in residence and their load (EL-48)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from community import actions
from community.forms.experts import ExpertEditForm, ExpertForm
from community.models import Expert
from community.queries import with_load
from community.tables import ExpertTable
from people.models import Person
from teams.roster.forms import KNOWN, NEW
from teams.roster.queries import OFFERED
from web.access import needs
from web.acts import run
from web.forms import ActForm
from web.paging import paged, words_sought


@needs("community.view_lab_community")
def experts(request: HttpRequest) -> HttpResponse:
    """Everybody whom teams may ask, with their load; `?before=` those who were."""
    today = timezone.localdate()
    may_keep = request.user.has_perm("community.keep_experts")
    gone = Q(to_on__lt=today)
    rows = with_load(Expert.objects.for_list(), today)
    before = request.GET.get("before") == "yes"
    table = ExpertTable(rows.filter(gone) if before else rows.exclude(gone), may_keep=may_keep)
    paged(request, table)
    table.empty = {"title": _("No experts in residence yet"), "text": _("Add the experts that teams can ask, with their disciplines.")}
    return render(request, "community/experts.html", {"part": "experts", "table": table, "may_keep": may_keep, "before": before})


@needs("community.keep_experts")
def add(request: HttpRequest) -> HttpResponse:
    """Make somebody an expert."""
    sought = words_sought(request)
    people = _people(sought)
    initial = {"who": KNOWN if sought and people else NEW, "from_on": timezone.localdate()}
    form = ExpertForm(request.POST or None, people=people, initial=initial)
    more = {"sought": sought, "people": people}
    return lab_act(request, form, lambda: actions.add_expert(**form.facts, by=request.user), _("Add an expert"), "experts", **more)


def _people(sought: str) -> list[Person]:
    """People the lab knows by name or address, who are not experts yet."""
    wanted = Q(name__icontains=sought) | Q(email__icontains=sought)
    return list(Person.objects.filter(wanted, expert=None).order_by("name", "pk")[:OFFERED]) if sought else []


def expert_or_404(user: Any, expert: int) -> Expert:
    record = Expert.objects.for_list().filter(pk=expert).first()
    if record is None:
        raise Http404(_("There is no such expert."))
    return record


@needs("community.keep_experts", expert_or_404)
def edit(request: HttpRequest, expert: Expert) -> HttpResponse:
    """Change what they know, when they can be had, and until when they are an expert."""
    form = ExpertEditForm(request.POST or None, record=expert)
    act = lambda: actions.edit_expert(expert, expected=form.expected, by=request.user, **form.facts)
    return lab_act(request, form, act, expert.person.name, "experts")


def lab_act(request: HttpRequest, form: ActForm, act: Callable[[], Any], heading: str, part: str, **more: Any) -> HttpResponse:
    """Show `form` under a part of the lab's community pages; when it is sent and good, `act` and lead on to the part."""
    to = reverse(part)
    return run(request, form, act, done=_("Saved."), to=to, page="community/lab_act.html", heading=heading, part=part, **more)
