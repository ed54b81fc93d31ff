"""The way home: the clock, releases and the graduation plan."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from ledger.memory import remembered_html
from ledger.subjects import people_of
from oversight.checklists.actions import plan_task
from oversight.checklists.queries import tasks_that_follow
from oversight.models import Anchor, ChecklistItem
from oversight.trust.queries import open_plans
from people.identity import account_on
from people.models import User
from people.picker import Picker, people_to_choose
from residencies.fetch import residency_or_404
from residencies.graduation import actions, forms
from residencies.graduation.graduates import graduate_of
from residencies.graduation.plan import plan_of, plan_part_or_404
from residencies.lifecycle.journey import first_due
from residencies.lifecycle.team import kept_together, team_of
from residencies.models import Graduation, Residency
from residencies.models.states import State
from residencies.reference_data import figure
from web.access import needs
from web.acts import run
from web.forms import ActForm
from web.paging import without_account
from web.return_url import return_url
from web.templatetags.portal import day


@require_safe
@needs("residencies.view_residency", residency_or_404)
def graduation(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Show the clock, the releases and the graduation plan (EL-80 to EL-83)."""
    return _page(request, residency)


def _page(
    request: HttpRequest, residency: Residency, *, part: ChecklistItem | None = None, form: ActForm | None = None, status: int = 200
) -> HttpResponse:
    """Return the page of the plan; with `part`, that part's form is open in its place."""
    today = timezone.localdate()
    may = _may(account_on(request), residency)
    write = lambda: _parts(request, residency, today, may, part=part, form=form)
    which = "-".join(["graduation", *(act for act, allowed in may.items() if allowed)])
    main, clock = write() if form or request.GET else remembered_html(which, residency, today, write)
    context = {"residency": residency, "subject": residency, "tab": "graduation", "main": main, "clock": clock}
    return render(request, "residencies/graduation/graduation.html", context, status=status)


def _may(user: User, residency: Residency) -> dict[str, bool]:
    """Return what the account can do on the page, by the names its templates use."""
    under_way, live = residency.is_under_way, residency.state == State.LIVE
    return {
        "decides": under_way and user.has_perm("teams.edit_team", residency),
        "tells": residency.state == State.GRADUATED and user.has_perm("residencies.edit_graduation", residency),
        "keeps": under_way and user.has_perm("residencies.keep_clocks", residency),
        "corrects": live and user.has_perm("residencies.correct_release", residency),
        "extends": live and user.has_perm("residencies.extend_graduation", residency),
    }


def _parts(
    request: HttpRequest,
    residency: Residency,
    today: datetime.date,
    may: dict[str, bool],
    *,
    part: ChecklistItem | None,
    form: ActForm | None,
) -> list[str]:
    """Return the plan, and the clock with the releases, as HTML. With a form, it is the account's own."""
    members = team_of(residency, today) if residency.is_under_way else []
    context = {
        "request": request if form else without_account(request),
        "residency": residency,
        "plan": plan_of(residency, today),
        "part": part.pk if part else None,
        "form": form,
        "next": return_url(request),
        "cancel": f"{reverse('graduation', args=[residency.reference])}#{part.code}" if part else "",
        "releases": residency.releases.all(),
        "extensions": residency.extensions.select_related("by"),
        "members": members,
        "kept": kept_together(members),
        "undecided": [member for member in members if not member.is_decided],
        "graduate": graduate_of(residency, today) if residency.state == State.GRADUATED else None,
        "months_to_graduation": None if residency.live_on else figure("months_to_graduation", today),
        "not_open": open_plans(residency.stream) if residency.is_under_way else [],
        **may,
    }
    asker = request if form else None
    return [render_to_string(f"residencies/graduation/{name}.html", context, asker) for name in ("_main", "_clock")]


@needs("oversight.keep_task", plan_part_or_404)
def plan_part(request: HttpRequest, item: ChecklistItem) -> HttpResponse:
    """Edit a part of the plan in its place on the page (EL-81)."""
    residency = item.subject
    picker = Picker(request, lambda sought: people_to_choose(account_on(request), people_of(residency), sought))
    if picker.is_asked:
        return picker.answer()
    if not item.is_left or not residency.is_under_way:
        return redirect("task", residency.reference, item.pk)
    form = forms.PlanPartForm(request.POST or None, record=item, picker=picker)
    return run(
        request,
        form,
        lambda: plan_task(item, **form.plan, shown_revision=form.shown_revision, by=request.user),
        done=_("Saved: %(part)s.") % {"part": item},
        to=f"{reverse('graduation', args=[residency.reference])}#{item.code}",
        page=lambda status: _page(request, residency, part=item, form=form, status=form.status_or_422),
    )


@needs("residencies.edit_graduation", residency_or_404)
def story(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Write the story of a graduated residency, and where and when the ceremony is (EL-82)."""
    record = Graduation.objects.filter(residency=residency).first() or Graduation(residency=residency)
    form = forms.StoryForm(request.POST or None, record=record)
    if form.carried_out(lambda: actions.edit_graduation(residency, **form.facts, shown_revision=form.shown_revision, by=request.user)):
        messages.success(request, _("Story saved."))
        return redirect(after(request, residency, "graduation"))
    return form_page(request, residency, form, _("Story and ceremony"), "graduation")


@needs("residencies.keep_clocks", residency_or_404)
def release(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Put an alpha or beta release on record; the final live one is the move to live (EL-80)."""
    form = forms.ReleaseForm(request.POST or None, initial={"released_on": timezone.localdate()})
    if form.carried_out(lambda: actions.record_release(residency, **form.facts, by=request.user)):
        messages.success(request, _("Release recorded."))
        return redirect(after(request, residency, "graduation"))
    return form_page(request, residency, form, _("Record a release"), "graduation")


@needs("residencies.correct_release", residency_or_404)
def correct_release(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Correct the date of the final live release; the clock and due dates follow (EL-80)."""
    form = forms.CorrectReleaseForm(request.POST or None, record=residency)
    act = lambda: actions.correct_release(residency, **form.facts, shown_revision=form.shown_revision, by=request.user)
    if form.carried_out(act):
        params = {"on": day(form.result.live_on), "due": day(form.result.graduation_due_on)}
        messages.success(request, _("The final release is now dated %(on)s. Graduation is due %(due)s.") % params)
        return redirect(after(request, residency, "graduation"))
    lead = " ".join(filter(None, [_due_now(residency), _("If the release date changes, so does the date graduation is due.")]))
    return form_page(request, residency, form, _("Correct the date of the final release"), "graduation", lead)


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
