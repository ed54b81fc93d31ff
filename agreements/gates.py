"""What the lifecycle asks of agreements: reads facts, calls rules, never writes."""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext as _

from agreements.models import Agreement, AgreementVersion, Decline, PaperAgreement, Party, PartyRole, Signature, State
from agreements.versions import rules as versions_rules
from agreements.versions.progress import missing
from findings import Finding
from ledger.models import Stream
from residencies.listing import obstacles
from residencies.models import Residency
from residencies.models.states import State as Stage


def in_force(subject: Any, on: datetime.date) -> list[Finding]:
    """An agreement about `subject` is in force; else what is missing, party by party (EL-31)."""
    versions = AgreementVersion.objects.filter(agreement__stream=subject.stream, agreement__voided_at=None).exclude(state=State.VOID)
    by_state = {version.state: version for version in versions.select_related("agreement__template_version").order_by("pk")}
    circulated, paper = by_state.get(State.CIRCULATED), _on_paper(subject)
    held = State.IN_FORCE in by_state or bool(paper and paper.is_in_force)
    facts = versions_rules.StandFacts(
        any_made=bool(by_state),
        in_force=held,
        circulated=circulated is not None,
        missing=missing(circulated) if circulated and not held else (),
        paper_waits=bool(paper and not by_state),
    )
    return list(versions_rules.before_relying_on(facts))


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
    facts = versions_rules.VoidFacts(
        voided=agreements.exclude(voided_at=None).exists(),
        in_force=AgreementVersion.objects.filter(agreement__in=agreements, state=State.IN_FORCE).exists() or _paper_holds(subject),
        made_anew=agreements.filter(voided_at=None).exists(),
    )
    return list(versions_rules.after_void(facts))


RELIED_ON = (Stage.IN_RESIDENCE, Stage.LIVE)


def of_agreements(residencies: list[Residency], on: datetime.date) -> dict[int, list[Finding]]:
    """What their agreements put in the way of each of `residencies`, by how far it is; two queries."""
    stands = _stands(residencies)
    before = [residency for residency in residencies if residency.state == Stage.AGREEMENT]
    after = [residency for residency in residencies if residency.state in RELIED_ON]
    return _before_relying_on(before, stands) | _after_void(after, stands)


def in_the_way(residencies: list[Residency], on: datetime.date) -> dict[int, list[Finding]]:
    """What keeps the agreement of each of `residencies` from being in force, as the gate would say it; two queries."""
    return _before_relying_on(residencies, _stands(residencies))


def without_agreement(residencies: list[Residency], on: datetime.date) -> dict[int, list[Finding]]:
    """Those that began under an agreement which was made void, and have none in force (EL-33); one query."""
    return _after_void(residencies, _stands(residencies))


def _stands(residencies: list[Residency]) -> dict[int, Any]:
    """Which agreements there are of each stream, here and on paper: one query, whatever is asked of them after."""
    agreements = Agreement.objects.filter(stream=OuterRef("pk"))
    papers = PaperAgreement.objects.filter(stream=OuterRef("pk"))
    streams = Stream.objects.filter(pk__in=[residency.stream_id for residency in residencies]).annotate(
        voided=Exists(agreements.exclude(voided_at=None)),
        made_anew=Exists(agreements.current()),
        held=Exists(AgreementVersion.objects.filter(agreement__stream=OuterRef("pk"), state=State.IN_FORCE)),
        paper=Exists(papers.current()),
        paper_in_force=Exists(papers.in_force()),
    )
    return {stream.pk: stream for stream in streams}


def _before_relying_on(residencies: list[Residency], stands: dict[int, Any]) -> dict[int, list[Finding]]:
    roles: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in _roles([residency.stream_id for residency in residencies]):
        roles[row["version__agreement__stream"]].append(row)
    return {r.pk: list(versions_rules.before_relying_on(_facts(roles[r.stream_id], stands[r.stream_id]))) for r in residencies}


def _after_void(residencies: list[Residency], stands: dict[int, Any]) -> dict[int, list[Finding]]:
    facts = {r.pk: stands[r.stream_id] for r in residencies}
    return {
        pk: list(versions_rules.after_void(versions_rules.VoidFacts(stand.voided, stand.held or stand.paper_in_force, stand.made_anew)))
        for pk, stand in facts.items()
    }


def _roles(streams: list[int]) -> Any:
    """Every role of every version that counts, with who fills it now and whether it has signed."""
    signed = Signature.objects.filter(version=OuterRef("version__content_sha256"), role=OuterRef("role"))
    holder = Party.objects.filter(agreement=OuterRef("version__agreement"), role=OuterRef("role"), to_at=None)
    declined = Decline.objects.filter(
        invitation__version=OuterRef("version"),
        invitation__revoked_at=None,
        invitation__party__role=OuterRef("role"),
        invitation__party__to_at=None,
    )
    rows = PartyRole.objects.filter(version__agreement__stream__in=streams, version__agreement__voided_at=None)
    return (
        rows.exclude(version__state=State.VOID)
        .annotate(signed=Exists(signed), declined=Exists(declined), holder=Subquery(holder.values("person__name")[:1]))
        .order_by("version", "position")
        .values("version__agreement__stream", "version__state", "label", "must_sign", "signed", "declined", "holder")
    )


def _facts(roles: list[dict[str, Any]], stand: Any) -> versions_rules.StandFacts:
    states = {role["version__state"] for role in roles}
    asked = [role for role in roles if role["version__state"] == State.CIRCULATED and role["must_sign"] and not role["signed"]]
    in_force = State.IN_FORCE in states or stand.paper_in_force
    return versions_rules.StandFacts(
        any_made=bool(roles),
        in_force=in_force,
        circulated=State.CIRCULATED in states,
        paper_waits=stand.paper and not roles,
        missing=() if in_force else [versions_rules.Missing(role["holder"] or "", role["label"], role["declined"]) for role in asked],
    )


def register() -> None:
    """Called once, when the app is ready."""
    obstacles.register([Stage.AGREEMENT, *RELIED_ON], of_agreements)
