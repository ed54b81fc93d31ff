"""Mentors: a team asks, staff match, meetings and the outcome are recorded; it ends with the residency (EL-54, EL-47)."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from acts.revisions import Stale
from community.choices import HelpTopic, MentoringState
from community.mentors import actions, rules
from community.mentors.forms import candidates
from community.mentors.todo import quiet_mentorings, waiting_for_mentor
from community.models import Contribution, Mentoring, Offer
from findings import Refused
from ledger.models import Event
from outbox.delivery.sweep import sweep
from outbox.models import Message
from people.models import Person
from residencies.lifecycle.actions import withdraw
from residencies.models import Residency
from tests.community.factories import (
    a_quiet_mentoring,
    a_team_without_a_mentor,
    alumnus,
    graduated,
    mentor_wanted,
    met,
    offering,
)
from tests.factories import account, person
from tests.pages import markup
from tests.races import at_once
from tests.teams.factories import checked, residency, seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail(ops, owner):
    return checked(residency(by=ops, kept_by=owner))


@pytest.fixture
def yuki(ops):
    return offering(alumnus(of=graduated(by=ops, product="Tide Tables"), name="Yuki Penhallow", email="yuki@example.org", by=ops), by=ops)


def refused_for(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.codes


def match(mentoring, mentor, by):
    return actions.match_mentor(mentoring, mentor=mentor, shown_revision=mentoring.revision, by=by)


def test_a_team_asks_the_lab_matches_and_both_are_told(client, trail, owner, ops, yuki):
    """EL-54: the mentor's email address goes to the team with the match, and the team's to the mentor."""
    client.force_login(owner)
    page = reverse("mentor-ask", args=[trail.reference])
    data = {"topic": "help-product", "question": "What do we build first?"}
    assert client.post(page, data).url == reverse("community", args=[trail.reference])
    assert client.post(page, data).status_code == 409, "one request about a topic at a time"
    mentoring = Mentoring.objects.get()
    [line] = waiting_for_mentor(timezone.localdate())
    assert (line.verb, line.title) == ("Match a mentor", "Mentor requested: Product ownership")
    client.force_login(ops)
    shown = markup(client.get(line.url))
    assert "Yuki Penhallow (alum): has this topic, mentors 0 of 1 team" in shown
    data = {"mentor": yuki.person_id, "shown_revision": 1}
    assert client.post(line.url, data).url == mentoring.get_absolute_url()
    mentoring.refresh_from_db()
    assert (mentoring.state, mentoring.mentor, mentoring.mentor_team.product) == ("mentored", yuki.person, "Tide Tables")
    mails = {mail.to_address: mail.text for mail in Message.objects.filter(occasion="mentor-matched")}
    assert set(mails) == {"yuki@example.org", owner.email}
    assert "yuki@example.org" in mails[owner.email]
    assert owner.email in mails["yuki@example.org"]
    assert "What do we build first?" in mails["yuki@example.org"]
    assert waiting_for_mentor(timezone.localdate()) == []


def test_who_fits_comes_first_and_a_team_is_never_offered_its_own_people(trail, ops, yuki):
    """EL-54: the topic, then room, then the load."""
    other = offering(alumnus(name="Aroha Other", by=ops), by=ops, topics=[HelpTopic.DATA], teams_at_once=3)
    busy = offering(alumnus(name="Bela Busy", by=ops), by=ops, teams_at_once=1)
    match(mentor_wanted(residency(by=ops, product="Wells"), by=ops), busy.person, ops)
    offering(alumnus(name="No Mentor", by=ops), by=ops, teams_at_once=0)
    own = seat(trail, by=ops).person
    actions.offer_mentor(trail, person=own, topics=[HelpTopic.PRODUCT], text="", teams_at_once=2, shown_revision=0, by=ops)
    mentoring = mentor_wanted(trail, by=ops)
    assert [each.offer.person for each in candidates(mentoring)] == [yuki.person, busy.person, other.person]
    assert [each.facts.load for each in candidates(mentoring)] == [0, 1, 0]
    assert refused_for(lambda: match(mentoring, own, ops)) == {"mentor-own-team"}
    assert refused_for(lambda: match(mentoring, busy.person, ops)) == {"mentor-full"}
    assert refused_for(lambda: match(mentoring, person(), ops)) == {"mentor-no-offer"}


def test_another_mentor_takes_over_and_the_first_is_told(trail, ops, yuki):
    """EL-54"""
    mentoring = match(mentor_wanted(trail, by=ops), yuki.person, ops)
    kofi = offering(alumnus(name="Kofi", email="kofi@example.org", by=ops), by=ops)
    match(mentoring, kofi.person, ops)
    gone = Message.objects.get(occasion="mentor-ended")
    assert (gone.to_address, gone.subject) == ("yuki@example.org", f"Another mentor will help {trail}")
    with pytest.raises(Stale):
        match(mentoring, kofi.person, ops)


def test_a_meeting_counts_as_a_contribution_of_the_mentor_and_their_team(trail, ops, yuki, as_ops):
    """EL-47, EL-54; removing the meeting removes the contribution, and both stay on record."""
    mentoring = match(mentor_wanted(trail, by=ops), yuki.person, ops)
    meeting = met(mentoring, by=ops, minutes=90)
    given = Contribution.objects.get()
    assert (given.person, given.residency.product, given.minutes, given.what) == (
        yuki.person, "Tide Tables", 90, f"Mentored {trail.product}",
    )  # fmt: skip
    assert "Yuki Penhallow" in markup(as_ops.get(reverse("lab-given"), {"by": "person"}))
    today = timezone.localdate()
    tomorrow = today + datetime.timedelta(days=1)
    assert refused_for(lambda: met(mentoring, by=ops, met_on=tomorrow)) == {"meeting-ahead"}
    assert refused_for(lambda: met(mentoring, by=ops, met_on=today - datetime.timedelta(days=1), minutes=10)) == {
        "meeting-before", "meeting-time",
    }  # fmt: skip
    page = reverse("mentor-meeting-remove", args=[mentoring.pk, meeting.pk])
    assert as_ops.post(page, {"reason": "Entered twice.", "shown_revision": 1}).url == mentoring.get_absolute_url()
    assert not Contribution.objects.current().exists()
    assert Event.objects.filter(stream=trail.stream, act="mentor-meeting-removed").exists()
    assert refused_for(lambda: actions.remove_meeting(meeting, reason="x", shown_revision=2, by=ops)) == {"meeting-removed"}


def test_a_mentor_from_elsewhere_records_meetings_and_sees_nothing_else_of_the_residency(client, trail, ops, yuki):
    """EL-54"""
    own = account(email="own@example.org")
    Person.objects.filter(pk=yuki.person_id).update(user=own)
    mentoring = match(mentor_wanted(trail, by=ops), Person.objects.get(pk=yuki.person_id), ops)
    client.force_login(own)
    page = client.get(mentoring.get_absolute_url())
    assert "Record a meeting" in markup(page)
    assert client.get(reverse("community", args=[trail.reference])).status_code in (403, 404)
    assert client.post(reverse("mentoring-meet", args=[mentoring.pk]), {"met_on": timezone.localdate(), "hours": "1"}).status_code == 302
    assert client.post(reverse("mentoring-cancel", args=[mentoring.pk]), {"reason": "No time.", "shown_revision": 3}).status_code == 403
    client.force_login(account("product_owner"))
    assert client.get(mentoring.get_absolute_url()).status_code == 404


def test_mentoring_is_finished_with_its_outcome_and_the_mentor_has_room_again(trail, ops, yuki):
    """EL-54"""
    mentoring = met(match(mentor_wanted(trail, by=ops), yuki.person, ops), by=ops).mentoring
    mentoring.refresh_from_db()
    finish = lambda outcome: actions.finish_mentoring(mentoring, outcome=outcome, shown_revision=mentoring.revision, by=ops)
    assert refused_for(lambda: finish(" ")) == {"mentor-no-outcome"}
    assert finish("They plan by outcome.").state == MentoringState.FINISHED
    assert "They plan by outcome." in Message.objects.get(occasion="mentor-ended").text
    mentoring.refresh_from_db()
    assert refused_for(lambda: met(mentoring, by=ops)) == {"mentoring-over"}
    other = mentor_wanted(residency(by=ops, product="Wells"), by=ops)
    assert match(other, yuki.person, ops).is_matched


def test_mentoring_ends_with_the_residency(trail, ops, owner, yuki):
    """EL-54: requests and matches; the mentor is told why."""
    Residency.objects.filter(pk=trail.pk).update(state="agreement")
    matched, wanted = match(mentor_wanted(trail, by=ops), yuki.person, ops), mentor_wanted(trail, topic=HelpTopic.DATA, by=ops)
    withdraw(trail, reason="No money this year", by=ops)
    assert {row.state for row in Mentoring.objects.all()} == {MentoringState.CANCELLED}
    assert Message.objects.get(occasion="mentor-ended").text.count("The residency has ended.") == 1
    assert waiting_for_mentor(timezone.localdate()) == quiet_mentorings(timezone.localdate()) == []
    assert refused_for(lambda: mentor_wanted(trail, by=ops)) == {"residency-over"}
    assert {matched.pk, wanted.pk} == set(Mentoring.objects.values_list("pk", flat=True))


def test_a_team_in_residence_offers_its_people_and_changes_the_offer(client, ops, owner, trail):
    """EL-54: only people who are on the team, and only once the team is in residence."""
    member = seat(trail, name="Kofi Marchbanks", by=ops).person
    client.force_login(owner)
    page = reverse("mentor-offer", args=[trail.reference])
    data = {"person": member.pk, "topics": ["help-agile"], "text": "Demos", "teams_at_once": "1", "shown_revision": "0"}
    assert client.post(page, data).status_code == 302
    assert Offer.objects.get().residency == trail
    shown = markup(client.get(page, {"person": member.pk}))
    assert "Demos" in shown
    assert client.post(page, data | {"text": "Demos and retros", "shown_revision": "1"}).status_code == 302
    assert Offer.objects.get().text == "Demos and retros"
    early = residency(by=ops, product="Wells")
    fields = {"topics": ["help-agile"], "text": "", "teams_at_once": 1, "shown_revision": 0, "by": ops}
    assert refused_for(lambda: actions.offer_mentor(early, person=member, **fields)) == {"team-not-experienced"}
    assert refused_for(lambda: actions.offer_mentor(trail, person=person(), **fields)) == {"offer-not-on-team"}


def test_waiting_requests_and_quiet_mentoring_are_on_home_and_reminded_of(ops, owner):
    """EL-54, EL-60: after five days, and thirty days without a meeting; a meeting ends the second."""
    a_team_without_a_mentor(residency(by=ops, product="Wells"), days=5, by=ops)
    quiet = a_quiet_mentoring(checked(residency(by=ops, kept_by=owner, product="Trails")), days=30, by=ops)
    today = timezone.localdate()
    sweep()
    assert {mail.person.user for mail in Message.objects.filter(occasion="mentor-waiting")} == {ops}
    assert [mail.person.user for mail in Message.objects.filter(occasion="mentor-quiet")] == [owner]
    [line] = quiet_mentorings(today)
    assert line.verb == "Follow up"
    met(quiet, by=ops)
    assert quiet_mentorings(today) == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_ten_teams_matched_with_one_mentor_at_once_as_many_get_them_as_there_is_room(transactional_db):
    """EL-54"""
    ops = account("lab_ops")
    mentor = offering(alumnus(by=ops), by=ops, teams_at_once=3).person
    wanted = [mentor_wanted(residency(by=ops, product=f"Product {n}"), by=ops) for n in range(10)]
    answers = at_once(lambda n: match(wanted[n], mentor, ops), 10)
    assert sum(isinstance(answer, Mentoring) for answer in answers) == 3
    assert [answer for answer in answers if not isinstance(answer, Mentoring)] == [{"mentor-full"}] * 7


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 8), st.frozensets(st.sampled_from(HelpTopic.values))), max_size=12),
    st.sampled_from(HelpTopic.values),
)
def test_nobody_with_the_topic_and_room_comes_after_someone_without(mentors, topic):
    """EL-54"""
    facts = [(rules.MentorFacts(f"M{key}", most, load, topics), key) for key, (most, load, topics) in enumerate(mentors)]
    ranked = [facts[key][0] for key in rules.in_order(facts, topic)]
    assert sorted(each.name for each in ranked) == sorted(each.name for each, _key in facts)
    fits = [topic in each.topics and each.free > 0 for each in ranked]
    assert fits == sorted(fits, reverse=True)
