"""Pages of a subject's risks, with their ratings and next review dates (EL-73)."""

from __future__ import annotations

import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.subjects import Subject, subject_or_404
from oversight.barriers import actions, risks
from oversight.barriers.forms import CloseRiskForm, OwnerForm, RateForm, RiskDescribeForm, RiskForm
from oversight.barriers.pages import acted, list_of, page, picker_of, risk_or_404
from oversight.barriers.rules import REVIEW_DAYS
from oversight.models import Risk
from web.access import needs


def next_review(today: datetime.date) -> datetime.date:
    return today + datetime.timedelta(days=REVIEW_DAYS)


@needs("oversight.raise_barrier", subject_or_404)
def add(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Add a risk with its first rating."""
    form = RiskForm(request.POST or None, initial={"next_review_on": next_review(timezone.localdate())})
    act = lambda: risks.add_risk(subject, **form.facts, by=request.user)
    done = lambda risk: _("Risk added.")
    return acted(request, subject.stream, form, act, heading=_("Add a risk"), done=done, to=lambda risk: risk.get_absolute_url())


@needs("oversight.view_barrier", risk_or_404)
def risk(request: HttpRequest, risk: Risk) -> HttpResponse:
    """Show one risk and all its ratings."""
    may_keep = risk.is_open and risk.subject.is_under_way and request.user.has_perm("oversight.keep_barrier", risk)
    ratings = risk.ratings.select_related("rated_by")
    return page(request, "risk", risk.stream, risk=risk, ratings=ratings, may_keep=may_keep, list_url=list_of(risk.stream))


@needs("oversight.keep_barrier", risk_or_404)
def edit(request: HttpRequest, risk: Risk) -> HttpResponse:
    """Edit the description of a risk and the response to it."""
    form = RiskDescribeForm(request.POST or None, record=risk)
    act = lambda: risks.edit_risk(risk, shown_revision=form.shown_revision, by=request.user, **form.facts)
    return acted(request, risk.stream, form, act, heading=_("Describe the risk"), done=_("Saved."), to=risk.get_absolute_url())


@needs("oversight.keep_barrier", risk_or_404)
def assign(request: HttpRequest, risk: Risk) -> HttpResponse:
    """Choose the owner of a risk."""
    picker = picker_of(request, risk)
    if picker.is_asked:
        return picker.answer()
    form = OwnerForm(request.POST or None, picker=picker, record=risk)
    act = lambda: actions.assign_owner(risk, shown_revision=form.shown_revision, by=request.user, **form.facts)
    done = lambda row: _("%(name)s now owns this risk.") % {"name": row.owner}
    return acted(request, risk.stream, form, act, heading=_("Owner of the risk"), done=done, to=risk.get_absolute_url())


@needs("oversight.keep_barrier", risk_or_404)
def rate(request: HttpRequest, risk: Risk) -> HttpResponse:
    """Rate a risk again after something was done."""
    form = RateForm(request.POST or None, record=risk, review_on=next_review(timezone.localdate()))
    act = lambda: risks.rate_risk(risk, shown_revision=form.shown_revision, by=request.user, **form.facts)
    done = _("Rating saved. Earlier ratings stay on record.")
    return acted(request, risk.stream, form, act, heading=_("Rate the risk again"), done=done, to=risk.get_absolute_url())


@needs("oversight.keep_barrier", risk_or_404)
def close(request: HttpRequest, risk: Risk) -> HttpResponse:
    """Close a risk that is over or has happened."""
    form = CloseRiskForm(request.POST or None, record=risk)
    act = lambda: risks.close_risk(risk, shown_revision=form.shown_revision, by=request.user, **form.facts)
    return acted(request, risk.stream, form, act, heading=_("Close the risk"), done=_("Risk closed."), to=risk.get_absolute_url())
