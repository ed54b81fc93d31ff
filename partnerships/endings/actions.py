"""Acts on how a partnership ends: criteria, evaluations of pilots, the decisions that fall due, and deciding (SP-06, SP-10, PB-27, PB-49).

Nothing ends automatically.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from acts.act import SYSTEM, Actor, account_of, act, part
from acts.revisions import Stale
from dates.plausible import not_happened
from findings import Refused, refuse
from ledger import subjects
from ledger.actions import append
from metrics.models import Metric, Observation
from oversight.checklists.actions import make_checklists
from partnerships.choices import Choice, CriterionKind, EvaluationKind, EvaluationResult, Stage
from partnerships.endings import mail
from partnerships.endings.rules import DAYS_TO_DECIDE, FACTORS, LONGEST, PARTS, SHORTEST, crossed_on, evaluation_days, open_factors
from partnerships.lifecycle.checklists import WINDING_UP
from partnerships.models import Arrangement, Decision, Partner, Partnership, PilotEvaluation, PilotReview, SunsetCriterion
from partnerships.models.endings import decision_waits
from spelling.clean import unsafe_link

# ── Criteria ─────────────────────────────────────────────────────────────────────────────────────


@act("partnerships.keep_partnership")
def add_criterion(
    partnership: Partnership,
    *,
    kind: str,
    text: str,
    by: Actor,
    on: datetime.date | None = None,
    metric: Metric | None = None,
    comparison: str = "",
    value: Decimal | None = None,
    for_months: int | None = None,
) -> SunsetCriterion:
    """Add a sunset criterion. Raises `Refused` (`criterion-incomplete`) if its kind needs more than was given."""
    subjects.lock(partnership.stream)
    needed: dict[str, tuple[Any, ...]] = {CriterionKind.DATE: (on,), CriterionKind.MEASURE: (metric, comparison, value, for_months)}
    if not text.strip() or any(part in (None, "") for part in needed.get(kind, ())):
        message = _("The criterion is incomplete.")
        raise refuse(
            "criterion-incomplete",
            message,
            _("For a date, enter the date. For a measure, enter the metric, the value and the number of readings."),
        )
    own: dict[str, dict[str, Any]] = {
        CriterionKind.DATE: {"on": on},
        CriterionKind.MEASURE: {"metric": metric, "comparison": comparison, "value": value, "for_months": for_months},
    }
    today = timezone.localdate()
    row = SunsetCriterion.objects.create(partnership=partnership, kind=kind, text=text.strip(), added_on=today, **own.get(kind, {}))
    append(partnership.stream, "criterion-added", by=by, facts={"criterion": row.text, "criterion_kind": kind})
    return row


@act("partnerships.keep_partnership", on="criterion.partnership")
def remove_criterion(criterion: SunsetCriterion, *, reason: str, by: Actor) -> SunsetCriterion:
    """Stop watching a criterion, with the reason. Raises `Refused` (`no-reason`, `decision-waits`)."""
    subjects.lock(criterion.partnership.stream)
    current = SunsetCriterion.objects.get(pk=criterion.pk)
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Give the reason it no longer applies."))
    if current.decisions.filter(choice="").exists():
        raise Refused([decision_waits()])
    current.removed_on = timezone.localdate()
    current.save(update_fields=["removed_on"])
    append(criterion.partnership.stream, "criterion-removed", by=by, facts={"criterion": current.text, "reason": reason.strip()})
    return current


# ── Falling due ──────────────────────────────────────────────────────────────────────────────────


@act("partnerships.keep_partnership", on="criterion.partnership")
def record_event(criterion: SunsetCriterion, *, met_on: datetime.date, by: Actor) -> Decision:
    """Record that the event of a criterion has happened: a decision is due in 30 days. Raises `Refused` (`decision-waits`, `not-an-event`)."""
    partnership = subjects.lock(criterion.partnership.stream)
    if criterion.kind != CriterionKind.EVENT or criterion.removed_on:
        raise refuse("not-an-event", _("The portal checks this criterion automatically."), _("You don’t need to record anything."))
    if criterion.decisions.filter(choice="").exists():
        raise Refused([decision_waits()])
    return _raise(partnership, criterion.text, met_on, by, criterion=criterion)


@act(system=SYSTEM, whole=False)
def raise_decisions(*, by: Actor) -> int:
    """Raise a decision for each criterion that is met, each review date that has come and each pilot that is over, once; returns how many.

    Days that passed while nothing ran are made up: what counts is whether the day has come, not whether it is today.
    """
    today = timezone.localdate()
    reviews = [(row.pk, None) for row in _reviews_due(today)]
    criteria = [(row.partnership_id, row.pk) for row in _watched() if _met_on(row, today)]
    raised = sum(_raise_once(partnership, criterion, today, by) for partnership, criterion in reviews + criteria)
    return raised + sum(_raise_for_pilot(row, by) for row in _pilots_over(today))


def _reviews_due(today: datetime.date) -> QuerySet[Partnership]:
    known = Decision.objects.filter(partnership=OuterRef("pk"), review_on=OuterRef("review_on"))
    return Partnership.objects.filter(~Exists(known), state=Stage.OPERATING, review_on__lte=today).order_by("pk")


def _watched() -> QuerySet[SunsetCriterion]:
    """Return the criteria that the portal watches itself, without those about which a decision waits."""
    waiting = Decision.objects.filter(criterion=OuterRef("pk"), choice="")
    rows = SunsetCriterion.objects.filter(~Exists(waiting), removed_on=None, partnership__state=Stage.OPERATING)
    return rows.exclude(kind=CriterionKind.EVENT).order_by("pk")


def _met_on(criterion: SunsetCriterion, today: datetime.date) -> datetime.date | None:
    """Return the day on which a criterion was met, not counting what was decided on already; None if it isn't."""
    last = criterion.decisions.order_by("-met_on").values_list("met_on", flat=True).first()
    if criterion.kind == CriterionKind.DATE:
        return criterion.on if criterion.on and criterion.on <= today and last is None else None
    readings = Observation.objects.current().filter(metric=criterion.metric_id, on__lte=today)
    if last:
        readings = readings.filter(on__gt=last)
    values = list(readings.order_by("on").values_list("on", "value"))
    return crossed_on(values, criterion.comparison, criterion.value or Decimal(0), criterion.for_months or 1)


@transaction.atomic
def _raise_once(partnership: int, criterion: int | None, today: datetime.date, by: Actor) -> bool:
    """Raise the decision if it is still due under the partnership's lock, because another worker may be doing the same."""
    row = subjects.lock(Partnership.objects.select_related("stream").get(pk=partnership).stream)
    if row.state != Stage.OPERATING:
        return False
    if criterion is None:
        if not row.review_on or row.review_on > today or row.decisions.filter(review_on=row.review_on).exists():
            return False
        occasion = _("The review date, %(day)s, has arrived") % {"day": date_format(row.review_on, "j F Y")}
        _raise(row, occasion, row.review_on, by, review_on=row.review_on)
        return True
    watched = _watched().filter(pk=criterion).first()
    met_on = _met_on(watched, today) if watched else None
    if watched is None or met_on is None:
        return False
    _raise(row, watched.text, met_on, by, criterion=watched)
    return True


def _pilots_over(today: datetime.date) -> QuerySet[PilotEvaluation]:
    """Return the final evaluations whose day has come and about which no decision was raised."""
    rows = PilotEvaluation.objects.filter(kind=EvaluationKind.FINAL, due_on__lte=today, decision=None)
    return rows.filter(arrangement__partnership__state=Stage.OPERATING).select_related("arrangement__partnership__stream").order_by("pk")


@transaction.atomic
def _raise_for_pilot(evaluation: PilotEvaluation, by: Actor) -> bool:
    return _raise_about(subjects.lock(evaluation.partnership.stream), evaluation, by)


def _raise_about(partnership: Partnership, evaluation: PilotEvaluation, by: Actor) -> bool:
    """Raise the decision about a pilot under its partnership's lock, unless there is one."""
    if partnership.state != Stage.OPERATING or Decision.objects.filter(evaluation=evaluation).exists():
        return False
    params = {"arrangement": evaluation.arrangement, "day": date_format(evaluation.due_on, "j F Y")}
    occasion = _("The pilot ends on %(day)s: %(arrangement)s") % params
    _raise(partnership, occasion[:300], min(evaluation.due_on, timezone.localdate()), by, evaluation=evaluation)
    return True


def _raise(partnership: Partnership, occasion: str, met_on: datetime.date, by: Actor, **about: Any) -> Decision:
    decision = Decision.objects.create(
        partnership=partnership, occasion=occasion, met_on=met_on, due_on=timezone.localdate() + DAYS_TO_DECIDE, **about
    )
    facts = {"occasion": decision.occasion, "met_on": met_on, "due": decision.due_on}
    append(partnership.stream, "decision-due", by=by, facts=facts)
    mail.decision_due(decision)
    return decision


# ── Deciding ─────────────────────────────────────────────────────────────────────────────────────


@act("partnerships.decide")
def decide(
    partnership: Partnership,
    *,
    choice: str,
    reason: str,
    by: Actor,
    decision: Decision | None = None,
    review_on: datetime.date | None = None,
) -> Decision:
    """Decide to continue, modify, expand or end a partnership; `decision` is one that waits, and `review_on` the next review.

    A decision to end gives the partnership its winding-up list; it ends by its own act. Raises `Refused`: `no-reason`,
    `no-next-review` if it goes on without a review ahead, `evaluation-open` for a pilot whose final evaluation lacks a finding,
    `decided-already`.
    """
    row = subjects.lock(partnership.stream)
    today = timezone.localdate()
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Give the reason for the decision. All partners can read it."))
    if choice != Choice.END and (review_on is None or review_on <= today):
        raise refuse("no-next-review", _("The next review date is missing."), _("Choose a future date for the next review."))
    current = _open(row, decision, today)
    current.choice, current.reason, current.decided_on, current.decided_by = choice, reason.strip(), today, account_of(by)
    current.save()
    if choice != Choice.END:
        row.review_on = review_on
    row.revision += 1
    row.save(update_fields=["review_on", "revision"])
    facts = {"choice": choice, "reason": current.reason, "occasion": current.occasion}
    append(row.stream, "decided", by=by, facts={**facts, **({"review_on": review_on} if choice != Choice.END else {})})
    if choice == Choice.END:
        make_checklists(row, WINDING_UP, by=by)
    return current


def _open(partnership: Partnership, decision: Decision | None, today: datetime.date) -> Decision:
    """Return the decision that waits, or a new one that the partners make of their own accord."""
    if decision is None:
        return Decision(partnership=partnership, occasion=_("Not prompted by a review or criterion"), met_on=today, due_on=today)
    current = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if not current.is_open:
        raise refuse("decided-already", _("This was already decided."), _("Reload the page to see what was decided."))
    if current.evaluation and (missing := open_factors(current.evaluation.findings)):
        names = ", ".join(str(factor.name) for factor in missing)
        message = _("The final evaluation isn’t complete. Missing: %(factors)s.") % {"factors": names}
        raise refuse("evaluation-open", message, _("Complete the final evaluation first, under Sunset and review."), "partnership-ending")
    return current


# ── Pilots ───────────────────────────────────────────────────────────────────────────────────────


@act("partnerships.keep_partnership", on="arrangement.partnership")
def set_pilot(arrangement: Arrangement, *, months: int, by: Actor) -> Arrangement:
    """Make an arrangement a pilot of some months, or change how many: its half-way and final evaluations are scheduled by that.

    One that was given stays on its day. Raises `Refused`: `pilot-length`, `pilot-evaluated` once the final evaluation was given.
    """
    partnership = subjects.lock(arrangement.partnership.stream)
    if not SHORTEST <= months <= LONGEST:
        message = _("A pilot lasts between %(least)d and %(most)d months.") % {"least": SHORTEST, "most": LONGEST}
        raise refuse("pilot-length", message, _("Enter its length in whole months."))
    current = Arrangement.objects.select_related("site", "partnership").get(pk=arrangement.pk)
    known = {row.kind: row for row in PilotEvaluation.objects.filter(arrangement=current)}
    final = known.get(EvaluationKind.FINAL)
    if final and (final.given_on or Decision.objects.filter(evaluation=final).exists()):
        raise refuse("pilot-evaluated", _("This pilot is over."), _("Record a decision. To go on, decide to continue or expand."))
    current.pilot_months = months
    current.save(update_fields=["pilot_months"])
    for kind, due_on in zip(EvaluationKind, evaluation_days(current.from_on, months), strict=True):
        row = known.get(kind) or PilotEvaluation(arrangement=current, kind=kind)
        if row.given_on is None:
            row.due_on = due_on
            row.save()
    append(partnership.stream, "pilot-planned", by=by, facts={"arrangement": str(current), "pilot_months": months})
    return current


@act("partnerships.keep_partnership", on="evaluation.partnership")
def evaluate(evaluation: PilotEvaluation, *, findings: Mapping[str, Mapping[str, str]], shown_revision: int, by: Actor) -> PilotEvaluation:
    """Save what an evaluation found so far. With the last factor it is given; of the final one, a decision is due then.

    Raises `Stale`, and `Refused`: `evaluation-decided` once it was decided on, `evaluation-result` for a result that doesn't exist.
    """
    partnership = subjects.lock(evaluation.partnership.stream)
    current = PilotEvaluation.objects.select_related("arrangement__site", "arrangement__partnership__stream").get(pk=evaluation.pk)
    given = {factor.code: {part: findings.get(factor.code, {}).get(part, "").strip() for part in PARTS} for factor in FACTORS}
    if current.revision != shown_revision:
        raise Stale(current, differing_findings(current, given))
    if Decision.objects.filter(evaluation=current).exclude(choice="").exists():
        message = _("The decision about this pilot has been recorded, so its evaluation stays as it is.")
        raise refuse("evaluation-decided", message, _("Read the decision under Sunset and review."))
    if any(each["result"] not in ("", *EvaluationResult.values) for each in given.values()):
        raise refuse("evaluation-result", _("A result isn’t one that can be chosen."), _("Choose one of the results offered."))
    current.findings = {code: each for code, each in given.items() if any(each.values())}
    missing = open_factors(current.findings)
    current.given_on, current.given_by = (None, None) if missing else (current.given_on or timezone.localdate(), account_of(by))
    current.revision += 1
    current.save()
    facts = {"evaluation": str(current), "missing": ", ".join(str(factor.name) for factor in missing)}
    append(partnership.stream, "pilot-evaluated", by=by, facts={name: value for name, value in facts.items() if value})
    if current.is_final and not missing:
        _raise_about(partnership, current, by)
    return current


@part
def differing_findings(current: PilotEvaluation, given: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[Any, Any]]:
    """Return the answers that differ, by the names of the form's fields."""
    pairs = {f"{part}_{code}": (current.findings.get(code, {}).get(part, ""), each[part]) for code, each in given.items() for part in PARTS}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@act("partnerships.review_pilot")
def add_review(partner: Partner, *, evaluation: PilotEvaluation, on: datetime.date, text: str, by: Actor, url: str = "") -> PilotReview:
    """Add a partner's own review to an evaluation. Raises `Refused`: `review-empty`, `partner-left`, and for a date ahead or what is no link."""
    subjects.lock(partner.partnership.stream)
    if not text.strip():
        raise refuse("review-empty", _("What the review found is missing."), _("Describe it in a few sentences."))
    if faults := list(not_happened(on, timezone.localdate(), since=None)):
        raise Refused(faults)
    if fault := unsafe_link(url) if url.strip() else None:
        raise Refused([fault])
    if evaluation.partnership.pk != partner.partnership_id or partner.left_on is not None:
        raise refuse("partner-left", _("This organization isn’t a partner."), _("Choose one of today’s partners."))
    review = PilotReview.objects.create(evaluation=evaluation, partner=partner, on=on, text=text.strip(), url=url.strip())
    facts = {"evaluation": str(evaluation), "organization": partner.organization.name}
    append(partner.partnership.stream, "pilot-reviewed", by=by, facts=facts)
    return review
