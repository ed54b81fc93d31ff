"""Many speak at once, on PostgreSQL with real locks (R12)."""

import pytest

from agreements.discussion import actions as discussion_actions
from agreements.discussion import mail
from agreements.models import Comment, Stance, Thread
from agreements.signing import actions as signing_actions
from ledger.verification import verify
from outbox.models import Message
from tests.agreements.factories import as_party, circulated, intent, read_all, to_sign, witness
from tests.races import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_twenty_presses_leave_one_standing_stance():
    """EL-24: the others ended one after another, each where the next begins."""
    invitation = to_sign(circulated())[0]
    who = as_party(invitation)
    at_once(lambda n: discussion_actions.take_stance(invitation, "2.1", ("clear", "comfortable")[n % 2], by=who).pk, hands=20)
    rows = list(Stance.objects.order_by("pk"))
    assert [row.to_at for row in rows[:-1]] == [row.from_at for row in rows[1:]]
    assert rows[-1].to_at is None
    assert verify().broken is None


def test_all_who_speak_first_about_a_clause_speak_in_one_thread_and_cause_one_mail_each():
    """EL-24, EL-60"""
    version = circulated()
    parties = to_sign(version)
    speakers = [as_party(party) for party in parties]
    at_once(lambda n: discussion_actions.comment(version, "2.1", f"Point {n}", by=speakers[n % len(parties)]).pk, hands=21)
    assert (Thread.objects.count(), Comment.objects.count()) == (1, 21)
    recipients = list(Message.objects.filter(occasion=mail.DISCUSSION.key).values_list("person", flat=True))
    assert len(recipients) == len(set(recipients))
    assert {invitation.party.person_id for invitation in parties} <= set(recipients)
    assert verify().broken is None


def test_settling_and_speaking_at_once_ends_open_or_settled_and_on_record():
    """EL-24"""
    version = circulated()
    invitation = to_sign(version)[0]
    who = as_party(invitation)
    thread = discussion_actions.ask(invitation, "Why?", by=who).thread
    at_once(
        lambda n: discussion_actions.resolve(thread, by=who) if n % 2 else discussion_actions.ask(invitation, f"And {n}?", by=who), hands=12
    )
    acts = list(version.agreement.stream.events.filter(act__startswith="thread-").values_list("act", flat=True))
    assert acts == ["thread-resolved", "thread-reopened"] * (len(acts) // 2) + ["thread-resolved"] * (len(acts) % 2)
    thread.refresh_from_db()
    assert thread.is_open == (len(acts) % 2 == 0)


def test_a_stance_while_signing_is_in_the_evidence_or_refused():
    """EL-27: signed before it was misaligned, or not without saying so."""
    invitation = read_all(to_sign(circulated())[0])
    stated_intent, session_witness, who = intent(invitation), witness(invitation), as_party(invitation)
    acts = (
        lambda: signing_actions.sign(invitation, stated_intent, session_witness),
        lambda: discussion_actions.take_stance(invitation, "2.1", "misaligned", note="No.", by=who),
    )
    ends = at_once(lambda n: acts[n](), hands=2)
    refused = [end for end in ends if isinstance(end, set)]
    assert refused in ([{"misaligned-unknowingly"}], [{"stance-after-signing"}])
