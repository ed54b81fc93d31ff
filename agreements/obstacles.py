"""What the list of residencies says of agreements: how far signing is, and who has not signed (EL-06, EL-31)."""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from agreements import rules
from agreements.models import Agreement, Decline, PaperAgreement, Party, PartyRole, Signature, State
from findings import Finding
from residencies import obstacles
from residencies.models import Residency
from residencies.states import State as Stage


def in_the_way(residencies: list[Residency], on: datetime.date) -> dict[int, list[Finding]]:
    """What keeps the agreement of each of `residencies` from being in force, as the gate would say it; two queries."""
    roles: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in _roles([residency.stream_id for residency in residencies]):
        roles[row["version__agreement__stream"]].append(row)
    papers = dict(_papers([residency.stream_id for residency in residencies]).values_list("stream", "confirmed_at"))
    return {
        r.pk: list(rules.before_relying_on(_facts(roles[r.stream_id], r.stream_id in papers, papers.get(r.stream_id)))) for r in residencies
    }


def _papers(streams: list[int]) -> Any:
    """The scans of agreements signed on paper that stand."""
    return PaperAgreement.objects.standing().filter(stream__in=streams).order_by()


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


def _facts(roles: list[dict[str, Any]], paper: bool, confirmed_at: datetime.datetime | None) -> rules.StandFacts:
    states = {role["version__state"] for role in roles}
    asked = [role for role in roles if role["version__state"] == State.CIRCULATED and role["must_sign"] and not role["signed"]]
    in_force = State.IN_FORCE in states or confirmed_at is not None
    return rules.StandFacts(
        any_made=bool(roles),
        in_force=in_force,
        circulated=State.CIRCULATED in states,
        paper_waits=paper and not roles,
        missing=() if in_force else [rules.Missing(role["holder"] or "", role["label"], role["declined"]) for role in asked],
    )


def without_agreement(residencies: list[Residency], on: datetime.date) -> dict[int, list[Finding]]:
    """Those that began under an agreement which was made void, and have none in force (EL-33); two queries."""
    made = Agreement.objects.filter(stream__in=[residency.stream_id for residency in residencies]).order_by()
    rows = made.values("stream").annotate(
        voided=Count("pk", filter=~Q(voided_at=None), distinct=True),
        anew=Count("pk", filter=Q(voided_at=None), distinct=True),
        held=Count("versions", filter=Q(versions__state=State.IN_FORCE)),
    )
    on_paper = set(PaperAgreement.objects.in_force().filter(stream__in=[r.stream_id for r in residencies]).values_list("stream", flat=True))
    facts = {
        row["stream"]: rules.VoidFacts(bool(row["voided"]), bool(row["held"]) or row["stream"] in on_paper, bool(row["anew"]))
        for row in rows
    }
    return {r.pk: list(rules.after_void(facts[r.stream_id])) for r in residencies if r.stream_id in facts}


def register() -> None:
    """Called once, when the app is ready."""
    obstacles.register([Stage.IN_RESIDENCE, Stage.LIVE], without_agreement)
    obstacles.register([Stage.AGREEMENT], in_the_way)
