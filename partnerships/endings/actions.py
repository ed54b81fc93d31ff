"""Acts on how a partnership ends: criteria, the decisions that fall due, and deciding (SP-06, PB-27). Nothing ends automatically."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from acts.act import SYSTEM, Actor, account_of, act
from findings import Refused, refuse
from ledger import subjects
from ledger.actions import append
from metrics.models import Metric, Observation
from oversight.checklists.actions import make_checklists
from partnerships.choices import Choice, CriterionKind, Stage
from partnerships.endings import mail
from partnerships.endings.rules import DAYS_TO_DECIDE, crossed_on
from partnerships.lifecycle.checklists import WINDING_UP
from partnerships.models import Decision, Partnership, SunsetCriterion
from partnerships.models.endings import decision_waits

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
    """Raise a decision for each criterion that is met and each review date that has come, once; returns how many.

    Days that passed while nothing ran are made up: what counts is whether the day has come, not whether it is today.
    """
    today = timezone.localdate()
    reviews = [(row.pk, None) for row in _reviews_due(today)]
    criteria = [(row.partnership_id, row.pk) for row in _watched() if _met_on(row, today)]
    return sum(_raise_once(partnership, criterion, today, by) for partnership, criterion in reviews + criteria)


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
    `no-next-review` if it goes on without a review ahead, `decided-already`.
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
    return current
