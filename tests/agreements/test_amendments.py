"""Changes to words that went out: proposed, decided, and made into the next version (EL-25, EL-34)."""

import pytest
from django.db import IntegrityError, connection, transaction

from agreements.amendments import actions as amendments_actions
from agreements.amendments.actions import Wording
from agreements.drafting import sending, signing_order
from agreements.gates import in_force as gate
from agreements.invitations import actions as invitations_actions
from agreements.models import AgreementVersion, Amendment, Clause, Invitation, SectionRead, Signature, State
from agreements.signing import actions as signing_actions
from agreements.versions.canonical_text import canonical, sha256
from agreements.versions.diff import changes
from findings import Refused
from ledger.verification import verify
from outbox.models import Message
from tests.agreements.amending import WORDS, accepted, amended, change, changed_midway, newest, proposed
from tests.agreements.factories import as_party, circulated, complete_draft, draft, in_force, intent, read_all, sign, to_sign, witness
from tests.residencies.factories import ops
from tests.worlds import made_once, mine

pytestmark = pytest.mark.django_db

Became = Amendment.State


begins_with = made_once(circulated)


@pytest.fixture
def version(begins_with):
    return mine(begins_with)


def refused(act, *codes):
    """`act` is refused for exactly these reasons and writes nothing."""
    before = (Amendment.objects.count(), AgreementVersion.objects.count(), Message.objects.count())
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.codes == set(codes)
    assert (Amendment.objects.count(), AgreementVersion.objects.count(), Message.objects.count()) == before
    return refusal.value


# ── Proposing ────────────────────────────────────────────────────────────────────────────────


def test_a_party_proposes_other_words_and_whoever_sent_it_out_is_told(version):
    """EL-25: section, kind of change, from, to, who edited, at whose request and why."""
    invitation = to_sign(version)[2]
    clause = version.clauses.get(number="2.1")
    amendment = proposed(
        version, change(version, clause="2.1"), invitation=invitation, at_request_of="Our counsel", reason="Four days is true."
    )
    assert (amendment.section, amendment.clause, amendment.kind) == (clause.section, clause, "change")
    assert (amendment.was_text, amendment.text) == (clause.text, WORDS)
    assert (amendment.proposer, amendment.at_request_of, amendment.reason) == (invitation.party.person, "Our counsel", "Four days is true.")
    assert amendment.is_open
    message = Message.objects.get(occasion="agreement-amendment-proposed")
    assert message.person.user == version.circulated_by
    assert "Four days is true." in message.text
    assert version.agreement.stream.events.filter(act="amendment-proposed").count() == 1
    assert verify().broken is None


def test_nobody_is_told_of_what_they_proposed_themselves(version):
    """EL-61"""
    proposed(version, by=version.circulated_by)
    assert not Message.objects.filter(occasion="agreement-amendment-proposed").exists()


def test_when_whoever_sent_it_out_has_left_all_of_lab_operations_are_told(version):
    """EL-25"""
    type(version.circulated_by).objects.filter(pk=version.circulated_by.pk).update(is_active=False)
    officers = {ops().pk, ops().pk}
    proposed(newest(version), invitation=to_sign(version)[0])
    recipients = set(Message.objects.filter(occasion="agreement-amendment-proposed").values_list("person__user", flat=True))
    assert officers <= recipients
    assert version.circulated_by_id not in recipients


WRONG = {
    "words that stand there already": (lambda v: change(v, text=v.clauses.first().text + " \r\n"), {}, "nothing-changed"),
    "no words": (lambda v: change(v, text="  "), {}, "words-missing"),
    "no heading": (lambda v: Wording("change", "1.1", " ", "Words."), {}, "words-missing"),
    "a clause that is not there": (lambda v: Wording("change", "99.1", "H", "T"), {}, "clause-unknown"),
    "a section that is not there": (lambda v: Wording("add", "99", "H", "T"), {}, "clause-unknown"),
    "an unknown kind": (lambda v: Wording("rewrite", "1.1", "H", "T"), {}, "clause-unknown"),
    "no reason": (change, {"reason": " "}, "reason-missing"),
    "a page of other words": (change, {"shown_sha256": "f" * 64}, "version-changed"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_proposal_says_something_and_why(version, what):
    """EL-25"""
    wording, other, code = WRONG[what]
    refused(lambda: proposed(version, wording(version), **other), code)


def test_a_draft_is_edited_and_not_amended():
    """EL-25, EL-34"""
    version, by = draft(), ops()
    refused(lambda: proposed(version, Wording("change", "1.1", "H", "T"), shown_sha256="", by=by), "nothing-to-amend")


def test_a_party_whose_invitation_ended_proposes_nothing(version):
    """EL-28"""
    invitation = to_sign(version)[0]
    invitations_actions.revoke_invitation(invitation, by=ops())
    refused(lambda: proposed(version, invitation=invitation), "invitation-ended")


def test_a_page_from_before_says_who_changed_what(version):
    """EL-25: the form carries the hash of the words that were read."""
    shown_sha256 = version.content_sha256
    by = ops(name="Noor Castellane")
    accepted(proposed(version, change(version, clause="2.1", heading="Working hours")), by=by)
    refusal = refused(lambda: proposed(version, shown_sha256=shown_sha256), "version-changed")
    assert "Noor Castellane sent version 2" in str(refusal)
    assert "2.1 Working hours" in str(refusal)


# ── The next version ─────────────────────────────────────────────────────────────────────────


def test_accepting_makes_and_sends_the_next_version_in_one_act(version):
    """EL-25, EL-26: new hash, chained to the one before, which is replaced; rows and bytes say the same."""
    amendment = proposed(version, change(version, clause="2.1"))
    second = accepted(amendment)
    version.refresh_from_db()
    amendment.refresh_from_db()
    assert (version.state, second.state, second.number, second.previous) == (State.SUPERSEDED, State.CIRCULATED, 2, version)
    assert bytes(second.canonical) == canonical(second)
    assert second.content_sha256 == sha256(bytes(second.canonical)) != version.content_sha256
    assert version.content_sha256.encode() in bytes(second.canonical)
    assert second.clauses.get(number="2.1").text == WORDS
    assert (amendment.state, amendment.made, amendment.decision_reason) == (Became.ACCEPTED, second, "It reads better so.")
    assert list(second.roles.values_list("role", "must_sign", "stage")) == list(version.roles.values_list("role", "must_sign", "stage"))
    assert second.header == version.header
    assert verify().broken is None


def test_only_the_accepted_words_number_and_chain_differ_in_the_bytes(version):
    """EL-26: nothing of the version before is lost or slipped in."""
    import json

    second = amended(version, clause="2.1")
    before, after = (json.loads(bytes(v.canonical).split(b"\n", 1)[1]) for v in (version, second))
    assert after.pop("previous_sha256") == version.content_sha256
    assert (before.pop("version"), after.pop("version")) == (1, 2)
    clause = next(c for s in after["sections"] for c in s["clauses"] if c["number"] == "2.1")
    clause["text"] = next(c for s in before["sections"] for c in s["clauses"] if c["number"] == "2.1")["text"]
    assert before == after


def test_several_are_accepted_together(version):
    """EL-25: a change, a new clause and one taken out are one version."""
    wanted = [
        change(version, clause="2.1"), Wording("add", "3", "Remote work", "People work where they like."), Wording("remove", "4.1"),
    ]  # fmt: skip
    second = accepted([proposed(version, wording) for wording in wanted])
    assert [(c.kind, c.title) for c in changes(second)] == [
        ("change", version.clauses.get(number="2.1").heading), ("add", "Remote work"), ("remove", version.clauses.get(number="4.1").heading),
    ]  # fmt: skip
    assert second.number == 2


def test_a_number_means_one_clause_for_ever(version):
    """A clause that was taken out leaves a gap; a new one never gets a number that another had."""
    last = version.clauses.filter(section__number=2).order_by("-position")[0].number
    second = accepted(proposed(version, Wording("remove", last)))
    third = accepted(proposed(second, Wording("add", "2", "Another", "Other words.")))
    assert not third.clauses.filter(number=last).exists()
    added = third.clauses.get(heading="Another")
    assert int(added.number.split(".")[1]) == int(last.split(".")[1]) + 1
    assert added.follows is None


def test_a_clause_added_where_conditions_go_is_a_unique_condition(version):
    """EL-21, EL-25"""
    section = version.sections.get(takes_conditions=True)
    second = accepted(proposed(version, Wording("add", str(section.number), "Health data", "It stays closed.")))
    clause = second.clauses.get(heading="Health data")
    assert clause.kind == Clause.Kind.UNIQUE
    assert b'"unique_conditions":[{"heading":"Health data"' in bytes(second.canonical)


def test_sections_and_clauses_say_which_they_continue(version):
    """Talk on an unchanged clause goes on with it."""
    second = amended(version, clause="2.1")
    assert {(c.number, c.follows.number) for c in second.clauses.select_related("follows")} == {
        (c.number, c.number) for c in version.clauses.all()
    }
    assert all(section.follows.number == section.number for section in second.sections.select_related("follows"))


def test_what_was_read_of_unchanged_sections_stays_read_at_its_time(version):
    """EL-23: the changed section alone is read again."""
    reader = read_all(to_sign(version)[0])
    times = dict(SectionRead.objects.filter(party=reader.party).values_list("section__number", "read_at"))
    second = amended(version, clause="2.1")
    carried = dict(SectionRead.objects.filter(party=reader.party, section__version=second).values_list("section__number", "read_at"))
    assert carried == {number: at for number, at in times.items() if number != 2}


def test_signatures_stay_with_their_version_and_everyone_is_asked_anew(version):
    """EL-25: those who signed are told so, and what changed, in the mail that asks them again."""
    signed, *others = to_sign(version)
    signature = sign(signed)
    Message.objects.all().delete()
    second = amended(version, clause="2.1")
    assert not second.signatures.exists()
    assert list(version.signatures.all()) == [signature]
    assert len(to_sign(second)) == len(others) + 1
    mails = {message.person_id: message.text for message in Message.objects.filter(occasion="agreement-invitation", state="queued")}
    assert set(mails) == {invitation.party.person_id for invitation in to_sign(second)}
    letter = mails[signed.party.person_id]
    assert "You signed version 1" in letter
    assert "You signed" not in mails[others[0].party.person_id]
    for text in mails.values():
        assert f"> {WORDS}" in text
        assert "> " + version.clauses.get(number="2.1").text.split("\n")[0] in text
        assert "Why: It reads better so." in text
        assert "{{ signing_link }}" in text


def test_the_old_invitation_reads_and_signs_no_more_and_its_waiting_mail_is_withdrawn(version):
    """EL-25, EL-28"""
    invitation = read_all(to_sign(version)[0])
    stated_intent, session_witness = intent(invitation), witness(invitation)
    amended(version)
    invitation = Invitation.objects.select_related("version", "party").get(pk=invitation.pk)
    assert invitation.is_live
    assert not invitation.may_sign
    with pytest.raises(Refused) as refusal:
        signing_actions.sign(invitation, stated_intent, session_witness)
    assert "not-open-for-signing" in refusal.value.codes
    waiting = Message.objects.filter(occasion="agreement-invitation", state="queued", key__contains=f"invitation:{invitation.pk}:")
    assert not waiting.exists()


def test_signing_the_next_version_on_the_hash_of_the_last_is_refused(version):
    """EL-25, R13"""
    second = amended(version)
    invitation = read_all(to_sign(second)[0])
    with pytest.raises(Refused) as refusal:
        signing_actions.sign(invitation, intent(invitation, sha256=version.content_sha256), witness(invitation))
    assert refusal.value.codes == {"words-changed"}
    assert not Signature.objects.exists()


def test_open_amendments_move_along_or_are_overtaken(version):
    """EL-25: on the same clause the proposer hears that another came first; elsewhere nothing is lost."""
    invitation = to_sign(version)[1]
    rival = proposed(version, change(version, clause="2.1", text="Three days."), invitation=invitation)
    elsewhere = proposed(version, change(version, clause="3.1"), invitation=invitation)
    addition = proposed(version, Wording("add", "3", "More", "More words."), invitation=invitation)
    second = accepted(proposed(version, change(version, clause="2.1")))
    for amendment in (rival, elsewhere, addition):
        amendment.refresh_from_db()
    assert (rival.state, rival.made, rival.version) == (Became.OVERTAKEN, second, version)
    assert (elsewhere.state, elsewhere.version, elsewhere.clause) == (Became.OPEN, second, second.clauses.get(number="3.1"))
    assert (addition.state, addition.version, addition.section) == (Became.OPEN, second, second.sections.get(number=3))
    assert elsewhere.proposed_against == version
    message = Message.objects.get(occasion="agreement-amendment-decided", person=invitation.party.person)
    assert "Three days." in message.text
    third = accepted([elsewhere, addition])
    assert third.clauses.get(number="3.1").text == WORDS


def test_two_changes_of_one_clause_are_not_accepted_together(version):
    """EL-25"""
    both = [proposed(version, change(version, clause="2.1", text=text)) for text in ("One.", "Two.")]
    refused(lambda: accepted(both), "amendments-clash")


def test_accepting_asks_the_gate_again(version):
    """EL-13: a condition that is no longer met stops the next version too."""
    residency = version.agreement.subject
    amendment = proposed(version)
    type(residency).objects.filter(pk=residency.pk).update(state="withdrawn", ended_on="2026-01-01", end_reason="Over.")
    refused(lambda: accepted(amendment), "not-qualified")


def test_accepting_needs_a_choice_a_reason_and_the_newest_words(version):
    """EL-25"""
    amendment = proposed(version)
    refused(lambda: accepted(amendment, reason=" "), "reason-missing")
    refused(lambda: accepted(amendment, shown_sha256="f" * 64), "version-changed")
    refused(
        lambda: amendments_actions.accept_amendments(version, [], reason="Yes.", shown_sha256=version.content_sha256, by=ops()),
        "no-amendment-chosen",
    )
    accepted(amendment)
    refused(lambda: accepted(amendment), "amendment-decided")


def test_an_amendment_of_another_agreement_is_not_taken_along(version):
    """EL-25"""
    stranger = proposed(circulated())
    refused(
        lambda: amendments_actions.accept_amendments(version, [stranger], reason="Yes.", shown_sha256=version.content_sha256, by=ops()),
        "no-amendment-chosen",
    )


def test_whether_signers_type_a_code_goes_on_to_the_next_version():
    """EL-28: what lab operations chose for this agreement is part of its words."""
    version = complete_draft()
    version = signing_order.set_signing_order(
        version, signing_order.at_once(version), code_required=True, shown_revision=version.revision, by=ops()
    )
    second = amended(sending.circulate(version, shown_revision=version.revision, by=ops()))
    assert second.code_required is True
    assert b'"code_required":true' in bytes(second.canonical)


def test_a_later_stage_hears_what_changed_and_waits_for_its_turn_again():
    """EL-25, EL-30: the order is part of the words; no link goes to whose turn it is not."""
    first, second = changed_midway()
    assert list(second.roles.values_list("role", "stage")) == list(first.roles.values_list("role", "stage"))
    invited = {invitation.party.role.side for invitation in to_sign(second)}
    assert invited == {"program"}
    messages = Message.objects.filter(occasion="agreement-amended")
    assert {message.person_id for message in messages} == {i.party.person_id for i in to_sign(first) if i.party.role.side == "alliance"}
    assert all(f"> {WORDS}" in message.text and "{{" not in message.text for message in messages)


# ── Rejecting, withdrawing ───────────────────────────────────────────────────────────────────


def test_a_rejection_gives_its_reason_to_the_proposer(version):
    """EL-25"""
    invitation, by = to_sign(version)[0], ops()
    amendment = amendments_actions.reject_amendment(proposed(version, invitation=invitation), reason="The law asks for it.", by=by)
    assert (amendment.state, amendment.decided_by, amendment.decision_reason) == (Became.REJECTED, by, "The law asks for it.")
    message = Message.objects.get(occasion="agreement-amendment-decided")
    assert message.person == invitation.party.person
    assert "The law asks for it." in message.text
    assert newest(version) == version
    refused(lambda: amendments_actions.reject_amendment(amendment, reason="Again.", by=by), "amendment-decided")


def test_a_rejection_needs_a_reason(version):
    """EL-25"""
    amendment = proposed(version)
    refused(lambda: amendments_actions.reject_amendment(amendment, reason="  ", by=ops()), "reason-missing")


def test_a_proposer_takes_back_their_own_and_nobody_else_s(version):
    """EL-25"""
    mine, other = to_sign(version)[:2]
    amendment = proposed(version, invitation=mine)
    refused(lambda: amendments_actions.withdraw_amendment(amendment, by=as_party(other)), "not-yours")
    refused(lambda: amendments_actions.withdraw_amendment(amendment, by=ops()), "not-yours")
    assert amendments_actions.withdraw_amendment(amendment, by=as_party(mine)).state == Became.WITHDRAWN
    refused(lambda: amendments_actions.reject_amendment(amendment, reason="No.", by=ops()), "amendment-decided")
    of_lab = proposed(version)
    refused(lambda: amendments_actions.withdraw_amendment(of_lab, by=as_party(mine)), "not-yours")
    assert amendments_actions.withdraw_amendment(of_lab, by=ops()).state == Became.WITHDRAWN


# ── Amending what is in force (EL-34) ────────────────────────────────────────────────────────


def test_an_agreement_in_force_stands_until_the_next_version_comes_into_force():
    """EL-34, EL-31"""
    first = in_force()
    second = amended(first, clause="2.1")
    first.refresh_from_db()
    assert (first.state, second.state) == (State.IN_FORCE, State.CIRCULATED)
    subject = first.agreement.subject
    assert gate([subject], first.in_force_at.date())[subject.stream_id] == []
    mail = Message.objects.filter(occasion="agreement-invitation", state="queued")[0]
    assert "Version 1 stays in force until everyone has signed version 2." in mail.text
    for invitation in to_sign(second):
        assert gate([subject], first.in_force_at.date())[subject.stream_id] == []
        sign(invitation)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (State.SUPERSEDED, State.IN_FORCE)
    assert first.signatures.count() == second.signatures.count() == len(to_sign(second))


def test_a_version_in_force_that_is_being_amended_can_be_amended_once_more():
    """EL-34: the one out for signing is replaced, the one in force still stands."""
    first = in_force()
    second = amended(first, clause="2.1")
    third = amended(second, clause="3.1")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, third.state) == (State.IN_FORCE, State.SUPERSEDED, State.CIRCULATED)
    assert [v.number for v in first.agreement.versions.order_by("number")] == [1, 2, 3]


def test_a_proposal_made_while_signing_stays_open_after_it_came_into_force(version):
    """EL-34"""
    amendment = proposed(version)
    for invitation in to_sign(version):
        sign(invitation)
    second = accepted(amendment)
    version.refresh_from_db()
    assert (version.state, second.state) == (State.IN_FORCE, State.CIRCULATED)


# ── What the database itself refuses ─────────────────────────────────────────────────────────


def stopped(write):
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


@pytest.mark.parametrize("column", ["was_text", "text", "heading", "reason", "at_request_of", "kind"])
def test_what_was_proposed_is_never_rewritten(version, column):
    """EL-25: the list of amendments is the change log."""
    amendment = proposed(version)
    stopped(lambda: Amendment.objects.filter(pk=amendment.pk).update(**{column: "add" if column == "kind" else "x"}))
    stopped(lambda: _delete(amendment))


def test_what_was_decided_stays_decided(version):
    """EL-25"""
    amendment = amendments_actions.reject_amendment(proposed(version), reason="No.", by=ops())
    for change_ in ({"state": "open"}, {"decision_reason": "Yes."}, {"decided_at": None}, {"version": circulated()}):
        stopped(lambda change_=change_: Amendment.objects.filter(pk=amendment.pk).update(**change_))
    stopped(lambda: _delete(amendment))


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "accepted"}, {"state": "rejected"}, {"state": "overtaken"}, {"state": "lost"}, {"decision_reason": "x"}, {"clause": None},
    ],
    ids=str,
)  # fmt: skip
def test_no_amendment_is_half_decided(version, wrong):
    """EL-25: by check constraints."""
    amendment = proposed(version)
    stopped(lambda: Amendment.objects.filter(pk=amendment.pk).update(**wrong))


def test_an_amendment_has_one_proposer(version):
    """EL-25"""
    row = {
        "version": version, "proposed_against": version, "section": version.sections.first(), "kind": "add", "heading": "H", "text": "T",
        "reason": "Why.",
    }  # fmt: skip
    stopped(lambda: Amendment.objects.create(**row))
    stopped(lambda: Amendment.objects.create(**row, party=to_sign(version)[0].party, entered_by=ops()))
    stopped(lambda: Amendment.objects.create(**{**row, "reason": ""}, entered_by=ops()))
    assert Amendment.objects.create(**row, entered_by=ops())


def _delete(amendment):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM agreements_amendment WHERE id = %s", [amendment.pk])


def test_another_new_clause_still_waits_when_one_is_accepted(version, ops):
    """EL-34: both were proposed against the same words; the second goes on against the next version, in its section."""
    first = proposed(version, Wording("add", "1", "Added first", "More words."), by=ops)
    second = proposed(version, Wording("add", "1", "Added second", "Other words."), by=ops)
    following = accepted([first], by=ops)
    second.refresh_from_db()
    assert (second.is_open, second.version, second.clause, second.section.number) == (True, following, None, 1)
