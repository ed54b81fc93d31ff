"""Acts on templates, agreements and invitations."""

import datetime
import tomllib
from functools import partial

from django.test import override_settings

from acts.act import SYSTEM
from agreements import actions, codes
from agreements.actions import sending, templates
from agreements.models import HandOver, Invitation, Seal
from tests.acts import Act, scenario
from tests.agreements import amending
from tests.agreements import factories as make
from tests.agreements.factories import as_party
from tests.factories import account, long_standing, person
from tests.pdfs import PDF
from tests.residencies.rows import qualified


@scenario("agreements.actions.templates.install_standard_template")
def install_standard_template() -> Act:
    from agreements.models import Template

    assert not Template.objects.exists()
    return partial(actions.install_standard_template, by=SYSTEM)


@scenario("agreements.actions.templates.install_template")
def install_template() -> Act:
    return partial(templates.install_template, tomllib.loads(templates.STANDARD.read_text()), by=SYSTEM)


@scenario("agreements.actions.templates.make_template_version")
def make_template_version() -> Act:
    used = make.draft().agreement.template_version
    return partial(templates.make_template_version, used, by=account("admin"))


@scenario("agreements.actions.templates.publish_template_version")
def publish_template_version() -> Act:
    newer = templates.make_template_version(make.draft().agreement.template_version, by=account("admin"))
    return partial(templates.publish_template_version, newer, by=account("admin"))


@scenario("agreements.actions.templates.record_template_edit")
def record_template_edit() -> Act:
    newer = templates.make_template_version(make.draft().agreement.template_version, by=account("admin"))
    return partial(templates.record_template_edit, newer, changed=["name"], by=account("admin"))


@scenario("agreements.actions.drafting.prepare")
def prepare() -> Act:
    template = actions.install_standard_template(by=SYSTEM)
    return partial(actions.prepare, qualified().stream, template, by=account("lab_ops"))


@scenario("agreements.actions.drafting.edit_header")
def edit_header() -> Act:
    draft = make.draft()
    return partial(actions.edit_header, draft, {**draft.header, "product": "Another"}, expected=draft.version, by=account("lab_ops"))


@scenario("agreements.actions.drafting.set_conditions")
def set_conditions() -> Act:
    draft = make.draft()
    return partial(
        actions.set_conditions, draft, [("Health data", "Health data stays closed.")], expected=draft.version, by=account("lab_ops")
    )


@scenario("agreements.actions.ordering.set_signing_order")
def set_signing_order() -> Act:
    draft = make.complete_draft()
    stages = actions.side_by_side(draft)
    return partial(actions.set_signing_order, draft, stages, code_required=True, expected=draft.version, by=account("lab_ops"))


@scenario("agreements.actions.drafting.set_party")
def set_party() -> Act:
    draft = make.draft()
    return partial(actions.set_party, draft, draft.roles.first().role, person(), by=account("lab_ops"))


@scenario("agreements.actions.sending.circulate")
def circulate() -> Act:
    draft = make.complete_draft()
    return partial(actions.circulate, draft, expected=draft.version, by=account("lab_ops"))


@scenario("agreements.actions.sending.send_new_link")
def send_new_link() -> Act:
    return partial(sending.send_new_link, make.to_sign(make.circulated())[0], by=account("lab_ops"))


@scenario("agreements.actions.sending.revoke_invitation")
def revoke_invitation() -> Act:
    return partial(sending.revoke_invitation, make.to_sign(make.circulated())[0], by=account("lab_ops"))


@scenario("agreements.actions.reading.open_invitation")
def open_invitation() -> Act:
    return partial(actions.open_invitation, make.token_for(make.to_sign(make.circulated())[0]))


@scenario("agreements.actions.reading.ask_for_link")
def ask_for_link() -> Act:
    return partial(actions.ask_for_link, make.token_for(make.to_sign(make.circulated())[0]))


@scenario("agreements.actions.reading.mark_read")
def mark_read() -> Act:
    invitation = asked()
    return partial(actions.mark_read, invitation, [1, 2, 3], by=as_party(invitation))


@scenario("agreements.actions.codes.ask_for_code")
def ask_for_code() -> Act:
    invitation = make.to_sign(make.coded())[0]
    return partial(actions.ask_for_code, invitation, "this browser", by=as_party(invitation))


@scenario("agreements.actions.codes.enter_code")
def enter_code() -> Act:
    invitation = make.to_sign(make.coded())[0]
    digits = codes.mint(actions.ask_for_code(invitation, "this browser", by=as_party(invitation)).pk)
    return partial(actions.enter_code, invitation, digits, "this browser", by=as_party(invitation))


def asked() -> Invitation:
    return make.to_sign(make.circulated())[0]


def handed_over() -> HandOver:
    invitation = asked()
    facts = {"name": "Wren Delgado", "email": "wren@example.org", "reason": "I am away."}
    return actions.propose_hand_over(invitation, **facts, by=as_party(invitation))


@scenario("agreements.actions.declining.decline")
def decline() -> Act:
    version = make.circulated()
    first, second = make.to_sign(version)[:2]
    make.sign(second)
    return partial(actions.decline, first, "The budget is not confirmed.", by=as_party(first))


@scenario("agreements.actions.handing_over.propose_hand_over")
def propose_hand_over() -> Act:
    invitation = asked()
    facts = {"name": "Wren Delgado", "email": "wren@example.org", "reason": "I am away."}
    return partial(actions.propose_hand_over, invitation, **facts, by=as_party(invitation))


@scenario("agreements.actions.handing_over.confirm_hand_over")
def confirm_hand_over() -> Act:
    return partial(actions.confirm_hand_over, handed_over(), by=account("lab_ops"))


@scenario("agreements.actions.handing_over.refuse_hand_over")
def refuse_hand_over() -> Act:
    return partial(actions.refuse_hand_over, handed_over(), reason="Another ministry.", by=account("lab_ops"))


@scenario("agreements.actions.handing_over.replace_party")
def replace_party() -> Act:
    invitation = asked()
    facts = {"reason": "Left.", "instead_of": invitation.party.person, "by": account("lab_ops")}
    return partial(actions.replace_party, invitation.version, invitation.party.role, person(), **facts)


@scenario("agreements.actions.reporting.say_wrong_person")
def say_wrong_person() -> Act:
    return partial(actions.say_wrong_person, make.token_for(asked()))


@scenario("agreements.actions.reporting.settle_wrong_person")
def settle_wrong_person() -> Act:
    wrong_person = actions.say_wrong_person(make.token_for(asked()))
    assert wrong_person
    return partial(actions.settle_wrong_person, wrong_person, end=True, by=account("lab_ops"))


@scenario("agreements.actions.signing.sign")
def sign() -> Act:
    invitation = make.read_all(make.to_sign(make.circulated())[0])
    return partial(actions.sign, invitation, make.intent(invitation), make.witness(invitation))


@scenario("agreements.actions.templates.edit_template_version")
def edit_template_version() -> Act:
    newer = templates.make_template_version(make.draft().agreement.template_version, by=account("admin"))
    return partial(templates.edit_template_version, newer, changes={"statement_of_intent": "I sign."}, by=account("admin"))


@scenario("agreements.actions.amendments.propose_amendment")
def propose_amendment() -> Act:
    version = make.circulated()
    invitation = make.to_sign(version)[0]
    return partial(
        actions.propose_amendment, version, amending.change(version), reason="Four days is true.", shown_sha256=version.content_sha256,
        by=as_party(invitation),
    )  # fmt: skip


@scenario("agreements.actions.amendments.withdraw_amendment")
def withdraw_amendment() -> Act:
    return partial(actions.withdraw_amendment, amending.proposed(make.circulated()), by=account("lab_ops"))


@scenario("agreements.actions.amendments.reject_amendment")
def reject_amendment() -> Act:
    version = make.circulated()
    amendment = amending.proposed(version, invitation=make.to_sign(version)[0])
    return partial(actions.reject_amendment, amendment, reason="The law asks for it.", by=account("lab_ops"))


@scenario("agreements.actions.amendments.accept_amendments")
def accept_amendments() -> Act:
    """One is accepted, one moves along and one is overtaken; a party has read, and another asked that somebody else signs."""
    version = make.circulated()
    first, second, *_ = make.to_sign(version)
    actions.propose_hand_over(second, name="Wren Delgado", email="wren@example.org", reason="I am away.", by=as_party(second))
    make.read_all(first)
    amendment = amending.proposed(version, invitation=first)
    amending.proposed(version, amending.change(version, text="Three days."), invitation=second)
    amending.proposed(version, amending.change(version, clause="2.1"), invitation=second)
    return partial(
        actions.accept_amendments, version, [amendment], reason="It is true.", shown_sha256=version.content_sha256, by=account("lab_ops")
    )


@scenario("agreements.actions.voiding.void_agreement")
def void_agreement() -> Act:
    version = make.circulated()
    make.sign(make.to_sign(version)[0])
    amending.proposed(version)
    shown_state = actions.standing_of(version)
    return partial(actions.void_agreement, version.agreement, reason="Merged.", shown_state=shown_state, by=account("lab_ops"))


@scenario("agreements.actions.discussion.take_stance")
def take_stance() -> Act:
    invitation = make.to_sign(make.circulated())[0]
    actions.take_stance(invitation, "2.1", "clear", by=as_party(invitation))
    return partial(actions.take_stance, invitation, "2.1", "misaligned", note="The sum is too low.", by=as_party(invitation))


@scenario("agreements.actions.discussion.comment")
def comment() -> Act:
    version = make.circulated()
    first, second, third = make.to_sign(version)[:3]
    actions.resolve(actions.comment(version, "2.1", "Why?", by=as_party(first)).thread, by=as_party(first))
    return partial(actions.comment, version, "2.1", "What do you say?", by=as_party(second), mentions=[third.party])


@scenario("agreements.actions.discussion.ask")
def ask() -> Act:
    invitation = asked()
    return partial(actions.ask, invitation, "May I have more time?", by=as_party(invitation))


@scenario("agreements.actions.discussion.resolve")
def resolve() -> Act:
    invitation = make.to_sign(make.circulated())[0]
    return partial(actions.resolve, actions.ask(invitation, "Why?", by=as_party(invitation)).thread, by=account("lab_ops"))


@scenario("agreements.actions.discussion.reopen")
def reopen() -> Act:
    invitation = make.to_sign(make.circulated())[0]
    return partial(
        actions.reopen,
        actions.resolve(actions.ask(invitation, "Why?", by=as_party(invitation)).thread, by=as_party(invitation)),
        by=as_party(invitation),
    )


@scenario("agreements.actions.discussion.mark_seen")
def mark_seen() -> Act:
    first, second = make.to_sign(make.circulated())[:2]
    return partial(actions.mark_seen, first, actions.ask(second, "Why?", by=as_party(second)).pk, by=as_party(first))


def _wished() -> Seal:
    make.in_force()
    return Seal.objects.latest("pk")


@scenario("agreements.actions.sealing.record_sealed")
def record_sealed() -> Act:
    from agreements.sealing.making import SealedFile
    from agreements.sealing.pipeline import claim

    _wished()
    sealed_file = SealedFile("sealed/aa/a.pdf", "a" * 64, 1, "b" * 64, "c" * 64, development=True, level="B-B", timestamp_at=None)
    return partial(actions.record_sealed, claim("worker"), sealed_file, worker="worker", by=SYSTEM)


@scenario("agreements.actions.sealing.put_seal_off")
def put_seal_off() -> Act:
    """For the third time, when a person is asked as well."""
    from agreements.sealing.pipeline import claim

    account("lab_ops")
    seal = _wished()
    seal.attempts = 2
    seal.save()
    return partial(actions.put_seal_off, claim("worker"), worker="worker", reason="The disk is full.", by=SYSTEM)


@scenario("agreements.actions.sealing.seal_without_timestamp")
def seal_without_timestamp() -> Act:
    seal, by = _wished(), account("lab_ops")
    seal.attempts = 1
    seal.save()

    act = partial(actions.seal_without_timestamp, seal, reason="The service ended.", by=by)
    return partial(override_settings(SEAL_TSA_URLS=["http://tsa.example.test/"])(act.func), *act.args, **act.keywords)


@scenario("agreements.actions.sealing.print_again")
def print_again() -> Act:
    seal = _wished()
    seal.state = seal.State.STUCK
    seal.save()
    return partial(actions.print_again, seal, reason="The font was renewed.", by=account("lab_ops"))


@scenario("agreements.actions.evidence.record_evidence_taken")
def record_evidence_taken() -> Act:
    return partial(actions.record_evidence_taken, make.circulated(), by=account("viewer"))


@scenario("agreements.actions.paper.record_paper")
def record_paper() -> Act:
    printed = {"title": "Partnership", "parties": "Ministry", "signers": "A. Torvald", "signed_on": datetime.date(2024, 3, 3)}
    return partial(actions.record_paper, qualified().stream, **printed, name="scan.pdf", content=PDF, by=account("lab_ops"))


@scenario("agreements.actions.paper.confirm_paper")
def confirm_paper() -> Act:
    return partial(actions.confirm_paper, make.scan(), by=long_standing("lab_ops"))


@scenario("agreements.actions.paper.withdraw_paper")
def withdraw_paper() -> Act:
    return partial(actions.withdraw_paper, make.scan(), reason="A page is missing.", by=account("lab_ops"))
