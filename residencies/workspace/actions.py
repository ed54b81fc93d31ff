"""The coaching phases and the signs that staff tick (EL-05)."""

from __future__ import annotations

import datetime

from django.utils import timezone

from acts.act import Actor, account_of, act
from findings import Refused
from ledger.actions import append
from residencies.lifecycle.journey import began_on
from residencies.lifecycle.rules import phase_day_faults
from residencies.models import PhaseSign, PhaseSpan, Residency
from residencies.models.states import SIGNS


@act("residencies.set_phase")
def enter_phase(residency: Residency, phase: str, *, on: datetime.date, by: Actor, note: str = "") -> Residency:
    """Move to another coaching phase from `on`; entering the present one changes nothing.

    Raises `Refused` for a day to come, one before the residency began, and one before the phase that it follows.
    """
    residency = Residency.objects.select_for_update(of=("self",)).get(pk=residency.pk)
    if residency.phase == phase:
        return residency
    open_span = PhaseSpan.objects.filter(residency=residency, to_on=None).first()
    faults = list(
        phase_day_faults(on, timezone.localdate(), began_on=began_on(residency), follows=open_span.from_on if open_span else None)
    )
    if faults:
        raise Refused(faults)
    if open_span:
        open_span.to_on = on
        open_span.save(update_fields=["to_on"])
    PhaseSpan.objects.create(residency=residency, phase=phase, from_on=on)
    before, residency.phase = residency.phase, phase
    residency.save(update_fields=["phase"])
    append(residency.stream, "phase-entered", by=by, facts={"from": before, "to": phase, "on": on, "note": note})
    return residency


@act("residencies.set_phase")
def tick_sign(residency: Residency, sign: str, *, note: str, by: Actor) -> PhaseSign:
    """Record that a condition of entry or a success sign holds; twice is once. Raises KeyError for an unknown sign."""
    if sign not in {known.code for known in SIGNS}:
        raise KeyError(sign)
    row, is_new = PhaseSign.objects.get_or_create(
        residency=residency, sign=sign, to_at=None, defaults={"note": note.strip(), "by": account_of(by)}
    )
    if is_new:
        append(residency.stream, "sign-ticked", by=by, facts={"sign": sign, "note": note.strip()})
    return row


@act("residencies.set_phase")
def untick_sign(residency: Residency, sign: str, *, by: Actor) -> None:
    """It no longer holds; that it did stays on record."""
    if PhaseSign.objects.filter(residency=residency, sign=sign, to_at=None).update(to_at=timezone.now()):
        append(residency.stream, "sign-unticked", by=by, facts={"sign": sign})
