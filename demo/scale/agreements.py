"""Agreements for generated residencies under way, as their state requires. Residencies that have ended have none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import reduce
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from agreements.drafting.templates import install_standard_template
from agreements.models import (
    Agreement,
    AgreementVersion,
    Clause,
    Invitation,
    Party,
    PartyRole,
    Section,
    Signature,
    State,
    TemplateRole,
    TemplateVersion,
)
from agreements.versions.canonical_text import canonical, evidence_bytes, sha256
from demo.accounts import DEMO
from ledger.canonical import canonical_json
from ledger.records import left_to_adoption
from residencies.models import states

if TYPE_CHECKING:
    from demo.scale.generate import SampleResidency

STATES = {states.State.AGREEMENT: State.CIRCULATED, states.State.IN_RESIDENCE: State.IN_FORCE, states.State.LIVE: State.IN_FORCE}
FROZEN = ["state", "circulated_at", "circulated_by", "in_force_at", "canonical", "content_sha256"]


def add_agreements(samples: list[SampleResidency]) -> None:
    """Add an agreement to each of `samples` whose state requires one, out for signature or in force with every signature."""
    having = [each for each in samples if each.row.state in STATES]
    if not having:
        return
    template = install_standard_template(by=DEMO)
    TemplateVersion.objects.filter(pk=template.pk, frozen_at=None).update(frozen_at=timezone.now())
    roles = list(template.roles.order_by("position"))
    with left_to_adoption():
        versions = _drafts(having, template, roles)
        parties = _parties(having, versions, roles)
        _freeze(having, versions)
        _invite(having, versions, parties)
        _sign(having, versions, parties)


def _drafts(having: list[SampleResidency], template: TemplateVersion, roles: list[TemplateRole]) -> list[AgreementVersion]:
    """Create a draft for each from the template. The wording goes in before the version is frozen, because triggers refuse it afterwards."""
    agreements = Agreement.objects.bulk_create(
        Agreement(stream=each.row.stream, template_version=template, number=1, reference=f"{each.row.reference}-A1", made_by=each.owner)
        for each in having
    )
    versions = AgreementVersion.objects.bulk_create(
        AgreementVersion(agreement=agreement, number=1, header=_header(each, template))
        for agreement, each in zip(agreements, having, strict=True)
    )
    words = list(template.sections.prefetch_related("clauses").order_by("number"))
    sections = Section.objects.bulk_create(
        Section(version=version, number=section.number, heading=section.heading, takes_conditions=section.takes_conditions)
        for version in versions
        for section in words
    )
    Clause.objects.bulk_create(
        (
            Clause(
                version_id=copy.version_id, section=copy, position=clause.number, number=f"{section.number}.{clause.number}",
                heading=clause.heading, text=clause.text,
            )
            for copy, section in zip(sections, words * len(versions), strict=True)
            for clause in section.clauses.all()
        ),
        batch_size=5000,
    )  # fmt: skip
    PartyRole.objects.bulk_create(
        PartyRole(version=v, role=r, position=r.position, label=r.label, side=r.side, stage=r.stage, must_sign=r.must_sign)
        for v in versions
        for r in roles
    )
    return versions


def _header(each: SampleResidency, template: TemplateVersion) -> dict[str, str]:
    return {field["key"]: str(reduce(getattr, field["from"].split("."), each.row)) for field in template.header_fields if field.get("from")}


def _parties(having: list[SampleResidency], versions: list[AgreementVersion], roles: list[TemplateRole]) -> list[list[Party]]:
    """Create the parties who sign; returns a list for each version."""
    signing = [role for role in roles if role.must_sign]
    rows = Party.objects.bulk_create(
        Party(agreement=version.agreement, role=role, person_id=person, from_at=each.row.state_since)
        for each, version in zip(having, versions, strict=True)
        for role, person in zip(signing, each.people, strict=False)
    )
    size = min(len(signing), len(having[0].people))
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def _freeze(having: list[SampleResidency], versions: list[AgreementVersion]) -> None:
    """Set the canonical text, hash and state of each version. Only the reference and header differ between versions."""
    form, _newline, body = canonical(versions[0]).partition(b"\n")
    content: dict[str, Any] = json.loads(body)
    for each, version in zip(having, versions, strict=True):
        content["reference"] = version.agreement.reference
        content["header"] = [{"label": label, "value": value} for label, value in version.header_lines]
        version.canonical = form + b"\n" + canonical_json(content)
        version.content_sha256 = sha256(version.canonical)
        version.state = STATES[states.State(each.row.state)]
        version.circulated_at, version.circulated_by = each.row.state_since, each.owner
        version.in_force_at = each.row.state_since if version.state == State.IN_FORCE else None
    AgreementVersion.objects.bulk_create(versions, update_conflicts=True, unique_fields=["id"], update_fields=FROZEN)


def _invite(having: list[SampleResidency], versions: list[AgreementVersion], parties: list[list[Party]]) -> None:
    Invitation.objects.bulk_create(
        Invitation(party=party, version=version, purpose=Invitation.Purpose.SIGN, sent_by=each.owner, made_at=each.row.state_since)
        for each, version, those in zip(having, versions, parties, strict=True)
        for party in those
    )


def _sign(having: list[SampleResidency], versions: list[AgreementVersion], parties: list[list[Party]]) -> None:
    rows = zip(having, versions, parties, strict=True)
    signatures = [s for each, version, those in rows if version.state == State.IN_FORCE for s in _signatures(each, version, those)]
    Signature.objects.bulk_create(signatures, batch_size=5000)


def _signatures(each: SampleResidency, version: AgreementVersion, parties: list[Party]) -> Iterator[Signature]:
    for order, party in enumerate(parties, start=1):
        facts = {"agreement": version.agreement.reference, "version_sha256": version.content_sha256, "order": order, "generated": True}
        evidence = evidence_bytes({**facts, "signed_at": each.row.state_since})
        yield Signature(
            version=version, party=party, role=party.role, typed_name=f"Generated {party.person_id}", signed_at=each.row.state_since,
            evidence=evidence, evidence_sha256=sha256(evidence),
        )  # fmt: skip
