"""A team's place in the community, over the whole lab, and its desks (EL-46, EL-47, EL-49)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from community import actions
from community.forms import (
    ColocationForm,
    DeskCountForm,
    DesksEditForm,
    DesksForm,
    GivingForm,
    StrikeForm,
    TakeBackForm,
    WeekForm,
)
from community.models import Colocation, Contribution, DeskAllocation, DeskCount
from community.models.checklists import HABITS
from community.queries import CommunityOf, DesksOver, given_by, habits_done, habits_over, people_of, recent_contributions
from community.tables import LOOKED_AT, ContributionFilter, ContributionTable, HabitsFilter, HabitTable, SumTable, habits_by_code
from oversight.checklists.queries import may_tick
from oversight.models import Checklist, TaskEvidence
from people.lists.page import list_page
from people.models import User
from residencies.fetch import part_or_404, residency_or_404
from residencies.models import Residency
from residencies.models.states import State
from teams.pages import acted
from teams.sprints.rules import WEEK
from web.access import needs
from web.acts import run
from web.exports import export
from web.forms import ActForm
from web.paging import in_order

# ── A team's page ─────────────────────────────────────────────────────────────────────────────────


done_on_community: Callable[..., HttpResponse] = partial(acted, tab="community", template="community/act.html")


@needs("community.view_community", residency_or_404)
def community(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Everything at one look; whoever may, logs what was given right here."""
    user = request.user
    of = CommunityOf(residency, timezone.localdate())
    may_keep = user.has_perm("community.keep_community", residency)
    context = {
        "residency": residency,
        "tab": "community",
        "of": of,
        "may_keep": may_keep,
        "may_tick": may_tick(user, residency, HABITS),
        "may_ask": residency.is_under_way and may_keep,
        "may_offer": residency.state in (State.IN_RESIDENCE, State.LIVE) and may_keep,
        "may_give_desks": user.has_perm("community.keep_desks"),
        "form": _giving_form(residency) if may_keep else None,
    }
    return render(request, "community/community.html", context)


def _giving_form(residency: Residency, data: Any = None) -> GivingForm:
    return GivingForm(data, people=people_of(residency), initial={"given_on": timezone.localdate()})


# ── Pay it forward ───────────────────────────────────────────────────────────────────────────


@needs("community.keep_community", residency_or_404)
def note_giving(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Log one thing that somebody of the team gave."""
    form = _giving_form(residency, request.POST or None)
    act = lambda: actions.note_giving(residency, **form.entry, by=request.user)
    return done_on_community(request, residency, form, act, heading=_("Pay it forward"), done=_("Contribution logged."))


def contribution_or_404(user: User, reference: str, contribution: int) -> Contribution:
    """An entry of the log of a residency that `user` may know of."""
    rows = Contribution.objects.select_related("person")
    return part_or_404(rows, user, reference, pk=contribution, missing=_("This entry doesn’t exist."))


@needs("community.keep_entry", contribution_or_404)
def cancel_giving(request: HttpRequest, given: Contribution) -> HttpResponse:
    """Take out an entry that was a mistake."""
    form = StrikeForm(request.POST or None, record=given)
    act = lambda: actions.cancel_giving(given, shown_revision=form.shown_revision, by=request.user, **form.facts)
    heading = _("Remove: %(kind)s, %(name)s") % {"kind": given, "name": given.person.name}
    return done_on_community(request, given.residency, form, act, heading=heading, done=_("Entry removed from the log."), tone="danger")


# ── How and where the team works ─────────────────────────────────────────────────────────────


@needs("community.set_colocation", residency_or_404)
def colocation(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Say how the team works together, where, and what its first weeks hold."""
    form = ColocationForm(request.POST or None, record=Colocation.objects.filter(residency=residency).first())
    act = lambda: actions.set_colocation(residency, shown_revision=form.shown_revision, by=request.user, **form.facts)
    return done_on_community(request, residency, form, act, heading=_("How the team works together"), done=_("Saved."))


# ── The whole lab ─────────────────────────────────────────────────────────────────────────────────


VIEWS = ("team", "person")


def _teams(request: HttpRequest, *, with_links: bool = False) -> tuple[HabitsFilter, Any]:
    """The filter, and the teams that it finds with their habits."""
    habits_filter = HabitsFilter(request.GET, queryset=Residency.objects.order_by("-pk"))
    done = habits_done()
    if with_links:
        done = done.prefetch_related(Prefetch("evidence", TaskEvidence.objects.filter(withdrawn_at=None)))
    lists = Prefetch("stream__checklists", Checklist.objects.filter(code=HABITS.code).prefetch_related(Prefetch("items", done)))
    return habits_filter, habits_filter.qs.select_related("stream", "program_area__ministry").prefetch_related(lists)


@needs("community.view_lab_community")
def habits(request: HttpRequest) -> HttpResponse:
    """Which team has which habit, and how many of those in residence or live."""
    habits_filter, rows = _teams(request)
    table = HabitTable(rows)
    table.empty = {"title": _("No teams match these filters"), "text": _("Teams appear here once they are in residence.")}
    total, counts = habits_over([state.value for state in LOOKED_AT[:2]])
    page = list_page(request, table, habits_filter, export="lab-community-export")
    return render(request, "community/habits.html", {"part": "habits", "list": page, "table": table, "there": total, "counts": counts})


@needs("community.view_lab_community")
def habits_export(request: HttpRequest, file_format: str) -> HttpResponse:
    """What is filtered, as a spreadsheet: of each habit the day, and the links."""
    _found, rows = _teams(request, with_links=True)
    header = [_("Residency"), _("Product"), _("Ministry"), _("State")]
    header += [str(habit.text) for habit in HABITS.items] + [_("Links")]
    return export(
        "community-habits",
        file_format,
        header,
        (_cells(residency) for residency in in_order(request, HabitTable(rows)).iterator(chunk_size=1000)),
    )


def _cells(residency: Residency) -> list[Any]:
    done = habits_by_code(residency)
    links = " ".join(evidence.url for item in done.values() for evidence in item.evidence.all())
    days = [done[habit.code].done_on if habit.code in done else "" for habit in HABITS.items]
    return [residency.reference, residency.product, residency.ministry.name, residency.get_state_display(), *days, links]


@needs("community.view_lab_community")
def contributions(request: HttpRequest) -> HttpResponse:
    """What teams gave: the entries, or counted by team or by person."""
    contribution_filter = ContributionFilter(request.GET, queryset=Contribution.objects.current().for_list())
    counted = request.GET.get("by", "")
    by = counted if counted in VIEWS else ""
    table: Any = SumTable(given_by(contribution_filter.qs, by)) if by else ContributionTable(contribution_filter.qs)
    table.empty = {"title": _("No contributions found"), "text": _("Teams log contributions on their residency’s Community page.")}
    context = {
        "part": "given",
        "list": list_page(request, table, contribution_filter, export="lab-given-export"),
        "table": table,
        "by": by,
        "counts": recent_contributions(timezone.localdate()),
    }
    return render(request, "community/given.html", context)


@needs("community.view_lab_community")
def contributions_export(request: HttpRequest, file_format: str) -> HttpResponse:
    """What is filtered, as a spreadsheet."""
    header = (_("Residency"), _("Product"), _("Date"), _("Person"), _("Kind"), _("Hours"), _("Description"))
    contribution_filter = ContributionFilter(request.GET, queryset=Contribution.objects.current().for_list())
    rows = (
        (c.residency.reference, c.residency.product, c.given_on, c.person.name, c.get_kind_display(), c.hours, c.what)
        for c in in_order(request, ContributionTable(contribution_filter.qs)).iterator(chunk_size=1000)
    )
    return export("pay-it-forward", file_format, header, rows)


def lab_act(request: HttpRequest, form: ActForm, act: Callable[[], Any], heading: str, part: str, **more: Any) -> HttpResponse:
    """Show `form` under a part of the lab's community pages; when it is sent and good, `act` and lead on to the part."""
    to = reverse(part)
    return run(request, form, act, done=_("Saved."), to=to, page="community/lab_act.html", heading=heading, part=part, **more)


# ── Desks ─────────────────────────────────────────────────────────────────────────────────────────


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
    return lab_act(request, form, act, _("Number of desks"), "desks")


def allocating(user: User, reference: str) -> Residency:
    """The residency that is to be given desks."""
    return residency_or_404(user, reference)


@needs("community.keep_desks", allocating)
def allocate(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Give the team desks; twelve weeks are usual for a first phase."""
    first = max(residency.started_on or timezone.localdate(), timezone.localdate())
    form = DesksForm(request.POST or None, initial={"from_on": first, "to_on": first + 12 * WEEK})
    act = lambda: actions.allocate_desks(residency, **form.facts, by=request.user)
    return done_on_community(request, residency, form, act, heading=_("Assign desks"), done=_("Desks assigned."))


def allocation_or_404(user: User, reference: str, allocation: int) -> DeskAllocation:
    """Desks that a residency which `user` may know of has or had."""
    return part_or_404(DeskAllocation.objects.all(), user, reference, pk=allocation, missing=_("These desks don’t exist."))


@needs("community.keep_desks", allocation_or_404)
def change(request: HttpRequest, given: DeskAllocation) -> HttpResponse:
    """Give more or fewer, or for other days."""
    form = DesksEditForm(request.POST or None, record=given)
    act = lambda: actions.change_desks(given, shown_revision=form.shown_revision, by=request.user, **form.facts)
    return done_on_community(request, given.residency, form, act, heading=_("Change the desks"), done=_("Saved."))


@needs("community.keep_desks", allocation_or_404)
def take_back(request: HttpRequest, given: DeskAllocation) -> HttpResponse:
    """Take them back whole."""
    form = TakeBackForm(request.POST or None, record=given)
    act = lambda: actions.take_back_desks(given, shown_revision=form.shown_revision, by=request.user, **form.facts)
    intro = _(
        "Release desks that were assigned by mistake or aren't needed after all. If the team is only leaving earlier, change the last day instead."
    )
    return done_on_community(
        request,
        given.residency,
        form,
        act,
        heading=_("Release the desks"),
        done=_("Desks released. Other teams can use them."),
        tone="danger",
        intro=intro,
    )
