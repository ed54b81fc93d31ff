"""Acts on templates, agreements and invitations."""

import datetime
import tomllib
from functools import partial

from django.test import override_settings
from django.utils import timezone

from acts.act import SYSTEM
from agreements.amendments import actions as amendments_actions
from agreements.amendments import voiding
from agreements.discussion import actions as discussion_actions
from agreements.drafting import actions as drafting_actions
from agreements.drafting import sending, signing_order, templates
from agreements.drafting import templates as drafting_templates
from agreements.invitations import actions as invitations_actions
from agreements.invitations import codes
from agreements.models import HandOver, Invitation, Seal
from agreements.paper import actions as paper_actions
from agreements.sealing import actions as sealing_actions
from agreements.signing import actions as signing_actions
from agreements.signing import codes as signing_codes
from agreements.signing import delegation
from outbox.models import Message
from tests.acts import Act, scenario
from tests.agreements import amending
from tests.agreements import factories as make
from tests.agreements.factories import as_party
from tests.factories import account, long_standing, person
from tests.pdfs import PDF
from tests.residencies.rows import qualified


@scenario("agreements.drafting.templates.install_standard_template")
def install_standard_template() -> Act:
    from agreements.models import Template

    assert not Template.objects.exists()
    return partial(drafting_templates.install_standard_template, by=SYSTEM)


@scenario("agreements.drafting.templates.install_template")
def install_template() -> Act:
    return partial(templates.install_template, tomllib.loads(templates.STANDARD.read_text()), by=SYSTEM)


@scenario("agreements.drafting.templates.make_template_version")
def make_template_version() -> Act:
    used = make.draft().agreement.template_version
    return partial(templates.make_template_version, used, by=account("admin"))


@scenario("agreements.drafting.templates.publish_template_version")
def publish_template_version() -> Act:
    newer = templates.make_template_version(make.draft().agreement.template_version, by=account("admin"))
    return partial(templates.publish_template_version, newer, by=account("admin"))


@scenario("agreements.drafting.templates.record_template_edit")
def record_template_edit() -> Act:
    newer = templates.make_template_version(make.draft().agreement.template_version, by=account("admin"))
    return partial(templates.record_template_edit, newer, changed=["name"], by=account("admin"))


@scenario("agreements.drafting.actions.prepare")
def prepare() -> Act:
    template = drafting_templates.install_standard_template(by=SYSTEM)
    return partial(drafting_actions.prepare, qualified().stream, template, by=account("lab_ops"))


@scenario("agreements.drafting.actions.edit_header")
def edit_header() -> Act:
    draft = make.draft()
    return partial(
        drafting_actions.edit_header, draft, {**draft.header, "product": "Another"}, shown_revision=draft.revision, by=account("lab_ops")
    )


@scenario("agreements.drafting.actions.set_conditions")
def set_conditions() -> Act:
    draft = make.draft()
    return partial(
        drafting_actions.set_conditions,
        draft,
        [("Health data", "Health data stays closed.")],
        shown_revision=draft.revision,
        by=account("lab_ops"),
    )


@scenario("agreements.drafting.signing_order.set_signing_order")
def set_signing_order() -> Act:
    draft = make.complete_draft()
    stages = signing_order.side_by_side(draft)
    return partial(signing_order.set_signing_order, draft, stages, code_required=True, shown_revision=draft.revision, by=account("lab_ops"))


@scenario("agreements.drafting.actions.set_party")
def set_party() -> Act:
    draft = make.draft()
    return partial(drafting_actions.set_party, draft, draft.roles.first().role, person(), by=account("lab_ops"))


@scenario("agreements.drafting.actions.set_parties")
def set_parties() -> Act:
    draft = make.draft()
    choices = {row.role_id: drafting_actions.Choice(person()) for row in draft.roles.all()[:2]}
    return partial(drafting_actions.set_parties, draft, choices, by=account("lab_ops"))


@scenario("agreements.drafting.actions.set_signatories")
def set_signatories() -> Act:
    return partial(drafting_actions.set_signatories, {"Director of lab operations": (person(), None)}, by=account("lab_ops"))


@scenario("agreements.drafting.actions.add_note")
def add_note() -> Act:
    party = make.circulated().agreement.parties.first()
    return partial(drafting_actions.add_note, party, text="Called, will sign Friday.", by=account("lab_ops"))


@scenario("agreements.drafting.sending.circulate")
def circulate() -> Act:
    draft = make.complete_draft()
    return partial(sending.circulate, draft, shown_revision=draft.revision, by=account("lab_ops"))


@scenario("agreements.invitations.actions.send_new_link")
def send_new_link() -> Act:
    return partial(invitations_actions.send_new_link, make.to_sign(make.circulated())[0], by=account("lab_ops"))


@scenario("agreements.invitations.actions.remind_signer")
def remind_signer() -> Act:
    invitation = make.to_sign(make.circulated())[0]
    Message.objects.update(due_at=timezone.now() - datetime.timedelta(days=2))
    return partial(invitations_actions.remind_signer, invitation, by=account("lab_ops"))


@scenario("agreements.invitations.actions.revoke_invitation")
def revoke_invitation() -> Act:
    return partial(invitations_actions.revoke_invitation, make.to_sign(make.circulated())[0], by=account("lab_ops"))


@scenario("agreements.invitations.actions.open_invitation")
def open_invitation() -> Act:
    return partial(invitations_actions.open_invitation, make.token_for(make.to_sign(make.circulated())[0]))


@scenario("agreements.invitations.actions.ask_for_link")
def ask_for_link() -> Act:
    return partial(invitations_actions.ask_for_link, make.token_for(make.to_sign(make.circulated())[0]))


@scenario("agreements.invitations.actions.mark_read")
def mark_read() -> Act:
    invitation = asked()
    return partial(invitations_actions.mark_read, invitation, [1, 2, 3], by=as_party(invitation))


@scenario("agreements.signing.codes.ask_for_code")
def ask_for_code() -> Act:
    invitation = make.to_sign(make.coded())[0]
    return partial(signing_codes.ask_for_code, invitation, "this browser", by=as_party(invitation))


@scenario("agreements.signing.codes.enter_code")
def enter_code() -> Act:
    invitation = make.to_sign(make.coded())[0]
    digits = codes.issue_code(signing_codes.ask_for_code(invitation, "this browser", by=as_party(invitation)).pk)
    return partial(signing_codes.enter_code, invitation, digits, "this browser", by=as_party(invitation))


def asked() -> Invitation:
    return make.to_sign(make.circulated())[0]


def handed_over() -> HandOver:
    invitation = asked()
    facts = {"name": "Wren Delgado", "email": "wren@example.org", "reason": "I am away."}
    return delegation.propose_hand_over(invitation, **facts, by=as_party(invitation))


@scenario("agreements.signing.delegation.decline")
def decline() -> Act:
    version = make.circulated()
    first, second = make.to_sign(version)[:2]
    make.sign(second)
    return partial(delegation.decline, first, "The budget is not confirmed.", by=as_party(first))


@scenario("agreements.signing.delegation.propose_hand_over")
def propose_hand_over() -> Act:
    invitation = asked()
    facts = {"name": "Wren Delgado", "email": "wren@example.org", "reason": "I am away."}
    return partial(delegation.propose_hand_over, invitation, **facts, by=as_party(invitation))


@scenario("agreements.signing.delegation.confirm_hand_over")
def confirm_hand_over() -> Act:
    return partial(delegation.confirm_hand_over, handed_over(), by=account("lab_ops"))


@scenario("agreements.signing.delegation.refuse_hand_over")
def refuse_hand_over() -> Act:
    return partial(delegation.refuse_hand_over, handed_over(), reason="Another ministry.", by=account("lab_ops"))


@scenario("agreements.signing.delegation.replace_party")
def replace_party() -> Act:
    invitation = asked()
    facts = {"reason": "Left.", "instead_of": invitation.party.person, "by": account("lab_ops")}
    return partial(delegation.replace_party, invitation.version, invitation.party.role, person(), **facts)


@scenario("agreements.invitations.actions.say_wrong_person")
def say_wrong_person() -> Act:
    return partial(invitations_actions.say_wrong_person, make.token_for(asked()))


@scenario("agreements.invitations.actions.settle_wrong_person")
def settle_wrong_person() -> Act:
    wrong_person = invitations_actions.say_wrong_person(make.token_for(asked()))
    assert wrong_person
    return partial(invitations_actions.settle_wrong_person, wrong_person, end=True, by=account("lab_ops"))


@scenario("agreements.signing.actions.sign")
def sign() -> Act:
    invitation = make.read_all(make.to_sign(make.circulated())[0])
    return partial(signing_actions.sign, invitation, make.intent(invitation), make.witness(invitation))


@scenario("agreements.drafting.templates.edit_template_version")
def edit_template_version() -> Act:
    newer = templates.make_template_version(make.draft().agreement.template_version, by=account("admin"))
    return partial(templates.edit_template_version, newer, changes={"statement_of_intent": "I sign."}, by=account("admin"))


@scenario("agreements.amendments.actions.propose_amendment")
def propose_amendment() -> Act:
    version = make.circulated()
    invitation = make.to_sign(version)[0]
    return partial(
        amendments_actions.propose_amendment, version, amending.change(version), reason="Four days is true.", shown_sha256=version.content_sha256,
        by=as_party(invitation),
    )  # fmt: skip


@scenario("agreements.amendments.actions.withdraw_amendment")
def withdraw_amendment() -> Act:
    return partial(amendments_actions.withdraw_amendment, amending.proposed(make.circulated()), by=account("lab_ops"))


@scenario("agreements.amendments.actions.reject_amendment")
def reject_amendment() -> Act:
    version = make.circulated()
    amendment = amending.proposed(version, invitation=make.to_sign(version)[0])
    return partial(amendments_actions.reject_amendment, amendment, reason="The law asks for it.", by=account("lab_ops"))


@scenario("agreements.amendments.actions.accept_amendments")
def accept_amendments() -> Act:
    """One is accepted, one moves along and one is overtaken; a party has read, and another asked that somebody else signs."""
    version = make.circulated()
    first, second, *_ = make.to_sign(version)
    delegation.propose_hand_over(second, name="Wren Delgado", email="wren@example.org", reason="I am away.", by=as_party(second))
    make.read_all(first)
    amendment = amending.proposed(version, invitation=first)
    amending.proposed(version, amending.change(version, text="Three days."), invitation=second)
    amending.proposed(version, amending.change(version, clause="2.1"), invitation=second)
    return partial(
        amendments_actions.accept_amendments,
        version,
        [amendment],
        reason="It is true.",
        shown_sha256=version.content_sha256,
        by=account("lab_ops"),
    )


@scenario("agreements.amendments.voiding.void_agreement")
def void_agreement() -> Act:
    version = make.circulated()
    make.sign(make.to_sign(version)[0])
    amending.proposed(version)
    shown_state = voiding.standing_of(version)
    return partial(voiding.void_agreement, version.agreement, reason="Merged.", shown_state=shown_state, by=account("lab_ops"))


@scenario("agreements.discussion.actions.take_stance")
def take_stance() -> Act:
    invitation = make.to_sign(make.circulated())[0]
    discussion_actions.take_stance(invitation, "2.1", "clear", by=as_party(invitation))
    return partial(discussion_actions.take_stance, invitation, "2.1", "misaligned", note="The sum is too low.", by=as_party(invitation))


@scenario("agreements.discussion.actions.comment")
def comment() -> Act:
    version = make.circulated()
    first, second, third = make.to_sign(version)[:3]
    discussion_actions.resolve(discussion_actions.comment(version, "2.1", "Why?", by=as_party(first)).thread, by=as_party(first))
    return partial(discussion_actions.comment, version, "2.1", "What do you say?", by=as_party(second), mentions=[third.party])


@scenario("agreements.discussion.actions.ask")
def ask() -> Act:
    invitation = asked()
    return partial(discussion_actions.ask, invitation, "May I have more time?", by=as_party(invitation))


@scenario("agreements.discussion.actions.resolve")
def resolve() -> Act:
    invitation = make.to_sign(make.circulated())[0]
    return partial(
        discussion_actions.resolve, discussion_actions.ask(invitation, "Why?", by=as_party(invitation)).thread, by=account("lab_ops")
    )


@scenario("agreements.discussion.actions.reopen")
def reopen() -> Act:
    invitation = make.to_sign(make.circulated())[0]
    return partial(
        discussion_actions.reopen,
        discussion_actions.resolve(discussion_actions.ask(invitation, "Why?", by=as_party(invitation)).thread, by=as_party(invitation)),
        by=as_party(invitation),
    )


@scenario("agreements.discussion.actions.mark_seen")
def mark_seen() -> Act:
    first, second = make.to_sign(make.circulated())[:2]
    return partial(discussion_actions.mark_seen, first, discussion_actions.ask(second, "Why?", by=as_party(second)).pk, by=as_party(first))


def _wished() -> Seal:
    make.in_force()
    return Seal.objects.latest("pk")


@scenario("agreements.sealing.actions.record_sealed")
def record_sealed() -> Act:
    from agreements.sealing.pipeline import SEALS
    from sealing.making import SealedFile

    _wished()
    sealed_file = SealedFile("sealed/aa/a.pdf", "a" * 64, 1, "b" * 64, "c" * 64, development=True, level="B-B", timestamp_at=None)
    return partial(sealing_actions.record_sealed, SEALS.claim("worker"), sealed_file, worker="worker", by=SYSTEM)


@scenario("agreements.sealing.actions.put_seal_off")
def put_seal_off() -> Act:
    """For the third time, when a person is asked as well."""
    from agreements.sealing.pipeline import SEALS

    account("lab_ops")
    seal = _wished()
    seal.attempts = 2
    seal.save()
    return partial(sealing_actions.put_seal_off, SEALS.claim("worker"), worker="worker", reason="The disk is full.", by=SYSTEM)


@scenario("agreements.sealing.actions.seal_without_timestamp")
def seal_without_timestamp() -> Act:
    seal, by = _wished(), account("lab_ops")
    seal.attempts = 1
    seal.save()

    act = partial(sealing_actions.seal_without_timestamp, seal, reason="The service ended.", by=by)
    return partial(override_settings(SEAL_TSA_URLS=["http://tsa.example.test/"])(act.func), *act.args, **act.keywords)


@scenario("agreements.sealing.actions.print_again")
def print_again() -> Act:
    seal = _wished()
    seal.state = seal.State.STUCK
    seal.save()
    return partial(sealing_actions.print_again, seal, reason="The font was renewed.", by=account("lab_ops"))


@scenario("agreements.sealing.actions.record_evidence_taken")
def record_evidence_taken() -> Act:
    return partial(sealing_actions.record_evidence_taken, make.circulated(), by=account("viewer"))


@scenario("agreements.paper.actions.record_paper")
def record_paper() -> Act:
    printed = {"title": "Partnership", "parties": "Ministry", "signers": "A. Torvald", "signed_on": datetime.date(2024, 3, 3)}
    return partial(paper_actions.record_paper, qualified().stream, **printed, name="scan.pdf", content=PDF, by=account("lab_ops"))


@scenario("agreements.paper.actions.confirm_paper")
def confirm_paper() -> Act:
    return partial(paper_actions.confirm_paper, make.scan(), by=long_standing("lab_ops"))


@scenario("agreements.paper.actions.withdraw_paper")
def withdraw_paper() -> Act:
    return partial(paper_actions.withdraw_paper, make.scan(), reason="A page is missing.", by=account("lab_ops"))
