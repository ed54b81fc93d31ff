"""Somebody else of the same side signs: proposed by the party and confirmed by lab operations, or replaced by them (EL-29)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from agreements.drafting.actions import other_roles
from agreements.invitations import mail
from agreements.invitations.actions import end_links, invite_whose_turn_it_is
from agreements.models import AgreementVersion, Decline, HandOver, Invitation, Party, Signature, TemplateRole
from agreements.signing import mail as signing_mail
from agreements.signing import rules
from agreements.versions import printable
from agreements.versions import rules as versions_rules
from agreements.versions.locks import locked_to_answer, locked_version, version_facts
from findings import Finding, Refused, blocking
from ledger.actions import append
from outbox.queue import withdraw
from people.actions import known_or_new
from people.identity import address_of_another
from people.lab import findings_on_second_look
from people.models import Person, User
from spelling.clean import clean_address, same_address
from spelling.compare import same_name

_blocks = partial(blocking, place=versions_rules.PLACE)


@act("agreements.answer")
def propose_hand_over(
    invitation: Invitation, *, name: str, email: str, reason: str, title: str = "", organisation: str = "", by: Actor
) -> HandOver:
    """The party asks that somebody else of its side signs; lab operations are told and decide (EL-29).

    Until then nothing changes: the party may still sign. Raises `Refused` with everything in the way.
    """
    invitation = locked_to_answer(invitation)
    party, email = invitation.party, clean_address(email)
    findings = [*rules.before_answering(answer_facts(invitation)), *rules.reason_given(reason)]
    if party.hand_overs.filter(version=invitation.version, state=HandOver.State.PROPOSED).exists():
        message = _("You’ve already proposed someone. Lab operations are reviewing your request.")
        findings.append(_blocks("hand-over-waits", message, _("Wait for their answer, or email them.")))
    findings += _not_in_a_circle(party, email)
    findings += printable.findings_on(
        printable.in_texts({_("the new person’s entry"): f"{name} {title} {organisation}"}), versions_rules.PLACE
    )
    if findings:
        raise Refused(findings)
    hand_over = HandOver.objects.create(
        party=party, version=invitation.version, name=name, email=email, title=title, organisation=organisation,
        reason=reason.strip(),
    )  # fmt: skip
    append(
        invitation.version.agreement.stream, "hand-over-proposed", by=by,
        facts={**version_facts(invitation.version), "role": party.role.label, "from": party.person.name, "to": hand_over.name, "hand_over": hand_over.pk},
    )  # fmt: skip
    signing_mail.hand_over_proposed(hand_over)
    return hand_over


@act("agreements.confirm_party")
def confirm_hand_over(hand_over: HandOver, *, by: Actor, acknowledged: bool = False) -> Party:
    """Whoever was proposed fills the role from now on, and is invited; the former party's links end (EL-29).

    The words and their hash stay as they are. Raises `Refused`: `holds-two-roles` unless `acknowledged`,
    `signed-already` when the party has signed meanwhile, `hand-over-decided` for the second to decide.
    """
    hand_over, version = _locked(hand_over)
    party = hand_over.party
    person = Person.objects.known_at(hand_over.email)
    findings = [*findings_before_deciding(hand_over), *_not_in_a_circle(party, hand_over.email), *_by_somebody_else(hand_over, person, by)]
    if person and not same_name(hand_over.name, person.name):
        findings.append(address_of_another(person, hand_over.email, hand_over.name))
    if person and not acknowledged:
        findings += other_roles(version, party.role, person)
    if findings:
        raise Refused(findings)
    person = person or known_or_new(
        name=hand_over.name, email=hand_over.email, title=hand_over.title, organisation=hand_over.organisation, by=by
    )
    now = timezone.now()
    # What the lab proposed is no delegation: nobody handed anything over.
    successor = _let_fill(version, party, person, delegated_from=None if hand_over.proposed_by_id else party, confirmed_by=account_of(by))
    hand_over.state, hand_over.decided_at, hand_over.decided_by, hand_over.to_party = (
        HandOver.State.CONFIRMED,
        now,
        account_of(by),
        successor,
    )
    hand_over.save(update_fields=["state", "decided_at", "decided_by", "to_party"])
    append(
        version.agreement.stream, "hand-over-confirmed", by=by,
        facts={**version_facts(version), "role": party.role.label, "from": party.person.name, "to": person.name, "hand_over": hand_over.pk},
    )  # fmt: skip
    invite_whose_turn_it_is(version, by=by)
    if hand_over.proposed_by_id:
        signing_mail.replaced(version, party)
    else:
        signing_mail.handed_over(hand_over)
    return successor


def _by_somebody_else(hand_over: HandOver, person: Person | None, by: Actor) -> list[Finding]:
    """Nobody confirms what they proposed, what their own account hands over, or what is handed to them (OP-03)."""
    if not isinstance(by, User):
        return []
    findings = findings_on_second_look(by, hand_over.proposed_by, since=hand_over.proposed_at) if hand_over.proposed_by else []
    if by.pk in (hand_over.party.person.user_id, person.user_id if person else None) or same_address(by.email, hand_over.email):
        message = _("You can’t confirm a change of signer that involves you.")
        findings.append(_blocks("hand-over-your-own", message, _("Ask another member of lab staff to confirm it.")))
    return findings


@act("agreements.confirm_party")
def refuse_hand_over(hand_over: HandOver, *, reason: str, by: Actor) -> HandOver:
    """The party stays who it was and is told why (EL-29).

    Raises `Refused` without a reason, when it was decided already, or when the party is not asked any more.
    """
    hand_over, version = _locked(hand_over)
    findings = [*findings_before_deciding(hand_over), *rules.reason_given(reason)]
    if findings:
        raise Refused(findings)
    hand_over.state, hand_over.decided_at, hand_over.decided_by = HandOver.State.REFUSED, timezone.now(), account_of(by)
    hand_over.answer = reason.strip()
    hand_over.save(update_fields=["state", "decided_at", "decided_by", "answer"])
    party = hand_over.party
    append(
        version.agreement.stream, "hand-over-refused", by=by,
        facts={**version_facts(version), "role": party.role.label, "from": party.person.name, "to": hand_over.name, "hand_over": hand_over.pk},
    )  # fmt: skip
    signing_mail.hand_over_refused(hand_over)
    return hand_over


@act("agreements.keep_invitations")
def replace_party(
    version: AgreementVersion,
    role: TemplateRole,
    person: Person,
    *,
    reason: str,
    instead_of: Person | None,
    acknowledged: bool = False,
    by: Actor,
) -> Party | HandOver:
    """Lab operations let `person` fill a role of a version that is out for signing: somebody left (EL-29, EL-22, OP-03).

    Who is only kept informed is replaced at once. For a role that signs, this proposes it, and another account confirms it
    (`confirm_hand_over`): nobody alone decides who signs. `instead_of` is whom the form showed. Raises `Refused`:
    `party-changed`, `holds-two-roles` unless `acknowledged`, `signed-already`, `reason-missing`, `hand-over-waits`,
    `party-without-address`; nothing is written then.
    """
    version = locked_version(version.pk)
    party = version.agreement.parties.filter(role=role, to_at=None).select_related("person", "role").first()
    signs = needs_confirmation(version, role)
    findings = list(rules.reason_given(reason))
    if (party.person if party else None) != instead_of or (party and party.person == person):
        message = _("%(name)s is in this role now.") % {"name": party.person if party else _("No one")}
        findings.append(_blocks("party-changed", message, _("Check who’s named, then choose again.")))
    findings += _before_replacing(version, party)
    if not acknowledged:
        findings += other_roles(version, role, person)
    findings += printable.findings_on(printable.in_texts({_("the new person’s entry"): printable.printed_of(person)}), versions_rules.PLACE)
    if signs and party:
        findings += _before_proposing_for_the_lab(version, party, person)
    if findings:
        raise Refused(findings)
    return _propose(version, party, person, reason, by) if signs and party else _replace_at_once(version, party, role, person, reason, by)


def needs_confirmation(version: AgreementVersion, role: TemplateRole) -> bool:
    """Whether somebody else in `role` has to be confirmed by a second account: the role signs this version (OP-03)."""
    return version.roles.filter(role=role, must_sign=True).exists()


def _before_proposing_for_the_lab(version: AgreementVersion, party: Party, person: Person) -> list[Finding]:
    findings = []
    if party.hand_overs.filter(version=version, state=HandOver.State.PROPOSED).exists():
        message = _("Someone else is already proposed for this role.")
        findings.append(_blocks("hand-over-waits", message, _("Confirm or refuse that request first.")))
    if not person.email:
        message = _("%(name)s has no email address to send the agreement to.") % {"name": person}
        findings.append(_blocks("party-without-address", message, _("Add an email address.")))
    return findings


def _propose(version: AgreementVersion, party: Party, person: Person, reason: str, by: Actor) -> HandOver:
    hand_over = HandOver.objects.create(
        party=party, version=version, name=person.name, email=person.email, title=person.title, organisation=person.organisation,
        reason=reason.strip(), proposed_by=account_of(by),
    )  # fmt: skip
    append(
        version.agreement.stream, "party-replacement-asked", by=by,
        facts={**version_facts(version), "role": party.role.label, "from": party.person.name, "to": hand_over.name, "hand_over": hand_over.pk, "reason": hand_over.reason},
    )  # fmt: skip
    signing_mail.replacement_asked(hand_over)
    return hand_over


def _replace_at_once(version: AgreementVersion, party: Party | None, role: TemplateRole, person: Person, reason: str, by: Actor) -> Party:
    successor = _let_fill(version, party, person, role=role)
    append(
        version.agreement.stream, "party-replaced", by=by,
        facts={**version_facts(version), "role": role.label, "from": str(party.person if party else ""), "to": person.name, "reason": reason.strip()},
    )  # fmt: skip
    invite_whose_turn_it_is(version, by=by)
    if party:
        signing_mail.replaced(version, party)
    return successor


def handed_over(party: Party) -> list[Party]:
    """Who held the role before and handed it over, from the first to the last; `party` itself is not among them."""
    before: list[Party] = []
    while party.delegated_from_id:
        party = Party.objects.select_related("person", "confirmed_by").get(pk=party.delegated_from_id)
        before.insert(0, party)
    return before


def _let_fill(version: AgreementVersion, party: Party | None, person: Person, *, role: TemplateRole | None = None, **how: Any) -> Party:
    """End what `party` holds in this version and let `person` fill its role."""
    now = timezone.now()
    if party:
        for invitation in party.invitations.select_for_update(of=("self",)).filter(version__agreement=version.agreement, revoked_at=None):
            end_links(invitation, version.agreement.stream)
        party.to_at = now
        party.save(update_fields=["to_at"])
    return Party.objects.create(agreement=version.agreement, role=role or party.role, person=person, from_at=now, **how)  # type: ignore[union-attr]


def _before_replacing(version: AgreementVersion, party: Party | None) -> list[Finding]:
    findings = []
    verb = version.agreement.template_version.words.params
    if not version.is_open:
        message = _("This version of the agreement isn’t out for %(signature)s.") % verb
        findings.append(_blocks("not-open-for-signing", message, _("Open the latest version.")))
    if party and party.to_at:
        findings.append(_blocks("not-a-party", _("Someone else is in this role now."), _("Check who %(signs)s for this role.") % verb))
    if party and Signature.objects.filter(version=version, role=party.role_id).exists():
        message = _("%(name)s has already %(signed)s, and the %(signature)s stays valid.") % {**verb, "name": party.person}
        findings.append(_blocks("signed-already", message, _("You don’t need to do anything.")))
    return findings


def findings_before_deciding(hand_over: HandOver) -> list[Finding]:
    """Why there is nothing to decide: somebody did, or the party is not asked to sign any more (EL-29)."""
    return _decided(hand_over) or _before_replacing(hand_over.version, hand_over.party)


def _decided(hand_over: HandOver) -> list[Finding]:
    if hand_over.state == HandOver.State.PROPOSED:
        return []
    message = _("This request was already decided: %(state)s.") % {"state": hand_over.get_state_display()}
    return [_blocks("hand-over-decided", message, _("Check who signs now."))]


def _not_in_a_circle(party: Party, email: str) -> list[Finding]:
    """Nobody hands a role to themselves, nor back to whoever handed it to them."""
    if same_address(email, party.person.email):
        message = _("This is the current signer’s address.")
        return [_blocks("hand-over-to-oneself", message, _("Enter someone else’s address."))]
    for former in handed_over(party):
        if same_address(former.person.email, email):
            message = _("%(name)s has already handed this role over.") % {"name": former.person}
            return [_blocks("hand-over-in-a-circle", message, _("Name someone else, or ask lab operations to name someone."))]
    return []


def _locked(hand_over: HandOver) -> tuple[HandOver, AgreementVersion]:
    # The version before the hand-over, as signing does (agreements/versions/locks.py); its key alone is read without a lock.
    version = locked_version(HandOver.objects.values_list("version", flat=True).get(pk=hand_over.pk))
    row = (
        HandOver.objects.select_for_update(of=("self",)).select_related("party__person", "party__role", "proposed_by").get(pk=hand_over.pk)
    )
    row.version = version
    return row, version


@act("agreements.answer")
def decline(invitation: Invitation, reason: str, *, by: Actor) -> Decline:
    """The party does not sign, and says why; whoever has signed and whoever prepared it hears (EL-29).

    The agreement stays out for signing. Lab operations can invite the party again, or let somebody else sign.
    Raises `Refused` with everything in the way, such as a signature: what was signed stays signed.
    """
    invitation = locked_to_answer(invitation)
    findings = [*rules.before_answering(answer_facts(invitation)), *rules.reason_given(reason)]
    if findings:
        raise Refused(findings)
    decline = Decline.objects.create(invitation=invitation, reason=reason.strip())
    version, party = invitation.version, invitation.party
    append(
        version.agreement.stream, "declined-to-sign", by=by,
        facts={**version_facts(version), "role": party.role.label, "name": party.person.name, "decline": decline.pk},
    )  # fmt: skip
    withdraw(mail.SIGNATURE_MISSING, version.agreement.stream, key_part=mail.invitation_key(invitation))
    signing_mail.declined(decline)
    return decline


def answer_facts(invitation: Invitation) -> rules.AnswerFacts:
    """What decides whether a party may decline, or hand over, now."""
    version, party = invitation.version, invitation.party
    return rules.AnswerFacts(
        version_open=version.is_open,
        party_is_current=party.to_at is None,
        invitation_live=invitation.revoked_at is None,
        role_signs=invitation.purpose == Invitation.Purpose.SIGN,
        signed_already=Signature.objects.filter(version=version, role=party.role_id).exists(),
        declined=Decline.objects.filter(invitation=invitation).exists(),
        verb=version.agreement.template_version.words.params,
    )
