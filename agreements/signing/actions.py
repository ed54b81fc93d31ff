"""Signing: everything is looked at again under the version's lock, then one row says it all (EL-27)."""

from __future__ import annotations

import datetime
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from acts.act import SYSTEM, act
from agreements.invitations import codes, mail
from agreements.invitations.actions import invite_whose_turn_it_is
from agreements.invitations.addresses import as_annex, as_evidence, changes_for
from agreements.invitations.sessions import Witness
from agreements.models import HOME, AgreementVersion, Invitation, Party, PartyRole, Section, SectionRead, Signature, SigningCode, State
from agreements.models.templates import gate_name
from agreements.sealing.actions import request_seal
from agreements.signing import mail as signing_mail
from agreements.signing import rules
from agreements.signing.delegation import handed_over
from agreements.versions import printable
from agreements.versions import rules as versions_rules
from agreements.versions.canonical_text import annex_bytes, evidence_bytes, sha256
from agreements.versions.locks import locked_to_answer, version_facts
from agreements.versions.progress import SignatureTally, signature_tally
from agreements.versions.stances import stances_of
from dates.moments import stated
from findings import Finding, Refused
from ledger import subjects
from ledger.actions import append
from outbox.queue import withdraw
from spelling.clean import clean_address, clean_line


@dataclass(frozen=True)
class Intent:
    """What the signer did: the hash the form showed, the name typed, the two statements ticked.

    `acknowledged`: ticked that it signs although it finds clauses misaligned; asked only of whoever does.
    """

    sha256: str
    typed_name: str
    intends: bool
    consents: bool
    acknowledged: bool = False


def findings_before_signing(invitation: Invitation, intent: Intent, witness: Witness) -> list[Finding]:
    """Every reason why this signature can't be given now: the subject's gates first (EL-13), then our own."""
    return _findings(_snapshot(invitation), intent, witness)


@dataclass(frozen=True)
class _SigningSnapshot:
    """What is read once, under the lock, for the rules, for the record and for what follows."""

    invitation: Invitation
    signature_tally: SignatureTally
    sections: list[Section]
    read: dict[int, tuple[datetime.datetime, str]]
    stances: dict[str, list[str]]

    @property
    def role(self) -> PartyRole | None:
        return self.signature_tally.roles.get(self.invitation.party.role_id)


def _snapshot(invitation: Invitation) -> _SigningSnapshot:
    version, party = invitation.version, invitation.party
    sections = list(version.sections.order_by("number"))
    reads = SectionRead.objects.filter(party=party, section__in=sections).order_by()
    read = {section: (at, how) for section, at, how in reads.values_list("section", "read_at", "how")}
    return _SigningSnapshot(invitation, signature_tally(version), sections, read, stances_of(party, version))


def _findings(snapshot: _SigningSnapshot, intent: Intent, witness: Witness) -> list[Finding]:
    agreement = snapshot.invitation.version.agreement
    gates = subjects.findings_before(gate_name("sign_agreement", agreement.purpose), agreement.stream, timezone.localdate())
    letters = printable.before_signing(intent.typed_name, snapshot.invitation.party)
    return [*gates, *rules.before_signing(_facts(snapshot, intent, witness)), *printable.findings_on(letters, versions_rules.PLACE)]


def _facts(snapshot: _SigningSnapshot, intent: Intent, witness: Witness) -> rules.SigningFacts:
    invitation, role = snapshot.invitation, snapshot.role
    version, party = invitation.version, invitation.party
    return rules.SigningFacts(
        version_open=version.is_open,
        words_are_current=version.content_sha256 is not None and intent.sha256 == version.content_sha256,
        party_is_current=party.to_at is None,
        invitation_live=invitation.revoked_at is None and _link_stands(invitation, witness),
        role_signs=role is not None,
        stage_open=role is None or role.stage <= (snapshot.signature_tally.open_stage or role.stage),
        signed_already=party.role_id in snapshot.signature_tally.evidence,
        declined=invitation.is_declined,
        code_in_order=not version.asks_for_code or codes.stands(invitation, witness.code),
        own_account=witness.user is None or witness.user.pk == party.person.user_id,
        unread=[str(section) for section in snapshot.sections if section.pk not in snapshot.read],
        person_name=party.person.name,
        typed_name=intent.typed_name,
        intent=intent.intends,
        consent=intent.consents,
        verb=version.agreement.template_version.words.params,
        misaligned=snapshot.stances["misaligned"],
        acknowledged=intent.acknowledged,
    )


def _link_stands(invitation: Invitation, witness: Witness) -> bool:
    """The link that opened the session belongs to this invitation and was not revoked; an account needs none."""
    if witness.method == "account":
        return witness.user is not None
    return witness.link is not None and invitation.tokens.filter(pk=witness.link, revoked_at=None).exists()


@act("agreements.answer", by="witness")
def sign(invitation: Invitation, intent: Intent, witness: Witness) -> Signature:
    """A party signs the words it was shown (EL-13, EL-27); with the last one the version is in force (EL-31).

    Locks the version, looks at everything again, inserts the signature and its ledger event. Raises
    `Refused` with every finding in the way, `signed-already` for the loser of a race; nothing is written then.
    """
    invitation = locked_to_answer(invitation)
    version = invitation.version
    snapshot = _snapshot(invitation)
    # Everything again, though the page asked it too: between the page and the press words, party or gate may have changed.
    findings = _findings(snapshot, intent, witness)
    if findings:
        raise Refused(findings)
    now = timezone.now()
    # Hashed once, as bytes: what is stored is what was hashed, never the same facts written out a second time.
    annex = annex_bytes(_annex(invitation.party, witness))
    evidence = evidence_bytes({**_evidence(snapshot, intent, witness, now), "annex_sha256": sha256(annex)})
    tally = snapshot.signature_tally.and_by(invitation.party.role_id, sha256(evidence))
    stage = tally.open_stage
    with _followed(version) if stage is None else nullcontext():
        signature = _put_on_record(invitation, intent, witness, now, evidence, annex)
        signing_mail.signed(signature, invitation, given=len(tally.evidence), wanted=len(tally.roles))
        if stage is None:
            _come_into_force(version, now)
        elif stage > 1:
            invite_whose_turn_it_is(version, by=version.circulated_by or SYSTEM)
    return signature


def _followed(version: AgreementVersion) -> AbstractContextManager[None]:
    """Let other apps follow that the agreement is in force, with who stands for the other sides (EL-36, EL-44)."""
    holders = Party.objects.filter(agreement=version.agreement_id, to_at=None).exclude(role__side=HOME).select_related("person", "role")
    partners = [(party.person, party.role.label) for party in holders]
    agreement = version.agreement
    facts: dict[str, Any] = {"subject": agreement.subject, "partners": partners, "purpose": agreement.purpose, "version": version}
    return subjects.followed("agreement_in_force", agreement.stream, **facts)


def _put_on_record(
    invitation: Invitation, intent: Intent, witness: Witness, now: datetime.datetime, evidence: bytes, annex: bytes
) -> Signature:
    version = invitation.version
    signature = Signature.objects.create(
        version=version, party=invitation.party, role=invitation.party.role, typed_name=clean_line(intent.typed_name),
        signed_at=now, evidence=evidence, evidence_sha256=sha256(evidence), annex=annex,
    )  # fmt: skip
    append(
        version.agreement.stream, "signed", by=witness.user or invitation.party.person, at=now,
        facts={
            **version_facts(version), "role": invitation.party.role.label, "name": invitation.party.person.name, "method": witness.proof,
            "sha256": version.content_sha256, "evidence_sha256": signature.evidence_sha256,
        },
    )  # fmt: skip
    withdraw(mail.SIGNATURE_MISSING, version.agreement.stream, key_part=mail.invitation_key(invitation))
    return signature


def _come_into_force(version: AgreementVersion, now: datetime.datetime) -> None:
    # The version alone: a related manager's query joins the agreement, whose lock an amendment takes first.
    standing = AgreementVersion.objects.select_for_update(of=("self",)).filter(agreement=version.agreement_id, state=State.IN_FORCE)
    for old in standing:
        old.state, old.superseded_at = State.SUPERSEDED, now
        old.save(update_fields=["state", "superseded_at"])
    version.state, version.in_force_at = State.IN_FORCE, now
    version.save(update_fields=["state", "in_force_at"])
    request_seal(version)  # before the event, which holds the hashes of the rows
    append(
        version.agreement.stream, "agreement-in-force", by="system", from_state=State.CIRCULATED, to_state=State.IN_FORCE,
        facts={**version_facts(version), "sha256": version.content_sha256},
    )  # fmt: skip
    signing_mail.in_force(version)


def _evidence(snapshot: _SigningSnapshot, intent: Intent, witness: Witness, now: datetime.datetime) -> dict[str, Any]:
    """What is kept of the act, as docs/agreement-format.md describes it (EL-27)."""
    invitation = snapshot.invitation
    version, party = invitation.version, invitation.party
    template, role = version.agreement.template_version, snapshot.signature_tally.roles[party.role_id]
    return {
        "version_sha256": version.content_sha256,
        "agreement": version.agreement.reference,
        "version": version.number,
        "role": {"role": role.label, "side": role.side, "stage": role.stage},
        "person": _person(party),
        "handed_over": _handed_over(party) or None,
        "address_changes": as_evidence(changes_for(version.agreement, [party.person_id])),
        "typed_name": clean_line(intent.typed_name),
        "statement_of_intent": template.statement_of_intent,
        "consent": template.consent,
        "template": {"name": template.template.name, "version": template.number},
        "language": translation.get_language() or settings.LANGUAGE_CODE,
        "sections_read": _sections_read(snapshot),
        "stances": _stances(snapshot.stances),
        "signed_at": now,
        "signed_at_pacific": stated(now, seconds=True),
        "identified_by": _identified_by(witness),
        "invitation": invitation.pk,
        "release": settings.RELEASE,
        "order": len(snapshot.signature_tally.evidence) + 1,
        "previous_evidence_sha256": snapshot.signature_tally.last_evidence,
    }


def _annex(party: Party, witness: Witness) -> dict[str, Any]:
    """From where it was done, and every address: the record names it by its hash, so that copies of the record go round without it."""
    code = SigningCode.objects.filter(pk=witness.code).first() if witness.code else None
    return {
        "email": clean_address(party.person.email),
        "handed_over_by": [clean_address(former.person.email) for former in handed_over(party)],
        "code_sent_to": code.sent_to if code else None,
        "address_changes": as_annex(changes_for(party.agreement, [party.person_id])),
        "address": witness.address,
        "behind_trusted_proxy": witness.behind_trusted_proxy,
        "user_agent": witness.user_agent[:512],
    }


def _person(party: Party) -> dict[str, str]:
    person = party.person
    known = {"name": person.name, "title": person.title, "organisation": person.organisation}
    return {key: clean_line(value) for key, value in known.items()}


def _handed_over(party: Party) -> list[dict[str, Any]]:
    """Who held the role before and handed it over, the first of them first (EL-29)."""
    chain = [*handed_over(party), party]
    return [
        {"from": {"name": before.person.name}, "at": after.from_at, "confirmed_by": str(after.confirmed_by)}
        for before, after in pairwise(chain)
    ]


def _identified_by(witness: Witness) -> dict[str, Any]:
    known = {"account": witness.user.pk} if witness.user and witness.method == "account" else {"link": witness.link}
    code = SigningCode.objects.filter(pk=witness.code).first() if witness.code else None
    typed = {"code": code.pk, "code_verified_at": code.verified_at} if code else {}
    return {"method": witness.proof, **known, **typed}


def _stances(stances: dict[str, list[str]]) -> dict[str, Any] | None:
    """How many clauses the party finds clear and comfortable at this moment, and which it finds misaligned; None when it took no stance."""
    counted = {"clear": len(stances["clear"]), "comfortable": len(stances["comfortable"]), "misaligned": stances["misaligned"]}
    return counted if any(counted.values()) else None


def _sections_read(snapshot: _SigningSnapshot) -> list[dict[str, Any]]:
    """When each section was marked as read, and whether alone or in one press with others; carried marks keep how they were made."""
    marks = [(section.number, *snapshot.read[section.pk]) for section in snapshot.sections if section.pk in snapshot.read]
    return [{"number": number, "at": at, **({"how": how} if how else {})} for number, at, how in marks]
