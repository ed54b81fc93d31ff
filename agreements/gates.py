"""What the lifecycle asks of agreements: reads facts, calls rules, never writes."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils.translation import gettext as _

from agreements import rules
from agreements.models import Agreement, AgreementVersion, PaperAgreement, State
from agreements.standing import missing
from findings import Finding


def in_force(subject: Any, on: datetime.date) -> list[Finding]:
    """An agreement about `subject` is in force; else what is missing, party by party (EL-31)."""
    versions = AgreementVersion.objects.filter(agreement__stream=subject.stream, agreement__voided_at=None).exclude(state=State.VOID)
    by_state = {version.state: version for version in versions.select_related("agreement__template_version").order_by("pk")}
    circulated, paper = by_state.get(State.CIRCULATED), _on_paper(subject)
    held = State.IN_FORCE in by_state or bool(paper and paper.is_in_force)
    facts = rules.StandFacts(
        any_made=bool(by_state),
        in_force=held,
        circulated=circulated is not None,
        missing=missing(circulated) if circulated and not held else (),
        paper_waits=bool(paper and not by_state),
    )
    return list(rules.before_relying_on(facts))


def _on_paper(subject: Any) -> PaperAgreement | None:
    """The scan on record about `subject`, confirmed or not."""
    return PaperAgreement.objects.current().filter(stream=subject.stream).select_related("recorded_by", "confirmed_by").first()


def _in_force_how(subject: Any) -> str:
    """How the agreement is in force: one signed on paper says so, and who vouches for the scan."""
    signed_here = AgreementVersion.objects.filter(agreement__stream=subject.stream, state=State.IN_FORCE).exists()
    paper = None if signed_here else _on_paper(subject)
    return _("The agreement is in force. %(label)s") % {"label": paper.label} if paper else ""


in_force.holds = _in_force_how  # type: ignore[attr-defined]


def _paper_holds(subject: Any) -> bool:
    return PaperAgreement.objects.in_force().filter(stream=subject.stream).exists()


def not_void(subject: Any, on: datetime.date) -> list[Finding]:
    """An agreement about `subject` that was made void has been replaced by one that is in force (EL-33)."""
    agreements = Agreement.objects.filter(stream=subject.stream)
    facts = rules.VoidFacts(
        voided=agreements.exclude(voided_at=None).exists(),
        in_force=AgreementVersion.objects.filter(agreement__in=agreements, state=State.IN_FORCE).exists() or _paper_holds(subject),
        made_anew=agreements.filter(voided_at=None).exists(),
    )
    return list(rules.after_void(facts))
