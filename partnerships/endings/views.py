"""Pages of sunset criteria, the decisions that are due, and deciding (SP-06, PB-27)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.choices import Choice
from partnerships.endings import actions, forms
from partnerships.fetch import part_or_404, partnership_or_404
from partnerships.models import Decision, Partnership, PilotEvaluation, SunsetCriterion
from people.models import User
from web.access import needs
from web.acts import run

PAGE = "partnerships/act.html"


def criterion_or_404(user: User, reference: str, criterion: int) -> SunsetCriterion:
    return part_or_404(SunsetCriterion.objects.all(), user, reference, pk=criterion, removed_on=None)


def decision_or_404(user: User, reference: str, decision: int) -> Decision:
    return part_or_404(Decision.objects.filter(choice="").select_related("evaluation__arrangement"), user, reference, pk=decision)


@needs("partnerships.view_partnership", partnership_or_404)
def ending(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Show the criteria that are watched, evaluations of pilots, the decisions that are due, and those that were made; three queries."""
    today, user = timezone.localdate(), request.user
    evaluations: list[Any] = list(
        PilotEvaluation.objects.filter(arrangement__partnership=partnership).select_related("arrangement__site").order_by("due_on", "pk")
    )
    for evaluation in evaluations:
        evaluation.arrangement.partnership = partnership
        evaluation.late = evaluation.is_late(today)
    waiting = Decision.objects.filter(criterion=OuterRef("pk"), choice="")
    decisions: list[Any] = list(Decision.objects.filter(partnership=partnership).select_related("decided_by"))
    for decision in decisions:
        decision.late = decision.is_late(today)
    context = {
        "partnership": partnership,
        "tab": "ending",
        "criteria": list(partnership.criteria.filter(removed_on=None).select_related("metric").annotate(waits=Exists(waiting))),
        "evaluations": evaluations,
        "due": [decision for decision in decisions if decision.is_open],
        "made": [decision for decision in decisions if not decision.is_open],
        "may_keep": user.has_perm("partnerships.keep_partnership", partnership),
        "may_decide": partnership.state == "operating" and user.has_perm("partnerships.decide", partnership),
    }
    return render(request, "partnerships/ending.html", context)


def _acted(request: HttpRequest, partnership: Partnership, form: Any, act: Any, *, heading: str, done: Any, to: Any = None) -> HttpResponse:
    to = to or reverse("partnership-ending", args=[partnership.reference])
    return run(request, form, act, done=done, to=to, page=PAGE, partnership=partnership, tab="ending", heading=heading)


@needs("partnerships.keep_partnership", partnership_or_404)
def add(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Add a sunset criterion."""
    form = forms.CriterionForm(request.POST or None, partnership=partnership)
    act = lambda: actions.add_criterion(partnership, **form.facts, by=request.user)
    return _acted(
        request,
        partnership,
        form,
        act,
        heading=_("Add a sunset criterion"),
        done=_("Criterion added. Once it’s met, a decision is due within 30 days."),
    )


@needs("partnerships.keep_partnership", criterion_or_404)
def remove(request: HttpRequest, criterion: SunsetCriterion) -> HttpResponse:
    """Stop watching a criterion."""
    form = forms.RemoveForm(request.POST or None)
    act = lambda: actions.remove_criterion(criterion, **form.facts, by=request.user)
    heading = _("Remove: %(criterion)s") % {"criterion": criterion}
    return _acted(request, criterion.partnership, form, act, heading=heading, done=_("Removed. It stays on record."))


@needs("partnerships.keep_partnership", criterion_or_404)
def event(request: HttpRequest, criterion: SunsetCriterion) -> HttpResponse:
    """Record that the event of a criterion has happened."""
    form = forms.EventForm(request.POST or None)
    act = lambda: actions.record_event(criterion, **form.facts, by=request.user)
    done = _("Recorded. A decision is due in 30 days, and everyone concerned gets an email.")
    return _acted(request, criterion.partnership, form, act, heading=str(criterion), done=done)


@needs("partnerships.decide", partnership_or_404)
def decide(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Decide of one's own accord."""
    form = forms.DecideForm(request.POST or None)
    act = lambda: actions.decide(partnership, **form.facts, by=request.user)
    return _acted(request, partnership, form, act, heading=_("Record a decision"), done=_decided)


@needs("partnerships.decide", decision_or_404)
def answer(request: HttpRequest, decision: Decision) -> HttpResponse:
    """Decide what is due."""
    form = forms.DecideForm(request.POST or None)
    act = lambda: actions.decide(decision.partnership, decision=decision, **form.facts, by=request.user)
    return _acted(request, decision.partnership, form, act, heading=decision.occasion, done=_decided, to=_next_page)


def _next_page(decision: Decision) -> str:
    """Return where a decision leads: after expanding a pilot, to the form for the arrangement that goes on from it (PB-49)."""
    if decision.choice == Choice.EXPAND and decision.evaluation:
        arrangement = decision.evaluation.arrangement
        page = reverse("arrangement-add", args=[decision.partnership.reference])
        return f"{page}?{urlencode({'leaf': arrangement.leaf})}"
    return reverse("partnership-ending", args=[decision.partnership.reference])


def _decided(decision: Decision) -> str:
    params = {"choice": decision.get_choice_display()}
    if decision.choice == Choice.EXPAND and decision.evaluation:
        return _("Decision recorded: %(choice)s. Now add the arrangement that goes on from the pilot.") % params
    if decision.choice == "end":
        return _("Decision recorded: %(choice)s. Work through the winding-up list under Tasks, then end the partnership.") % params
    return _("Decision recorded: %(choice)s.") % params
