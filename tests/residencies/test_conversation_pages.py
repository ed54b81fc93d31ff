"""Conversations on their pages: opened, planned, answered, recorded and corrected (EL-84)."""

import datetime

import pytest
from django.urls import reverse

from dates.working_days import working_days_after
from outbox.models import Message
from residencies.conversations import meetings
from residencies.conversations.links import issue_answer_link
from residencies.models import Conversation, ConversationAnswerLink
from residencies.models.states import State
from tests.clock import TODAY
from tests.factories import person
from tests.pages import client_of
from tests.pages import text as words
from tests.residencies import conversing, rows
from tests.residencies.pages import at, links, send

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
OPENED = {"expectation": "The developers are half time.", "raised_by": "Anneke Torvald"}


@pytest.fixture
def desk(ops):
    return client_of(ops)


@pytest.fixture
def resident(owner):
    return rows.residency(State.IN_RESIDENCE, kept_by=owner)


@pytest.fixture
def talk(ops, resident):
    return conversing.opened(resident, by=ops)


@pytest.fixture
def dana(talk, ops):
    return conversing.invited(talk, person(name="Dana Lee", email="dana@example.org"), "adm", by=ops)


def sent_on(day=TODAY, **changes):
    return {"held_on": day, "who": "open", "notes": "Two developers return.", "outcome": "resolved", "shown_revision": 1, **changes}


def test_a_conversation_is_due_within_ten_working_days(desk, resident):
    """EL-84"""
    response = send(desk, at("conversation-open", resident), OPENED, follow=True)
    talk = Conversation.objects.get(residency=resident)
    assert talk.due_on == working_days_after(TODAY, 10)
    assert response.redirect_chain == [(talk.get_absolute_url(), 302)]
    assert "Raised by Anneke Torvald" in words(response)
    shown = words(desk.get(at("conversations", resident)))
    assert "The developers are half time." in shown
    assert "No time set" in shown


def test_nothing_is_opened_without_a_clause_or_an_expectation(desk, resident):
    response = send(desk, at("conversation-open", resident), {**OPENED, "expectation": " "})
    assert response.status_code == 200
    assert "Choose a clause, or say what can’t be met." in words(response)
    assert not Conversation.objects.exists()


@pytest.mark.parametrize("who", ["owner", "lead", "ops"])
def test_both_sides_may_open_one(who, resident, request):
    """EL-84: no one has to ask for it."""
    response = send(client_of(request.getfixturevalue(who)), at("conversation-open", resident), OPENED)
    assert response.status_code == 302
    assert Conversation.objects.filter(residency=resident).count() == 1


def test_a_viewer_reads_conversations_and_changes_none(viewer, resident, talk, dana):
    client = client_of(viewer)
    page = client.get(talk.get_absolute_url())
    assert "Dana Lee" in words(page)
    assert not links(page) & {at(name, resident, talk.pk) for name in ("conversation-plan", "conversation-hold", "conversation-invite")}
    for name in ("conversation-hold", "conversation-plan", "conversation-invite"):
        assert client.get(at(name, resident, talk.pk)).status_code == 403
    assert client.get(at("conversation-invitee", resident, dana.pk)).status_code == 403


def test_each_group_that_is_silent_says_so(desk, resident, talk, dana, ops):
    """EL-84: silence is shown per group, and changes with what people answer."""
    page = words(desk.get(talk.get_absolute_url()))
    assert "No one from the champions yet" in page
    assert "No reply" not in page, "no one has been asked"
    assert "No one from the champions yet" in words(desk.get(at("conversations", resident)))
    conversing.planned(talk, by=ops)
    assert "No reply from the assistant deputy minister yet" in words(desk.get(talk.get_absolute_url()))
    meetings.answer_invitation(dana, answer="yes", by=ops)
    assert "from the assistant deputy minister" not in words(desk.get(talk.get_absolute_url()))
    meetings.answer_invitation(dana, answer="no", by=ops)
    assert "No assistant deputy minister can come" in words(desk.get(talk.get_absolute_url()))


def test_the_time_is_set_on_a_page_that_says_how_many_are_told(desk, resident, talk, dana):
    """EL-84"""
    day = working_days_after(TODAY, 4)
    when = {"on": day, "at": "10:00", "minutes": 60, "place": "Room 2"}
    response = send(desk, at("conversation-plan", resident, talk.pk), when, follow=True)
    assert "person will get an email" in words(response) or "people will get an email" in words(response)
    assert "Room 2" in words(response)
    assert Message.objects.filter(occasion="conversation-planned", person=dana.person).count() == 1
    late = send(
        desk, at("conversation-plan", resident, talk.pk), {**when, "on": working_days_after(TODAY, 30), "shown_revision": 1}, follow=True
    )
    assert "This is after the date it is due." in words(late)
    stale = send(desk, at("conversation-plan", resident, talk.pk), {**when, "place": "Room 9", "shown_revision": 1})
    assert stale.status_code == 409


def test_a_time_in_the_past_is_refused_and_nothing_typed_is_lost(desk, resident, talk):
    response = send(desk, at("conversation-plan", resident, talk.pk), {"on": TODAY - DAY, "at": "10:00", "minutes": 60, "place": "Room 2"})
    assert response.status_code == 409
    assert "That time has passed." in words(response)
    assert 'value="Room 2"' in response.content.decode()


def test_people_are_added_and_taken_off_the_list(desk, resident, talk):
    """EL-84: staff adjust who is proposed."""
    new = {"who": "new", "name": "Kofi Arden", "email": "kofi@example.org", "group": "partners"}
    response = send(desk, at("conversation-invite", resident, talk.pk), new, follow=True)
    assert "Kofi Arden is on the list." in words(response)
    row = talk.invitees.current().get(person__name="Kofi Arden")
    again = send(desk, at("conversation-invite", resident, talk.pk), {**new, "who": "known", "person": row.person_id})
    assert again.status_code == 409
    off = send(desk, at("conversation-uninvite", resident, row.pk), {}, follow=True)
    assert "Kofi Arden was removed from the list." in words(off)
    assert desk.get(at("conversation-invitee", resident, row.pk)).status_code == 404


def test_what_came_of_it_is_on_record_with_who_was_there(desk, resident, talk, dana):
    """EL-84"""
    response = send(desk, at("conversation-hold", resident, talk.pk), sent_on(attendees=[dana.person_id]), follow=True)
    for shown in ("Resolved", "Dana Lee", "Two developers return.", "No one from the champions attended"):
        assert shown in words(response)
    talk.refresh_from_db()
    assert talk.present == "Dana Lee (Assistant deputy minister)"
    assert "Resolved" in words(desk.get(at("conversations", resident)))


def test_someone_who_was_not_invited_is_recorded_too(desk, resident, talk, dana):
    """EL-84: a picker for others, also someone new."""
    new = {"who": "new", "name": "Mira Sand", "email": "mira@example.org", "group": "other"}
    send(desk, at("conversation-hold", resident, talk.pk), sent_on(attendees=[dana.person_id], **new))
    assert set(talk.attendees.values_list("name", "group")) == {("Dana Lee", "adm"), ("Mira Sand", "other")}


def test_those_who_said_they_come_are_ticked(desk, resident, talk, dana, ops):
    conversing.planned(talk, by=ops)
    meetings.answer_invitation(dana, answer="yes", by=ops)
    form = desk.get(at("conversation-hold", resident, talk.pk)).context["form"]
    assert form["attendees"].value() == [dana.person_id]


@pytest.mark.parametrize(
    ("day", "words_shown"), [(TODAY + DAY, "That date is in the future."), (TODAY - DAY, "before the conversation was opened")]
)
def test_a_day_on_which_it_cannot_have_been_held_is_refused(desk, resident, talk, dana, day, words_shown):
    response = send(desk, at("conversation-hold", resident, talk.pk), sent_on(day, attendees=[dana.person_id]))
    assert response.status_code == 409
    assert words_shown in words(response)
    assert "Two developers return." in response.content.decode()
    talk.refresh_from_db()
    assert talk.held_on is None


@pytest.mark.parametrize(("changes", "field"), [({"outcome": ""}, "outcome"), ({"attendees": []}, "attendees")])
def test_without_an_outcome_or_anyone_there_it_was_not_held(desk, resident, talk, dana, changes, field):
    response = send(desk, at("conversation-hold", resident, talk.pk), sent_on(**{"attendees": [dana.person_id], **changes}))
    assert field in response.context["form"].errors
    assert not Conversation.objects.exclude(held_on=None).exists()


def test_a_late_conversation_says_so(desk, resident, talk):
    Conversation.objects.update(opened_on=TODAY - 20 * DAY, due_on=TODAY - DAY)
    assert "Overdue" in words(desk.get(at("conversations", resident)))
    assert "Overdue" in words(desk.get(talk.get_absolute_url()))


def test_a_conversation_of_another_residency_is_not_found(desk, talk, dana):
    other = rows.residency(State.LIVE)
    for name, key in (("conversation", talk.pk), ("conversation-hold", talk.pk), ("conversation-invitee", dana.pk)):
        assert desk.get(at(name, other, key)).status_code == 404


def test_one_that_ended_in_a_pivot_leads_leadership_to_the_decision(desk, lead, resident, talk, dana):
    """EL-84, EL-85"""
    response = send(desk, at("conversation-hold", resident, talk.pk), sent_on(attendees=[dana.person_id], outcome="pivot"), follow=True)
    assert "Lab leadership gets an email" in words(response)
    step = at("residency-move", resident, "pivot")
    assert step not in links(desk.get(talk.get_absolute_url()))
    assert step in links(client_of(lead).get(talk.get_absolute_url()))
    assert client_of(lead).get(step).context["stands"].findings == []


def test_none_is_opened_once_the_residency_has_ended(desk):
    ended = rows.residency(State.WITHDRAWN)
    assert at("conversation-open", ended) not in links(desk.get(at("conversations", ended)))
    response = send(desk, at("conversation-open", ended), OPENED)
    assert response.status_code == 409
    assert "This residency has ended" in words(response)


def test_a_record_from_before_attendees_were_people_is_still_read(desk, resident):
    """EL-84: the text stays, and silence isn't claimed of groups that no one asked about."""
    days = {"opened_on": TODAY, "due_on": TODAY, "held_on": TODAY}
    row = Conversation.objects.create(
        residency=resident, expectation="Time", raised_by="The lab", present="All six groups", outcome="resolved", **days
    )
    page = words(desk.get(row.get_absolute_url()))
    assert "All six groups" in page
    assert "attended" not in page


# ── Answers without an account ───────────────────────────────────────────────────────────────


@pytest.fixture
def link(talk, dana, ops):
    conversing.planned(talk, by=ops)
    return issue_answer_link(dana.pk).removeprefix("http://127.0.0.1:8000").removeprefix("https://portal.example.org")


def test_an_invited_person_answers_by_the_link_without_an_account(client, talk, dana, link):
    """EL-84: looking changes nothing; the answer can be changed."""
    link = "/c/" + link.rpartition("/")[2]
    page = client.get(link)
    assert "This page is for Dana Lee." in words(page)
    assert page["Cache-Control"] == "no-store"
    dana.refresh_from_db()
    assert dana.answer == ""
    for answer, thanks in (("yes", "that you’ll be there"), ("no", "that you can’t come")):
        assert thanks in words(send(client, link, {"answer": answer}, follow=True))
        dana.refresh_from_db()
        assert dana.answer == answer
    event = talk.residency.stream.events.last()
    assert (event.act, event.actor, event.actor_name) == ("conversation-answered", None, "Dana Lee")


def test_a_link_answers_for_no_one_else_and_not_after_the_end(client, talk, dana, link, ops):
    """EL-84"""
    link = "/c/" + link.rpartition("/")[2]
    assert client.get("/c/no-such-link").status_code == 404
    meeting = talk.meeting
    meetings.cancel_meeting(meeting, reason="Illness.", shown_revision=meeting.revision, by=ops)
    assert "This time is cancelled: Illness." in words(client.get(link))
    assert send(client, link, {"answer": "yes"}).status_code == 409
    meetings.uninvite(dana, by=ops)
    assert client.get(link).status_code == 404
    assert ConversationAnswerLink.objects.count() == 1


@pytest.mark.parametrize("name", ["conversation", "conversation-plan", "conversation-hold", "conversation-invite"])
def test_pages_of_a_conversation_take_a_fixed_number_of_queries(desk, resident, talk, ops, name, django_assert_max_num_queries):
    """More people don't cost more queries."""
    for number in range(9):
        conversing.invited(talk, person(name=f"Person {number}"), "champions", by=ops)
    with django_assert_max_num_queries(17):
        desk.get(at(name, resident, talk.pk))


def test_the_calendar_file_is_for_those_with_an_account(desk, resident, talk, ops):
    assert desk.get(at("conversation-file", resident, talk.pk)).status_code == 404
    conversing.planned(talk, by=ops)
    response = desk.get(at("conversation-file", resident, talk.pk))
    assert response["Content-Type"].startswith("text/calendar")
    assert reverse("conversation", args=[resident.reference, talk.pk]) in response.content.decode().replace("\r\n ", "")
