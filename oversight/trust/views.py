"""Pages of a subject's trust and openness (EL-55, EL-57)."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.models import Stream
from ledger.subjects import Subject, kind_of, subject_of, subject_or_404
from oversight.models import DelayedApproval, OpennessPlan, Topic
from oversight.trust import actions, forms, openness
from oversight.trust.queries import people_to_choose, trust_of
from oversight.trust.rules import REVIEW_DAYS
from people.identity import account_on
from people.models import User
from web.access import needs
from web.acts import run

TAB = "trust"


def approval_or_404(user: User, reference: str, approval: int) -> DelayedApproval:
    subject = subject_or_404(user, reference)
    return _or_404(DelayedApproval.objects.filter(pk=approval, stream=subject.stream).first(), subject.stream)


def plan_or_404(user: User, reference: str, plan: int) -> OpennessPlan:
    subject = subject_or_404(user, reference)
    rows = OpennessPlan.objects.select_related("owner", "added_by")
    return _or_404(rows.filter(pk=plan, stream=subject.stream).first(), subject.stream)


def _or_404(row: Any, stream: Stream) -> Any:
    if row is None:
        raise Http404(_("This entry doesn’t exist, or your account doesn’t have access to it."))
    row.stream = stream
    return row


@needs("oversight.view_trust", subject_or_404)
def trust(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Show what was agreed, approvals that delay the team, and plans for what isn't open."""
    may_keep = subject.is_under_way and account_on(request).has_perm("oversight.keep_trust", subject)
    return _page(request, "trust", subject.stream, of=trust_of(subject.stream, timezone.localdate()), may_keep=may_keep)


@needs("oversight.keep_trust", subject_or_404)
def vision(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Record a vision and its outcomes; the form starts from what was agreed before."""
    before = trust_of(subject.stream, timezone.localdate()).vision
    initial = {"text": before.text, "outcomes": before.outcomes} if before else {}
    form = forms.VisionForm(request.POST or None, people=people_to_choose(subject), initial=initial)
    act = lambda: actions.record_statement(subject, topic=Topic.VISION, **form.facts, by=request.user)
    return _acted(request, subject.stream, form, act, heading=_("Vision and expected outcomes"), done=_("Vision recorded."))


@needs("oversight.keep_trust", subject_or_404)
def decisions(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Record what the product owner decides without asking."""
    before = trust_of(subject.stream, timezone.localdate()).decisions
    initial = {"text": before.text, "limit_cents": before.limit_cents} if before else {}
    form = forms.DecisionsForm(request.POST or None, people=people_to_choose(subject), initial=initial)
    act = lambda: actions.record_statement(subject, topic=Topic.DECISIONS, **form.facts, by=request.user)
    heading = _("What the product owner decides without asking")
    return _acted(request, subject.stream, form, act, heading=heading, done=_("Agreement recorded."))


@needs("oversight.keep_trust", subject_or_404)
def add_approval(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Add an approval that delays the team."""
    form = forms.ApprovalForm(request.POST or None, initial={"since": timezone.localdate()})
    act = lambda: actions.add_approval(subject, **form.facts, by=request.user)
    done = _("Approval added. If it’s still waiting after a sprint, the lab will see it on Home.")
    return _acted(request, subject.stream, form, act, heading=_("Add an approval that delays the team"), done=done)


@needs("oversight.keep_trust_entry", approval_or_404)
def edit_approval(request: HttpRequest, approval: DelayedApproval) -> HttpResponse:
    """Change an approval that is still open."""
    form = forms.EditApprovalForm(request.POST or None, record=approval)
    act = lambda: actions.edit_approval(approval, shown_revision=form.shown_revision, by=request.user, **form.facts)
    return _acted(request, approval.stream, form, act, heading=_("Edit the approval"), done=_("Saved."))


@needs("oversight.keep_trust_entry", approval_or_404)
def resolve_approval(request: HttpRequest, approval: DelayedApproval) -> HttpResponse:
    """Record when and how an approval was resolved."""
    form = forms.ResolveForm(request.POST or None, record=approval, initial={"resolved_on": timezone.localdate()})
    act = lambda: actions.resolve_approval(approval, shown_revision=form.shown_revision, by=request.user, **form.facts)
    return _acted(request, approval.stream, form, act, heading=approval.what, done=_("Approval resolved."))


@needs("oversight.keep_trust", subject_or_404)
def add_plan(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Add a plan for something that isn't open."""
    form = forms.PlanForm(request.POST or None, people=people_to_choose(subject), initial={"next_review_on": _next_review()})
    act = lambda: openness.add_plan(subject, **form.facts, by=request.user)
    done = _("Plan added. The owner gets a reminder when it is due for review.")
    return _acted(request, subject.stream, form, act, heading=_("Add a plan for openness"), done=done)


@needs("oversight.view_trust_entry", plan_or_404)
def plan(request: HttpRequest, plan: OpennessPlan) -> HttpResponse:
    """Show one plan with its reviews."""
    may_keep = plan.is_open and plan.subject.is_under_way and request.user.has_perm("oversight.keep_trust_entry", plan)
    reviews = plan.reviews.select_related("reviewed_by")
    return _page(request, "plan", plan.stream, plan=plan, reviews=reviews, may_keep=may_keep, is_late=plan.is_review_overdue)


@needs("oversight.keep_trust_entry", plan_or_404)
def edit_plan(request: HttpRequest, plan: OpennessPlan) -> HttpResponse:
    """Change a plan, its owner or its dates."""
    form = forms.EditPlanForm(request.POST or None, record=plan, people=people_to_choose(plan.subject, plan.owner))
    act = lambda: openness.edit_plan(plan, shown_revision=form.shown_revision, by=request.user, **form.facts)
    return _acted(request, plan.stream, form, act, heading=_("Edit the plan"), done=_("Saved."), to=plan.get_absolute_url())


@needs("oversight.keep_trust_entry", plan_or_404)
def review_plan(request: HttpRequest, plan: OpennessPlan) -> HttpResponse:
    """Record a review of a plan."""
    form = forms.ReviewForm(request.POST or None, record=plan, review_on=_next_review())
    act = lambda: openness.review_plan(plan, shown_revision=form.shown_revision, by=request.user, **form.facts)
    return _acted(
        request, plan.stream, form, act, heading=_("Review the plan"), done=_("Review recorded."), to=plan.get_absolute_url(), plan=plan
    )


@needs("oversight.keep_trust_entry", plan_or_404)
def close_plan(request: HttpRequest, plan: OpennessPlan) -> HttpResponse:
    """Close a plan."""
    form = forms.ClosePlanForm(request.POST or None, record=plan)
    act = lambda: openness.close_plan(plan, shown_revision=form.shown_revision, by=request.user, **form.facts)
    return _acted(request, plan.stream, form, act, heading=_("Close the plan"), done=_("Plan closed."), plan=plan)


def _next_review() -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=REVIEW_DAYS)


def _frame(stream: Stream) -> dict[str, Any]:
    subject = subject_of(stream)
    return {"base": kind_of(stream).base, "subject": subject, stream.kind: subject, "tab": TAB}


def _page(request: HttpRequest, name: str, stream: Stream, **context: Any) -> HttpResponse:
    return render(request, f"oversight/trust/{name}.html", _frame(stream) | context)


def _acted(request: HttpRequest, stream: Stream, form: forms.ActForm, act: Any, *, heading: str, done: str, to: str = "", **more: Any) -> HttpResponse:  # fmt: skip
    """Show `form` in the subject's frame; when it is valid, run `act` and go to `to`, by default the page on trust."""
    back = to or reverse(TAB, args=[subject_of(stream).reference])
    return run(
        request, form, act, done=done, to=back, page="oversight/trust/act.html", heading=heading, back=back, **_frame(stream), **more
    )
