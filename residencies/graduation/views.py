"""The way home: the clock, releases and the graduation plan."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oversight.checklists.queries import tasks_that_follow
from oversight.models import Anchor
from residencies.fetch import residency_or_404
from residencies.graduation import actions, forms
from residencies.lifecycle import rules
from residencies.lifecycle.journey import first_due
from residencies.models import Residency
from residencies.models.states import State
from residencies.reference_data import figure
from web.access import needs
from web.return_url import return_url
from web.templatetags.portal import day

PLAN_TEXTS = ("home", "product_ownership", "people", "funding", "upkeep", "next_products", "risks", "responsible")


@needs("residencies.view_residency", residency_or_404)
def graduation(request: HttpRequest, residency: Residency) -> HttpResponse:
    """The clock, what was released and the plan home (EL-80 to EL-83)."""
    plan = residency.graduation_plan
    context = {
        "residency": residency,
        "tab": "graduation",
        "plan_parts": [(cast("models.Field", plan._meta.get_field(part)).verbose_name, getattr(plan, part)) for part in PLAN_TEXTS],
        "carried_out_on": plan.carried_out_on,
        "missing": list(rules.missing_plan_parts({part: getattr(plan, part) for part in rules.PLAN_PARTS})),
        "releases": residency.releases.all(),
        "extensions": residency.extensions.select_related("by"),
        "keeps": residency.is_under_way and request.user.has_perm("residencies.keep_clocks", residency),
        "months_to_graduation": figure("months_to_graduation", timezone.localdate()),
        "extends": residency.state == State.LIVE and request.user.has_perm("residencies.extend_graduation", residency),
    }
    return render(request, "residencies/graduation.html", context)


@needs("residencies.keep_clocks", residency_or_404)
def graduation_plan(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Write on the plan to go home (EL-81)."""
    form = forms.PlanForm(request.POST or None, record=residency.graduation_plan)
    if form.carried_out(
        lambda: actions.change_graduation_plan(residency.graduation_plan, shown_revision=form.shown_revision, by=request.user, **form.facts)
    ):
        messages.success(request, _("Graduation plan saved."))
        return redirect(after(request, residency, "graduation"))
    return form_page(request, residency, form, _("Graduation plan"), "graduation")


@needs("residencies.keep_clocks", residency_or_404)
def release(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Put an alpha or beta release on record; the final live one is the move to live (EL-80)."""
    form = forms.ReleaseForm(request.POST or None, initial={"released_on": timezone.localdate()})
    if form.carried_out(lambda: actions.record_release(residency, **form.facts, by=request.user)):
        messages.success(request, _("Release recorded."))
        return redirect(after(request, residency, "graduation"))
    return form_page(request, residency, form, _("Record a release"), "graduation")


@needs("residencies.extend_graduation", residency_or_404)
def extend(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Give a live residency more time to graduate, or correct a day given by mistake (EL-83)."""
    form, follow = forms.ExtendForm(request.POST or None), tasks_that_follow(residency, Anchor.GRADUATION)
    if form.carried_out(lambda: actions.extend_graduation(residency, **form.facts, by=request.user)):
        params = {"due": day(residency.graduation_due_on), "to": day(form.cleaned_data["to_on"])}
        messages.success(request, _("The graduation date moved from %(due)s to %(to)s.") % params)
        if follow:
            messages.info(request, _tasks_moved(follow))
        return redirect(after(request, residency, "graduation"))
    lead = " ".join(filter(None, [_due_now(residency), _tasks_to_move(follow)]))
    return form_page(request, residency, form, _("Give more time to graduate"), "graduation", lead)


def _tasks_to_move(count: int) -> str:
    """Say how many due dates move with the new date."""
    if not count:
        return ""
    return ngettext("%(count)d open task will move with it.", "%(count)d open tasks will move with it.", count) % {"count": count}


def _tasks_moved(count: int) -> str:
    return ngettext("%(count)d open task moved with it.", "%(count)d open tasks moved with it.", count) % {"count": count}


def _due_now(residency: Residency) -> str:
    """When graduation is due, and how far back it may be corrected; "" without a clock."""
    if residency.live_on is None or residency.graduation_due_on is None:
        return ""
    first = first_due(residency.live_on)
    params = {"due": day(residency.graduation_due_on), "first": day(first)}
    if residency.graduation_due_on > first:
        return _("Graduation is now due on %(due)s. If that date is a mistake, you can correct it to any date from %(first)s.") % params
    return _("Graduation is now due on %(due)s.") % params


def form_page(request: HttpRequest, residency: Residency, form: forms.ActForm, title: str, tab: str, lead: str = "") -> HttpResponse:
    """A form on its own under a tab."""
    context = {
        "residency": residency,
        "tab": tab,
        "form": form,
        "title": title,
        "lead": lead,
        "next": return_url(request),
        "cancel": return_url(request) or reverse(tab, args=[residency.reference]),
    }
    return render(request, "residencies/form.html", context, status=form.status_or_422)


def after(request: HttpRequest, residency: Residency, tab: str) -> str:
    """Back to the refused step that sent here, or to the tab."""
    return return_url(request) or reverse(tab, args=[residency.reference])
