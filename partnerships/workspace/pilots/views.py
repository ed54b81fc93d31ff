"""Pages of a pilot: making an arrangement one, its evaluations with the figures on record, and partners' own reviews (SP-10, PB-49)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.cases.drafting import Record, figures_of
from partnerships.choices import EvaluationResult
from partnerships.endings import actions
from partnerships.endings.forms import EvaluationForm, PilotForm, ReviewForm
from partnerships.endings.rules import FACTORS, open_factors
from partnerships.fetch import part_or_404, partner_or_404, partnership_or_404
from partnerships.models import Arrangement, Decision, Partner, Partnership, PilotEvaluation, PilotReview
from people.models import User
from web.access import needs
from web.acts import run

PAGE = "partnerships/act.html"
TAB = "ending"


def arrangement_or_404(user: User, reference: str, arrangement: int) -> Arrangement:
    return part_or_404(Arrangement.objects.select_related("site"), user, reference, pk=arrangement)


def evaluation_or_404(user: User, reference: str, evaluation: int) -> PilotEvaluation:
    """Return an evaluation with its arrangement and its partnership; two queries."""
    partnership = partnership_or_404(user, reference)
    rows = PilotEvaluation.objects.select_related("arrangement__site", "given_by")
    row = get_object_or_404(rows, arrangement__partnership=partnership, pk=evaluation)
    row.arrangement.partnership = partnership
    return row


@dataclass(frozen=True)
class Reviewer:
    """A partner, and the evaluation to which it adds its own review."""

    partner: Partner
    evaluation: PilotEvaluation

    @property
    def pk(self) -> int:
        """The partner's key: who may review for it is asked by that."""
        return self.partner.pk

    @property
    def partnership(self) -> Partnership:
        return self.partner.partnership


def reviewer_or_404(user: User, reference: str, evaluation: int, partner: int) -> Reviewer:
    return Reviewer(partner_or_404(user, reference, partner), evaluation_or_404(user, reference, evaluation))


@needs("partnerships.keep_partnership", arrangement_or_404)
def pilot(request: HttpRequest, arrangement: Arrangement) -> HttpResponse:
    """Make an arrangement a pilot, or change how long it takes."""
    form = PilotForm(request.POST or None, initial={"months": arrangement.pilot_months or 12})
    act = lambda: actions.set_pilot(arrangement, **form.facts, by=request.user)
    context = {
        "partnership": arrangement.partnership,
        "tab": "sites",
        "heading": _("Pilot: %(arrangement)s") % {"arrangement": arrangement},
    }
    to = reverse("partnership-ending", args=[arrangement.partnership.reference])
    return run(request, form, act, done=_("The half-way and final evaluations are scheduled."), to=to, page=PAGE, **context)


@needs("partnerships.view_partnership", evaluation_or_404)
def evaluation(request: HttpRequest, evaluation: PilotEvaluation) -> HttpResponse:
    """Show what an evaluation found, partners' own reviews, and the decision; three queries."""
    partnership, user = evaluation.partnership, request.user
    under_way = partnership.is_under_way
    decision = Decision.objects.filter(evaluation=evaluation).select_related("decided_by").first()
    partners = partnership.partners.filter(left_on=None).select_related("organization").order_by("pk")
    reviews = PilotReview.objects.filter(evaluation=evaluation).select_related("partner__organization")
    decided = decision is not None and not decision.is_open
    context = _frame(evaluation) | {
        "factors": _factors(evaluation),
        "missing": open_factors(evaluation.findings),
        "late": evaluation.is_late(timezone.localdate()),
        "reviews": list(reviews),
        "reviewers": [row for row in partners if under_way and user.has_perm("partnerships.review_pilot", row)],
        "decision": decision,
        "may_keep": under_way and not decided and user.has_perm("partnerships.keep_partnership", partnership),
        "may_decide": decision is not None and decision.is_open and user.has_perm("partnerships.decide", partnership),
    }
    return render(request, "partnerships/pilots/evaluation.html", context)


def _frame(evaluation: PilotEvaluation) -> dict[str, Any]:
    return {"partnership": evaluation.partnership, "tab": TAB, "evaluation": evaluation}


def _figures(evaluation: PilotEvaluation) -> list[dict[str, str]]:
    """Return the latest figures on record at the pilot's site, and the partnership's measures; five queries at most."""
    site = evaluation.arrangement.site
    return figures_of(Record(evaluation.partnership, [], [site] if site else [], []))


def _factors(evaluation: PilotEvaluation) -> list[tuple[Any, dict[str, str], str]]:
    """Return each factor with what was found about it, and its result in words."""
    rows = [(factor, evaluation.findings.get(factor.code, {})) for factor in FACTORS]
    return [(factor, parts, str(EvaluationResult(parts["result"]).label) if parts.get("result") else "") for factor, parts in rows]


@needs("partnerships.keep_partnership", evaluation_or_404)
def evaluate(request: HttpRequest, evaluation: PilotEvaluation) -> HttpResponse:
    """Record what an evaluation found, beside the figures on record."""
    form = EvaluationForm(request.POST or None, record=evaluation)
    act = lambda: actions.evaluate(evaluation, findings=form.answers, shown_revision=form.shown_revision, by=request.user)
    return run(
        request,
        form,
        act,
        done=_evaluated,
        to=evaluation.get_absolute_url(),
        page="partnerships/pilots/evaluate.html",
        figures=_figures(evaluation),
        **_frame(evaluation),
    )


def _evaluated(row: PilotEvaluation) -> str:
    if missing := open_factors(row.findings):
        return _("Saved. Still missing: %(factors)s.") % {"factors": ", ".join(str(factor.name) for factor in missing)}
    if row.is_final:
        return _("The final evaluation is complete. Now record the decision to continue, modify, expand or end.")
    return _("The half-way evaluation is complete.")


@needs("partnerships.review_pilot", reviewer_or_404)
def review(request: HttpRequest, reviewer: Reviewer) -> HttpResponse:
    """Add a partner's own review."""
    form = ReviewForm(request.POST or None, initial={"on": timezone.localdate()})
    act = lambda: actions.add_review(reviewer.partner, evaluation=reviewer.evaluation, **form.facts, by=request.user)
    heading = _("Review by %(partner)s: %(evaluation)s") % {
        "partner": reviewer.partner,
        "evaluation": reviewer.evaluation.get_kind_display(),
    }
    context = {"partnership": reviewer.partnership, "tab": TAB, "heading": heading}
    return run(request, form, act, done=_("Review added."), to=reviewer.evaluation.get_absolute_url(), page=PAGE, **context)
