"""Pages of a subject's barriers, and of one barrier, including lab-wide ones (EL-73, EL-74)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.actions import lab_stream
from ledger.subjects import Subject, subject_or_404
from oversight.barriers import actions
from oversight.barriers.forms import CloseForm, DescribeForm, GroupForm, MoveForm, OwnerForm, RaiseForm, ReopenForm
from oversight.barriers.pages import acted, barrier_or_404, list_of, page, picker_of
from oversight.barriers.queries import BarriersOf, Pattern, routes_of, suggestions, waiting_of
from oversight.choices import BarrierState
from oversight.models import Barrier
from people.identity import account_on
from people.models import User
from web.access import needs
from web.templatetags.portal import day


@needs("oversight.view_barriers", subject_or_404)
def barriers(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Show a subject's barriers with their levels, and its risks with a heat map."""
    may_raise = subject.is_under_way and account_on(request).has_perm("oversight.raise_barrier", subject)
    return page(request, "barriers", subject.stream, of=BarriersOf(subject.stream), may_raise=may_raise)


@needs("oversight.raise_barrier", subject_or_404)
def raise_barrier(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Raise a barrier with one sentence."""
    form = RaiseForm(request.POST or None)
    act = lambda: actions.raise_barrier(subject, **form.facts, by=request.user)
    done = lambda barrier: _("Barrier raised. It starts with %(level)s and is due %(day)s.") % _where(barrier)
    heading = _("Raise a barrier")
    return acted(request, subject.stream, form, act, heading=heading, done=done, to=lambda barrier: barrier.get_absolute_url())


def _where(barrier: Barrier) -> dict[str, str]:
    return {"level": _in_sentence(barrier.level.name), "day": day(barrier.due_on)}


def _in_sentence(level: str) -> str:
    """Return a level's name as it is within a sentence: "the team", "lab operations"."""
    return level[:1].lower() + level[1:]


@needs("oversight.view_barrier", barrier_or_404)
def barrier(request: HttpRequest, barrier: Barrier) -> HttpResponse:
    """Show one barrier: its level, its route so far, its cost of delay, and what the account can do."""
    today, user = timezone.localdate(), request.user
    stays = list(barrier.stays.select_related("level", "body", "ended_by"))
    under_way = barrier.subject is None or barrier.subject.is_under_way
    may_keep = under_way and user.has_perm("oversight.keep_barrier", barrier)
    levels, routes = routes_of(barrier.stream.kind)
    here = stays[-1] if barrier.is_open and stays else None
    proposed = routes.proposed(barrier.scope, barrier.level_id) if barrier.level_id in levels else None
    context = {
        "barrier": barrier,
        "stays": stays,
        "here": here,
        "waiting": waiting_of(barrier, stays, today),
        "parts": list(Barrier.objects.filter(systemic_parent=barrier).for_list()) if barrier.is_the_labs else [],
        "may_keep": may_keep and barrier.is_open,
        "may_move": under_way and barrier.is_open and user.has_perm("oversight.move_barrier", barrier),
        "may_reopen": may_keep and barrier.is_accepted,
        "proposed": levels.get(proposed) if proposed and here and here.is_over else None,
        "list_url": list_of(barrier.stream),
    }
    return page(request, "barrier", barrier.stream, **context)


@needs("oversight.keep_barrier", barrier_or_404)
def describe(request: HttpRequest, barrier: Barrier) -> HttpResponse:
    """Edit a barrier's description, cause and proposed solution."""
    form = DescribeForm(request.POST or None, record=barrier)
    act = lambda: actions.edit_barrier(barrier, shown_revision=form.shown_revision, by=request.user, **form.facts)
    heading = _("Describe the barrier")
    return acted(request, barrier.stream, form, act, heading=heading, done=_("Saved."), to=barrier.get_absolute_url())


@needs("oversight.keep_barrier", barrier_or_404)
def assign(request: HttpRequest, barrier: Barrier) -> HttpResponse:
    """Choose the owner of a barrier."""
    picker = picker_of(request, barrier)
    if picker.is_asked:
        return picker.answer()
    form = OwnerForm(request.POST or None, picker=picker, record=barrier)
    act = lambda: actions.assign_owner(barrier, shown_revision=form.shown_revision, by=request.user, **form.facts)
    done = lambda row: _("%(name)s now owns this barrier.") % {"name": row.owner}
    return acted(request, barrier.stream, form, act, heading=_("Owner of the barrier"), done=done, to=barrier.get_absolute_url())


@needs("oversight.move_barrier", barrier_or_404)
def move(request: HttpRequest, barrier: Barrier) -> HttpResponse:
    """Move a barrier up or back along its route."""
    levels, routes = routes_of(barrier.stream.kind)
    onward = [levels[key] for key in routes.onward(barrier.scope, barrier.level_id)]
    form = MoveForm(request.POST or None, record=barrier, levels=onward, proposed=routes.proposed(barrier.scope, barrier.level_id))
    act = lambda: actions.move_barrier(barrier, shown_revision=form.shown_revision, by=request.user, **form.facts)
    done = lambda row: _("Barrier moved to %(level)s. It’s due %(day)s.") % _where(row)
    return acted(
        request, barrier.stream, form, act, heading=_("Move the barrier"), done=done, to=barrier.get_absolute_url(), barrier=barrier
    )


@needs("oversight.keep_barrier", barrier_or_404)
def close(request: HttpRequest, barrier: Barrier) -> HttpResponse:
    """Resolve, accept or withdraw a barrier."""
    parts = list(Barrier.objects.open().filter(systemic_parent=barrier)) if barrier.is_the_labs else []
    form = CloseForm(request.POST or None, record=barrier, parts=parts, initial={"state": BarrierState.RESOLVED})
    act = lambda: actions.close_barrier(barrier, shown_revision=form.shown_revision, by=request.user, **form.facts)
    done = lambda row: _("Barrier closed: %(state)s.") % {"state": row.get_state_display().lower()}
    return acted(
        request, barrier.stream, form, act, heading=_("Close the barrier"), done=done, to=barrier.get_absolute_url(), barrier=barrier
    )


@needs("oversight.keep_barrier", barrier_or_404)
def reopen(request: HttpRequest, barrier: Barrier) -> HttpResponse:
    """Reopen an accepted barrier."""
    form = ReopenForm(request.POST or None, record=barrier)
    act = lambda: actions.reopen_barrier(barrier, shown_revision=form.shown_revision, by=request.user, **form.facts)
    done = lambda row: _("Barrier reopened at %(level)s. It’s due %(day)s.") % _where(row)
    heading = _("Reopen the barrier")
    return acted(request, barrier.stream, form, act, heading=heading, done=done, to=barrier.get_absolute_url(), barrier=barrier)


def pattern_or_404(user: User, category: int, level: int) -> Pattern:
    """Return the pattern of a category at a level. Raises `Http404` if it no longer suggests a systemic barrier."""
    key = (category, level)
    pattern = next((row for row in suggestions() if (row.barriers[0].category_id, row.level.pk) == key), None)
    if pattern is None:
        raise Http404(_("These barriers no longer suggest a systemic one."))
    return pattern


@needs("oversight.group_barriers", pattern_or_404)
def group(request: HttpRequest, pattern: Pattern) -> HttpResponse:
    """Raise one systemic barrier for several similar ones."""
    form = GroupForm(request.POST or None, barriers=pattern.barriers)
    act = lambda: actions.group_barriers(**form.facts, by=request.user)
    done = lambda barrier: _("Systemic barrier raised. It starts with %(level)s and is due %(day)s.") % _where(barrier)
    heading = _("Raise a systemic barrier: %(category)s") % {"category": pattern.category}
    return acted(request, lab_stream(), form, act, heading=heading, done=done, to=lambda barrier: barrier.get_absolute_url())
