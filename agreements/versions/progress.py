"""How far each party is: derived from what happened, never stored (EL-23, EL-31)."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import AgreementVersion, Decline, HandOver, Invitation, Party, PartyRole, SectionRead, Signature, WrongPerson
from agreements.versions.stances import Trouble, troubles
from people.models import User

NONE = Trouble()


@dataclass(frozen=True)
class SigningProgress:
    """One role of a version, who fills it, and how far that person is."""

    role: PartyRole
    party: Party | None
    invitation: Invitation | None
    link_sent_at: datetime.datetime | None
    link_expires_at: datetime.datetime | None
    read: int
    sections: int
    signature: Signature | None
    ended: Invitation | None = None
    open_stage: int | None = None
    trouble: Trouble = NONE
    hand_over: HandOver | None = None
    wrong_person: WrongPerson | None = None

    @property
    def person(self) -> Any:
        return self.party.person if self.party else None

    @property
    def opened_at(self) -> datetime.datetime | None:
        return self.invitation.first_opened_at if self.invitation else None

    @property
    def opened_after(self) -> int | None:
        """How many seconds after it was sent the link was opened first: a mail scanner takes two, a person longer."""
        opened, link = self.opened_at, self.invitation.first_opened_by if self.invitation else None
        return link.seconds_until(opened) if opened and link else None

    @property
    def declined(self) -> Decline | None:
        """What the party said instead of signing (EL-29); none once it is invited again."""
        return getattr(self.invitation, "decline", None)

    @property
    def is_missing(self) -> bool:
        """Whether this role must sign and has not."""
        return self.role.must_sign and self.signature is None

    @property
    def step(self) -> str:
        """How far: declined, unfilled, draft, staged (others sign first), ended, misaligned, waiting, invited, opened, reading, read, signed."""
        if self.signature:
            return "signed"
        if self.party is None:
            return "unfilled"
        if self.declined:
            return "declined"
        if self.invitation is None:
            return "draft" if self.role.version.is_draft else "staged" if self.waits_for_stage else "ended"
        if self.trouble.misaligned:
            return "misaligned"
        if self.read:
            return "read" if self.read >= self.sections else "reading"
        if self.opened_at:
            return "opened"
        return "invited" if self.link_sent_at else "waiting"

    @property
    def waits_for_stage(self) -> bool:
        """Whether others have to sign before this role is asked (EL-30)."""
        return self.role.must_sign and self.ended is None and self.open_stage is not None and self.role.stage > self.open_stage

    @property
    def link_expired(self) -> bool:
        return self.link_expires_at is not None and self.link_expires_at < timezone.now()


def signing_progress(version: AgreementVersion, trouble_by_party: dict[int, Trouble] | None = None) -> list[SigningProgress]:
    """Every role of `version` in order, with how far it is; a fixed number of queries, fewer when `trouble_by_party` is known already."""
    parties = {
        party.role_id: party
        for party in Party.objects.filter(agreement=version.agreement_id, to_at=None).select_related(
            "person", "role", "delegated_from__person"
        )
    }
    signatures = (
        {s.role_id: s for s in Signature.objects.filter(version=version).select_related("party__person").defer("evidence", "annex")}
        if version.content_sha256
        else {}
    )
    invitations = list(Invitation.objects.filter(version=version).select_related("decline", "first_opened_by").prefetch_related("tokens"))
    hand_overs = {record.party_id: record for record in HandOver.objects.filter(version=version, state=HandOver.State.PROPOSED)}
    wrong = {
        record.link.invitation_id: record
        for record in WrongPerson.objects.filter(link__invitation__version=version, settled_at=None).select_related("link")
    }
    reads = Counter(SectionRead.objects.filter(section__version=version).values_list("party_id", flat=True))
    roles = list(
        PartyRole.objects.filter(version=version)
        .select_related("version")
        .annotate(sections=Count("version__sections"))
        .order_by("position")
    )
    sections = roles[0].sections if roles else 0
    stage = min((role.stage for role in roles if role.must_sign and role.role_id not in signatures), default=None)
    rows = [
        _role_progress(role, signatures.get(role.role_id), parties.get(role.role_id), invitations, reads, sections, stage) for role in roles
    ]
    if trouble_by_party is None:
        trouble_by_party = {} if version.is_draft else troubles(version)
    return [
        replace(
            row,
            trouble=trouble_by_party.get(row.party.pk, NONE) if row.party else NONE,
            hand_over=hand_overs.get(row.party.pk) if row.party and not row.signature else None,
            wrong_person=wrong.get(row.invitation.pk) if row.invitation else None,
        )
        for row in rows
    ]


def _role_progress(
    role: PartyRole,
    signature: Signature | None,
    holder: Party | None,
    invitations: list[Invitation],
    reads: Counter[int],
    sections: int,
    open_stage: int | None,
) -> SigningProgress:
    party = signature.party if signature else holder
    mine = [i for i in invitations if party and i.party_id == party.pk]
    invitation = next((i for i in mine if i.revoked_at is None), None)
    tokens = list(invitation.tokens.all()) if invitation else []
    return SigningProgress(
        role=role,
        party=party,
        invitation=invitation,
        link_sent_at=tokens[-1].minted_at if tokens else None,
        link_expires_at=tokens[-1].expires_at if tokens else None,
        read=reads[party.pk] if party else 0,
        sections=sections,
        signature=signature,
        ended=mine[-1] if mine and invitation is None else None,
        open_stage=open_stage,
    )


def stages(rows: list[SigningProgress]) -> list[list[str]]:
    """The roles that sign, stage by stage (EL-30)."""
    signing = [row.role for row in rows if row.role.must_sign]
    return [[role.label for role in signing if role.stage == stage] for stage in sorted({role.stage for role in signing})]


@dataclass(frozen=True)
class SignatureTally:
    """The roles of a version that must sign, and the signatures on its words: role and evidence hash, the oldest first."""

    roles: dict[int, PartyRole]
    evidence: dict[int, str]

    @property
    def open_stage(self) -> int | None:
        """The stage whose turn it is to sign (EL-30); None when everybody has signed."""
        return min((role.stage for pk, role in self.roles.items() if pk not in self.evidence), default=None)

    @property
    def last_evidence(self) -> str | None:
        return next(reversed(self.evidence.values()), None)

    def and_by(self, role: int, evidence_sha256: str) -> SignatureTally:
        """With one signature more."""
        return replace(self, evidence={**self.evidence, role: evidence_sha256})


def signature_tally(version: AgreementVersion) -> SignatureTally:
    """What signing asks of a version under its lock, in two queries."""
    roles = {role.role_id: role for role in version.roles.filter(must_sign=True).order_by()}
    signatures = Signature.objects.filter(version=version).order_by("signed_at", "pk")
    return SignatureTally(roles, dict(signatures.values_list("role", "evidence_sha256")))


def open_invitations(user: User) -> QuerySet[Invitation]:
    """What the account's own person is asked to sign or read now."""
    return (
        Invitation.objects.filter(party__person__user=user, party__to_at=None, revoked_at=None)
        .exclude(version__state="draft")
        .select_related("version__agreement__stream", "party__role", "party__person", "decline")
    )


def how_far(given: int, wanted: int) -> str:
    """How far a version is, in words that nobody takes for more."""
    if given >= wanted:
        return _("Everyone has signed: it is in force.")
    return ngettext(
        "Not in force yet: %(given)d of %(wanted)d has signed.", "Not in force yet: %(given)d of %(wanted)d have signed.", given
    ) % {"given": given, "wanted": wanted}
