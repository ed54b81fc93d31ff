"""How far each party is, and how many signatures are outstanding: derived from what happened, never stored (EL-23, EL-31)."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agreements.models import (
    AgreementVersion,
    Decline,
    HandOver,
    Invitation,
    Party,
    PartyNote,
    PartyRole,
    SectionRead,
    Signature,
    State,
    WrongPerson,
)
from agreements.models.templates import VerbWords
from agreements.versions.stances import Trouble, troubles
from dates.database import end_of
from people.models import User
from people.todo import with_leads
from web.charts.small import FigureRow, KeyFigure, Measure, Point, month, month_ends

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
    notes: tuple[PartyNote, ...] = ()

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


def with_notes(rows: list[SigningProgress]) -> list[SigningProgress]:
    """`rows` with what lab staff noted on who fills each role now, the newest first; one query."""
    by_party: dict[int, list[PartyNote]] = defaultdict(list)
    for note in PartyNote.objects.filter(party__in=[row.party for row in rows if row.party]).select_related("by"):
        by_party[note.party_id].append(note)
    return [replace(row, notes=tuple(by_party[row.party.pk])) if row.party else row for row in rows]


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


def how_far(given: int, wanted: int, words: VerbWords) -> str:
    """Say how far a version is, in words that nobody takes for more; `words` are what its parties do."""
    if given >= wanted:
        return _("Everyone has %(signed)s. The agreement is in force.") % words.params
    return ngettext(
        "Not in force yet: %(given)d of %(wanted)d has %(signed)s.", "Not in force yet: %(given)d of %(wanted)d have %(signed)s.", given
    ) % {"given": given, "wanted": wanted, "signed": words.done}


# ── Signatures outstanding, as a key figure ──────────────────────────────────────────────────────


MOST_VERSIONS = 1_000
ROWS_SHOWN = 200
# The moments at which a version stops asking for signatures, where they are kept.
ENDS = ("in_force_at", "superseded_at", "agreement__voided_at")


@dataclass(frozen=True)
class Asked:
    """A version that was out for signing: how many signatures it asks for, from when until when, and when each was given."""

    wanted: int
    circulated_at: datetime.datetime
    ended_at: datetime.datetime | None
    signed_at: list[datetime.datetime]

    def outstanding(self, at: datetime.datetime) -> int:
        """How many signatures were missing at a moment."""
        if self.circulated_at >= at or (self.ended_at and self.ended_at < at):
            return 0
        return self.wanted - sum(moment < at for moment in self.signed_at)


def _asked_since(start: datetime.datetime) -> list[Asked]:
    """The versions that asked for signatures at `start` or later; two queries."""
    rows: Any = AgreementVersion.objects.filter(circulated_at__isnull=False).annotate(
        wanted=Count("roles", filter=Q(roles__must_sign=True))
    )
    # One that was closed as its subject ended asks no more; when that was stands on the subject alone.
    rows = rows.exclude(state=State.VOID, agreement__voided_at=None)
    for name in ENDS:
        rows = rows.filter(Q(**{name: None}) | Q(**{f"{name}__gt": start}))
    versions = list(rows.order_by("-circulated_at").values_list("content_sha256", "wanted", "circulated_at", *ENDS)[:MOST_VERSIONS])
    signed: dict[Any, list[datetime.datetime]] = defaultdict(list)  # by the hash of the words
    signatures = Signature.objects.filter(version__in=[row[0] for row in versions]).order_by()
    for version, signed_at in signatures.values_list("version", "signed_at"):
        signed[version].append(signed_at)
    return [
        Asked(wanted, circulated_at, min((at for at in ends if at), default=None), signed[sha256])
        for sha256, wanted, circulated_at, *ends in versions
    ]


def signatures_outstanding(today: datetime.date) -> KeyFigure:
    """How many signatures are missing under versions that are out for signing, at the end of each month and now. Two queries.

    A version asks for its roles' signatures from when it was circulated until it came into force, was replaced or became void.
    """
    ends = month_ends(today)
    versions = _asked_since(end_of(ends[0]))
    counts = [(day, sum(version.outstanding(end_of(day)) for version in versions)) for day in ends]
    while len(counts) > 1 and not counts[0][1]:  # nothing is known before the first
        del counts[0]
    open_since = [version.circulated_at for version in versions if version.outstanding(end_of(today))]
    points = tuple(Point(month(day), count, str(count)) for day, count in counts)
    return KeyFigure(points[-1].text, _outstanding_label(counts[-1][1], open_since, today), points)


def _outstanding_label(count: int, open_since: list[datetime.datetime], today: datetime.date) -> str:
    oldest = (today - timezone.localdate(min(open_since))).days if open_since else 0
    if not oldest:
        return ngettext("signature outstanding", "signatures outstanding", count)
    return ngettext("signatures outstanding, the oldest %(count)d day", "signatures outstanding, the oldest %(count)d days", oldest) % {
        "count": oldest
    }


def signatures_outstanding_rows(today: datetime.date) -> list[FigureRow]:
    """Each signature that is missing, the longest outstanding first; two queries."""
    signed = Signature.objects.filter(version=OuterRef("version__content_sha256"), role=OuterRef("role"))
    out = PartyRole.objects.filter(~Exists(signed), must_sign=True, version__state=State.CIRCULATED, version__agreement__voided_at=None)
    roles = list(
        out.select_related("version__agreement", *with_leads("version__agreement__stream")).order_by("version__circulated_at", "pk")[
            :ROWS_SHOWN
        ]
    )
    parties = Party.objects.filter(agreement__in={role.version.agreement_id for role in roles}, to_at=None)
    asked = parties.select_related("person").annotate(asked_at=Max("invitations__made_at", filter=Q(invitations__revoked_at=None)))
    holders = {(party.agreement_id, party.role_id): party for party in asked}
    return [_figure_row(role, holders.get((role.version.agreement_id, role.role_id))) for role in roles]


def _figure_row(role: PartyRole, party: Any) -> FigureRow:
    subject, circulated_at = role.version.agreement.subject, role.version.circulated_at
    name = str(subject).removeprefix(subject.reference).strip()
    invited = date_format(timezone.localdate(party.asked_at)) if party and party.asked_at else _("Not yet")
    cells = (
        str(party.person) if party else "", str(role.label), date_format(timezone.localdate(circulated_at)) if circulated_at else "", invited,
    )  # fmt: skip
    return FigureRow(subject.reference, name, role.version.agreement.get_absolute_url(), cells)


SIGNATURES_OUTSTANDING = Measure(
    "signatures-outstanding",
    gettext_lazy("Signatures outstanding"),
    gettext_lazy("Signatures still needed on agreements sent to their parties, including from people who sign in a later stage."),
    (gettext_lazy("Name"), gettext_lazy("Role"), gettext_lazy("Sent"), gettext_lazy("Invited")),
    signatures_outstanding,
    signatures_outstanding_rows,
)
