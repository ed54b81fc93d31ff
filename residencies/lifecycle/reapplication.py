"""Applying again after an early end, with the facts that were given before (EL-85)."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, act
from findings import refuse
from ledger.actions import append
from residencies.lifecycle.residency import area_busy, begin
from residencies.models import Condition, Evidence, Intake, Membership, Need, PhaseSpan, Reapplication, Residency
from residencies.models.states import State

EARLY_ENDS = (State.PIVOTED, State.WITHDRAWN, State.DECLINED)


FACTS = [
    field.name for field in Intake._meta.concrete_fields if field.name not in ("id", "residency", "revision")
]  # what the program area said; what the lab found isn't in this table


@act("residencies.apply_again")
def apply_again(earlier: Residency, *, by: Actor) -> Residency:
    """Start a new application with the facts of one that was pivoted, withdrawn or declined (EL-85, EL-02).

    Carries over the product, the problem, the brief with its needs, the case and evidence for each condition, the program area's
    accounts and the lab lead, but no findings, questions or decisions. Each of the two names the other. Raises `Refused`:
    `not-ended-early`, or `area-busy` while the program area has a residency under way; nothing is written then.
    """
    earlier = Residency.objects.select_for_update(of=("self",)).select_related("stream", "program_area__ministry").get(pk=earlier.pk)
    if earlier.state not in EARLY_ENDS:
        raise refuse(
            "not-ended-early",
            _("Only a program area whose residency was pivoted, withdrawn or declined can apply again."),
            _("Start a new application instead."),
        )
    try:
        with transaction.atomic():
            residency = begin(earlier.program_area, earlier.product, earlier.problem, owner=earlier.owner)
    except IntegrityError as clash:
        if busy := area_busy(earlier.program_area):
            raise busy from clash
        raise
    PhaseSpan.objects.create(residency=residency, phase=residency.phase, from_on=timezone.localdate())
    Reapplication.objects.create(residency=residency, earlier=earlier)
    _carry_over(earlier, residency)
    facts = {"reference": residency.reference, "product": residency.product, "earlier": earlier.reference}
    append(residency.stream, "intake-started", by=by, to_state=residency.state, facts=facts)
    append(earlier.stream, "applied-again", by=by, facts={"later": residency.reference})
    # Read again: what `begin` made is empty, and the caller's copy would keep it.
    return Residency.objects.select_related("stream", "program_area__ministry").get(pk=residency.pk)


def _carry_over(earlier: Residency, residency: Residency) -> None:
    """Copy what the program area has given, and who works on it."""
    Intake.objects.filter(residency=residency).update(**_values(earlier.intake, FACTS))
    intake = Intake.objects.get(residency=residency)
    Need.objects.bulk_create(
        Need(intake=intake, **_values(need, ["statement", "impediment", "cause", "evidence"]))
        for need in earlier.intake.needs.order_by("pk")
    )
    conditions = {condition.number: condition for condition in Condition.objects.filter(residency=residency)}
    for condition in earlier.conditions.all():
        conditions[condition.number].case = condition.case
    Condition.objects.bulk_update(conditions.values(), ["case"])
    # A file is stored once: both rows name it, and it is deleted with neither (labportal/tasks.py).
    kept = ["title", "url", "file", "file_name", "content_type", "size_bytes", "sha256", "added_by_id", "added_at"]
    Evidence.objects.bulk_create(
        Evidence(condition=conditions[row.condition.number], **_values(row, kept))
        for row in Evidence.objects.filter(condition__residency=earlier, withdrawn_at=None).select_related("condition").order_by("pk")
    )
    accounts = Membership.objects.filter(residency=earlier, to_at=None, user__is_active=True).values_list("user", flat=True)
    Membership.objects.bulk_create(Membership(residency=residency, user_id=account) for account in accounts)


def _values(row: Any, names: list[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
