"""What the lifecycle asks of agreements: reads facts, calls rules, never writes."""

from __future__ import annotations

import datetime
from typing import Any

from agreements import rules
from agreements.models import Agreement, AgreementVersion, State
from agreements.standing import missing
from findings import Finding


def in_force(subject: Any, on: datetime.date) -> list[Finding]:
    """An agreement about `subject` is in force; else what is missing, party by party (EL-31)."""
    versions = AgreementVersion.objects.filter(agreement__stream=subject.stream, agreement__voided_at=None).exclude(state=State.VOID)
    by_state = {version.state: version for version in versions.select_related("agreement__template_version").order_by("pk")}
    circulated = by_state.get(State.CIRCULATED)
    facts = rules.StandFacts(
        any_made=bool(by_state),
        in_force=State.IN_FORCE in by_state,
        circulated=circulated is not None,
        missing=missing(circulated) if circulated and State.IN_FORCE not in by_state else (),
    )
    return list(rules.before_relying_on(facts))


def not_void(subject: Any, on: datetime.date) -> list[Finding]:
    """An agreement about `subject` that was made void has been replaced by one that is in force (EL-33)."""
    made = Agreement.objects.filter(stream=subject.stream)
    facts = rules.VoidFacts(
        voided=made.exclude(voided_at=None).exists(),
        in_force=AgreementVersion.objects.filter(agreement__in=made, state=State.IN_FORCE).exists(),
        made_anew=made.filter(voided_at=None).exists(),
    )
    return list(rules.after_void(facts))
