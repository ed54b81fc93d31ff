"""Talk and versions to talk about, for tests."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from agreements.models import AgreementVersion, Clause, Invitation, PartyRole, Section, State
from agreements.versions.canonical_text import canonical, sha256
from ledger.actions import append
from tests.agreements.factories import as_party


def next_version(version: AgreementVersion, *, words: dict[str, str] | None = None) -> AgreementVersion:
    """The version after `version`, out for signing in its place: clauses follow, those in `words` with other text."""
    new_version = AgreementVersion.objects.create(
        agreement=version.agreement, number=version.number + 1, header=version.header, previous=version
    )
    for section in version.sections.order_by("number"):
        copy = Section.objects.create(
            version=new_version, number=section.number, heading=section.heading, takes_conditions=section.takes_conditions, follows=section
        )
        Clause.objects.bulk_create(
            Clause(
                version=new_version, section=copy, position=c.position, number=c.number, heading=c.heading, kind=c.kind, follows=c,
                text=(words or {}).get(c.number, c.text),
            )
            for c in section.clauses.order_by("position")
        )  # fmt: skip
    PartyRole.objects.bulk_create(
        PartyRole(version=new_version, role=r.role, position=r.position, label=r.label, side=r.side, stage=r.stage, must_sign=r.must_sign)
        for r in version.roles.all()
    )
    now = timezone.now()
    AgreementVersion.objects.filter(pk=version.pk).update(state=State.SUPERSEDED, superseded_at=now)
    content = canonical(new_version)
    new_version.canonical, new_version.content_sha256, new_version.state, new_version.circulated_at = (
        content,
        sha256(content),
        State.CIRCULATED,
        now,
    )
    new_version.circulated_by = version.circulated_by
    new_version.save()
    append(version.agreement.stream, "agreement-circulated", by="system", facts={"version": new_version.number})
    for invitation in version.invitations.filter(revoked_at=None):
        Invitation.objects.create(party=invitation.party, version=new_version, purpose=invitation.purpose, sent_by=invitation.sent_by)
    return AgreementVersion.objects.get(pk=new_version.pk)


def misaligned(invitation: Invitation, number: str = "2.1", note: str = "The sum is too low.", **other: Any) -> Any:
    from agreements.discussion import actions

    return actions.take_stance(invitation, number, "misaligned", note=note, **other, by=as_party(invitation))
