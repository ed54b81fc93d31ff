"""Start a coaching phase (EL-05). Its entry conditions and success signs are ticked as items of a checklist."""

from __future__ import annotations

import datetime

from django.utils import timezone

from acts.act import Actor, act
from findings import Refused
from ledger.actions import append
from residencies.lifecycle.journey import began_on
from residencies.lifecycle.phases import rules
from residencies.lifecycle.phases.queries import unmet_entry
from residencies.models import PhaseSpan, Residency


@act("residencies.set_phase")
def enter_phase(residency: Residency, phase: str, *, on: datetime.date, by: Actor, note: str = "") -> Residency:
    """Start another coaching phase on a day; starting the current one changes nothing.

    A note is required if not all entry conditions of the phase are ticked, or if it comes before the current one. Raises `Refused`:
    `day-to-come`, `day-too-early` for a day before the application or before the current phase started, `phase-no-note`, `ended`.
    """
    # Ticks lock the residency too, so that none changes until this is saved.
    residency = Residency.objects.select_for_update(of=("self",)).get(pk=residency.pk)
    if residency.phase == phase:
        return residency
    current = PhaseSpan.objects.filter(residency=residency, to_on=None).first()
    unmet = unmet_entry(residency, phase)
    faults = [
        *rules.day_faults(
            on, timezone.localdate(), began_on=began_on(residency), follows=current.from_on if current else None
        ),
        *rules.note_faults(note, unmet=len(unmet), back=rules.goes_back(residency.phase, phase)),
    ]  # fmt: skip
    if faults:
        raise Refused(faults)
    PhaseSpan.objects.filter(residency=residency, to_on=None).update(to_on=on)
    PhaseSpan.objects.create(residency=residency, phase=phase, from_on=on, note=note.strip())
    before, residency.phase = residency.phase, phase
    residency.save(update_fields=["phase"])
    facts = {"from": before, "to": phase, "on": on, "note": note.strip(), **({"unmet": unmet} if unmet else {})}
    append(residency.stream, "phase-entered", by=by, facts=facts)
    return residency
