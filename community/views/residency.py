"""A residency's page about its community: habits, what the team gave, experts, how and where it works (EL-46 to EL-49)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from community import actions
from community.forms.residency import ColocationForm, GivingForm, HabitEditForm, HabitForm, HabitUndoForm, StrikeForm
from community.kinds import Habit
from community.models import Colocation, Contribution, HabitDone
from community.queries import CommunityOf, people_of
from community.rules.habits import KNOWN, NEEDS_LINK
from residencies.fetch import residency_or_404
from residencies.models import Residency
from teams.pages import acted
from web.access import needs

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
        "may_ask": residency.is_under_way and may_keep,
        "may_give_desks": user.has_perm("community.keep_desks"),
        "form": _giving_form(residency) if may_keep else None,
    }
    return render(request, "community/community.html", context)


def _giving_form(residency: Residency, data: Any = None) -> GivingForm:
    return GivingForm(data, people=people_of(residency), initial={"given_on": timezone.localdate()})


# ── Habits ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class HabitChoice:
    """A habit that a residency may take up."""

    residency: Residency
    habit: Habit


def habit_choice_or_404(user: Any, reference: str, habit: str) -> HabitChoice:
    """One of the five habits, of a residency that `user` may know of."""
    if habit not in Habit.values:
        raise Http404(_("There is no such habit."))
    return HabitChoice(residency_or_404(user, reference), Habit(habit))


@needs("community.keep_entry", habit_choice_or_404)
def note_habit(request: HttpRequest, wanted: HabitChoice) -> HttpResponse:
    """Note a habit as done; repositories that are known are offered."""
    residency, habit = wanted.residency, wanted.habit
    known = [repository.url for repository in residency.repositories.all()] if habit == Habit.CODE else []
    form = HabitForm(request.POST or None, initial={"done_on": timezone.localdate(), "links": "\n".join(known)})
    act = lambda: actions.note_habit(residency, habit=habit, **form.facts, by=request.user)
    return done_on_community(request, residency, form, act, heading=habit.label, done=_("Noted."), intro=_where(habit))


def _where(habit: Habit) -> str:
    params = {"places": ", ".join(KNOWN[habit])}
    if habit in NEEDS_LINK:
        return _("At least one link shows it. Links lead to one of: %(places)s.") % params
    return _("A link helps others to find it. Links lead to one of: %(places)s.") % params


def habit_or_404(user: Any, reference: str, done: int) -> HabitDone:
    """An entry of the checklist of a residency that `user` may know of."""
    residency = residency_or_404(user, reference)
    habit_done = HabitDone.objects.filter(residency=residency, pk=done).first()
    if habit_done is None:
        raise Http404(_("There is no such entry."))
    habit_done.residency = residency
    return habit_done


@needs("community.keep_entry", habit_or_404)
def edit_habit(request: HttpRequest, done: HabitDone) -> HttpResponse:
    """Change the day or the links."""
    form = HabitEditForm(request.POST or None, record=done)
    act = lambda: actions.edit_habit(done, expected=form.expected, by=request.user, **form.facts)
    return done_on_community(request, done.residency, form, act, heading=str(done), done=_("Saved."), intro=_where(Habit(done.habit)))


@needs("community.keep_entry", habit_or_404)
def undo_habit(request: HttpRequest, done: HabitDone) -> HttpResponse:
    """Say that it no longer holds, or never did."""
    form = HabitUndoForm(request.POST or None, record=done)
    act = lambda: actions.undo_habit(done, expected=form.expected, by=request.user, **form.facts)
    heading = _("Undo: %(habit)s") % {"habit": done}
    return done_on_community(request, done.residency, form, act, heading=heading, done=_("Undone."), tone="danger")


# ── Pay it forward ───────────────────────────────────────────────────────────────────────────


@needs("community.keep_community", residency_or_404)
def note_giving(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Log one thing that somebody of the team gave."""
    form = _giving_form(residency, request.POST or None)
    act = lambda: actions.note_giving(residency, **form.entry, by=request.user)
    return done_on_community(request, residency, form, act, heading=_("Pay it forward"), done=_("Logged."))


def contribution_or_404(user: Any, reference: str, contribution: int) -> Contribution:
    """An entry of the log of a residency that `user` may know of."""
    residency = residency_or_404(user, reference)
    record = Contribution.objects.filter(residency=residency, pk=contribution).select_related("person").first()
    if record is None:
        raise Http404(_("There is no such entry."))
    record.residency = residency
    return record


@needs("community.keep_entry", contribution_or_404)
def cancel_giving(request: HttpRequest, given: Contribution) -> HttpResponse:
    """Take out an entry that was a mistake."""
    form = StrikeForm(request.POST or None, record=given)
    act = lambda: actions.cancel_giving(given, expected=form.expected, by=request.user, **form.facts)
    heading = _("Take out: %(kind)s, %(name)s") % {"kind": given, "name": given.person.name}
    return done_on_community(request, given.residency, form, act, heading=heading, done=_("Taken out."), tone="danger")


# ── How and where the team works ─────────────────────────────────────────────────────────────


@needs("community.set_colocation", residency_or_404)
def colocation(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Say how the team works together, where, and what its first weeks hold."""
    form = ColocationForm(request.POST or None, record=Colocation.objects.filter(residency=residency).first())
    act = lambda: actions.set_colocation(residency, expected=form.expected, by=request.user, **form.facts)
    return done_on_community(request, residency, form, act, heading=_("How the team works together"), done=_("Saved."))
