"""A residency's pages: overview, edits, history, and the mail that will go out about it."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.vary import vary_on_headers

from findings.tasks import tasks
from ledger.history_text import tell
from ledger.lifecycle import may_do
from outbox.catalogue.messages import occasion_label
from outbox.pages.forecast import Coming, coming
from people.identity import account_on
from people.models import Role, User
from residencies.fetch import residency_or_404
from residencies.intake.queries import drafting_of
from residencies.lifecycle import moves
from residencies.lifecycle import residency as residency_acts
from residencies.lifecycle.forms import words
from residencies.lifecycle.journey import frame_of
from residencies.lifecycle.moves import LIFECYCLE
from residencies.models import Residency
from residencies.models.states import State
from residencies.workspace.panels import earlier_application, end_story, panels
from web.access import needs
from web.forms import ActForm

# ── Forms ─────────────────────────────────────────────────────────────────────────────────────────


class EditForm(ActForm):
    verb = _("Save")
    product = forms.CharField(label=_("Product"), max_length=150)
    problem = words(_("The problem, in one sentence"), most=400)


class AssignForm(ActForm):
    verb = _("Assign")
    to = forms.ModelChoiceField(label=_("Lab lead"), queryset=User.objects.none(), required=False, empty_label=_("Not assigned"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lab = User.objects.filter(is_active=True, role_grants__to_at=None, role_grants__role__in=[Role.LAB_OPS, Role.LAB_LEAD])
        self.fields["to"].queryset = lab.distinct().order_by("name", "email")  # type: ignore[attr-defined]


# ── Pages ─────────────────────────────────────────────────────────────────────────────────────────


@needs("residencies.view_residency", residency_or_404)
def overview(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Where a residency stands, what is open, what comes next, whom to call (EL-06)."""
    today = timezone.localdate()
    ahead = moves.next_move(residency)
    check = frame_of(residency, today).check or (LIFECYCLE.check(ahead.verb, residency, today) if ahead else None)
    stands = moves.with_links_for(request.user, check, residency) if check else None
    context = {
        "residency": residency,
        "tab": "overview",
        "end": end_story(residency, account_on(request), today),
        "earlier": earlier_application(residency, account_on(request)),
        "ahead": ahead,
        "stands": stands,
        "tasks": [(task, may_do(task, residency, request.user)) for task in tasks(stands.findings)] if stands else [],
        "total": len(stands.met) + len(stands.findings) if stands else 0,
        "drafting": drafting_of(residency)
        if residency.state == State.IN_REVIEW and request.user.has_perm("residencies.view_review", residency)
        else None,
        "panels": panels(residency, today, sets_phase=request.user.has_perm("residencies.set_phase", residency)),
    }
    return render(request, "residencies/overview.html", context)


@needs("residencies.edit_residency", residency_or_404)
def edit(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Change product and problem; an edit that comes second shows both."""
    form = EditForm(request.POST or None, record=residency)
    if form.carried_out(
        lambda: residency_acts.edit_residency(residency, shown_revision=form.shown_revision, by=request.user, **form.facts)
    ):
        messages.success(request, gettext("Saved."))
        return redirect(residency)
    return _form_page(request, residency, form, gettext("Edit product and problem"))


@needs("residencies.assign", residency_or_404)
def assign(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Say who at the lab looks after the residency (EL-16)."""
    form = AssignForm(request.POST or None, initial={"to": residency.owner_id})
    if form.carried_out(lambda: residency_acts.assign(residency, to=form.cleaned_data["to"], by=request.user)):
        to = form.cleaned_data["to"]
        params = {"product": residency.product, "owner": to}
        messages.success(
            request,
            gettext("%(owner)s is now the lab lead for %(product)s.") % params
            if to
            else gettext("%(product)s no longer has a lab lead.") % params,
        )
        return redirect(residency)
    return _form_page(request, residency, form, gettext("Assign lab lead"))


def _form_page(request: HttpRequest, residency: Residency, form: ActForm, title: str) -> HttpResponse:
    context = {"residency": residency, "tab": "overview", "form": form, "title": title, "cancel": residency.get_absolute_url()}
    return render(request, "residencies/form.html", context, status=form.status_or_422)


EVENTS = 50


@needs("residencies.view_residency", residency_or_404)
def history(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Who did what and when, from the ledger alone (EL-06, EL-07)."""
    page = Paginator(residency.stream.events.order_by("-seq"), EVENTS).get_page(request.GET.get("page"))
    context = {"residency": residency, "tab": "history", "page": page, "events": [tell(event) for event in page]}
    return render(request, "residencies/history.html", context)


FIRST, AHEAD = 2, datetime.timedelta(days=92)


@needs("residencies.view_residency", residency_or_404)
@vary_on_headers("HX-Request")
def mail(request: HttpRequest, residency: Residency) -> HttpResponse:
    """What will go out in the next three months; to the overview the first two lines of it alone."""
    today = timezone.localdate()
    entries = mail_ahead(residency, today)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "residencies/_mail.html", {"residency": residency, "mail": entries[:FIRST], "left": len(entries[FIRST:])})
    context = {"residency": residency, "tab": "mail", "mail": entries, "until": today + AHEAD}
    return render(request, "residencies/mail.html", context)


def mail_ahead(residency: Residency, today: datetime.date) -> list[tuple[str, Coming]]:
    """What will go out about this residency if nothing changes until then: the occasion in words, the day, to how many (EL-60)."""
    if not residency.is_under_way:
        return []
    return [(occasion_label(entry.occasion), entry) for entry in coming(today, today + AHEAD, stream=residency.stream_id)]
