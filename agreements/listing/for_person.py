"""What somebody is asked to sign, and signed: a line for each role they fill or filled, over all agreements (EL-22, EL-27, EL-44)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from agreements.invitations.addresses import open_parties
from agreements.models import HOME, Agreement, AgreementVersion, Invitation, Party, Signature, State
from ledger import subjects
from ledger.subjects import Subject
from people.leaving import Holding
from people.models import Person, User
from residencies.models import Residency


@dataclass(frozen=True)
class Line:
    """One role of one agreement, and how far its person is: words, tone and icon as chips show them.

    `signature` is the one that the words speak of; what was signed before the words changed is not, while they wait.
    """

    party: Party
    version: AgreementVersion | None
    words: str
    tone: str
    icon: str
    signature: Signature | None = None
    invitation: Invitation | None = None

    @property
    def agreement(self) -> Any:
        return self.party.agreement

    @property
    def on(self) -> datetime.datetime:
        """The moment it stands at."""
        return self.signature.signed_at if self.signature else self.party.from_at


def agreements_of(person: Person) -> list[Line]:
    """Every role that the person fills or filled, what waits first and then the newest; four queries."""
    parties = list(
        Party.objects.filter(person=person)
        .select_related("role", "agreement__template_version", *(f"agreement__stream__{kind.related_name}" for kind in subjects.kinds()))
        .order_by("-from_at", "-pk")
    )
    versions: dict[int, AgreementVersion] = {}
    for version in AgreementVersion.objects.filter(agreement__parties__in=parties).defer("canonical").order_by("number"):
        versions[version.agreement_id] = version
    signatures: dict[int, Signature] = {}
    for signature in Signature.objects.filter(party__in=parties).defer("evidence", "annex").order_by("signed_at"):
        signatures[signature.party_id] = signature
    invitations = {
        (invitation.party_id, invitation.version_id): invitation
        for invitation in Invitation.objects.filter(party__in=parties, revoked_at=None)
        .select_related("decline", "party", "version")
        .defer("version__canonical")
    }
    lines = [_line(party, versions.get(party.agreement_id), signatures.get(party.pk), invitations) for party in parties]
    return sorted(lines, key=lambda line: line.tone != "warning")


def _line(
    party: Party, version: AgreementVersion | None, signature: Signature | None, invitations: dict[tuple[int, int], Invitation]
) -> Line:
    invitation = invitations.get((party.pk, version.pk)) if version else None
    verb = party.agreement.template_version.words.params
    signed_newest = bool(signature and version and signature.version_id == version.content_sha256)  # type: ignore[attr-defined]
    if party.agreement.voided_at:
        return Line(party, version, _("Void"), "neutral", "minus", signature)
    if signed_newest:
        words = (_("%(signed_label)s, in force") if version and version.state == State.IN_FORCE else _("%(signed_label)s")) % verb
        return Line(party, version, words, "success", "check", signature, invitation)
    if party.to_at:
        return Line(party, version, _("Someone else took this over"), "neutral", "turn", signature)
    if invitation and invitation.is_declined:
        return Line(party, version, _("Declined"), "danger", "stop", None, invitation)
    if invitation and invitation.may_sign:
        return Line(party, version, _("Waiting for %(signature)s") % verb, "warning", "clock", None, invitation)
    if invitation and invitation.purpose == Invitation.Purpose.READ:
        return Line(party, version, _("For information"), "info", "file", signature, invitation)
    words = _("%(signed_label)s an earlier version") % verb if signature else _("Not asked yet")
    return Line(party, version, words, "info" if signature else "quiet", "circle", signature, invitation)


def parties_of_agreement(subject: Subject) -> QuerySet[Any]:
    """Return the keys of everyone who fills a role of an agreement that isn't void, except the lab's own people."""
    parties = Party.objects.filter(agreement__stream=subject.stream_id, agreement__voided_at=None, to_at=None).exclude(role__side=HOME)
    return parties.order_by().values("person")


def people_of_agreement(subject: Subject) -> QuerySet[Person]:
    """Return everyone who fills a role of an agreement that isn't void, except the lab's own people."""
    return Person.objects.filter(pk__in=parties_of_agreement(subject))


def lab_signatories(residencies: QuerySet[Residency]) -> QuerySet[Person]:
    """Everybody who fills a role of the lab in an agreement in force about one of `residencies`."""
    parties = Party.objects.filter(
        agreement__stream__in=residencies.values("stream"), agreement__versions__state=State.IN_FORCE, to_at=None, role__side=HOME
    )
    return Person.objects.filter(pk__in=parties.values("person"))


def holdings(account: User) -> Iterator[Holding]:
    """Open agreements follow their residency's lead by themselves; a role that signs is given to somebody else by two accounts."""
    standing = Agreement.objects.current().filter(versions__state__in=[State.DRAFT, State.CIRCULATED])
    prepared = standing.filter(Q(made_by=account) | Q(versions__circulated_by=account)).distinct().order_by("reference")
    note = _("From now on, email about these goes to the residency’s lab lead.")
    yield Holding("agreements", _("Open agreements they prepared or sent"), [agreement.reference for agreement in prepared], None, note)
    person = Person.objects.filter(user=account).first()
    signing = [f"{party.agreement.reference}, {party.role}" for party in open_parties(person)] if person else []
    note = _("We don’t hand these over. Name another person on the agreement, then ask a colleague to confirm the change.")
    yield Holding("parties", _("Agreements they are asked to sign"), signing, None, note)


def never_asked(parties: QuerySet[Party]) -> QuerySet[Party]:
    """Roles of drafts that nobody was invited to: a signature, and what was asked for, keep the person they were under (EL-27)."""
    return parties.filter(invitations=None, signatures=None, to_at=None, agreement__voided_at=None)
