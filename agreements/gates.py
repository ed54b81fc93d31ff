"""What the lifecycle asks of agreements: reads facts, calls rules, never writes."""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext as _

from agreements.models import Agreement, AgreementVersion, Decline, PaperAgreement, Party, PartyRole, Signature, State
from agreements.versions import rules as versions_rules
from findings import Finding
from ledger.models import Stream
from residencies.listing import obstacles
from residencies.models import Residency
from residencies.models.states import State as Stage


def in_force(subject: Any, on: datetime.date) -> list[Finding]:
    """An agreement about `subject` is in force; else what is missing, party by party (EL-31)."""
    return in_the_way([subject], on)[subject.pk]


def _on_paper(subject: Any) -> PaperAgreement | None:
    """The scan on record about `subject`, confirmed or not."""
    return PaperAgreement.objects.current().filter(stream=subject.stream).select_related("recorded_by", "confirmed_by").first()


def _in_force_how(subject: Any) -> str:
    """How the agreement is in force: one signed on paper says so, and who vouches for the scan."""
    signed_here = AgreementVersion.objects.filter(agreement__stream=subject.stream, state=State.IN_FORCE).exists()
    paper = None if signed_here else _on_paper(subject)
    return _("The agreement is in force. %(label)s") % {"label": paper.label} if paper else ""


in_force.holds = _in_force_how  # type: ignore[attr-defined]


def not_void(subject: Any, on: datetime.date) -> list[Finding]:
    """An agreement about `subject` that was made void has been replaced by one that is in force (EL-33)."""
    return without_agreement([subject], on)[subject.pk]


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
    versions = AgreementVersion.objects.filter(agreement__stream=OuterRef("pk"), agreement__voided_at=None).exclude(state=State.VOID)
    streams = Stream.objects.filter(pk__in=[residency.stream_id for residency in residencies]).annotate(
        voided=Exists(agreements.exclude(voided_at=None)),
        made_anew=Exists(agreements.current()),
        drawn_up=Exists(versions),
        circulated=Exists(versions.filter(state=State.CIRCULATED)),
        in_force=Exists(versions.filter(state=State.IN_FORCE)) | Exists(papers.in_force()),
        on_paper=Exists(papers.current()),
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
        pk: list(versions_rules.after_void(versions_rules.VoidFacts(stand.voided, stand.in_force, stand.made_anew)))
        for pk, stand in facts.items()
    }


def _roles(streams: list[int]) -> Any:
    """Every role that has yet to sign a version that is out, with who fills it now."""
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
        rows.filter(~Exists(signed), version__state=State.CIRCULATED, must_sign=True)
        .annotate(declined=Exists(declined), holder=Subquery(holder.values("person__name")[:1]))
        .order_by("version", "position")
        .values("version__agreement__stream", "label", "declined", "holder")
    )


def _facts(roles: list[dict[str, Any]], stand: Any) -> versions_rules.StandFacts:
    return versions_rules.StandFacts(
        any_made=stand.drawn_up,
        in_force=stand.in_force,
        circulated=stand.circulated,
        paper_waits=stand.on_paper and not stand.drawn_up,
        missing=() if stand.in_force else [versions_rules.Missing(role["holder"] or "", role["label"], role["declined"]) for role in roles],
    )


def register() -> None:
    """Called once, when the app is ready."""
    obstacles.register([Stage.AGREEMENT, *RELIED_ON], of_agreements)
