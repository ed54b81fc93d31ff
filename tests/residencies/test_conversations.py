"""Conversations: who is invited, what their calendars and mail say, and what is on record (EL-84)."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from findings import Refused
from ledger.models import Event
from outbox.delivery.sweep import sweep
from outbox.delivery.worker import deliver_due
from outbox.models import Message
from people.todo import Scope
from residencies.conversations import actions, meetings
from residencies.conversations.calendars import file_of
from residencies.conversations.proposals import proposed
from residencies.conversations.rules import Turnout, meeting_faults, silence
from residencies.conversations.todo import amendments_to_propose, dated_conversations, pivots_to_decide
from residencies.lifecycle.actions import pivot
from residencies.models import Conversation, ConversationInvitee
from residencies.models.states import SIX, Group, State
from tests.clock import TODAY
from tests.factories import person
from tests.itip import assert_valid, event_of
from tests.residencies import conversing, rows

DAY = datetime.timedelta(days=1)
database = pytest.mark.django_db


@pytest.fixture
def resident(owner, ops):
    return rows.residency(State.IN_RESIDENCE, kept_by=owner, owner=ops)


@pytest.fixture
def talk(resident, ops):
    return conversing.opened(resident, by=ops)


@pytest.fixture
def dana(talk, ops):
    return conversing.invited(talk, person(name="Dana Lee", email="dana@example.org"), Group.ADM, by=ops)


def codes_of(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.codes


def mail_to(address, occasion):
    return list(Message.objects.filter(to_address=address, occasion=occasion).order_by("pk"))


def calendar_of(message, method):
    [file] = file_of(**message.mint["file:conversation.ics"][1])
    assert_valid(file.text, method)
    return event_of(file.text)


# ── Rules ────────────────────────────────────────────────────────────────────────────────────


@given(group=st.sampled_from(SIX), invited=st.integers(0, 9), coming=st.integers(0, 9), away=st.integers(0, 9), attended=st.integers(0, 9))
def test_a_group_is_silent_until_someone_of_it_comes_or_came(group, invited, coming, away, attended):
    """EL-84"""
    coming, away = min(coming, invited), min(away, invited - min(coming, invited))
    turnout = Turnout(invited, coming, away, attended)
    assert bool(silence(group, turnout, is_held=True)) == (attended == 0)
    assert bool(silence(group, turnout)) == (coming == 0)
    assert bool(silence(group, turnout, is_asked=False)) == (invited == 0)


NOON = datetime.datetime(2026, 3, 3, 12)


@pytest.mark.parametrize(
    ("starts", "minutes", "codes"),
    [
        (datetime.datetime(2026, 3, 4, 9), 60, set()),
        (datetime.datetime(2026, 3, 3, 11), 60, {"meeting-past"}),
        (datetime.datetime(2026, 3, 7, 9), 60, {"meeting-day-off"}),
        (datetime.datetime(2026, 4, 3, 9), 60, {"meeting-day-off"}),  # Good Friday
        (datetime.datetime(2026, 3, 4, 18, 30), 60, {"meeting-hours"}),
        (datetime.datetime(2026, 3, 4, 9), 5, {"meeting-minutes"}),
        (datetime.datetime(2026, 3, 4, 18, 59), 481, {"meeting-hours", "meeting-minutes"}),
    ],
)
def test_a_conversation_meets_on_working_days_at_office_hours(starts, minutes, codes):
    assert {finding.code for finding in meeting_faults(starts.date(), starts.time(), minutes, NOON)} == codes


# ── Who is proposed ──────────────────────────────────────────────────────────────────────────


@database
def test_the_lab_and_the_program_contacts_are_on_the_list_at_once_and_get_no_mail_before_a_time(resident, owner, ops, lead):
    """EL-84"""
    talk = conversing.opened(resident, by=ops)
    assert {(row.person.user, row.group) for row in talk.invitees.all()} == {
        (lead, Group.LAB),
        (ops, Group.LAB),
        (owner, Group.PRODUCT_OWNER),
    }
    assert not Message.objects.filter(occasion="conversation-planned").exists()
    assert [row.person.user for row in proposed(resident)] == [owner, ops, lead] or len(proposed(resident)) == 3


# ── Time, calendars and mail ─────────────────────────────────────────────────────────────────


@database
def test_everyone_on_the_list_is_invited_with_an_entry_that_follows_the_conversation(talk, dana, ops):
    """EL-84, EL-52: one entry, updated on a move and withdrawn when the time is cancelled."""
    meeting = conversing.planned(talk, by=ops)
    [invitation] = mail_to("dana@example.org", "conversation-planned")
    assert meeting.when in invitation.subject
    assert "The developers are half time." in invitation.text
    first = calendar_of(invitation, "REQUEST")
    assert (first.status.value, first.sequence.value, first.location.value) == ("CONFIRMED", "0", "Room 2")

    moved = conversing.planned(talk, by=ops, days=5, shown_revision=meeting.revision)
    second = calendar_of(mail_to("dana@example.org", "conversation-planned")[-1], "REQUEST")
    assert (second.uid.value, second.sequence.value) == (first.uid.value, "1")
    assert f"from {meeting.when} to {moved.when}" in mail_to("dana@example.org", "conversation-planned")[-1].subject

    meetings.cancel_meeting(moved, reason="Illness.", shown_revision=moved.revision, by=ops)
    [cancelled] = mail_to("dana@example.org", "conversation-cancelled")
    last = calendar_of(cancelled, "CANCEL")
    assert (last.uid.value, last.sequence.value, last.status.value) == (first.uid.value, "2", "CANCELLED")
    assert "Illness." in cancelled.text


@database
def test_a_time_that_changes_nothing_tells_no_one(talk, dana, ops):
    meeting = conversing.planned(talk, by=ops)
    count = Message.objects.count()
    conversing.planned(talk, by=ops, shown_revision=meeting.revision)
    assert Message.objects.count() == count


@database
def test_an_answer_to_another_time_counts_no_more(talk, dana, ops):
    """EL-84, K5: who said yes to Tuesday hasn't said yes to Friday; another room asks no one again."""
    meeting = conversing.planned(talk, by=ops)
    meetings.answer_invitation(dana, answer="yes", by=ops)
    meeting = conversing.planned(talk, by=ops, place="Room 9", shown_revision=meeting.revision)
    dana.refresh_from_db()
    assert dana.comes
    conversing.planned(talk, by=ops, days=5, shown_revision=meeting.revision)
    dana.refresh_from_db()
    assert (dana.answer, dana.answered_at) == ("", None)


@database
def test_someone_added_later_is_invited_and_someone_taken_off_loses_the_entry_alone(talk, dana, ops):
    """EL-84: the meeting goes ahead for the others."""
    conversing.planned(talk, by=ops)
    conversing.invited(talk, person(name="Kofi", email="kofi@example.org"), Group.PARTNERS, by=ops)
    assert len(mail_to("kofi@example.org", "conversation-planned")) == 1
    deliver_due()
    meetings.uninvite(ConversationInvitee.objects.get(person__name="Kofi"), by=ops)
    [off] = mail_to("kofi@example.org", "conversation-cancelled")
    assert "No longer invited" in off.subject
    assert "status" not in calendar_of(off, "CANCEL").contents, "which would cancel it for everyone"
    assert not mail_to("dana@example.org", "conversation-cancelled")


@database
def test_an_invitation_that_has_not_left_is_withdrawn_with_its_reason(talk, dana, ops):
    meeting = conversing.planned(talk, by=ops)
    meetings.cancel_meeting(meeting, reason="Illness.", shown_revision=meeting.revision, by=ops)
    [invitation] = mail_to("dana@example.org", "conversation-planned")
    assert invitation.state == "cancelled"


@database
def test_recording_the_outcome_early_takes_the_entry_out_of_calendars(talk, dana, ops):
    """EL-84"""
    conversing.planned(talk, by=ops)
    conversing.held(talk, by=ops)
    [cancelled] = mail_to("dana@example.org", "conversation-cancelled")
    assert "already been held" in cancelled.text
    for act in (
        lambda: conversing.planned(talk, by=ops, days=6, shown_revision=2),
        lambda: conversing.invited(talk, person(), Group.PARTNERS, by=ops),
        lambda: meetings.uninvite(dana, by=ops),
        lambda: meetings.answer_invitation(dana, answer="yes", by=ops),
    ):
        assert codes_of(act) == {"held-already"}


@database
def test_ending_the_residency_cancels_what_is_planned_and_tells_everyone_invited(resident, talk, dana, ops, lead):
    """EL-84, EL-85, K6"""
    conversing.planned(talk, by=ops)
    other = conversing.opened(resident, by=ops, expectation="Money")
    conversing.held(other, by=ops, outcome="pivot")
    pivot(resident, reason="It came to that.", on=TODAY, by=lead)
    [cancelled] = mail_to("dana@example.org", "conversation-cancelled")
    calendar_of(cancelled, "CANCEL")
    assert "The residency has ended." in cancelled.text
    assert len(mail_to("dana@example.org", "residency-ended")) == 1
    assert codes_of(lambda: conversing.planned(talk, by=ops, days=6)) == {"ended"}
    assert not [entry for entry in dated_conversations(TODAY, TODAY + 60 * DAY, Scope()) if entry.is_open]


# ── Reminders ────────────────────────────────────────────────────────────────────────────────


@database
def test_an_overdue_conversation_is_reminded_of_until_it_is_held(talk, ops, owner, time_machine):
    """EL-84, EL-60: by a sweep, so that a missed day is made up."""
    time_machine.move_to(datetime.datetime.combine(talk.due_on + 4 * DAY, datetime.time(20), tzinfo=datetime.UTC), tick=False)
    sweep()
    reminders = Message.objects.filter(occasion="conversation-due", state="queued")
    assert {message.person.user for message in reminders} == {ops, owner}
    deliver_due()
    assert all("Overdue" in message.subject for message in Message.objects.filter(occasion="conversation-due", state="sent"))
    conversing.held(talk, by=ops, held_on=talk.opened_on)
    time_machine.move_to(datetime.datetime.combine(talk.due_on + 30 * DAY, datetime.time(20), tzinfo=datetime.UTC), tick=False)
    assert sweep() == 0


@database
def test_those_invited_are_reminded_the_day_before_unless_they_cannot_come(talk, dana, ops, time_machine):
    """EL-84"""
    meeting = conversing.planned(talk, by=ops, days=5)
    away = conversing.invited(talk, person(name="Kofi", email="kofi@example.org"), Group.PARTNERS, by=ops)
    meetings.answer_invitation(away, answer="no", by=ops)
    time_machine.move_to(datetime.datetime.combine(meeting.on - DAY, datetime.time(20), tzinfo=datetime.UTC), tick=False)
    sweep()
    assert len(mail_to("dana@example.org", "conversation-soon")) == 1
    assert not mail_to("kofi@example.org", "conversation-soon")
    deliver_due()
    [sent] = mail_to("dana@example.org", "conversation-soon")
    assert sent.state == "sent"


# ── The record ───────────────────────────────────────────────────────────────────────────────


@database
def test_attendees_are_people_with_the_name_they_had_and_their_text_is_in_the_hash(talk, ops):
    """EL-84, EL-07"""
    dana = conversing.attendee(Group.ADM, name="Dana Lee")
    held = conversing.held(talk, by=ops, attendees=[dana, conversing.attendee(Group.LAB, name="Ola Nord"), dana])
    assert held.present == "Dana Lee (Assistant deputy minister)\nOla Nord (Lab leadership)"
    assert held.attendees.values_list("person", "name", "group").first() == (dana.person.pk, "Dana Lee", "adm")
    event = Event.objects.filter(stream=talk.residency.stream, act="conversation-held").get()
    assert set(event.facts["records"]) == {"residencies.conversation", "residencies.conversationattendee"}


@database
def test_a_conversation_without_anyone_there_is_not_recorded(talk, ops):
    assert codes_of(lambda: conversing.held(talk, by=ops, attendees=[])) == {"no-attendees"}


@database
def test_a_correction_keeps_the_clause_and_the_list_of_the_first_record(talk, ops):
    """EL-84: held is final; the correction is a row of its own with its own attendees."""
    held = conversing.held(talk, by=ops)
    corrected = actions.correct_conversation(held, **conversing.outcome(outcome="pivot"), reason="Wrong box.", by=ops)
    assert held.attendees.count() == corrected.attendees.count() == 1
    assert held.attendees.get().person != corrected.attendees.get().person


@database
def test_leadership_hears_of_a_pivot_and_no_longer_once_it_is_corrected(talk, ops, lead):
    """EL-84, EL-85"""
    held = conversing.held(talk, by=ops, outcome="pivot")
    [message] = Message.objects.filter(occasion="pivot-to-decide")
    assert message.person.user == lead
    assert [line.url for line in pivots_to_decide(TODAY)] == [f"/residencies/{talk.residency.reference}/move/pivot/"]
    actions.correct_conversation(held, **conversing.outcome(), reason="It was resolved.", by=ops)
    message.refresh_from_db()
    assert message.state == "cancelled"
    assert pivots_to_decide(TODAY) == []


@database
def test_an_amendment_is_linked_only_to_a_conversation_that_ended_in_one(talk, ops):
    """EL-84"""
    held = conversing.held(talk, by=ops)
    link = {"agreement": "XL-2026-001-A1", "amendment": 3, "place": "1.1 Team", "by": ops}
    assert codes_of(lambda: actions.link_amendment(held, **link)) == {"not-to-be-amended"}
    assert amendments_to_propose(TODAY) == []


@database
def test_a_clause_that_is_not_in_the_agreement_is_refused(resident, ops):
    assert codes_of(lambda: conversing.opened(resident, by=ops, clause="A1/99")) == {"clause-gone"}
    assert codes_of(lambda: conversing.opened(resident, by=ops, expectation=" ")) == {"no-expectation"}
    assert not Conversation.objects.exists()


@database
def test_the_calendar_shows_the_time_and_without_one_the_due_date(talk, ops):
    """EL-84"""
    [due] = dated_conversations(TODAY, TODAY + 60 * DAY, Scope())
    assert (due.on, due.at) == (talk.due_on, None)
    meeting = conversing.planned(talk, by=ops)
    [entry] = dated_conversations(TODAY, TODAY + 60 * DAY, Scope())
    assert (entry.on, entry.at, entry.minutes, entry.sequence) == (meeting.on, meeting.at, 60, 0)
