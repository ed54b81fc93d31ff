"""What parties find of clauses and say about them (EL-24, EL-29)."""

import datetime
import json

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from acts.act import SYSTEM
from agreements.discussion import actions as discussion_actions
from agreements.discussion import mail as discussion_mail
from agreements.discussion import rules
from agreements.discussion.queries import WHOLE, discussion
from agreements.drafting import actions as drafting_actions
from agreements.drafting import sending
from agreements.invitations import actions as invitations_actions
from agreements.models import AgreementVersion, Comment, DiscussionBookmark, Invitation, Stance, Thread
from agreements.signing import actions as signing_actions
from agreements.versions.stances import lineage, troubles
from findings import Refused
from ledger.models import Event
from ledger.verification import verify
from outbox.delivery.worker import deliver_due
from outbox.models import Message
from outbox.models import State as Sending
from people.actions import person_of
from residencies.lifecycle.residency import assign
from tests.agreements.discussing import misaligned, next_version
from tests.agreements.factories import as_party, circulated, complete_draft, in_force, intent, read_all, sign, to_sign, token_for, witness
from tests.residencies.factories import acts_of, ops
from tests.worlds import made_once, mine

pytestmark = pytest.mark.django_db


def _sent_by_one_officer():
    """Out for signing; one officer prepared it, sent it and looks after the residency."""
    officer = ops(name="Olive Officer")
    version = circulated(by=officer)
    assign(version.agreement.subject, to=officer, by=officer)
    return AgreementVersion.objects.get(pk=version.pk), officer


begins_with = made_once(_sent_by_one_officer)


@pytest.fixture
def here(begins_with):
    return mine(begins_with)


@pytest.fixture
def version(here):
    return here[0]


@pytest.fixture
def officer(here):
    return here[1]


@pytest.fixture
def party(version):
    return to_sign(version)[0]


def refused_codes(act, *args, **named):
    before = (Stance.objects.count(), Comment.objects.count(), Event.objects.count(), Message.objects.count())
    by = as_party(named.pop("by", args[0]))
    with pytest.raises(Refused) as refused:
        act(*args, by=by, **named)
    assert before == (Stance.objects.count(), Comment.objects.count(), Event.objects.count(), Message.objects.count())
    return refused.value.codes


def mailed_to():
    return sorted(Message.objects.filter(occasion=discussion_mail.DISCUSSION.key).values_list("to_name", flat=True))


# ── Stances ──────────────────────────────────────────────────────────────────────────────────


def test_a_later_stance_ends_the_one_before_and_both_are_kept(party):
    """EL-24"""
    first = discussion_actions.take_stance(party, "2.1", "clear", by=as_party(party))
    second = discussion_actions.take_stance(party, "2.1", "comfortable", by=as_party(party))
    first.refresh_from_db()
    assert first.to_at == second.from_at
    assert list(Stance.objects.filter(party=party.party).values_list("value", flat=True)) == ["clear", "comfortable"]
    assert acts_of(party.version.agreement.subject)[-2:] == ["stance-taken"] * 2
    assert verify().broken is None


def test_saying_the_same_again_changes_nothing(party):
    """EL-24"""
    first, second = (discussion_actions.take_stance(party, "2.1", "clear", by=as_party(party)) for _ in range(2))
    assert first == second
    assert acts_of(party.version.agreement.subject).count("stance-taken") == 1


def test_a_misaligned_party_says_why_and_it_stands_in_the_thread(party):
    """EL-24"""
    assert refused_codes(discussion_actions.take_stance, party, "2.1", "misaligned", note="  ") == {"misaligned-without-why"}
    misaligned(party)
    comment = Comment.objects.get()
    assert (comment.kind, comment.text, comment.party) == ("misaligned", "The sum is too low.", party.party)
    assert "too low" not in json.dumps(list(Event.objects.values_list("facts", flat=True)))


@pytest.mark.parametrize("stance", [{"value": "misaligned", "note": ""}, {"value": "delighted"}])
def test_the_database_itself_refuses_a_stance_that_makes_no_sense(party, stance):
    """EL-24"""
    clause = party.version.clauses.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Stance.objects.create(party=party.party, clause=clause, **stance)


def test_one_stance_stands_per_party_and_clause_and_keeps_its_words(party):
    """EL-24: by constraint and trigger."""
    stance = discussion_actions.take_stance(party, "2.1", "clear", by=as_party(party))
    for write in (
        lambda: Stance.objects.create(party=party.party, clause=stance.clause, value="clear"),
        lambda: Stance.objects.filter(pk=stance.pk).update(value="comfortable"),
        lambda: Stance.objects.filter(pk=stance.pk)._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def test_a_stance_is_of_a_clause_of_the_party_s_own_version(party):
    """D3-43"""
    assert refused_codes(discussion_actions.take_stance, party, "99.9", "clear") == {"no-such-clause"}
    assert refused_codes(discussion_actions.take_stance, party, "2.1", "delighted") == {"no-such-clause"}


def test_after_signing_what_a_party_found_stays(party):
    """EL-27: what it signed with."""
    sign(party)
    assert refused_codes(discussion_actions.take_stance, party, "2.1", "clear") == {"stance-after-signing"}


def test_a_version_that_was_replaced_takes_no_stance_and_no_comment(party, officer):
    """EL-25"""
    next_version(party.version)
    assert refused_codes(discussion_actions.take_stance, party, "2.1", "clear") == {"stance-closed"}
    assert refused_codes(discussion_actions.comment, party.version, "2.1", "Why?", by=party) == {"talk-closed"}
    assert refused_codes(discussion_actions.comment, party.version, "2.1", "Why?", by=officer) == {"talk-closed"}


def test_whose_invitation_ended_says_nothing_more(party, officer):
    """EL-28"""
    discussion_actions.comment(party.version, "2.1", "Why?", by=as_party(party))
    invitations_actions.revoke_invitation(party, by=officer)
    assert refused_codes(discussion_actions.take_stance, party, "2.1", "clear") == {"invitation-ended"}
    assert refused_codes(discussion_actions.comment, party.version, "2.1", "Why?", by=party) == {"invitation-ended"}
    assert refused_codes(discussion_actions.mark_seen, party, Comment.objects.get().pk) == {"invitation-ended"}
    assert refused_codes(discussion_actions.resolve, Thread.objects.get(), by=party) == {"thread-of-others"}


# ── Signing all the same ─────────────────────────────────────────────────────────────────────


def test_others_misalignment_does_not_stop_a_signature(version):
    """EL-24"""
    first, second = to_sign(version)[:2]
    misaligned(first)
    assert sign(second)


def test_who_finds_a_clause_misaligned_signs_knowingly_and_the_evidence_says_so(party):
    """EL-24, EL-27"""
    read_all(party)
    discussion_actions.take_stance(party, "1.1", "clear", by=as_party(party))
    discussion_actions.take_stance(party, "1.2", "comfortable", by=as_party(party))
    misaligned(party)
    with pytest.raises(Refused) as refused:
        signing_actions.sign(party, intent(party), witness(party))
    assert refused.value.codes == {"misaligned-unknowingly"}
    assert "2.1" in refused.value.findings[0].message
    signature = signing_actions.sign(party, intent(party, acknowledged=True), witness(party))
    evidence = json.loads(bytes(signature.evidence).partition(b"\n")[2])
    assert evidence["stances"] == {"clear": 1, "comfortable": 1, "misaligned": ["2.1"]}


def test_evidence_of_whoever_took_no_stance_says_nothing_of_them(party):
    evidence = json.loads(bytes(sign(party).evidence).partition(b"\n")[2])
    assert "stances" not in evidence


# ── Talk ─────────────────────────────────────────────────────────────────────────────────────


def test_what_was_said_stays_as_it_was(party, version):
    """EL-24: by trigger; the mentions too."""
    comment = discussion_actions.comment(version, "2.1", "What does this mean, @Dana Lee?", by=as_party(party))
    for write in (
        lambda: Comment.objects.filter(pk=comment.pk).update(text="x"),
        lambda: Comment.objects.filter(pk=comment.pk)._raw_delete("default"),
        lambda: Comment.mentions.through.objects.all()._raw_delete("default"),
        lambda: Thread.objects.update(clause=version.clauses.last()),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def test_a_comment_is_of_a_party_or_of_the_lab_never_of_both_or_nobody(party, officer):
    """EL-24"""
    thread = discussion_actions.comment(party.version, "2.1", "Hello", by=as_party(party)).thread
    for author in ({}, {"party": party.party, "account": officer}, {"account": officer, "kind": "question"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Comment.objects.create(thread=thread, version=party.version, text="x", **author)


def test_a_clause_has_one_thread_and_the_whole_has_one(party, version, officer):
    """EL-24"""
    for number in ("2.1", "2.1", WHOLE, WHOLE, "2.2"):
        discussion_actions.comment(version, number, "Hello", by=as_party(party))
    assert Thread.objects.count() == 3
    with pytest.raises(IntegrityError), transaction.atomic():
        Thread.objects.create(agreement=version.agreement)


def test_asking_the_lab_makes_a_question_by_button_or_by_name(party, version, officer):
    """EL-29"""
    assert discussion_actions.ask(party, "May I have more time?", by=as_party(party)).kind == Comment.Kind.QUESTION
    assert discussion_actions.comment(version, "2.1", "Is that so, @lab?", by=as_party(party)).kind == Comment.Kind.QUESTION
    assert discussion_actions.comment(version, "2.1", "Write to x@lab.test", by=as_party(party)).kind == Comment.Kind.COMMENT
    assert discussion_actions.comment(version, "2.1", "It is, @lab", by=officer).kind == Comment.Kind.COMMENT
    assert acts_of(version.agreement.subject).count("asked") == 2
    assert troubles(version)[party.party_id].questions == 2


def test_nothing_too_much_and_nowhere_is_refused_with_all_reasons(party, version):
    """D3-10"""
    assert refused_codes(discussion_actions.comment, version, "77.7", " ", by=party) == {"no-such-clause", "nothing-said"}
    assert refused_codes(discussion_actions.comment, version, "2.1", "x" * 4001, by=party) == {"text-too-long"}


def test_a_party_writes_forty_times_an_hour_and_not_more(party, version, time_machine):
    """D3-13"""
    time_machine.move_to(timezone.now(), tick=False)
    for _ in range(rules.COMMENTS_AN_HOUR):
        discussion_actions.comment(version, WHOLE, "And another thing.", by=as_party(party))
    assert refused_codes(discussion_actions.comment, version, WHOLE, "One more.", by=party) == {"too-many-comments"}
    time_machine.shift(datetime.timedelta(minutes=61))
    assert discussion_actions.comment(version, WHOLE, "One more.", by=as_party(party))


def test_a_thread_is_settled_by_the_lab_or_by_those_who_spoke_and_opens_again_when_somebody_speaks(version, officer):
    """EL-24: who and when is on record."""
    first, second = to_sign(version)[:2]
    thread = discussion_actions.comment(version, "2.1", "Why?", by=as_party(first)).thread
    assert refused_codes(discussion_actions.resolve, thread, by=second) == {"thread-of-others"}
    resolved = discussion_actions.resolve(discussion_actions.resolve(thread, by=officer), by=officer)
    assert (resolved.resolved_by, resolved.is_open) == ("Olive Officer", False)
    assert discussion_actions.reopen(thread, by=as_party(first)).is_open
    discussion_actions.resolve(thread, by=as_party(first))
    discussion_actions.comment(version, "2.1", "One more thing.", by=as_party(second))
    thread.refresh_from_db()
    assert thread.is_open
    assert [a for a in acts_of(version.agreement.subject) if a.startswith("thread")] == ["thread-resolved", "thread-reopened"] * 2


def test_a_party_s_bookmark_goes_forward_only_and_knows_no_other_agreement(version, party):
    """EL-24"""
    first, second = (discussion_actions.comment(version, "2.1", text, by=as_party(to_sign(version)[1])) for text in ("One", "Two"))
    foreign = discussion_actions.comment((other := circulated()), "2.1", "Elsewhere", by=as_party(to_sign(other)[0]))
    assert discussion(version, party.party).new == 2
    discussion_actions.mark_seen(party, first.pk, by=as_party(party))
    assert [entry.comment for talk in discussion(version, party.party).with_news for entry in talk.new] == [second]
    discussion_actions.mark_seen(party, foreign.pk, by=as_party(party))
    assert DiscussionBookmark.objects.get().comment == first
    discussion_actions.mark_seen(party, second.pk, by=as_party(party))
    discussion_actions.mark_seen(party, first.pk, by=as_party(party))
    assert DiscussionBookmark.objects.get().comment == second
    assert discussion(version, party.party).new == 0


def test_what_one_says_oneself_is_no_news(version, party):
    discussion_actions.comment(version, "2.1", "Mine", by=as_party(party))
    assert discussion(version, party.party).new == 0


# ── From version to version ──────────────────────────────────────────────────────────────────


def test_unchanged_words_carry_talk_and_stances_and_changed_ones_begin_anew(version, party):
    """EL-24, EL-25"""
    for number in ("1.1", "2.1"):
        discussion_actions.take_stance(party, number, "comfortable", by=as_party(party))
        discussion_actions.comment(version, number, f"About {number}", by=as_party(party))
    after = next_version(next_version(version), words={"2.1": "Other words."})
    same, changed = (discussion(after, party.party).at(number) for number in ("1.1", "2.1"))
    assert (same.mine.stance.value, same.mine.carried_from) == ("comfortable", 1)
    assert [entry.of_version for entry in same.entries] == [1]
    assert (changed.mine, changed.entries, changed.thread) == (None, [], None)
    assert [entry.comment.text for entry in changed.earlier] == ["About 2.1"]
    assert not changed.is_open
    mine = Invitation.objects.get(party=party.party, version=after)
    discussion_actions.comment(after, "1.1", "Again", by=as_party(mine))
    discussion_actions.take_stance(mine, "1.1", "clear", by=as_party(mine))
    same = discussion(after, party.party).at("1.1")
    assert [entry.of_version for entry in same.entries] == [1, None]
    assert (same.mine.stance.value, same.mine.carried_from) == ("clear", None)
    assert Thread.objects.count() == 2


def test_a_misalignment_of_words_that_changed_stands_no_more(version, party):
    """EL-25"""
    misaligned(party, "2.1")
    misaligned(party, "2.2")
    assert troubles(version)[party.party_id].misaligned == 2
    after = next_version(version, words={"2.1": "A higher sum."})
    assert troubles(after)[party.party_id].misaligned == 1
    assert discussion(after, party.party).my_misaligned[0].number == "2.2"


def test_the_lineage_of_clauses_is_one_query_however_many_versions(version, django_assert_num_queries):
    after = next_version(next_version(next_version(version)))
    with django_assert_num_queries(1):
        line = lineage(after)
    assert {len(same) for same in line.same.values()} == {4}


def test_all_talk_is_seven_queries_however_much_there_is(version, party, officer, django_assert_num_queries):
    """D3: constant."""
    for invitation in to_sign(version):
        misaligned(invitation)
        for number in ("1.1", "2.2", WHOLE):
            discussion_actions.comment(version, number, "Hello @Dana Lee and @Ivo Brandt", by=as_party(invitation))
    discussion_actions.mark_seen(party, Comment.objects.latest("pk").pk, by=as_party(party))
    with django_assert_num_queries(7):
        overview = discussion(version, party.party)
        assert overview.at("1.1").entries[0].called
        assert all(entry.author and entry.role for talk in overview.all for entry in talk.entries)
    with django_assert_num_queries(3):
        assert troubles(version) == overview.troubles()
    assert len(troubles(version)) == len(to_sign(version))


# ── Mail ─────────────────────────────────────────────────────────────────────────────────────


def test_those_in_the_thread_those_mentioned_and_the_lab_hear_of_it_and_the_author_does_not(version, officer):
    """EL-24: each recipient; a bystander hears nothing."""
    first, second, third, fourth = to_sign(version)[:4]
    owner = ops(name="Owen Owner")
    assign(version.agreement.subject, to=owner, by=officer)
    discussion_actions.comment(version, "2.1", "Why?", by=as_party(first))
    assert mailed_to() == ["Olive Officer", "Owen Owner"]
    Message.objects.all().delete()
    discussion_actions.comment(version, "2.1", "Ask @Marisol Quayle.", by=as_party(second), mentions=[fourth.party])
    assert mailed_to() == sorted(
        ["Olive Officer", "Owen Owner", str(first.party.person), str(third.party.person), str(fourth.party.person)]
    )
    Message.objects.all().delete()
    discussion_actions.comment(version, "2.1", "Because.", by=officer)
    assert mailed_to() == sorted(["Owen Owner", *(str(i.party.person) for i in (first, second, third, fourth))])


def test_a_misalignment_is_news_to_the_lab(party):
    """EL-24"""
    misaligned(party)
    deliver_due_later(Message.objects.get(occasion=discussion_mail.DISCUSSION.key))
    assert "marked it as misaligned" in mail.outbox[-1].body
    assert "> The sum is too low." in mail.outbox[-1].body


def deliver_due_later(*messages):
    Message.objects.filter(pk__in=[m.pk for m in messages]).update(next_try_at=timezone.now(), due_at=timezone.now())
    Message.objects.exclude(occasion=discussion_mail.DISCUSSION.key).update(state=Sending.CANCELLED)
    mail.outbox.clear()
    deliver_due()


def test_a_party_s_mail_carries_its_own_link_made_as_it_leaves(version, officer):
    """EL-28"""
    invitation = to_sign(version)[0]
    discussion_actions.comment(version, "2.1", "Please look, {{ signing_link }}.", by=officer, mentions=[invitation.party])
    message = Message.objects.get(occasion=discussion_mail.DISCUSSION.key)
    assert "/a/" not in message.text
    deliver_due_later(message)
    (sent,) = mail.outbox
    token = sent.body.split("/a/")[1].split()[0]
    from agreements.invitations.links import opened_by

    assert opened_by(token).invitation == invitation
    assert "Olive Officer (the lab) wrote" in sent.body
    assert "> Please look, {{\u00a0signing_link\u00a0}}." in sent.body  # what people write is never read as a placeholder


def test_a_mail_to_a_party_whose_invitation_ended_is_withdrawn(version, officer):
    """EL-28, EL-65"""
    invitation = to_sign(version)[0]
    discussion_actions.comment(version, "2.1", "Please look.", by=officer, mentions=[invitation.party])
    invitations_actions.revoke_invitation(invitation, by=officer)
    message = Message.objects.get(occasion=discussion_mail.DISCUSSION.key)
    deliver_due_later(message)
    message.refresh_from_db()
    assert (message.state, mail.outbox) == (Sending.CANCELLED, [])


def test_many_comments_in_a_short_time_are_one_mail_a_person_and_thread(version, officer):
    """EL-60: no storms."""
    first, second = to_sign(version)[:2]
    for number in range(5):
        discussion_actions.comment(version, "2.1", f"Point {number}", by=as_party(first))
        discussion_actions.comment(version, "2.1", f"Answer {number}", by=as_party(second))
    discussion_actions.comment(version, "2.2", "Elsewhere", by=as_party(first))
    assert mailed_to() == sorted(["Olive Officer"] * 2 + [first.party.person.name, second.party.person.name])
    assert all(message.due_at > timezone.now() for message in Message.objects.filter(occasion=discussion_mail.DISCUSSION.key))
    deliver_due_later(*Message.objects.filter(person=first.party.person, occasion=discussion_mail.DISCUSSION.key))
    (sent,) = mail.outbox
    assert sent.body.count("> Answer") == 5
    assert "Point" not in sent.body


def test_the_next_mail_of_a_thread_comes_a_quarter_of_an_hour_later_and_repeats_nothing(version, officer, time_machine):
    """EL-60"""
    time_machine.move_to(timezone.now(), tick=False)
    invitation = to_sign(version)[0]
    discussion_actions.comment(version, "2.1", "First", by=as_party(invitation))
    first = Message.objects.get(occasion=discussion_mail.DISCUSSION.key)
    deliver_due_later(first)
    first.refresh_from_db()
    discussion_actions.comment(version, "2.1", "Second", by=as_party(invitation))
    discussion_actions.comment(version, "2.1", "Third", by=as_party(invitation))
    second = Message.objects.filter(occasion=discussion_mail.DISCUSSION.key).exclude(pk=first.pk).get()
    assert second.due_at == first.sent_at + discussion_mail.APART
    deliver_due_later(second)
    assert "First" not in mail.outbox[-1].body
    assert "> Second" in mail.outbox[-1].body
    assert "> Third" in mail.outbox[-1].body


def test_what_is_said_while_a_mail_is_being_sent_is_not_lost(version):
    """EL-61: a message that somebody has claimed may have been written already."""
    invitation = to_sign(version)[0]
    discussion_actions.comment(version, "2.1", "First", by=as_party(invitation))
    Message.objects.filter(occasion=discussion_mail.DISCUSSION.key).update(state=Sending.CLAIMED, claimed_until=timezone.now())
    discussion_actions.comment(version, "2.1", "Second", by=as_party(invitation))
    assert Message.objects.filter(occasion=discussion_mail.DISCUSSION.key).count() == 2


def test_somebody_who_is_of_the_lab_and_a_party_gets_one_mail(officer):
    """EL-22: one person may hold two roles."""
    version = complete_draft(by=officer)
    assign(version.agreement.subject, to=officer, by=officer)
    both = person_of(officer, by=SYSTEM)
    role = version.roles.first().role
    version.agreement.parties.filter(role=role).update(to_at=timezone.now())
    drafting_actions.set_party(version, role, both, by=officer)
    version.refresh_from_db()
    version = sending.circulate(version, shown_revision=version.revision, by=officer)
    discussion_actions.comment(version, "2.1", "Look, @Olive Officer", by=as_party(to_sign(version)[1]))
    assert mailed_to() == ["Olive Officer"]
    Message.objects.all().delete()
    discussion_actions.comment(version, "2.1", "I did.", by=as_party(to_sign(version)[0]))
    assert "Olive Officer" not in mailed_to()


def test_no_link_and_no_word_of_the_talk_is_in_the_ledger(version, party):
    """EL-28"""
    discussion_actions.comment(version, "2.1", "Something private", by=as_party(party))
    token = token_for(party)
    text = json.dumps(list(Event.objects.values_list("facts", flat=True)))
    assert "private" not in text
    assert token not in text


# ── Names after an @ ─────────────────────────────────────────────────────────────────────────

NAMES = {1: "Dana Lee", 2: "Dana Lee-Brandt", 3: "Ivo Brandt", 4: "Dana"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@Dana Lee, please", {1}), ("@dana lee-brandt please", {2}), ("@Dana", {4}), ("@Dana Leeds", {4}), ("x@Ivo Brandt", set()),
        ("@Ivo Brandt and @Dana Lee.", {1, 3}), ("Ivo Brandt", set()), ("@ Ivo Brandt", set()), ("@Ivo", set()),
    ],
)  # fmt: skip
def test_who_is_called_by_name(text, expected):
    """EL-24"""
    assert rules.called_by_name(text, NAMES) == expected


@given(st.text(), st.sampled_from(sorted(NAMES.values())), st.text())
def test_a_name_after_an_at_is_found_in_any_text(before, name, after):
    """EL-24"""
    keys = rules.called_by_name(f"{before} @{name} {after}", NAMES)
    assert keys & {key for key, known in NAMES.items() if known.startswith(name) or name.startswith(known)}


@given(st.text(alphabet=st.characters(exclude_characters="@")))
def test_without_an_at_nobody_is_called(text):
    assert rules.called_by_name(text, NAMES) == set()


def test_in_force_a_party_may_still_ask(officer):
    """EL-29"""
    version = in_force(by=officer)
    assert discussion_actions.ask(to_sign(version)[0], "What now?", by=as_party(to_sign(version)[0]))
